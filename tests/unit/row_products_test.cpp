// F = X W + b and its kin against the definition, for every width of vectors that the processor has.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <new>
#include <random>
#include <vector>

#include "linalg/row_products.hpp"

namespace quern {
namespace {

constexpr unsigned seed = 20261121;

std::vector<int> widths() {
  std::vector<int> bits{128};
  if (__builtin_cpu_supports("x86-64-v3")) bits.push_back(256);
  if (__builtin_cpu_supports("x86-64-v4")) bits.push_back(512);
  return bits;
}

struct alignas(64) Line {
  double values[8];
};

struct Data {
  std::size_t rows, features, columns;
  std::vector<double> x, w, b;
  std::vector<const double*> pointers;

  Data(std::size_t rows, std::size_t features, std::size_t columns)
      : rows(rows), features(features), columns(columns), x(rows * features), w(columns * features), b(columns) {
    std::mt19937_64 random(seed + rows + 100 * features + 10000 * columns);
    std::normal_distribution<double> normal;
    for (auto* values : {&x, &w, &b})
      for (double& v : *values) v = normal(random);
    for (std::size_t i = 0; i < rows; ++i) pointers.push_back(&x[i * features]);
  }
  double product(std::size_t i, std::size_t c) const {
    long double sum = b[c];
    for (std::size_t j = 0; j < features; ++j)
      sum += static_cast<long double>(x[i * features + j]) * w[c * features + j];
    return static_cast<double>(sum);
  }
};

TEST(RowProducts, ByTheDefinition) {
  for (const int bits : widths())
    for (const std::size_t rows : {1, 2, 5, 63, 64})
      for (const std::size_t features : {1, 2, 7, 50})
        for (const std::size_t columns : {1, 2, 3, 4, 5, 8, 9, 10, 12, 13, 16, 17, 25, 31, 33, 100}) {
          SCOPED_TRACE(testing::Message() << bits << ": " << rows << " x " << features << " x " << columns);
          const Data data(rows, features, columns);
          RowProducts products(bits);
          products.pack(data.w, data.b, features);
          std::vector<Line> room(rows * products.stride() / 8 + 8);
          double* const f = room[0].values;
          products.multiply(data.pointers.data(), rows, f);
          std::uint32_t column[RowProducts::most_rows];
          double value[RowProducts::most_rows];
          products.largest(f, rows, column, value);
          for (std::size_t i = 0; i < rows; ++i) {
            std::size_t best = 0;
            for (std::size_t c = 0; c < columns; ++c) {
              ASSERT_NEAR(f[i * products.stride() + c], data.product(i, c), 1e-12);
              if (f[i * products.stride() + c] > f[i * products.stride() + best]) best = c;
            }
            ASSERT_EQ(column[i], best);
            ASSERT_EQ(value[i], f[i * products.stride() + best]);
          }
          std::vector<std::uint32_t> indices;
          std::vector<double> values;
          for (std::size_t j = 0; j < features; j += 2) {
            indices.push_back(static_cast<std::uint32_t>(j));
            values.push_back(data.x[j]);
          }
          products.multiply(indices, values, f);
          for (std::size_t c = 0; c < columns; ++c) {
            double expected = data.b[c];
            for (std::size_t j = 0; j < features; j += 2) expected += data.x[j] * data.w[c * features + j];
            ASSERT_NEAR(f[c], expected, 1e-12);
          }
        }
}

TEST(RowProducts, TheFirstOfEqualOnesIsLargest) {
  for (const int bits : widths())
    for (std::size_t columns = 1; columns < 30; ++columns) {
      const std::vector<double> zeros(columns), bias(columns, 1.0), x{0};
      const double* const rows[] = {x.data()};
      RowProducts products(bits);
      products.pack(zeros, bias, 1);
      std::vector<Line> room(products.stride() / 8 + 8);
      products.multiply(rows, 1, room[0].values);
      std::uint32_t column;
      double value;
      products.largest(room[0].values, 1, &column, &value);
      EXPECT_EQ(column, 0u) << bits << ": " << columns;
    }
}

TEST(RowProducts, SquaresOfATriangularProduct) {
  for (const int bits : widths())
    for (const std::size_t n : {1, 2, 3, 4, 8, 13, 50, 65}) {
      Data data(37, n, n);
      for (std::size_t c = 0; c < n; ++c)
        for (std::size_t j = c + 1; j < n; ++j) data.w[c * n + j] = 0;
      RowProducts products(bits);
      products.pack(data.w, data.b, n, 0);
      double square[RowProducts::most_rows];
      products.squares(data.pointers.data(), data.rows, square);
      for (std::size_t i = 0; i < data.rows; ++i) {
        double expected = 0;
        for (std::size_t c = 0; c < n; ++c) expected += data.product(i, c) * data.product(i, c);
        EXPECT_NEAR(square[i], expected, 1e-12 * expected) << bits << ": " << n;
      }
    }
}

TEST(OuterProducts, ByTheDefinition) {
  for (const int bits : widths())
    for (const std::size_t outputs : {1, 2, 3, 4, 7, 8, 9, 12, 15})
      for (const std::size_t width : {8, 16, 24, 56, 104}) {
        const std::size_t count = 29, z_stride = width + 8, r_stride = 16;
        std::mt19937_64 random(seed);
        std::normal_distribution<double> normal;
        std::vector<Line> z(count * z_stride / 8), sums(outputs * width / 8, Line{});
        std::vector<double> r(count * r_stride);
        for (Line& line : z)
          for (double& v : line.values) v = normal(random);
        for (double& v : r) v = normal(random);
        for (int twice = 0; twice < 2; ++twice)
          add_outer_products({r.data(), r_stride, outputs, z[0].values, z_stride, width, count, sums[0].values}, bits);
        for (std::size_t k = 0; k < outputs; ++k)
          for (std::size_t j = 0; j < width; ++j) {
            double expected = 0;
            for (std::size_t i = 0; i < count; ++i) expected += 2 * r[i * r_stride + k] * z[0].values[i * z_stride + j];
            ASSERT_NEAR(sums[0].values[k * width + j], expected, 1e-12) << bits << ": " << outputs << " x " << width;
          }
      }
}

TEST(WeightedSquares, ByTheDefinition) {
  for (const int bits : widths())
    for (const std::size_t rows : {1, 2, 63, 64})
      for (const std::size_t terms : {1, 2, 3, 4, 5, 8, 9, 12, 13, 16, 17, 25, 51, 64, 100}) {
        SCOPED_TRACE(testing::Message() << bits << ": " << rows << " x " << terms);
        std::mt19937_64 random(seed + rows + 100 * terms);
        std::normal_distribution<double> normal;
        const std::size_t stride = (terms + 7) / 8 * 8;
        std::vector<double> z(rows * stride), h(rows), triangle(terms * (terms + 1) / 2, 1.0);
        std::vector<const double*> pointers;
        for (std::size_t i = 0; i < rows; ++i) {
          for (std::size_t j = 0; j < terms; ++j) z[i * stride + j] = normal(random);
          h[i] = std::abs(normal(random));
          pointers.push_back(&z[i * stride]);
        }
        add_weighted_squares({pointers.data(), h.data(), rows, terms}, triangle.data(), bits);
        for (std::size_t i = 0, at = 0; i < terms; ++i)
          for (std::size_t j = i; j < terms; ++j, ++at) {
            long double sum = 1;
            for (std::size_t r = 0; r < rows; ++r)
              sum += static_cast<long double>(h[r]) * z[r * stride + i] * z[r * stride + j];
            ASSERT_NEAR(triangle[at], static_cast<double>(sum), 1e-13 * static_cast<double>(rows)) << i << " " << j;
          }
      }
}

}  // namespace
}  // namespace quern
