// One row of features, where it lies: a view of float8 or float4 numbers, or of the entries of a sparse vector.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace quern {

class Features {
 public:
  Features() = default;
  Features(std::span<const double> values) : data_(values.data()), size_(values.size()), narrow_(false) {}
  Features(std::span<const float> values) : data_(values.data()), size_(values.size()), narrow_(true) {}

  std::size_t size() const { return size_; }

  // f(std::span<const double>) or f(std::span<const float>): both are instantiated.
  template <class F>
  decltype(auto) visit(F&& f) const {
    return narrow_ ? f(std::span(static_cast<const float*>(data_), size_))
                   : f(std::span(static_cast<const double*>(data_), size_));
  }

  // `to` holds size() numbers.
  void copy_to(double* to) const {
    visit([&](auto values) { std::copy(values.begin(), values.end(), to); });
  }

  double operator[](std::size_t i) const {
    return narrow_ ? static_cast<const float*>(data_)[i] : static_cast<const double*>(data_)[i];
  }

  // No NaN and no infinity. Four independent sums of x * 0, so that it costs less than reading the row does.
  bool finite() const {
    return visit([](auto values) {
      double sum[4] = {};
      std::size_t i = 0;
      for (; i + 4 <= values.size(); i += 4)
        for (std::size_t lane = 0; lane < 4; ++lane) sum[lane] += values[i + lane] * 0.0;
      for (; i < values.size(); ++i) sum[0] += values[i] * 0.0;
      return (sum[0] + sum[1]) + (sum[2] + sum[3]) == 0;
    });
  }

 private:
  const void* data_ = nullptr;
  std::size_t size_ = 0;
  bool narrow_ = false;
};

// A sparse vector: entries in the order of their index, all below `size`, the others 0. Indices count from 0.
struct SparseFeatures {
  std::size_t size = 0;
  std::span<const std::uint32_t> indices;
  std::span<const double> values;  // of the same length

  bool finite() const { return Features(values).finite(); }
};

// A row of features as it was given: what takes it either handles both forms or asks for Features, which are dense.
class FeatureRow {
 public:
  FeatureRow() = default;
  FeatureRow(const Features& dense) : dense_(dense) {}
  FeatureRow(const SparseFeatures& sparse) : sparse_(sparse), is_sparse_(true) {}

  bool is_sparse() const { return is_sparse_; }
  const Features& dense() const { return dense_; }
  const SparseFeatures& sparse() const { return sparse_; }
  std::size_t size() const { return is_sparse_ ? sparse_.size : dense_.size(); }
  bool finite() const { return is_sparse_ ? sparse_.finite() : dense_.finite(); }

 private:
  Features dense_;
  SparseFeatures sparse_;
  bool is_sparse_ = false;
};

}  // namespace quern
