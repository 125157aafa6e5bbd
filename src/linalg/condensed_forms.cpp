#include "linalg/condensed_forms.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace quern::linalg {

namespace {

constexpr std::size_t panel_width = 32, block_width = 256;

// Vectors of one length, one a row.
struct Stack {
  std::size_t length;
  Vec<double> values;

  explicit Stack(std::size_t length) : length(length), values(panel_width * length) {}
  double* row(std::size_t i) { return values.data() + i * length; }
  const double* row(std::size_t i) const { return values.data() + i * length; }
};

// y -= sum_i c_i s_i over the first `count` vectors, from element `from` on.
void subtract_rows(const Stack& s, std::size_t count, const double* c, std::size_t from, double* y) {
  if (count == 0) return;
  gemv({.transpose = true,
        .rows = count,
        .columns = s.length - from,
        .alpha = -1,
        .a = s.values.data() + from,
        .lda = s.length,
        .x = c,
        .beta = 1,
        .y = y + from});
}

// The same with c_i = r_i'x, of elements `start` on.
void subtract_parts(const Stack& s, const Stack& r, std::size_t count, const double* x, std::size_t start,
                    std::size_t from, double* y) {
  if (count == 0) return;
  double c[panel_width];
  gemv({.rows = count,
        .columns = r.length - start,
        .a = r.values.data() + start,
        .lda = r.length,
        .x = x + start,
        .y = c});
  subtract_rows(s, count, c, from, y);
}

// The same with c_i = r_i[at].
void subtract_times(const Stack& s, const Stack& r, std::size_t count, std::size_t at, std::size_t from, double* y) {
  double c[panel_width];
  for (std::size_t i = 0; i < count; ++i) c[i] = r.row(i)[at];
  subtract_rows(s, count, c, from, y);
}

double inner_product(const double* x, const double* y, std::size_t from, std::size_t n) {
  double lanes[4] = {};
  std::size_t l = from;
  for (; l + 4 <= n; l += 4)
    for (std::size_t i = 0; i < 4; ++i) lanes[i] += x[l + i] * y[l + i];
  for (; l < n; ++l) lanes[0] += x[l] * y[l];
  return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

// The reflector I - tau v v' that takes x, from element `from` on, to beta times a unit vector; x becomes v. Norms are
// safe because callers scale their matrix.
double reflect(double* x, std::size_t from, std::size_t n, double& beta) {
  const double alpha = x[from], tail = std::sqrt(inner_product(x, x, from + 1, n));
  x[from] = 1;
  beta = alpha;
  if (tail == 0) return 0;
  beta = -std::copysign(std::hypot(alpha, tail), alpha);
  for (std::size_t l = from + 1; l < n; ++l) x[l] /= alpha - beta;
  return (beta - alpha) / beta;
}

// C -= A'B where the rows of A and B are the first `count` vectors, from element i and j on; C has `columns`.
void subtract_outer(const Stack& a, std::size_t i, const Stack& b, std::size_t j, std::size_t columns,
                    std::size_t count, double* c, std::size_t ldc) {
  gemm({.transpose_a = true,
        .m = a.length - i,
        .n = columns,
        .k = count,
        .alpha = -1,
        .a = a.values.data() + i,
        .lda = a.length,
        .b = b.values.data() + j,
        .ldb = b.length,
        .beta = 1,
        .c = c,
        .ldc = ldc});
}

}  // namespace

// Inside a panel the matrix stands for A - V Y' - X U', with V and U the reflectors of the panel so far.
Bidiagonal::Bidiagonal(const Panel& a) : diagonal(a.columns), beside(a.columns), tau_q(a.columns), tau_p(a.columns) {
  const std::size_t m = a.rows, n = a.columns;
  Stack v(m), x(m), u(n), y(n);
  for (std::size_t k = 0; k < n; k += panel_width) {
    const std::size_t width = std::min(panel_width, n - k);
    for (Stack* const stack : {&v, &x, &u, &y}) std::fill(stack->values.begin(), stack->values.end(), 0.0);
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t j = k + i, next = j + 1;
      double *const left = v.row(i), *const right = u.row(i);
      for (std::size_t l = j; l < m; ++l) left[l] = a.row(l)[j];
      subtract_times(v, y, i, j, j, left);
      subtract_times(x, u, i, j, j, left);
      tau_q[j] = reflect(left, j, m, diagonal[j]);
      if (next == n) break;

      double* const yi = y.row(i);  // tau (A' v - Y V' v - U X' v), columns from next on
      gemv({.transpose = true,
            .rows = m - j,
            .columns = n - next,
            .alpha = 1,
            .a = a.row(j) + next,
            .lda = a.lda,
            .x = left + j,
            .y = yi + next});
      subtract_parts(y, v, i, left, j, next, yi);
      subtract_parts(u, x, i, left, j, next, yi);
      for (std::size_t l = next; l < n; ++l) yi[l] *= tau_q[j];

      std::copy(a.row(j) + next, a.row(j) + n, right + next);
      subtract_times(y, v, i + 1, j, next, right);
      subtract_times(u, x, i, j, next, right);
      tau_p[j] = reflect(right, next, n, beside[j]);

      double* const xi = x.row(i);  // tau (A u - V Y' u - X U' u), rows from next on
      if (next < m)
        gemv({.rows = m - next,
              .columns = n - next,
              .a = a.row(next) + next,
              .lda = a.lda,
              .x = right + next,
              .y = xi + next});
      subtract_parts(v, y, i + 1, right, next, next, xi);
      subtract_parts(x, u, i, right, next, next, xi);
      for (std::size_t l = next; l < m; ++l) xi[l] *= tau_p[j];
    }
    const std::size_t next = k + width;
    if (next < n) {
      subtract_outer(v, next, y, next, n - next, width, a.row(next) + next, a.lda);
      subtract_outer(x, next, u, next, n - next, width, a.row(next) + next, a.lda);
    }
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t j = k + i;
      for (std::size_t l = j + 1; l < m; ++l) a.row(l)[j] = v.row(i)[l];
      std::copy(u.row(i) + j + 1, u.row(i) + n, a.row(j) + j + 1);
    }
  }
}

// Inside a panel the matrix stands for A - V W' - W V'.
Tridiagonal::Tridiagonal(const Panel& a, SymmetricProduct* multiply) : diagonal(a.rows), beside(a.rows), tau(a.rows) {
  const std::size_t n = a.rows;
  Stack v(n), w(n);
  Vec<double> column(n);
  for (std::size_t k = 0; k < n; k += panel_width) {
    const std::size_t width = std::min(panel_width, n - k);
    for (Stack* const stack : {&v, &w}) std::fill(stack->values.begin(), stack->values.end(), 0.0);
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t j = k + i, next = j + 1;
      double* const vi = v.row(i);
      for (std::size_t l = j; l < n; ++l) column[l] = a.row(l)[j];
      subtract_times(v, w, i, j, j, column.data());
      subtract_times(w, v, i, j, j, column.data());
      diagonal[j] = column[j];
      if (next == n) break;
      std::copy(column.data() + next, column.data() + n, vi + next);
      tau[j] = reflect(vi, next, n, beside[j]);

      double* const wi = w.row(i);  // tau (A v - V W' v - W V' v), less its part along v
      checkpoint();
      multiply(n - next, a.row(next) + next, a.lda, vi + next, wi + next);
      subtract_parts(v, w, i, vi, next, next, wi);
      subtract_parts(w, v, i, vi, next, next, wi);
      for (std::size_t l = next; l < n; ++l) wi[l] *= tau[j];
      const double along = tau[j] / 2 * inner_product(wi, vi, next, n);
      for (std::size_t l = next; l < n; ++l) wi[l] -= along * vi[l];
    }
    for (std::size_t j = k + width; j < n; j += block_width) {  // blocks on and below the diagonal
      const std::size_t columns = std::min(block_width, n - j);
      subtract_outer(v, j, w, j, columns, width, a.row(j) + j, a.lda);
      subtract_outer(w, j, v, j, columns, width, a.row(j) + j, a.lda);
    }
    for (std::size_t i = 0; i < width; ++i)
      for (std::size_t l = k + i + 2; l < n; ++l) a.row(l)[k + i] = v.row(i)[l];
  }
}

}  // namespace quern::linalg
