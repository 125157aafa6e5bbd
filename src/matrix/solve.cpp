#include "matrix/solve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/features.hpp"
#include "base/text.hpp"
#include "linalg/decompositions.hpp"
#include "matrix/reductions.hpp"
#include "matrix/spectral.hpp"

namespace quern {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

linalg::Panel panel(Matrix& a) { return {a.rows(), a.columns(), a.data(), a.columns()}; }

struct Lu {
  Matrix factors;
  Vec<std::size_t> pivots;

  explicit Lu(const MatrixView& a) : factors(a), pivots(std::min(a.rows(), a.columns())) {
    linalg::lu(panel(factors), pivots.data());
  }
};

// The first pivot that is lost in rounding, from 0; none if there is none.
std::optional<std::size_t> lost_pivot(const Matrix& f) {
  for (std::size_t k = 0; k < f.rows(); ++k) {
    if (k % 64 == 0) checkpoint();
    const double pivot = std::abs(f(k, k));
    double terms = pivot;
    for (std::size_t j = 0; j < k; ++j) terms += std::abs(f(k, j) * f(j, k));
    if (!(pivot > static_cast<double>(k) * epsilon * terms)) return k;
  }
  return std::nullopt;
}

// X of A X = B, where B comes as it is and leaves as X.
void solve_in_place(std::string_view function, const MatrixView& a, Matrix& b) {
  const Lu lu(a);
  const std::size_t n = a.rows();
  if (const auto lost = lost_pivot(lu.factors))
    throw InvalidInput(concat(function, ": the matrix is singular: pivot ", *lost + 1, " of ", n, " is 0 up to rounding"),
                       "quern.lstsq and quern.pinv take matrices of any rank; quern.rank and quern.cond tell about them.");
  for (std::size_t i = 0; i < n; ++i)
    if (lu.pivots[i] != i) std::swap_ranges(b.row(i).begin(), b.row(i).end(), b.row(lu.pivots[i]).begin());
  linalg::TriangularSolve triangle{.unit_diagonal = true,
                                   .rows = n,
                                   .columns = b.columns(),
                                   .t = lu.factors.data(),
                                   .ldt = n,
                                   .b = b.data(),
                                   .ldb = b.columns()};
  linalg::solve_triangular(triangle);
  triangle.upper = true;
  triangle.unit_diagonal = false;
  linalg::solve_triangular(triangle);
}

// Is the upper triangle R of n x n well enough conditioned that no singular value of it can be taken for 0? `side` is
// the larger side of the whole matrix.
bool has_full_rank(const MatrixView& factors, std::size_t n, std::size_t side) {
  Matrix r({static_cast<std::int64_t>(n), static_cast<std::int64_t>(n)}, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    if (factors(i, i) == 0) return false;
    std::copy_n(factors.row(i).data() + i, n - i, r.row(i).data() + i);
  }
  Matrix inverted(r.shape(), 0.0);
  for (std::size_t i = 0; i < n; ++i) inverted(i, i) = 1;
  linalg::solve_triangular({.upper = true,
                            .rows = n,
                            .columns = n,
                            .t = r.data(),
                            .ldt = n,
                            .b = inverted.data(),
                            .ldb = n});
  if (!Features(MatrixView(inverted).values()).finite()) return false;
  // |R|_F |R^-1|_F is at least the ratio of the singular values.
  const double condition = frobenius_norm(r) * frobenius_norm(inverted);
  return condition * static_cast<double>(side) * epsilon < 1;
}

// Least squares by the QR factorisation of a tall A of full rank; nothing if the rank is in doubt.
std::optional<Matrix> solve_tall(const MatrixView& a, const MatrixView& b) {
  const std::size_t n = a.columns();
  Matrix factors(a);
  Vec<double> tau(n);
  linalg::qr(panel(factors), tau.data());
  if (!has_full_rank(factors, n, a.rows())) return std::nullopt;
  Matrix turned(b);
  linalg::apply_q(panel(factors), tau.data(), true, panel(turned));
  Matrix x({a.shape().columns, b.shape().columns});
  std::copy_n(turned.data(), x.size(), x.data());
  linalg::solve_triangular({.upper = true,
                            .rows = n,
                            .columns = x.columns(),
                            .t = factors.data(),
                            .ldt = n,
                            .b = x.data(),
                            .ldb = x.columns()});
  return x;
}

// The shortest solution of a wide A of full rank: with A' = Q R it is Q R'^-1 b.
std::optional<Matrix> solve_wide(const MatrixView& a, const MatrixView& b) {
  const std::size_t m = a.rows();
  Matrix factors = transpose(a);
  Vec<double> tau(m);
  linalg::qr(panel(factors), tau.data());
  if (!has_full_rank(factors, m, a.columns())) return std::nullopt;
  Matrix x({a.shape().columns, b.shape().columns}, 0.0);
  std::copy_n(b.data(), b.size(), x.data());
  linalg::solve_triangular({.upper = true,
                            .transpose = true,
                            .rows = m,
                            .columns = x.columns(),
                            .t = factors.data(),
                            .ldt = m,
                            .b = x.data(),
                            .ldb = x.columns()});
  linalg::apply_q(panel(factors), tau.data(), false, panel(x));
  return x;
}

}  // namespace

void require_finite(std::string_view function, const MatrixView& a) {
  if (!Features(a.values()).finite())
    throw InvalidInput(concat(function, ": the matrix has a NaN or an infinity (", to_text(a.shape()), ")"));
}

Matrix inverse(const MatrixView& a) {
  require_square("inverse", a);
  require_finite("inverse", a);
  Matrix x(a.shape(), 0.0);
  for (std::size_t i = 0; i < x.rows(); ++i) x(i, i) = 1;
  solve_in_place("inverse", a, x);
  require_in_range("inverse", x, {a});
  return x;
}

Matrix solve(const MatrixView& a, const MatrixView& b) {
  require_square("solve", a);
  if (a.rows() != b.rows())
    refuse_shapes("solve", "the matrix and the right sides must have the same number of rows", a.shape(), b.shape());
  require_finite("solve", a);
  require_finite("solve", b);
  Matrix x(b);
  solve_in_place("solve", a, x);
  require_in_range("solve", x, {a, b});
  return x;
}

double determinant(const MatrixView& a) {
  require_square("determinant", a);
  require_finite("determinant", a);
  const Lu lu(a);
  double product = 1;
  long exponent = 0;
  for (std::size_t i = 0; i < a.rows(); ++i) {
    int e = 0;
    product = std::frexp(product * lu.factors(i, i), &e) * (lu.pivots[i] == i ? 1 : -1);
    exponent += e;
  }
  product = std::ldexp(product, static_cast<int>(std::clamp(exponent, -5000L, 5000L)));
  require_in_range("determinant", MatrixView({1, 1}, &product), {a});
  return product;
}

Matrix least_squares(const MatrixView& a, const MatrixView& b) {
  if (a.rows() != b.rows())
    refuse_shapes("lstsq", "the matrix and the right sides must have the same number of rows", a.shape(), b.shape());
  require_finite("lstsq", a);
  require_finite("lstsq", b);
  if (a.size() == 0 || b.size() == 0) return Matrix({a.shape().columns, b.shape().columns}, 0.0);
  std::optional<Matrix> x = a.rows() >= a.columns() ? solve_tall(a, b) : solve_wide(a, b);
  if (!x) x = solve_by_singular_values(a, b);
  require_in_range("lstsq", *x, {a, b});
  return std::move(*x);
}

LuParts lu_parts(const MatrixView& a) {
  require_finite("lu", a);
  const Lu lu(a);
  const std::int64_t m = a.shape().rows, n = a.shape().columns, k = std::min(m, n);
  LuParts parts{Matrix({m, k}, 0.0), Matrix({k, n}, 0.0), Matrix({m, m}, 0.0)};
  Vec<std::size_t> from(a.rows());  // row i of L U is row from[i] of A
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = i;
  for (std::size_t i = 0; i < lu.pivots.size(); ++i) std::swap(from[i], from[lu.pivots[i]]);
  for (std::size_t i = 0; i < a.rows(); ++i) {
    const auto row = MatrixView(lu.factors).row(i);
    std::copy_n(row.data(), std::min(i, parts.l.columns()), parts.l.row(i).data());
    if (i < parts.u.rows()) {
      parts.l(i, i) = 1;
      std::copy(row.begin() + static_cast<std::ptrdiff_t>(i), row.end(),
                parts.u.row(i).begin() + static_cast<std::ptrdiff_t>(i));
    }
    parts.p(from[i], i) = 1;
  }
  require_in_range("lu", parts.u, {a});
  return parts;
}

QrParts qr_parts(const MatrixView& a) {
  require_finite("qr", a);
  const std::int64_t m = a.shape().rows, n = a.shape().columns, k = std::min(m, n);
  Matrix factors(a);
  Vec<double> tau(static_cast<std::size_t>(k));
  // A wide matrix is factored in its first m columns; the others are turned along.
  const linalg::Panel left{a.rows(), tau.size(), factors.data(), a.columns()};
  linalg::qr(left, tau.data());
  if (n > k) linalg::apply_q(left, tau.data(), true, panel(factors).part(0, tau.size(), a.rows(), a.columns() - tau.size()));
  QrParts parts{Matrix({m, k}), Matrix({k, n}, 0.0)};
  linalg::form_q(left, tau.data(), panel(parts.q));
  for (std::size_t i = 0; i < parts.r.rows(); ++i)
    std::copy_n(factors.row(i).data() + i, a.columns() - i, parts.r.row(i).data() + i);
  require_in_range("qr", parts.r, {a});
  return parts;
}

Matrix cholesky_factor(const MatrixView& a) {
  require_square("cholesky", a);
  require_finite("cholesky", a);
  const double largest = largest_magnitude(a);
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (std::abs(a(i, j) - a(j, i)) > 1e-8 * largest)
        throw InvalidInput(concat("cholesky: the matrix is not symmetric: element (", i + 1, ", ", j + 1, ") is ",
                                  a(i, j), ", and (", j + 1, ", ", i + 1, ") is ", a(j, i)));
  Matrix l(a);
  const std::size_t good = linalg::cholesky(panel(l));
  if (good < l.rows())
    throw InvalidInput(concat("cholesky: the matrix is not positive definite: pivot ", good + 1, " of ", l.rows(),
                              " is not above 0"));
  for (std::size_t i = 0; i < l.rows(); ++i) std::fill_n(l.row(i).data() + i + 1, l.columns() - i - 1, 0.0);
  require_in_range("cholesky", l, {a});
  return l;
}

}  // namespace quern
