// LAPACK's factorisations, found in the OpenBLAS that was opened. Fortran's matrices are column-major: ours are the
// transposed ones, and either that is what is wanted (Cholesky's other triangle, left eigenvectors instead of right
// ones), or a panel is transposed to and fro.
#include <dlfcn.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/vec.hpp"
#include "linalg/backend.hpp"
#include "linalg/condensed_forms.hpp"
#include "linalg/decomposition_entries.hpp"
#include "linalg/decompositions.hpp"

namespace quern::linalg::lapack {

namespace {

using Int = int;
using Length = std::size_t;  // of a Fortran character argument, behind all others

struct Functions {
  void (*dtrsm)(int, int, int, int, int, int, int, double, const double*, int, double*, int);  // CBLAS, row-major
  void (*dsymv)(int, int, int, double, const double*, int, const double*, int, double, double*, int);
  void (*dpotrf)(const char*, const Int*, double*, const Int*, Int*, Length);
  void (*dgetrf)(const Int*, const Int*, double*, const Int*, Int*, Int*);
  void (*dgeqrf)(const Int*, const Int*, double*, const Int*, double*, double*, const Int*, Int*);
  void (*dbdsdc)(const char*, const char*, const Int*, double*, double*, double*, const Int*, double*, const Int*,
                 double*, Int*, double*, Int*, Int*, Length, Length);
  void (*dstedc)(const char*, const Int*, double*, double*, double*, const Int*, double*, const Int*, Int*, const Int*,
                 Int*, Length);
  void (*dsterf)(const Int*, double*, double*, Int*);
  void (*dgeev)(const char*, const char*, const Int*, double*, const Int*, double*, double*, double*, const Int*,
                double*, const Int*, double*, const Int*, Int*, Length, Length);
};

constinit Functions functions{};

Int as_int(std::size_t n) { return static_cast<Int>(n); }

// work(query) calls the function with an array of `size` numbers, which for -1 is only told how many it wants.
template <class Call>
Int with_workspace(Call&& call) {
  Int info = 0, size = -1;
  double wanted = 0;
  call(&wanted, &size, &info);
  if (info != 0) return info;
  Vec<double> work(static_cast<std::size_t>(std::max(wanted, 1.0)));
  size = as_int(work.size());
  call(work.data(), &size, &info);
  return info;
}

void transpose_to(const Panel& a, double* columns) {
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < a.columns; ++j) columns[j * a.rows + i] = a.row(i)[j];
}

void transpose_from(const double* columns, const Panel& a) {
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < a.columns; ++j) a.row(i)[j] = columns[j * a.rows + i];
}

void solve_triangular(const TriangularSolve& w) {
  constexpr int row_major = 101, plain = 111, transposed = 112, upper = 121, lower = 122, non_unit = 131, unit = 132,
                left = 141, right = 142;
  functions.dtrsm(row_major, w.right ? right : left, w.upper ? upper : lower, w.transpose ? transposed : plain,
                  w.unit_diagonal ? unit : non_unit, as_int(w.rows), as_int(w.columns), 1.0, w.t, as_int(w.ldt), w.b,
                  as_int(w.ldb));
}

std::size_t cholesky(const Panel& a) {
  const Int n = as_int(a.rows), ld = as_int(a.lda);
  Int info = 0;
  functions.dpotrf("U", &n, a.a, &ld, &info, 1);
  return info > 0 ? static_cast<std::size_t>(info - 1) : a.rows;
}

void lu(const Panel& a, std::size_t* pivots) {
  Vec<double> columns(a.rows * a.columns);
  transpose_to(a, columns.data());
  const Int m = as_int(a.rows), n = as_int(a.columns);
  const std::size_t k = std::min(a.rows, a.columns);
  Vec<Int> exchanged(k);
  Int info = 0;
  functions.dgetrf(&m, &n, columns.data(), &m, exchanged.data(), &info);
  transpose_from(columns.data(), a);
  for (std::size_t i = 0; i < k; ++i) pivots[i] = static_cast<std::size_t>(exchanged[i] - 1);
}

void qr(const Panel& a, double* tau) {
  Vec<double> columns(a.rows * a.columns);
  transpose_to(a, columns.data());
  const Int m = as_int(a.rows), n = as_int(a.columns);
  with_workspace(
      [&](double* work, Int* size, Int* info) { functions.dgeqrf(&m, &n, columns.data(), &m, tau, work, size, info); });
  transpose_from(columns.data(), a);
}

// As dgesdd, with a bidiagonal form of our own, which can be interrupted: dgebrd and dormbr cannot. Of what dbdsdc
// gives to Fortran, U is transposed for us, and V' is V.
bool svd(const Svd& w) {
  const std::size_t m = w.rows, n = w.columns;
  Bidiagonal form({m, n, w.a, n});
  const Int order = as_int(n), one = 1;
  Vec<double> ut(w.u ? n * n : 1), v(w.u ? n * n : 1), work(w.u ? 3 * n * n + 4 * n : 4 * n);
  Vec<Int> whole(8 * n);
  double unused = 0;
  Int unused_whole = 0, info = 0;
  checkpoint();
  functions.dbdsdc("U", w.u ? "I" : "N", &order, form.diagonal.data(), form.beside.data(), ut.data(),
                   w.u ? &order : &one, v.data(), w.u ? &order : &one, &unused, &unused_whole, work.data(),
                   whole.data(), &info, 1, 1);
  if (info != 0) return false;
  std::copy(form.diagonal.begin(), form.diagonal.end(), w.s);
  if (!w.u) return true;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) w.u[i * n + j] = ut[j * n + i];
  std::fill(w.u + n * n, w.u + m * n, 0.0);
  apply_q({m, n, w.a, n}, form.tau_q.data(), false, {m, n, w.u, n});
  if (n > 1) {
    Vec<double> reflectors((n - 1) * (n - 1));  // of P, in columns
    for (std::size_t i = 0; i + 1 < n; ++i)
      for (std::size_t j = i + 1; j < n; ++j) reflectors[(j - 1) * (n - 1) + i] = w.a[i * n + j];
    apply_q({n - 1, n - 1, reflectors.data(), n - 1}, form.tau_p.data(), false, {n - 1, n, v.data() + n, n});
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) w.vt[i * n + j] = v[j * n + i];
  return true;
}

void symmetric_product(std::size_t n, const double* a, std::size_t lda, const double* x, double* y) {
  constexpr int row_major = 101, lower = 122;
  functions.dsymv(row_major, lower, as_int(n), 1.0, a, as_int(lda), x, 1, 0.0, y, 1);
}

// As dsyevd, with a tridiagonal form of our own.
bool symmetric_eigen(const SymmetricEigen& w) {
  const std::size_t n = w.n;
  Tridiagonal form({n, n, w.a, n}, symmetric_product);
  const Int order = as_int(n);
  Int info = 0;
  checkpoint();
  Vec<double> vectors;
  if (w.vectors) {
    vectors.resize(n * n);
    Vec<double> work(1 + 4 * n + n * n);
    Vec<Int> whole(3 + 5 * n);
    const Int work_size = as_int(work.size()), whole_size = as_int(whole.size());
    functions.dstedc("I", &order, form.diagonal.data(), form.beside.data(), vectors.data(), &order, work.data(),
                     &work_size, whole.data(), &whole_size, &info, 1);
  } else {
    functions.dsterf(&order, form.diagonal.data(), form.beside.data(), &info);
  }
  if (info != 0) return false;
  std::copy(form.diagonal.begin(), form.diagonal.end(), w.values);
  if (!w.vectors) return true;
  Vec<double> columns(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) columns[i * n + j] = vectors[j * n + i];
  if (n > 1) {
    const Panel reflectors = Panel{n, n, w.a, n}.part(1, 0, n - 1, n - 1);
    apply_q(reflectors, form.tau.data(), false, {n - 1, n, columns.data() + n, n});
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) w.a[i * n + j] = columns[j * n + i];
  return true;
}

// A left eigenvector u of A' has u^H A' = l u^H, so that its conjugate is an eigenvector of A.
bool general_eigen(const GeneralEigen& w) {
  const Int n = as_int(w.n), one = 1;
  double none = 0;
  const Int failed = with_workspace([&](double* work, Int* size, Int* info) {
    functions.dgeev(w.vectors ? "V" : "N", "N", &n, w.a, &n, w.real, w.imaginary, w.vectors, &n, &none, &one, work,
                    size, info, 1, 1);
  });
  if (failed != 0) return false;
  if (w.vectors)
    for (std::size_t i = 0; i < w.n; ++i)
      if (w.imaginary[i] < 0)
        for (std::size_t j = 0; j < w.n; ++j) w.vectors[i * w.n + j] *= -1;
  return true;
}

template <class Function>
bool find_one(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

}  // namespace

void find(void* library, Backend& backend) {
  if (find_one(library, "cblas_dtrsm", functions.dtrsm)) backend.solve_triangular = solve_triangular;
  if (find_one(library, "dpotrf_", functions.dpotrf)) backend.cholesky = cholesky;
  if (find_one(library, "dgetrf_", functions.dgetrf)) backend.lu = lu;
  if (find_one(library, "dgeqrf_", functions.dgeqrf)) backend.qr = qr;
  if (find_one(library, "dbdsdc_", functions.dbdsdc)) backend.svd = svd;
  if (find_one(library, "dstedc_", functions.dstedc) && find_one(library, "dsterf_", functions.dsterf) &&
      find_one(library, "cblas_dsymv", functions.dsymv))
    backend.symmetric_eigen = symmetric_eigen;
  if (find_one(library, "dgeev_", functions.dgeev)) backend.general_eigen = general_eigen;
}

}  // namespace quern::linalg::lapack
