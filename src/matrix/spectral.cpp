#include "matrix/spectral.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "base/text.hpp"
#include "linalg/decompositions.hpp"
#include "matrix/construct.hpp"
#include "matrix/product.hpp"
#include "matrix/reductions.hpp"
#include "matrix/solve.hpp"

namespace quern {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

linalg::Panel panel(Matrix& a) { return {a.rows(), a.columns(), a.data(), a.columns()}; }

// U and V' of a tall A, which is destroyed; with a U of m rows and `width` columns, at least those of A.
struct TallSvd {
  Matrix u, vt;
  Vec<double> s;
};

// QR first where it makes the matrix smaller by more than it costs, or where a basis of the whole space is wanted.
TallSvd svd_of_tall(Matrix a, std::size_t width, bool vectors) {
  const std::size_t m = a.rows(), n = a.columns();
  const auto sn = static_cast<std::int64_t>(n);
  TallSvd parts;
  parts.s.resize(n);
  if (vectors) parts.vt = Matrix({sn, sn});
  if (n == 0) {
    parts.u = Matrix({a.shape().rows, static_cast<std::int64_t>(width)}, 0.0);
    for (std::size_t i = 0; i < width; ++i) parts.u(i, i) = 1;
    return parts;
  }
  if (2 * m < 3 * n && width == n) {
    if (vectors) parts.u = Matrix(a.shape());
    linalg::svd({m, n, a.data(), parts.s.data(), vectors ? parts.u.data() : nullptr,
                 vectors ? parts.vt.data() : nullptr});
    return parts;
  }
  Vec<double> tau(n);
  linalg::qr(panel(a), tau.data());
  Matrix r({sn, sn}, 0.0);
  for (std::size_t i = 0; i < n; ++i) std::copy_n(a.row(i).data() + i, n - i, r.row(i).data() + i);
  Matrix small;
  if (vectors) small = Matrix({sn, sn});
  linalg::svd({n, n, r.data(), parts.s.data(), vectors ? small.data() : nullptr, vectors ? parts.vt.data() : nullptr});
  if (!vectors) return parts;
  parts.u = Matrix({a.shape().rows, static_cast<std::int64_t>(width)}, 0.0);
  for (std::size_t i = 0; i < n; ++i) std::copy_n(small.row(i).data(), n, parts.u.row(i).data());
  for (std::size_t i = n; i < width; ++i) parts.u(i, i) = 1;
  linalg::apply_q(panel(a), tau.data(), false, panel(parts.u));
  return parts;
}

// Of each column of `signed_one` the element largest in magnitude becomes positive, the others follow.
void fix_signs(Matrix& signed_one, Matrix* other) {
  for (std::size_t j = 0; j < signed_one.columns(); ++j) {
    double most = 0;
    for (std::size_t i = 0; i < signed_one.rows(); ++i)
      if (std::abs(signed_one(i, j)) > std::abs(most) * (1 + 1e-9)) most = signed_one(i, j);
    if (most >= 0) continue;
    for (std::size_t i = 0; i < signed_one.rows(); ++i) signed_one(i, j) = -signed_one(i, j);
    if (other && j < other->columns())
      for (std::size_t i = 0; i < other->rows(); ++i) (*other)(i, j) = -(*other)(i, j);
  }
}

SvdParts exact_svd(const MatrixView& a, bool full) {
  const bool wide = a.rows() < a.columns();
  TallSvd tall = svd_of_tall(wide ? transpose(a) : Matrix(a), full ? std::max(a.rows(), a.columns()) : std::min(a.rows(), a.columns()), true);
  Matrix other = transpose(tall.vt);
  SvdParts parts = wide ? SvdParts{std::move(other), std::move(tall.s), std::move(tall.u)}
                        : SvdParts{std::move(tall.u), std::move(tall.s), std::move(other)};
  fix_signs(parts.u, &parts.v);
  return parts;
}

Matrix orthonormal_columns(Matrix a) {
  Vec<double> tau(a.columns());
  linalg::qr(panel(a), tau.data());
  Matrix q(a.shape());
  linalg::form_q(panel(a), tau.data(), panel(q));
  return q;
}

// Independent normal numbers (Box and Muller).
Matrix normal_matrix(std::int64_t rows, std::int64_t columns, std::int64_t seed) {
  Matrix a({rows, columns});
  SplitMix64 random(static_cast<std::uint64_t>(seed));
  for (double& v : a.values()) {
    const double u = 1 - random.uniform();
    v = std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * random.uniform());
  }
  return a;
}

Matrix first_columns(const Matrix& a, std::int64_t k) { return slice(a, 1, a.shape().rows, 1, k); }

// Halko, Martinsson and Tropp, Finding structure with randomness, SIAM Review 53(2), 2011, algorithms 4.4 and 5.1.
SvdParts randomized_svd(const MatrixView& a, const SvdOptions& options) {
  const std::int64_t width = options.k + options.oversampling;
  Matrix q = orthonormal_columns(product(a, normal_matrix(a.shape().columns, width, options.seed)));
  for (std::int64_t i = 0; i < options.power_iterations; ++i) {
    const Matrix back = orthonormal_columns(product(a, q, true));
    q = orthonormal_columns(product(a, back));
  }
  SvdParts small = exact_svd(product(q, a, true), false);
  small.u = product(q, small.u);
  return small;
}

double rank_tolerance(const MatrixView& a, const Vec<double>& s) {
  return s.empty() ? 0 : static_cast<double>(std::max(a.rows(), a.columns())) * epsilon * s[0];
}

double checked_tolerance(std::string_view function, const MatrixView& a, const Vec<double>& s,
                         std::optional<double> tolerance) {
  if (!tolerance) return rank_tolerance(a, s);
  if (!(*tolerance >= 0)) throw InvalidInput(concat(function, ": the tolerance must be at least 0, not ", *tolerance));
  return *tolerance;
}

// V diag(1 / s) U' b over the singular values above the tolerance; b' where it is null: the identity.
Matrix apply_inverse(const SvdParts& parts, double tolerance, const MatrixView* b) {
  const auto kept = std::count_if(parts.s.begin(), parts.s.end(), [&](double s) { return s > tolerance; });
  Matrix u = first_columns(parts.u, kept);
  const Matrix v = first_columns(parts.v, kept);
  for (std::size_t i = 0; i < u.rows(); ++i)
    for (std::size_t j = 0; j < u.columns(); ++j) u(i, j) /= parts.s[j];
  return b ? product(v, product(u, *b, true)) : product(v, u, false, true);
}

bool is_symmetric(const MatrixView& a) {
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (a(i, j) != a(j, i)) return false;
  return true;
}

EigenParts symmetric_eigen(const MatrixView& a) {
  const std::size_t n = a.rows();
  EigenParts parts;
  Vec<double> ascending(n);
  Matrix rows(a);
  if (n > 0) linalg::symmetric_eigen({n, true, rows.data(), ascending.data()});
  parts.real.assign(ascending.rbegin(), ascending.rend());
  parts.vectors = Matrix(a.shape());
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) parts.vectors(j, n - 1 - i) = rows(i, j);
  fix_signs(parts.vectors, nullptr);
  return parts;
}

EigenParts general_eigen(const MatrixView& a) {
  const std::size_t n = a.rows();
  Vec<double> re(n), im(n);
  Matrix destroyed(a), rows(a.shape(), 0.0);
  if (n > 0) linalg::general_eigen({n, destroyed.data(), re.data(), im.data(), rows.data()});
  Vec<std::size_t> order;  // first of each pair, or real ones
  for (std::size_t i = 0; i < n; i += im[i] > 0 ? 2 : 1) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) {
    const double left = std::hypot(re[i], im[i]), right = std::hypot(re[j], im[j]);
    return left > right || (left == right && re[i] > re[j]);
  });
  EigenParts parts{Vec<double>(n), Vec<double>(n), Matrix(a.shape(), 0.0), Matrix(a.shape(), 0.0)};
  std::size_t to = 0;
  for (const std::size_t i : order) {
    const bool pair = im[i] > 0;
    // The element largest in magnitude becomes real and positive.
    std::size_t largest = 0;
    double most = 0;
    for (std::size_t j = 0; j < n; ++j) {
      const double size = std::hypot(rows(i, j), pair ? rows(i + 1, j) : 0);
      if (size > most * (1 + 1e-9)) {
        most = size;
        largest = j;
      }
    }
    const double c = most > 0 ? rows(i, largest) / most : 1, s = most > 0 && pair ? rows(i + 1, largest) / most : 0;
    for (int one = 0; one <= static_cast<int>(pair); ++one, ++to) {
      const double sign = one == 0 ? 1 : -1;
      parts.real[to] = re[i];
      (*parts.imaginary)[to] = sign * im[i];
      for (std::size_t j = 0; j < n; ++j) {
        const double x = rows(i, j), y = pair ? rows(i + 1, j) : 0;
        parts.vectors(j, to) = c * x + s * y;
        (*parts.imaginary_vectors)(j, to) = pair && j != largest ? sign * (c * y - s * x) : 0;
      }
    }
  }
  return parts;
}

}  // namespace

SvdParts svd_parts(const MatrixView& a, const SvdOptions& options) {
  require_finite("svd", a);
  const std::int64_t most = std::min(a.shape().rows, a.shape().columns);
  if (options.k > 0 && options.full) throw InvalidInput("svd: option \"full\" does not go with \"k\"");
  if (options.k > most)
    throw InvalidInput(concat("svd: option \"k\" must be at most ", most, " for a matrix of ", to_text(a.shape()),
                              ", not ", options.k));
  if (options.k == 0) return exact_svd(a, options.full);
  SvdParts parts = options.k + options.oversampling < most ? randomized_svd(a, options) : exact_svd(a, false);
  parts.u = first_columns(parts.u, options.k);
  parts.v = first_columns(parts.v, options.k);
  parts.s.resize(static_cast<std::size_t>(options.k));
  fix_signs(parts.u, &parts.v);
  return parts;
}

Vec<double> singular_values(std::string_view function, const MatrixView& a) {
  require_finite(function, a);
  const bool wide = a.rows() < a.columns();
  return svd_of_tall(wide ? transpose(a) : Matrix(a), std::min(a.rows(), a.columns()), false).s;
}

std::int64_t rank(const MatrixView& a, std::optional<double> tolerance) {
  const Vec<double> s = singular_values("rank", a);
  const double limit = checked_tolerance("rank", a, s, tolerance);
  return std::count_if(s.begin(), s.end(), [&](double v) { return v > limit; });
}

double condition(const MatrixView& a) {
  const Vec<double> s = singular_values("cond", a);
  if (s.empty()) refuse_shape("cond", "the matrix has no elements", a.shape());
  return s.back() > 0 ? s.front() / s.back() : std::numeric_limits<double>::infinity();
}

Matrix pseudoinverse(const MatrixView& a, std::optional<double> tolerance) {
  require_finite("pinv", a);
  const SvdParts parts = exact_svd(a, false);
  Matrix inverse = apply_inverse(parts, checked_tolerance("pinv", a, parts.s, tolerance), nullptr);
  require_in_range("pinv", inverse, {a});
  return inverse;
}

Matrix solve_by_singular_values(const MatrixView& a, const MatrixView& b) {
  const SvdParts parts = exact_svd(a, false);
  return apply_inverse(parts, rank_tolerance(a, parts.s), &b);
}

double norm(const MatrixView& a, std::string_view kind) {
  if (kind == "fro") return frobenius_norm(a);
  if (kind == "1") return one_norm(a);
  if (kind == "inf") return infinity_norm(a);
  if (kind == "max") return largest_magnitude(a);
  if (kind != "2" && kind != "nuclear")
    throw InvalidInput(concat("norm: unknown kind \"", kind, "\""), "Kinds are 1, 2, inf, fro, nuclear and max.");
  const Vec<double> s = singular_values("norm", a);
  const double result = kind == "2" ? (s.empty() ? 0 : s[0]) : std::accumulate(s.begin(), s.end(), 0.0);
  require_in_range("norm", MatrixView({1, 1}, &result), {a});
  return result;
}

EigenParts eigen_parts(const MatrixView& a, std::string_view kind) {
  require_square("eigen", a);
  require_finite("eigen", a);
  if (kind == "symmetric" || (kind == "auto" && is_symmetric(a))) return symmetric_eigen(a);
  if (kind != "auto" && kind != "general")
    throw InvalidInput(concat("eigen: unknown kind \"", kind, "\""), "Kinds are auto, symmetric and general.");
  return general_eigen(a);
}

}  // namespace quern
