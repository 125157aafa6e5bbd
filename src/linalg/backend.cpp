#include "linalg/backend.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"

namespace quern::linalg {

namespace {

constinit Choice chosen = Choice::best;
constinit thread_local bool in_large_work = false;

// Below so many multiplications Eigen answers: a library is opened, in 20 ms, for those who need it.
constexpr double worth_opening = 4e6;
constexpr double piece = 1.6e9;  // multiplications between two checkpoints: some 30 ms

// How many of `count` rows to do at a time where each costs `each` multiplications; a multiple of 64.
std::size_t rows_a_piece(std::size_t count, double each) {
  const double rows = piece / std::max(each, 1.0);
  return rows >= static_cast<double>(count) ? count
                                            : std::max<std::size_t>(64, static_cast<std::size_t>(rows) / 64 * 64);
}

// The same for the depth, over which `each` is repeated.
std::size_t depth_a_piece(std::size_t depth, double each) {
  constexpr std::size_t layer = 384;
  const double layers = piece / std::max(each * layer, 1.0);
  return layers * layer >= static_cast<double>(depth)
             ? depth
             : layer * std::max<std::size_t>(1, static_cast<std::size_t>(layers));
}

double product(std::size_t a, std::size_t b) { return static_cast<double>(a) * static_cast<double>(b); }

}  // namespace

std::array<const Backend*, 3> backends() {
  const Backend* const plain = &reference_backend();
  switch (chosen) {
    case Choice::reference:
      return {plain, nullptr, nullptr};
    case Choice::eigen:
      return {&eigen_backend(), plain, nullptr};
    default:
      return {openblas_backend(), &eigen_backend(), plain};
  }
}

bool is_small(double work) { return chosen == Choice::best && work < worth_opening && !in_large_work; }

WholeWork::WholeWork(double work) : before_(in_large_work) { in_large_work = in_large_work || !is_small(work); }
WholeWork::~WholeWork() { in_large_work = before_; }

void choose_backend(Choice choice) { chosen = choice; }

const char* backend_in_use() {
  for (const Backend* const backend : backends())
    if (backend) return backend->name;
  return nullptr;
}

void gemm(const Gemm& work) {
  if (work.m == 0 || work.n == 0) return;
  if (work.k == 0) return reference_backend().gemm(work);
  if (device && device->gemm(work)) return;
  const auto by = answering(&Backend::gemm, product(work.m, work.n) * static_cast<double>(work.k));
  // The depth is cut first, at multiples of what OpenBLAS itself does at a time: that way it copies nothing twice. Only
  // where the layers of a large product would still take too long are rows cut too.
  const std::size_t depth = depth_a_piece(work.k, product(work.m, work.n));
  const std::size_t most = rows_a_piece(work.m, product(work.n, std::min(depth, work.k)));
  Gemm part = work;
  for (std::size_t l = 0; l < work.k; l += depth, part.beta = 1) {
    part.k = std::min(depth, work.k - l);
    part.b = work.b + (work.transpose_b ? l : l * work.ldb);
    for (std::size_t i = 0; i < work.m; i += most) {
      checkpoint();
      part.m = std::min(most, work.m - i);
      part.a = work.a + (work.transpose_a ? l * work.lda + i : i * work.lda + l);
      part.c = work.c + i * work.ldc;
      by(part);
    }
  }
}

void gemv(const Gemv& work) {
  if (work.rows == 0 || work.columns == 0) return reference_backend().gemv(work);
  checkpoint();
  if (device && device->gemv(work)) return;
  answering(&Backend::gemv, product(work.rows, work.columns))(work);
}

void gram(const Gram& work) {
  if (work.n == 0 || work.k == 0) return reference_backend().gram(work);
  if (device && device->gram(work)) return;
  const auto by = answering(&Backend::gram, product(work.n, work.n) * static_cast<double>(work.k) / 2);
  const std::size_t most = std::max<std::size_t>(1, rows_a_piece(work.k, product(work.n, work.n) / 2));
  Gram part = work;
  for (std::size_t l = 0; l < work.k; l += most) {
    checkpoint();
    part.k = std::min(most, work.k - l);
    part.a = work.a + l * work.lda;
    by(part);
    part.beta = 1;
  }
}

}  // namespace quern::linalg
