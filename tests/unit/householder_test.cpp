// Triangular factors against R'R = B'B, for every kernel that the processor runs.
#include "linalg/householder.hpp"

#include <cmath>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "linalg/double_double.hpp"
#include "linalg/least_squares.hpp"

namespace quern {
namespace {

std::vector<InstructionSet> instruction_sets() {
  std::vector<InstructionSet> sets = {InstructionSet::baseline};
  if (best_instruction_set() != InstructionSet::baseline) sets.push_back(InstructionSet::v3);
  if (best_instruction_set() == InstructionSet::v4) sets.push_back(InstructionSet::v4);
  return sets;
}

// Whole numbers, so that B'B is exact.
std::vector<std::vector<double>> whole_numbers(std::size_t rows, std::size_t columns, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::vector<double>> b(rows, std::vector<double>(columns));
  for (auto& row : b)
    for (double& value : row) value = static_cast<double>(random() % 2001) - 1000;
  return b;
}

double gram(const std::vector<std::vector<double>>& b, std::size_t i, std::size_t j) {
  double sum = 0;
  for (const auto& row : b) sum += row[i] * row[j];
  return sum;
}

TEST(Householder, narrow_factor_has_the_gram_matrix_to_30_digits) {
  for (const InstructionSet use : instruction_sets()) {
    for (const std::size_t columns : {1, 2, 3, 8, 12, 17}) {
      for (const std::size_t rows : {1, 5, 36, 128, 300}) {
        const auto b = whole_numbers(rows, columns, 11);
        std::vector<double> triangle(2 * triangle_size(columns));
        for (std::size_t from = 0; from < rows; from += narrow_block_rows) {
          NarrowBlock block = {};
          const std::size_t count = std::min(narrow_block_rows, rows - from);
          for (std::size_t r = 0; r < count; ++r)
            for (std::size_t c = 0; c < columns; ++c) block.high[c][r] = b[from + r][c];
          fold_rows(triangle, columns, block, count, 0, use);
        }
        for (std::size_t i = 0; i < columns; ++i)
          for (std::size_t j = i; j < columns; ++j) {
            DoubleDouble sum;
            for (std::size_t l = 0; l <= i; ++l) {
              const std::size_t a = triangle_row(columns, l) + i, c = triangle_row(columns, l) + j;
              sum += DoubleDouble(triangle[a], triangle[a + triangle_size(columns)]) *
                     DoubleDouble(triangle[c], triangle[c + triangle_size(columns)]);
            }
            const double error = static_cast<double>(sum - DoubleDouble(gram(b, i, j)));
            EXPECT_LT(std::abs(error), 1e-30 * 1e6 * static_cast<double>(rows))
                << columns << " columns, " << rows << " rows, " << i << ", " << j;
          }
      }
    }
  }
}

TEST(Householder, wide_factor_has_the_gram_matrix_to_14_digits) {
  struct Free {
    void operator()(double* p) const { std::free(p); }
  };
  for (const InstructionSet use : instruction_sets()) {
    for (const std::size_t columns : {1, 7, 8, 18, 33, 52, 100, 137}) {
      for (const std::size_t rows : {1, 20, 128, 400}) {
        const auto b = whole_numbers(rows, columns, 12);
        const std::size_t stride = wide_block_stride(columns);
        std::vector<double> triangle(triangle_size(columns));
        const std::unique_ptr<double, Free> block(
            static_cast<double*>(std::aligned_alloc(64, wide_block_rows * stride * sizeof(double))));
        for (std::size_t from = 0; from < rows; from += wide_block_rows) {
          std::fill_n(block.get(), wide_block_rows * stride, 0.0);
          for (std::size_t r = from; r < std::min(from + wide_block_rows, rows); ++r)
            std::copy(b[r].begin(), b[r].end(), block.get() + (r - from) * stride);
          fold_rows(triangle, columns, block.get(), 0, use);
        }
        for (std::size_t i = 0; i < columns; ++i)
          for (std::size_t j = i; j < columns; ++j) {
            double sum = 0;
            for (std::size_t l = 0; l <= i; ++l)
              sum += triangle[triangle_row(columns, l) + i] * triangle[triangle_row(columns, l) + j];
            EXPECT_LT(std::abs(sum - gram(b, i, j)), 1e-14 * 1e6 * static_cast<double>(rows))
                << columns << " columns, " << rows << " rows, " << i << ", " << j;
          }
      }
    }
  }
}

TEST(DoubleDouble, operations_keep_30_digits) {
  const DoubleDouble third = DoubleDouble(1) / 3, root = sqrt(DoubleDouble(2));
  EXPECT_LT(std::abs(static_cast<double>(third * 3 - 1)), 1e-31);
  EXPECT_LT(std::abs(static_cast<double>(root * root - 2)), 1e-31);
  EXPECT_EQ(static_cast<double>(DoubleDouble(1e16) + 1 - 1e16), 1);
  EXPECT_LT(std::abs(static_cast<double>((third + root) - root - third)), 1e-31);
  EXPECT_TRUE(DoubleDouble(1) < two_sum(1, 1e-20));
}

// Column 2 = column 0 + column 1.
TEST(LeastSquares, drops_a_dependent_term_and_solves_for_the_others) {
  const auto x = whole_numbers(20, 4, 13);
  NarrowBlock block = {};
  for (std::size_t r = 0; r < 20; ++r) {
    const double row[] = {x[r][0], x[r][1], x[r][0] + x[r][1], x[r][2], 3 * x[r][0] - 2 * x[r][1] + 5 * x[r][2]};
    for (std::size_t c = 0; c < 5; ++c) block.high[c][r] = row[c];
  }
  std::vector<double> factor(2 * triangle_size(5));
  fold_rows(factor, 5, block, 20);
  Vec<DoubleDouble> triangle(triangle_size(5));
  for (std::size_t i = 0; i < triangle.size(); ++i) triangle[i] = {factor[i], factor[i + triangle.size()]};
  const LeastSquares<DoubleDouble> fit(triangle, 4, 1e-14);
  EXPECT_EQ(fit.rank, 3u);
  EXPECT_TRUE(fit.aliased[2]);
  const double right[] = {3, -2, 0, 5};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(static_cast<double>(fit.estimate[i]), right[i], 1e-28);
  EXPECT_TRUE(std::isnan(static_cast<double>(fit.inverse_norms()[2])));
  EXPECT_LT(static_cast<double>(fit.rss), 1e-50);
}

// diag(1, 1e-3, ... ) Q with Q orthogonal has known singular values; so has a triangle of size 80 that is diagonal.
TEST(LeastSquares, condition_is_the_ratio_of_singular_values) {
  Vec<double> two = {3, 4, 0, 0.001, 0, 1};       // [[3, 4], [0, 0.001]]
  const double a = 9 + 16 + 1e-6, b = 3 * 0.001;  // |A|_F^2 and |det A|
  const double most = std::sqrt((a + std::sqrt(a * a - 4 * b * b)) / 2);
  EXPECT_NEAR(LeastSquares<double>(two, 2, 1e-10).condition(), most * most / b, 1e-8 * most * most / b);

  const std::size_t columns = 81;
  Vec<double> diagonal(triangle_size(columns));
  for (std::size_t i = 0; i < columns; ++i) diagonal[triangle_row(columns, i) + i] = i == 17 ? 1e-4 : i == 40 ? 10 : 1;
  EXPECT_NEAR(LeastSquares<double>(diagonal, 80, 1e-10).condition(), 1e5, 1e2);
}

}  // namespace
}  // namespace quern
