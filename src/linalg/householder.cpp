#include "linalg/householder.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <immintrin.h>

#include "base/error.hpp"
#include "linalg/double_double.hpp"

namespace quern {

namespace {

#pragma GCC push_options
#pragma GCC target("arch=x86-64-v4")
namespace v4 {
constexpr std::size_t lanes = 8;
constexpr bool fused = true;
typedef double Vector __attribute__((vector_size(64)));
inline Vector multiply_add(const Vector& a, const Vector& b, const Vector& c) { return _mm512_fmadd_pd(a, b, c); }
inline Vector multiply_subtract(const Vector& a, const Vector& b, const Vector& c) { return _mm512_fnmadd_pd(a, b, c); }
#include "linalg/householder_kernel.inc"
}  // namespace v4
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("arch=x86-64-v3")
namespace v3 {
constexpr std::size_t lanes = 4;
constexpr bool fused = true;
typedef double Vector __attribute__((vector_size(32)));
inline Vector multiply_add(const Vector& a, const Vector& b, const Vector& c) { return _mm256_fmadd_pd(a, b, c); }
inline Vector multiply_subtract(const Vector& a, const Vector& b, const Vector& c) { return _mm256_fnmadd_pd(a, b, c); }
#include "linalg/householder_kernel.inc"
}  // namespace v3
#pragma GCC pop_options

namespace baseline {
constexpr std::size_t lanes = 2;
constexpr bool fused = false;
typedef double Vector __attribute__((vector_size(16)));
inline Vector multiply_add(const Vector& a, const Vector& b, const Vector& c) { return a * b + c; }
inline Vector multiply_subtract(const Vector& a, const Vector& b, const Vector& c) { return c - a * b; }
#include "linalg/householder_kernel.inc"
}  // namespace baseline

}  // namespace

InstructionSet best_instruction_set() {
  if (__builtin_cpu_supports("x86-64-v4")) return InstructionSet::v4;
  if (__builtin_cpu_supports("x86-64-v3")) return InstructionSet::v3;
  return InstructionSet::baseline;
}

void fold_rows(std::span<double> triangle, std::size_t columns, double* block, std::size_t first, InstructionSet use) {
  const auto kernel = use == InstructionSet::v4   ? v4::fold_wide
                      : use == InstructionSet::v3 ? v3::fold_wide
                                                  : baseline::fold_wide;
  kernel(triangle.data(), columns, block, first - first % 8);
}

void fold_rows(std::span<double> triangle, std::size_t columns, NarrowBlock& block, std::size_t rows, std::size_t first,
               InstructionSet use) {
  const auto kernel = use == InstructionSet::v4   ? v4::fold_narrow
                      : use == InstructionSet::v3 ? v3::fold_narrow
                                                  : baseline::fold_narrow;
  kernel(triangle.data(), triangle.data() + triangle_size(columns), columns, block, (rows + 7) / 8 * 8, first);
}

void add_fourth_moments(std::span<double> moments, std::size_t columns, NarrowBlock& block, std::size_t rows,
                        InstructionSet use) {
  const auto kernel = use == InstructionSet::v4   ? v4::add_fourth_moments
                      : use == InstructionSet::v3 ? v3::add_fourth_moments
                                                  : baseline::add_fourth_moments;
  kernel(moments.data(), moments.data() + moments.size() / 2, columns, block, (rows + 7) / 8 * 8);
}

}  // namespace quern
