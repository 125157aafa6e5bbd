#include "linalg/least_squares.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "base/clones.hpp"
#include "base/error.hpp"
#include "linalg/double_double.hpp"
#include "linalg/householder.hpp"

namespace quern {

namespace {

using std::sqrt;

template <class Body>
[[gnu::target("arch=x86-64-v3"), gnu::flatten]] auto with_fused_multiply_add(const Body& body) {
  return body();
}

// body(), the same numbers sooner: double-double takes several times longer where std::fma is a call.
template <class Body>
auto fused(const Body& body) {
  return best_instruction_set() == InstructionSet::baseline ? body() : with_fused_multiply_add(body);
}

constexpr std::size_t jacobi_terms = 32;

// What part of a norm is rounding of the factor: a residual or a spread of y below it is taken for none.
template <class T>
constexpr double noise = std::is_same_v<T, double> ? 0x1p-44 : 0x1p-96;

// How many rows of the inverse are found at a time, in neighbouring places.
template <class T>
constexpr std::size_t batch = std::is_same_v<T, double> ? 8 : 1;

// sums (count x batch) -= row z'
QUERN_CLONES void subtract_product(double* sums, const double* row, const double* z, std::size_t count) {
  double factors[batch<double>];
  std::copy_n(z, batch<double>, factors);
  for (std::size_t c = 0; c < count; ++c)
    for (std::size_t b = 0; b < batch<double>; ++b) sums[c * batch<double> + b] -= factors[b] * row[c];
}

void subtract_product(DoubleDouble* sums, const DoubleDouble* row, const DoubleDouble* z, std::size_t count) {
  for (std::size_t c = 0; c < count; ++c) sums[c] -= *z * row[c];
}

double dot(const double* a, const double* b, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

// Singular values of the n x n matrix whose columns are given, by making these orthogonal; they are the norms in the
// end.
double jacobi_condition(double* columns, std::size_t n) {
  double squares[jacobi_terms], norms[jacobi_terms];
  const auto measure = [&](std::size_t p) {
    squares[p] = dot(columns + p * n, columns + p * n, n);
    norms[p] = std::sqrt(squares[p]);
  };
  for (std::size_t p = 0; p < n; ++p) measure(p);
  bool done = false;
  for (int sweep = 0; sweep < 40 && !done; ++sweep) {
    checkpoint();
    done = true;
    for (std::size_t p = 0; p < n; ++p)
      for (std::size_t q = p + 1; q < n; ++q) {
        double* const left = columns + p * n;
        double* const right = columns + q * n;
        const double c = dot(left, right, n);
        if (!(std::abs(c) > 1e-13 * norms[p] * norms[q])) continue;
        done = false;
        const double zeta = (squares[q] - squares[p]) / (2 * c);
        const double t = std::copysign(1 / (std::abs(zeta) + std::sqrt(1 + zeta * zeta)), zeta);
        const double cosine = 1 / std::sqrt(1 + t * t), sine = cosine * t;
        for (std::size_t i = 0; i < n; ++i) {
          const double x = left[i], y = right[i];
          left[i] = cosine * x - sine * y;
          right[i] = sine * x + cosine * y;
        }
        measure(p);
        measure(q);
      }
  }
  const auto [least, most] = std::minmax_element(norms, norms + n);
  return *most / *least;
}

// Largest singular value: `apply` multiplies a vector by A'A.
template <class Apply>
double largest_singular_value(std::size_t size, Apply apply) {
  Vec<double> v(size);
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
LeastSquares<T>::LeastSquares(Vec<T> given, std::size_t terms, double tolerance)
    : terms(terms), triangle(std::move(given)), aliased(terms), estimate(terms) {
  solve(tolerance);
}

template <class T>
void LeastSquares<T>::solve(double tolerance) {
  return fused([&] {
    const auto magnitude = [&](std::size_t i, std::size_t j) { return std::abs(static_cast<double>(at(i, j))); };
    double few[16];
    Vec<double> many(terms > std::size(few) ? terms : 0);
    double* const squares = many.empty() ? few : many.data();
    std::fill_n(squares, terms, 0.0);
    for (std::size_t i = 0; i < terms; ++i)
      for (std::size_t j = i; j < terms; ++j) squares[j] += magnitude(i, j) * magnitude(i, j);
    for (std::size_t j = 0; j < terms; ++j)
      if (!(tolerance * std::sqrt(squares[j]) < magnitude(j, j)))
        drop(j);
      else
        ++rank;

    const T last = at(terms, terms);
    rss = last * last;

    for (std::size_t i = terms; i-- > 0;) {
      if (aliased[i]) continue;
      T sum = at(i, terms);
      for (std::size_t j = i + 1; j < terms; ++j)
        if (!aliased[j]) sum -= at(i, j) * estimate[j];
      estimate[i] = sum / at(i, i);
    }
  });
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
Vec<T> LeastSquares<T>::inverse_norms() const {
  return fused([&] {
    constexpr std::size_t n = batch<T>;
    Vec<T> norms(terms, T(std::numeric_limits<double>::quiet_NaN())), sums(terms * n);
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
  });
}

template <class T>
double LeastSquares<T>::condition() const {
  if (rank == 0) return std::numeric_limits<double>::quiet_NaN();
  if (rank == 1) return 1;
  Vec<std::size_t> kept;
  for (std::size_t j = 0; j < terms; ++j)
    if (!aliased[j]) kept.push_back(j);
  auto entry = [&](std::size_t i, std::size_t j) { return static_cast<double>(at(kept[i], kept[j])); };

  if (rank <= jacobi_terms) {
    Vec<double> columns(rank * rank);
    for (std::size_t j = 0; j < rank; ++j)
      for (std::size_t i = 0; i <= j; ++i) columns[j * rank + i] = entry(i, j);
    return jacobi_condition(columns.data(), rank);
  }
  const auto pause = [](std::size_t row) {
    if (row % 256 == 0) checkpoint();
  };
  const double most = largest_singular_value(rank, [&](Vec<double>& v) {
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
  const double inverse_least = largest_singular_value(rank, [&](Vec<double>& v) {
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
  return fused([&] {
    const std::size_t terms = b.size();
    T total{};
    for (std::size_t i = 0; i <= terms; ++i) {
      const T* const row = triangle.data() + triangle_row(terms + 1, i);
      T residual = row[terms];
      for (std::size_t j = i; j < terms; ++j) residual -= row[j] * b[j];
      total += residual * residual;
    }
    return total;
  });
}

template <class T>
SumsOfSquares<T> sums_of_squares(std::span<const T> triangle, std::size_t terms, std::size_t given, T rss,
                                 std::span<const char> aliased) {
  return fused([&] {
    T all{}, total{};
    for (std::size_t i = 0; i <= terms; ++i) {
      if (i < aliased.size() && aliased[i]) continue;
      const T y = triangle[triangle_row(terms + 1, i) + terms];
      const T square = y * y;
      all += square;
      if (i >= given) total += square;
    }
    const double least = noise<T> * noise<T> * static_cast<double>(all);
    if (static_cast<double>(total) <= least)
      return SumsOfSquares<T>{T{}, T{}, T{}, std::numeric_limits<double>::quiet_NaN()};
    const T left = !std::is_same_v<T, double> && static_cast<double>(rss) <= least ? T{} : rss;
    const T explained = total - left;
    return SumsOfSquares<T>{total, explained, left, static_cast<double>(explained / total)};
  });
}

template struct LeastSquares<double>;
template struct LeastSquares<DoubleDouble>;
template double residual_squares(std::span<const double>, std::span<const double>);
template DoubleDouble residual_squares(std::span<const DoubleDouble>, std::span<const DoubleDouble>);
template SumsOfSquares<double> sums_of_squares(std::span<const double>, std::size_t, std::size_t, double,
                                               std::span<const char>);
template SumsOfSquares<DoubleDouble> sums_of_squares(std::span<const DoubleDouble>, std::size_t, std::size_t,
                                                     DoubleDouble, std::span<const char>);

}  // namespace quern
