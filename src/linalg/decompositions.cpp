#include "linalg/decompositions.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern::linalg {

namespace {

constexpr std::size_t panel_width = 64, triangle_width = 256;

double work_of(std::size_t a, std::size_t b, std::size_t c) {
  return static_cast<double>(a) * static_cast<double>(b) * static_cast<double>(c);
}

// How many rows or columns at a time where each costs `each` multiplications: some milliseconds.
std::size_t at_a_time(double each) {
  constexpr double piece = 2e7;
  return std::max<std::size_t>(8, static_cast<std::size_t>(piece / std::max(each, 1.0)));
}

// C <- C - op(A) B.
void subtract_product(bool transpose_a, const Panel& a, const Panel& b, const Panel& c) {
  gemm({.transpose_a = transpose_a,
        .m = c.rows,
        .n = c.columns,
        .k = b.rows,
        .alpha = -1,
        .a = a.a,
        .lda = a.lda,
        .b = b.a,
        .ldb = b.lda,
        .beta = 1,
        .c = c.a,
        .ldc = c.lda});
}

// The reflectors of one panel as I - V T V'.
struct BlockReflector {
  std::size_t rows, width;
  Vec<double> v, t, work;

  BlockReflector(const Panel& panel, const double* tau)
      : rows(panel.rows), width(panel.columns), v(rows * width), t(width * width) {
    for (std::size_t i = 0; i < rows; ++i) {
      const std::size_t below = std::min(i, width);  // entries left of the diagonal
      std::copy_n(panel.row(i), below, v.data() + i * width);
      if (i < width) v[i * width + i] = 1;
    }
    Vec<double> products(width * width);  // V'V
    gemm({.transpose_a = true,
          .m = width,
          .n = width,
          .k = rows,
          .a = v.data(),
          .lda = width,
          .b = v.data(),
          .ldb = width,
          .c = products.data(),
          .ldc = width});
    for (std::size_t j = 0; j < width; ++j) {  // T is upper triangular: its column j is -tau_j T (V'v_j), then tau_j
      t[j * width + j] = tau[j];
      for (std::size_t i = 0; i < j; ++i) {
        double sum = 0;
        for (std::size_t l = i; l < j; ++l) sum += t[i * width + l] * products[l * width + j];
        t[i * width + j] = -tau[j] * sum;
      }
    }
  }

  // C <- (I - V T V') C, or with T'.
  void apply(bool transpose, const Panel& c) {
    if (c.columns == 0) return;
    work.resize(2 * width * c.columns);
    double *const w = work.data(), *const tw = w + width * c.columns;
    gemm({.transpose_a = true,
          .m = width,
          .n = c.columns,
          .k = rows,
          .a = v.data(),
          .lda = width,
          .b = c.a,
          .ldb = c.lda,
          .c = w,
          .ldc = c.columns});
    gemm({.transpose_a = transpose,
          .m = width,
          .n = c.columns,
          .k = width,
          .a = t.data(),
          .lda = width,
          .b = w,
          .ldb = c.columns,
          .c = tw,
          .ldc = c.columns});
    subtract_product(false, {rows, width, v.data(), width}, {width, c.columns, tw, c.columns}, c);
  }
};

// A is multiplied by the power of two that brings its largest magnitude near 1, where squares might leave the range of
// a double; that factor is returned.
double into_range(const Panel& a) {
  double most = 0;
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < a.columns; ++j) most = std::max(most, std::abs(a.row(i)[j]));
  if (most == 0 || (most > 1e-120 && most < 1e120)) return 1;
  const double factor = std::ldexp(1.0, -std::clamp(std::ilogb(most), -1000, 1000));
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < a.columns; ++j) a.row(i)[j] *= factor;
  return factor;
}

void divide(double* x, std::size_t n, double by) {
  if (by != 1)
    for (std::size_t i = 0; i < n; ++i) x[i] /= by;
}

[[noreturn]] void no_convergence(const char* what) {
  throw InvalidInput(concat(what, ": the iteration does not converge"), {}, Fault::out_of_range);
}

}  // namespace

void solve_triangular(const TriangularSolve& work) {
  const std::size_t n = work.right ? work.columns : work.rows, others = work.right ? work.rows : work.columns;
  if (n == 0 || others == 0) return;
  const double all = work_of(n, n, others) / 2;
  const WholeWork whole(all);
  const auto by = answering(&Backend::solve_triangular, all);
  if (work.right) {  // rows of B are on their own
    const std::size_t most = at_a_time(work_of(n, n, 1) / 2);
    for (std::size_t i = 0; i < work.rows; i += most) {
      checkpoint();
      TriangularSolve part = work;
      part.rows = std::min(most, work.rows - i);
      part.b += i * work.ldb;
      by(part);
    }
    return;
  }
  const bool forward = work.upper == work.transpose;
  const std::size_t blocks = (n + triangle_width - 1) / triangle_width;
  for (std::size_t step = 0; step < blocks; ++step) {
    const std::size_t k = (forward ? step : blocks - 1 - step) * triangle_width,
                      width = std::min(triangle_width, n - k);
    const std::size_t most = at_a_time(work_of(width, width, 1) / 2);
    for (std::size_t j = 0; j < work.columns; j += most) {
      checkpoint();
      TriangularSolve part = work;
      part.rows = width;
      part.columns = std::min(most, work.columns - j);
      part.t += k * work.ldt + k;
      part.b += k * work.ldb + j;
      by(part);
    }
    // The unknowns found, taken out of the equations that are left: rows `rest` of op(T), columns k on.
    const std::size_t from = forward ? k + width : 0, to = forward ? n : k;
    if (from == to) continue;
    const double* const t = work.t + (work.transpose ? k * work.ldt + from : from * work.ldt + k);
    gemm({.transpose_a = work.transpose,
          .m = to - from,
          .n = work.columns,
          .k = width,
          .alpha = -1,
          .a = t,
          .lda = work.ldt,
          .b = work.b + k * work.ldb,
          .ldb = work.ldb,
          .beta = 1,
          .c = work.b + from * work.ldb,
          .ldc = work.ldb});
  }
}

// Right-looking; of the part below a panel only the blocks on and below the diagonal are brought up to date.
std::size_t cholesky(const Panel& a) {
  const std::size_t n = a.rows;
  if (n == 0) return 0;
  const double all = work_of(n, n, n) / 6;
  const WholeWork whole(all);
  const auto by = answering(&Backend::cholesky, all);
  constexpr std::size_t width = triangle_width;
  for (std::size_t k = 0; k < n; k += width) {
    checkpoint();
    const std::size_t w = std::min(width, n - k), next = k + w;
    const std::size_t good = by(a.part(k, k, w, w));
    if (good < w) return k + good;
    solve_triangular({.right = true,
                      .transpose = true,
                      .rows = n - next,
                      .columns = w,
                      .t = a.row(k) + k,
                      .ldt = a.lda,
                      .b = a.a + next * a.lda + k,
                      .ldb = a.lda});
    for (std::size_t j = next; j < n; j += width) {
      const std::size_t columns = std::min(width, n - j);
      gemm({.transpose_b = true,
            .m = n - j,
            .n = columns,
            .k = w,
            .alpha = -1,
            .a = a.row(j) + k,
            .lda = a.lda,
            .b = a.row(j) + k,
            .ldb = a.lda,
            .beta = 1,
            .c = a.row(j) + j,
            .ldc = a.lda});
    }
  }
  return n;
}

void lu(const Panel& a, std::size_t* pivots) {
  const std::size_t most = std::min(a.rows, a.columns);
  if (most == 0) return;
  const double all = work_of(a.rows, a.columns, most) / 3;
  const WholeWork whole(all);
  const auto by = answering(&Backend::lu, all);
  for (std::size_t k = 0; k < most; k += panel_width) {
    checkpoint();
    const std::size_t width = std::min(panel_width, most - k), next = k + width, height = a.rows - k;
    by(a.part(k, k, height, width), pivots + k);
    for (std::size_t i = k; i < next; ++i) {
      pivots[i] += k;
      if (pivots[i] == i) continue;
      std::swap_ranges(a.row(i), a.row(i) + k, a.row(pivots[i]));
      std::swap_ranges(a.row(i) + next, a.row(i) + a.columns, a.row(pivots[i]) + next);
    }
    solve_triangular({.unit_diagonal = true,
                      .rows = width,
                      .columns = a.columns - next,
                      .t = a.row(k) + k,
                      .ldt = a.lda,
                      .b = a.row(k) + next,
                      .ldb = a.lda});
    if (next < a.rows && next < a.columns)
      subtract_product(false, a.part(next, k, a.rows - next, width), a.part(k, next, width, a.columns - next),
                       a.part(next, next, a.rows - next, a.columns - next));
  }
}

void qr(const Panel& a, double* tau) {
  if (a.columns == 0) return;
  const double all = work_of(a.rows, a.columns, a.columns);
  const WholeWork whole(all);
  const auto by = answering(&Backend::qr, all);
  const double factor = into_range(a);
  for (std::size_t k = 0; k < a.columns; k += panel_width) {
    checkpoint();
    const std::size_t width = std::min(panel_width, a.columns - k), next = k + width;
    const Panel panel = a.part(k, k, a.rows - k, width);
    by(panel, tau + k);
    if (next < a.columns) BlockReflector(panel, tau + k).apply(true, a.part(k, next, a.rows - k, a.columns - next));
  }
  for (std::size_t i = 0; i < a.columns; ++i) divide(a.row(i) + i, a.columns - i, factor);
}

void apply_q(const Panel& factors, const double* tau, bool transpose, const Panel& c) {
  const WholeWork whole(work_of(factors.rows, factors.columns, c.columns));
  const std::size_t blocks = (factors.columns + panel_width - 1) / panel_width;
  for (std::size_t step = 0; step < blocks; ++step) {
    checkpoint();
    const std::size_t k = (transpose ? step : blocks - 1 - step) * panel_width;
    const std::size_t width = std::min(panel_width, factors.columns - k), height = factors.rows - k;
    BlockReflector(factors.part(k, k, height, width), tau + k).apply(transpose, c.part(k, 0, height, c.columns));
  }
}

// Backwards on the identity: the panel at k leaves rows and columns before k as they are.
void form_q(const Panel& factors, const double* tau, const Panel& q) {
  const WholeWork whole(work_of(factors.rows, factors.columns, q.columns));
  for (std::size_t i = 0; i < q.rows; ++i) {
    std::fill_n(q.row(i), q.columns, 0.0);
    if (i < q.columns) q.row(i)[i] = 1;
  }
  const std::size_t blocks = (factors.columns + panel_width - 1) / panel_width;
  for (std::size_t step = blocks; step-- > 0;) {
    checkpoint();
    const std::size_t k = step * panel_width;
    const std::size_t width = std::min(panel_width, factors.columns - k), height = factors.rows - k;
    BlockReflector(factors.part(k, k, height, width), tau + k).apply(false, q.part(k, k, height, q.columns - k));
  }
}

// The bidiagonal and tridiagonal forms behind these, the larger part of the work, are cut where LAPACK answers; the
// iterations on two diagonals (dbdsdc, dstedc) are not, nor is any part of general_eigen.
void svd(const Svd& work) {
  checkpoint();
  const double factor = into_range({work.rows, work.columns, work.a, work.columns});
  const double all = work_of(work.rows, work.columns, work.columns) * 4;
  const WholeWork whole(all);
  if (!answering(&Backend::svd, all)(work)) no_convergence("svd");
  divide(work.s, work.columns, factor);
}

void symmetric_eigen(const SymmetricEigen& work) {
  checkpoint();
  const double factor = into_range({work.n, work.n, work.a, work.n});
  const double all = work_of(work.n, work.n, work.n) * 2;
  const WholeWork whole(all);
  if (!answering(&Backend::symmetric_eigen, all)(work)) no_convergence("eigen");
  divide(work.values, work.n, factor);
}

void general_eigen(const GeneralEigen& work) {
  checkpoint();
  const auto by = answering(&Backend::general_eigen, work_of(work.n, work.n, work.n) * 10);
  if (!by)
    throw InvalidInput("eigen: the reference backend has no eigenvalues of matrices that are not symmetric",
                       "Set quern.blas to auto or eigen.");
  const double factor = into_range({work.n, work.n, work.a, work.n});
  if (!by(work)) no_convergence("eigen");
  divide(work.real, work.n, factor);
  divide(work.imaginary, work.n, factor);
}

}  // namespace quern::linalg
