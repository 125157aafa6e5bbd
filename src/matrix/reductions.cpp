#include "matrix/reductions.hpp"

#include <algorithm>
#include <cmath>

#include "linalg/sparse_vector.hpp"

namespace quern {

namespace {

constexpr std::size_t piece = std::size_t{1} << 20;  // elements between two checkpoints

template <class F>
double pairwise(const double* x, std::size_t n, F f) {
  if (n <= 128) {
    double lanes[4] = {};
    std::size_t i = 0;
    for (; i + 4 <= n; i += 4)
      for (std::size_t l = 0; l < 4; ++l) lanes[l] += f(x[i + l]);
    for (; i < n; ++i) lanes[0] += f(x[i]);
    return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
  }
  if (n > piece) checkpoint();
  const std::size_t half = n / 2 / 4 * 4;
  return pairwise(x, half, f) + pairwise(x + half, n - half, f);
}

double itself(double x) { return x; }
double magnitude(double x) { return std::abs(x); }

double checked(std::string_view function, double result, const MatrixView& a) {
  require_in_range(function, MatrixView({1, 1}, &result), {a});
  return result;
}

Vec<double> checked(std::string_view function, Vec<double> result, const MatrixView& a) {
  require_in_range(function, MatrixView({1, static_cast<std::int64_t>(result.size())}, result.data()), {a});
  return result;
}

template <class F>
Vec<double> sums_of_rows(const MatrixView& a, F f) {
  Vec<double> sums(a.rows());
  for (std::size_t i = 0; i < a.rows(); ++i) {
    sums[i] = pairwise(a.row(i).data(), a.columns(), f);
    if (i % 1024 == 0) checkpoint();
  }
  return sums;
}

// Rows are added in halves of halves, so that the sums of columns are pairwise too.
template <class F>
void sum_columns(const MatrixView& a, std::size_t from, std::size_t to, F f, double* sums) {
  if (to - from <= 64) {
    checkpoint();
    for (std::size_t i = from; i < to; ++i)
      for (std::size_t j = 0; j < a.columns(); ++j) sums[j] += f(a(i, j));
    return;
  }
  const std::size_t middle = from + (to - from) / 2;
  sum_columns(a, from, middle, f, sums);
  Vec<double> other(a.columns());
  sum_columns(a, middle, to, f, other.data());
  for (std::size_t j = 0; j < a.columns(); ++j) sums[j] += other[j];
}

template <class F>
Vec<double> sums_of_columns(const MatrixView& a, F f) {
  Vec<double> sums(a.columns());
  if (!sums.empty()) sum_columns(a, 0, a.rows(), f, sums.data());
  return sums;
}

Vec<double> divided(Vec<double> sums, std::size_t by) {
  for (double& sum : sums) sum /= static_cast<double>(by);
  return sums;
}

bool is_below(double x, double y) { return x < y || (std::isnan(y) && !std::isnan(x)); }

template <class Better>
std::optional<std::size_t> best(const MatrixView& a, Better better) {
  if (a.size() == 0) return std::nullopt;
  std::size_t at = 0;
  for (std::size_t i = 1; i < a.size(); ++i) {
    if (better(a.data()[i], a.data()[at])) at = i;
    if (i % piece == 0) checkpoint();
  }
  return at;
}

double largest(const Vec<double>& values) {
  double most = 0;
  for (const double v : values)
    if (v > most || std::isnan(v)) most = v;
  return most;
}

}  // namespace

double trace(const MatrixView& a) {
  require_square("trace", a);
  double sum = 0;
  for (std::size_t i = 0; i < a.rows(); ++i) sum += a(i, i);
  return checked("trace", sum, a);
}

double total(const MatrixView& a) { return checked("total", pairwise(a.data(), a.size(), itself), a); }

std::optional<double> mean(const MatrixView& a) {
  if (a.size() == 0) return std::nullopt;
  return checked("mean", pairwise(a.data(), a.size(), itself) / static_cast<double>(a.size()), a);
}

Vec<double> row_sums(const MatrixView& a) { return checked("row_sums", sums_of_rows(a, itself), a); }
Vec<double> column_sums(const MatrixView& a) { return checked("col_sums", sums_of_columns(a, itself), a); }

// The mean of no numbers is NaN.
Vec<double> row_means(const MatrixView& a) {
  Vec<double> means = divided(sums_of_rows(a, itself), a.columns());
  return a.columns() == 0 ? means : checked("row_means", std::move(means), a);
}
Vec<double> column_means(const MatrixView& a) {
  Vec<double> means = divided(sums_of_columns(a, itself), a.rows());
  return a.rows() == 0 ? means : checked("col_means", std::move(means), a);
}

std::optional<std::size_t> place_of_minimum(const MatrixView& a) { return best(a, is_below); }
std::optional<std::size_t> place_of_maximum(const MatrixView& a) {
  return best(a, [](double x, double y) { return is_below(y, x); });
}

std::optional<double> minimum(const MatrixView& a) {
  const auto at = place_of_minimum(a);
  return at ? std::optional(a.data()[*at]) : std::nullopt;
}
std::optional<double> maximum(const MatrixView& a) {
  const auto at = place_of_maximum(a);
  return at ? std::optional(a.data()[*at]) : std::nullopt;
}

std::int64_t nonzeros(const MatrixView& a) {
  std::int64_t count = 0;
  for (std::size_t i = 0; i < a.size(); i += piece) {
    checkpoint();
    for (std::size_t k = i; k < std::min(i + piece, a.size()); ++k) count += a.data()[k] != 0;
  }
  return count;
}

std::optional<double> density(const MatrixView& a) {
  if (a.size() == 0) return std::nullopt;
  return static_cast<double>(nonzeros(a)) / static_cast<double>(a.size());
}

double one_norm(const MatrixView& a) { return checked("norm", largest(sums_of_columns(a, magnitude)), a); }
double infinity_norm(const MatrixView& a) { return checked("norm", largest(sums_of_rows(a, magnitude)), a); }
double frobenius_norm(const MatrixView& a) { return checked("norm", l2_norm(Features(a.values())), a); }

double largest_magnitude(const MatrixView& a) {
  double most = 0;
  for (const double v : a.values())
    if (std::abs(v) > most || std::isnan(v)) most = std::abs(v);
  return most;
}

}  // namespace quern
