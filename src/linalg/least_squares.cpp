#include "linalg/least_squares.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "base/error.hpp"
#include "linalg/double_double.hpp"
#include "linalg/householder.hpp"

namespace quern {

namespace {

using std::abs;
using std::sqrt;

constexpr std::size_t jacobi_terms = 32;

// How many rows of the inverse are found at a time, in neighbouring places.
template <class T>
constexpr std::size_t batch = std::is_same_v<T, double> ? 8 : 1;

// sums (count x batch) -= row z'
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void subtract_product(double* sums,
                                                                                            const double* row,
                                                                                            const double* z,
                                                                                            std::size_t count) {
  double factors[batch<double>];
  std::copy_n(z, batch<double>, factors);
  for (std::size_t c = 0; c < count; ++c)
    for (std::size_t b = 0; b < batch<double>; ++b) sums[c * batch<double> + b] -= factors[b] * row[c];
}

void subtract_product(DoubleDouble* sums, const DoubleDouble* row, const DoubleDouble* z, std::size_t count) {
  for (std::size_t c = 0; c < count; ++c) sums[c] -= *z * row[c];
}

// Singular values of the matrix whose columns are given, by making these orthogonal; they are the norms in the end.
double jacobi_condition(std::vector<std::vector<double>>& columns) {
  auto dot = [](const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
  };
  bool done = false;
  for (int sweep = 0; sweep < 40 && !done; ++sweep) {
    checkpoint();
    done = true;
    for (std::size_t p = 0; p < columns.size(); ++p)
      for (std::size_t q = p + 1; q < columns.size(); ++q) {
        const double a = dot(columns[p], columns[p]), b = dot(columns[q], columns[q]), c = dot(columns[p], columns[q]);
        if (!(std::abs(c) > 1e-13 * std::sqrt(a) * std::sqrt(b))) continue;
        done = false;
        const double zeta = (b - a) / (2 * c);
        const double t = std::copysign(1 / (std::abs(zeta) + std::sqrt(1 + zeta * zeta)), zeta);
        const double cosine = 1 / std::sqrt(1 + t * t), sine = cosine * t;
        for (std::size_t i = 0; i < columns.size(); ++i) {
          const double x = columns[p][i], y = columns[q][i];
          columns[p][i] = cosine * x - sine * y;
          columns[q][i] = sine * x + cosine * y;
        }
      }
  }
  double least = std::numeric_limits<double>::infinity(), most = 0;
  for (const auto& column : columns) {
    const double norm = std::sqrt(dot(column, column));
    least = std::min(least, norm);
    most = std::max(most, norm);
  }
  return most / least;
}

// Largest singular value: `apply` multiplies a vector by A'A.
template <class Apply>
double largest_singular_value(std::size_t size, Apply apply) {
  std::vector<double> v(size);
  for (std::size_t i = 0; i < size; ++i) v[i] = 1 + 0.5 * std::sin(static_cast<double>(i));
  double square = 0;
  for (int iteration = 0; iteration < 30; ++iteration) {
    double norm = 0;
    for (double x : v) norm += x * x;
    norm = std::sqrt(norm);
    if (!(norm > 0)) return 0;
    square = norm;
    for (double& x : v) x /= norm;
    apply(v);
  }
  return std::sqrt(square);
}

}  // namespace

template <class T>
T LeastSquares<T>::at(std::size_t i, std::size_t j) const {
  return triangle[triangle_row(terms + 1, i) + j];
}

template <class T>
LeastSquares<T>::LeastSquares(std::vector<T> given, std::size_t terms, double tolerance)
    : terms(terms), triangle(std::move(given)), aliased(terms), estimate(terms) {
  std::vector<T> squares(terms);
  for (std::size_t i = 0; i < terms; ++i)
    for (std::size_t j = i; j < terms; ++j) squares[j] += at(i, j) * at(i, j);
  for (std::size_t j = 0; j < terms; ++j)
    if (!(T(tolerance) * sqrt(squares[j]) < abs(at(j, j))))
      drop(j);
    else
      ++rank;

  const T last = at(terms, terms);
  rss = last * last;

  for (std::size_t i = terms; i-- > 0;) {
    if (aliased[i]) continue;
    T sum = at(i, terms);
    for (std::size_t j = i + 1; j < terms; ++j) sum -= at(i, j) * estimate[j];
    estimate[i] = sum / at(i, i);
  }
}

template <class T>
void LeastSquares<T>::drop(std::size_t term) {
  checkpoint();
  aliased[term] = 1;
  const std::size_t columns = terms + 1;
  T* const extra = triangle.data() + triangle_row(columns, term);
  for (std::size_t i = term + 1; i < columns; ++i) {
    if (extra[i] == T(0)) continue;
    T* const row = triangle.data() + triangle_row(columns, i);
    const T norm = sqrt(row[i] * row[i] + extra[i] * extra[i]);
    if (norm == T(0)) continue;
    const T cosine = row[i] / norm, sine = extra[i] / norm;
    for (std::size_t j = i; j < columns; ++j) {
      const T a = row[j], b = extra[j];
      row[j] = cosine * a + sine * b;
      extra[j] = cosine * b - sine * a;
    }
  }
}

// Row i of R^-1 is z with z R = e_i: forward substitution, one row of R after the other, for a batch of rows at a time.
template <class T>
std::vector<T> LeastSquares<T>::inverse_norms() const {
  constexpr std::size_t n = batch<T>;
  std::vector<T> norms(terms, T(std::numeric_limits<double>::quiet_NaN())), sums(terms * n);
  for (std::size_t first = 0; first < terms; first += n) {
    const std::size_t count = std::min(n, terms - first);
    std::fill(sums.begin(), sums.end(), T(0));
    for (std::size_t b = 0; b < count; ++b) sums[(first + b) * n + b] = T(1);
    T squares[n] = {};
    for (std::size_t l = first; l < terms; ++l) {
      if (l % 64 == 0) checkpoint();
      if (aliased[l]) continue;
      T z[n];
      for (std::size_t b = 0; b < n; ++b) {
        z[b] = sums[l * n + b] / at(l, l);
        squares[b] += z[b] * z[b];
      }
      subtract_product(sums.data() + (l + 1) * n, &triangle[triangle_row(terms + 1, l) + l + 1], z, terms - l - 1);
    }
    for (std::size_t b = 0; b < count; ++b)
      if (!aliased[first + b]) norms[first + b] = sqrt(squares[b]);
  }
  return norms;
}

template <class T>
double LeastSquares<T>::condition() const {
  if (rank == 0) return std::numeric_limits<double>::quiet_NaN();
  if (rank == 1) return 1;
  std::vector<std::size_t> kept;
  for (std::size_t j = 0; j < terms; ++j)
    if (!aliased[j]) kept.push_back(j);
  auto entry = [&](std::size_t i, std::size_t j) { return static_cast<double>(at(kept[i], kept[j])); };

  if (rank <= jacobi_terms) {
    std::vector<std::vector<double>> columns(rank, std::vector<double>(rank));
    for (std::size_t j = 0; j < rank; ++j)
      for (std::size_t i = 0; i <= j; ++i) columns[j][i] = entry(i, j);
    return jacobi_condition(columns);
  }
  const auto pause = [](std::size_t row) {
    if (row % 256 == 0) checkpoint();
  };
  const double most = largest_singular_value(rank, [&](std::vector<double>& v) {
    for (std::size_t i = 0; i < rank; ++i) {  // u = R v
      pause(i);
      double sum = 0;
      for (std::size_t j = i; j < rank; ++j) sum += entry(i, j) * v[j];
      v[i] = sum;
    }
    for (std::size_t i = rank; i-- > 0;) {  // R' u
      pause(i);
      const double u = v[i];
      v[i] = 0;
      for (std::size_t j = i; j < rank; ++j) v[j] += entry(i, j) * u;
    }
  });
  const double inverse_least = largest_singular_value(rank, [&](std::vector<double>& v) {
    for (std::size_t i = 0; i < rank; ++i) {  // R' u = v
      pause(i);
      v[i] /= entry(i, i);
      for (std::size_t j = i + 1; j < rank; ++j) v[j] -= entry(i, j) * v[i];
    }
    for (std::size_t i = rank; i-- > 0;) {  // R v = u
      pause(i);
      for (std::size_t j = i + 1; j < rank; ++j) v[i] -= entry(i, j) * v[j];
      v[i] /= entry(i, i);
    }
  });
  return most * inverse_least;
}

template <class T>
T residual_squares(std::span<const T> triangle, std::span<const T> b) {
  const std::size_t terms = b.size();
  T total{};
  for (std::size_t i = 0; i <= terms; ++i) {
    const T* const row = triangle.data() + triangle_row(terms + 1, i);
    T residual = row[terms];
    for (std::size_t j = i; j < terms; ++j) residual -= row[j] * b[j];
    total += residual * residual;
  }
  return total;
}

template struct LeastSquares<double>;
template struct LeastSquares<DoubleDouble>;
template double residual_squares(std::span<const double>, std::span<const double>);
template DoubleDouble residual_squares(std::span<const DoubleDouble>, std::span<const DoubleDouble>);

}  // namespace quern
