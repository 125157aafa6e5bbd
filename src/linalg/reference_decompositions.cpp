// Factorisations by the textbook: unblocked Cholesky, LU and Householder QR, one-sided Jacobi for singular values,
// cyclic Jacobi for symmetric eigenvalues. Golub and Van Loan, Matrix Computations (4th ed.), 3.1, 3.4, 4.2, 5.2, 8.5,
// 8.6.3. Slow for large matrices, and Jacobi's methods are the most accurate there are.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/vec.hpp"
#include "linalg/decomposition_entries.hpp"

namespace quern::linalg::reference {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr int most_sweeps = 60;

double element_of(const TriangularSolve& w, std::size_t i, std::size_t j) {  // of op(T)
  return w.transpose ? w.t[j * w.ldt + i] : w.t[i * w.ldt + j];
}

// Solves op(T) x = b, x and b `stride` apart; from the first to the last unknown where op(T) is lower.
void substitute(const TriangularSolve& w, std::size_t n, double* b, std::size_t stride, bool lower, bool by_columns) {
  const auto t = [&](std::size_t i, std::size_t j) { return by_columns ? element_of(w, j, i) : element_of(w, i, j); };
  for (std::size_t step = 0; step < n; ++step) {
    const std::size_t i = lower ? step : n - 1 - step;
    double sum = b[i * stride];
    for (std::size_t j = lower ? 0 : i + 1; j < (lower ? i : n); ++j) sum -= t(i, j) * b[j * stride];
    b[i * stride] = w.unit_diagonal ? sum : sum / t(i, i);
  }
}

// c and s with [c s; -s c]' [p q; q r] [c s; -s c] diagonal, |s| <= c.
struct Rotation {
  double c = 1, s = 0;

  Rotation(double p, double q, double r) {
    if (q == 0) return;
    const double tau = (r - p) / (2 * q);
    const double t = std::copysign(1 / (std::abs(tau) + std::hypot(1.0, tau)), tau);
    c = 1 / std::hypot(1.0, t);
    s = t * c;
  }
  void turn(double& x, double& y) const {
    const double old = x;
    x = c * old - s * y;
    y = s * old + c * y;
  }
};

double norm_of(const double* x, std::size_t n) {
  double scale = 0, squares = 1;
  for (std::size_t i = 0; i < n; ++i) {
    const double v = std::abs(x[i]);
    if (v == 0) continue;
    if (scale < v) {
      squares = 1 + squares * (scale / v) * (scale / v);
      scale = v;
    } else {
      squares += (v / scale) * (v / scale);
    }
  }
  return scale * std::sqrt(squares);
}

double inner_product(const double* x, const double* y, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += x[i] * y[i];
  return sum;
}

// Rows that are zero become unit vectors that no row before them has a part of.
void complete_basis(Vec<Vec<double>>& rows, std::size_t n) {
  for (std::size_t k = 0; k < rows.size(); ++k) {
    if (norm_of(rows[k].data(), n) > 0.5) continue;
    for (std::size_t e = 0; e < n; ++e) {
      Vec<double> candidate(n);
      candidate[e] = 1;
      for (int twice = 0; twice < 2; ++twice)
        for (const Vec<double>& row : rows) {
          const double part = inner_product(row.data(), candidate.data(), n);
          for (std::size_t i = 0; i < n; ++i) candidate[i] -= part * row[i];
        }
      const double norm = norm_of(candidate.data(), n);
      if (norm < 0.5 / std::sqrt(static_cast<double>(n))) continue;
      for (double& v : candidate) v /= norm;
      rows[k] = std::move(candidate);
      break;
    }
  }
}

}  // namespace

void solve_triangular(const TriangularSolve& w) {
  const bool lower = w.upper == w.transpose;  // op(T)
  if (w.right)  // x op(T) = b is op(T)' x' = b'
    for (std::size_t i = 0; i < w.rows; ++i) substitute(w, w.columns, w.b + i * w.ldb, 1, !lower, true);
  else
    for (std::size_t j = 0; j < w.columns; ++j) substitute(w, w.rows, w.b + j, w.ldb, lower, false);
}

std::size_t cholesky(const Panel& a) {
  for (std::size_t j = 0; j < a.rows; ++j) {
    const double pivot = a.row(j)[j] - inner_product(a.row(j), a.row(j), j);
    if (!(pivot > 0)) return j;
    const double diagonal = a.row(j)[j] = std::sqrt(pivot);
    for (std::size_t i = j + 1; i < a.rows; ++i)
      a.row(i)[j] = (a.row(i)[j] - inner_product(a.row(i), a.row(j), j)) / diagonal;
  }
  return a.rows;
}

void lu(const Panel& a, std::size_t* pivots) {
  for (std::size_t k = 0; k < std::min(a.rows, a.columns); ++k) {
    std::size_t p = k;
    for (std::size_t i = k + 1; i < a.rows; ++i)
      if (std::abs(a.row(i)[k]) > std::abs(a.row(p)[k])) p = i;
    pivots[k] = p;
    if (p != k) std::swap_ranges(a.row(p), a.row(p) + a.columns, a.row(k));
    const double pivot = a.row(k)[k];
    if (pivot == 0) continue;
    for (std::size_t i = k + 1; i < a.rows; ++i) {
      const double factor = a.row(i)[k] /= pivot;
      for (std::size_t j = k + 1; j < a.columns; ++j) a.row(i)[j] -= factor * a.row(k)[j];
    }
  }
}

void qr(const Panel& a, double* tau) {
  Vec<double> x(a.rows), sums(a.columns);
  for (std::size_t k = 0; k < a.columns; ++k) {
    for (std::size_t i = k; i < a.rows; ++i) x[i] = a.row(i)[k];
    tau[k] = 0;
    if (norm_of(x.data() + k + 1, a.rows - k - 1) == 0) continue;
    const double alpha = x[k], beta = -std::copysign(norm_of(x.data() + k, a.rows - k), alpha);
    tau[k] = (beta - alpha) / beta;
    x[k] = 1;
    for (std::size_t i = k + 1; i < a.rows; ++i) a.row(i)[k] = x[i] /= alpha - beta;
    a.row(k)[k] = beta;
    std::fill(sums.begin(), sums.end(), 0.0);
    for (std::size_t i = k; i < a.rows; ++i)
      for (std::size_t j = k + 1; j < a.columns; ++j) sums[j] += x[i] * a.row(i)[j];
    for (std::size_t i = k; i < a.rows; ++i)
      for (std::size_t j = k + 1; j < a.columns; ++j) a.row(i)[j] -= tau[k] * x[i] * sums[j];
  }
}

// The columns of A are turned pair by pair until all are orthogonal: A V = U diag(s).
bool svd(const Svd& w) {
  const std::size_t m = w.rows, n = w.columns;
  Vec<Vec<double>> columns(n, Vec<double>(m)), v(n, Vec<double>(n));
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = 0; i < m; ++i) columns[j][i] = w.a[i * n + j];
    v[j][j] = 1;
  }
  double largest = 0;
  for (const Vec<double>& column : columns) largest = std::max(largest, norm_of(column.data(), m));
  const double scale = largest > 0 ? std::exp2(-std::ilogb(largest)) : 1;  // so that squares stay in range
  for (Vec<double>& column : columns)
    for (double& x : column) x *= scale;
  const double nothing = static_cast<double>(m) * epsilon * epsilon;  // squared, beside 1

  bool turned = true;
  for (int sweep = 0; turned; ++sweep) {
    if (sweep == most_sweeps) return false;
    turned = false;
    for (std::size_t i = 0; i < n; ++i) {
      checkpoint();
      for (std::size_t j = i + 1; j < n; ++j) {
        const double p = inner_product(columns[i].data(), columns[i].data(), m),
                     q = inner_product(columns[i].data(), columns[j].data(), m),
                     r = inner_product(columns[j].data(), columns[j].data(), m);
        if (p < nothing * nothing || r < nothing * nothing) continue;
        if (std::abs(q) <= epsilon * std::sqrt(static_cast<double>(m)) * std::sqrt(p) * std::sqrt(r)) continue;
        turned = true;
        const Rotation rotation(p, q, r);
        for (std::size_t l = 0; l < m; ++l) rotation.turn(columns[i][l], columns[j][l]);
        for (std::size_t l = 0; l < n; ++l) rotation.turn(v[i][l], v[j][l]);
      }
    }
  }

  Vec<double> norms(n);
  for (std::size_t j = 0; j < n; ++j) norms[j] = norm_of(columns[j].data(), m);
  Vec<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return norms[i] > norms[j]; });
  Vec<Vec<double>> u(n);
  for (std::size_t k = 0; k < n; ++k) {
    const std::size_t from = order[k];
    w.s[k] = norms[from] / scale;
    u[k] = std::move(columns[from]);
    const bool vanishes = norms[from] <= nothing;
    for (double& x : u[k]) x = vanishes ? 0 : x / norms[from];
    if (w.vt) std::copy(v[from].begin(), v[from].end(), w.vt + k * n);
  }
  if (w.u) {
    complete_basis(u, m);
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t k = 0; k < n; ++k) w.u[i * n + k] = u[k][i];
  }
  return true;
}

bool symmetric_eigen(const SymmetricEigen& w) {
  const std::size_t n = w.n;
  Vec<double> a(w.a, w.a + n * n), v(n * n);  // eigenvectors in the rows of v
  for (std::size_t i = 0; i < n; ++i) {
    v[i * n + i] = 1;
    for (std::size_t j = 0; j < i; ++j) a[j * n + i] = a[i * n + j];
  }
  bool turned = true;
  for (int sweep = 0; turned; ++sweep) {
    if (sweep == most_sweeps) return false;
    turned = false;
    const double norm = norm_of(a.data(), n * n);
    for (std::size_t p = 0; p < n; ++p) {
      checkpoint();
      for (std::size_t q = p + 1; q < n; ++q) {
        const double off = a[p * n + q];
        if (std::abs(off) <= epsilon * norm * 1e-3 / static_cast<double>(n)) continue;
        turned = true;
        const Rotation rotation(a[p * n + p], off, a[q * n + q]);
        for (std::size_t l = 0; l < n; ++l) rotation.turn(a[l * n + p], a[l * n + q]);
        for (std::size_t l = 0; l < n; ++l) rotation.turn(a[p * n + l], a[q * n + l]);
        a[p * n + q] = a[q * n + p] = 0;
        for (std::size_t l = 0; l < n; ++l) rotation.turn(v[p * n + l], v[q * n + l]);
      }
    }
  }
  Vec<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return a[i * n + i] < a[j * n + j]; });
  for (std::size_t k = 0; k < n; ++k) {
    w.values[k] = a[order[k] * n + order[k]];
    if (w.vectors) std::copy_n(v.data() + order[k] * n, n, w.a + k * n);
  }
  return true;
}

}  // namespace quern::linalg::reference
