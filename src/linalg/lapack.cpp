// LAPACK's factorisations, found in the OpenBLAS that was opened. Fortran's matrices are column-major: ours are the
// transposed ones, and either that is what is wanted (Cholesky's other triangle, the SVD with U and V exchanged, left
// eigenvectors instead of right ones), or a panel is transposed to and fro.
#include <dlfcn.h>

#include <algorithm>
#include <cmath>

#include "base/vec.hpp"
#include "linalg/decomposition_entries.hpp"

namespace quern::linalg::lapack {

namespace {

using Int = int;
using Length = std::size_t;  // of a Fortran character argument, behind all others

struct Functions {
  void (*dtrsm)(int, int, int, int, int, int, int, double, const double*, int, double*, int);  // CBLAS, row-major
  void (*dpotrf)(const char*, const Int*, double*, const Int*, Int*, Length);
  void (*dgetrf)(const Int*, const Int*, double*, const Int*, Int*, Int*);
  void (*dgeqrf)(const Int*, const Int*, double*, const Int*, double*, double*, const Int*, Int*);
  void (*dgesdd)(const char*, const Int*, const Int*, double*, const Int*, double*, double*, const Int*, double*,
                 const Int*, double*, const Int*, Int*, Int*, Length);
  void (*dsyevd)(const char*, const char*, const Int*, double*, const Int*, double*, double*, const Int*, Int*,
                 const Int*, Int*, Length, Length);
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
  with_workspace([&](double* work, Int* size, Int* info) {
    functions.dgeqrf(&m, &n, columns.data(), &m, tau, work, size, info);
  });
  transpose_from(columns.data(), a);
}

// LAPACK sees A' = V diag(s) U'.
bool svd(const Svd& w) {
  const Int m = as_int(w.columns), n = as_int(w.rows);
  Vec<Int> whole(8 * w.columns);
  return with_workspace([&](double* work, Int* size, Int* info) {
           functions.dgesdd(w.u ? "S" : "N", &m, &n, w.a, &m, w.s, w.vt, &m, w.u, &m, work, size, whole.data(), info,
                            1);
         }) == 0;
}

bool symmetric_eigen(const SymmetricEigen& w) {
  const Int n = as_int(w.n);
  Vec<Int> whole(3 + 5 * w.n);
  const Int whole_size = as_int(whole.size());
  return with_workspace([&](double* work, Int* size, Int* info) {
           functions.dsyevd(w.vectors ? "V" : "N", "U", &n, w.a, &n, w.values, work, size, whole.data(), &whole_size,
                            info, 1, 1);
         }) == 0;
}

// A left eigenvector u of A' has u^H A' = l u^H, so that its conjugate is an eigenvector of A.
bool general_eigen(const GeneralEigen& w) {
  const Int n = as_int(w.n), one = 1;
  double none = 0;
  const Int failed = with_workspace([&](double* work, Int* size, Int* info) {
    functions.dgeev(w.vectors ? "V" : "N", "N", &n, w.a, &n, w.real, w.imaginary, w.vectors, &n, &none, &one, work, size,
                    info, 1, 1);
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
  if (find_one(library, "dgesdd_", functions.dgesdd)) backend.svd = svd;
  if (find_one(library, "dsyevd_", functions.dsyevd)) backend.symmetric_eigen = symmetric_eigen;
  if (find_one(library, "dgeev_", functions.dgeev)) backend.general_eigen = general_eigen;
}

}  // namespace quern::linalg::lapack
