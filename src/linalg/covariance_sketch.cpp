#include "linalg/covariance_sketch.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "linalg/backend.hpp"
#include "linalg/tall_factor.hpp"

namespace quern {

namespace {

// Steele, Lea, Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014.
std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

void CovarianceSketch::start(std::size_t features, std::size_t columns, std::uint64_t seed) {
  width = static_cast<std::int64_t>(features);
  size = static_cast<std::int64_t>(columns);
  test.resize(features * columns);
  if (columns == features) {  // all of C, exactly
    for (std::size_t i = 0; i < features; ++i) test[i * columns + i] = 1;
    return;
  }
  for (std::size_t i = 0; i < test.size(); ++i) {
    const std::uint64_t bits = mix(mix(seed + 0x9e3779b97f4a7c15) + 0x9e3779b97f4a7c15 * (i + 1));
    test[i] = static_cast<double>(bits >> 11) * 0x1p-52 - 1;
    if (i % 1'000'000 == 0) checkpoint();
  }
}

void CovarianceSketch::add(double v, const Features& x) {
  const auto p = static_cast<std::size_t>(width);
  const std::size_t at = waiting.size();
  waiting.resize(at + p + 1);
  waiting[at] = v;
  x.copy_to(waiting.data() + at + 1);
  if (waiting_rows() >= block) fold();
}

void CovarianceSketch::fold() {
  const std::int64_t count = waiting_rows();
  if (count == 0) return;
  const auto p = static_cast<std::size_t>(width), k = static_cast<std::size_t>(size),
             n = static_cast<std::size_t>(count);
  double sum = 0;
  std::vector<double> center(p), squares(p), centred(n * p), images(n * k), products(p * k);
  for (std::size_t i = 0; i < n; ++i) {
    const double* const row = &waiting[i * (p + 1)];
    sum += row[0];
    for (std::size_t j = 0; j < p; ++j) center[j] += (row[1 + j] - center[j]) * (row[0] / sum);
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double* const row = &waiting[i * (p + 1)];
    const double root = std::sqrt(row[0]);
    for (std::size_t j = 0; j < p; ++j) {
      const double d = centred[i * p + j] = root * (row[1 + j] - center[j]);
      squares[j] += d * d;
    }
  }
  linalg::gemm({.m = n,
                .n = k,
                .k = p,
                .a = centred.data(),
                .lda = p,
                .b = test.data(),
                .ldb = k,
                .c = images.data(),
                .ldc = k});
  linalg::gemm({.transpose_a = true,
                .m = p,
                .n = k,
                .k = n,
                .a = centred.data(),
                .lda = p,
                .b = images.data(),
                .ldb = k,
                .c = products.data(),
                .ldc = k});
  join(count, sum, center.data(), squares.data(), products.data());
  waiting.clear();
}

// C <- C + C' + W W' / (W + W') d d', d being the distance of the means.
void CovarianceSketch::join(std::int64_t other_rows, double other_weight, const double* other_mean,
                            const double* other_square, const double* other_product) {
  const auto p = static_cast<std::size_t>(width), k = static_cast<std::size_t>(size);
  if (rows == 0) {
    mean.assign(other_mean, other_mean + p);
    square.assign(other_square, other_square + p);
    product.assign(other_product, other_product + p * k);
    rows = other_rows;
    weight = other_weight;
    return;
  }
  const double total = weight + other_weight, share = other_weight / total, factor = weight * share;
  std::vector<double> image(k);  // d' Omega
  for (std::size_t j = 0; j < p; ++j) {
    const double d = other_mean[j] - mean[j];
    for (std::size_t c = 0; c < k; ++c) image[c] += d * test[j * k + c];
  }
  for (std::size_t j = 0; j < p; ++j) {
    const double d = other_mean[j] - mean[j];
    for (std::size_t c = 0; c < k; ++c) product[j * k + c] += other_product[j * k + c] + factor * d * image[c];
    square[j] += other_square[j] + factor * d * d;
    mean[j] += d * share;
  }
  rows += other_rows;
  weight = total;
  checkpoint();
}

void CovarianceSketch::merge(const CovarianceSketch& other) {
  if (other.width == 0) return;
  if (width == 0) {
    width = other.width;
    size = other.size;
    test = other.test;
  }
  if (other.rows > 0) join(other.rows, other.weight, other.mean.data(), other.square.data(), other.product.data());
  const auto p = static_cast<std::size_t>(width);
  for (std::size_t at = 0; at < other.waiting.size(); at += p + 1)
    add(other.waiting[at], std::span<const double>(&other.waiting[at + 1], p));
}

bool CovarianceSketch::valid() const {
  const auto finite = [](const Vec<double>& values) { return Features(std::span<const double>(values)).finite(); };
  if (width < 0 || size < 0 || rows < 0) return false;
  const auto p = static_cast<std::size_t>(width), k = static_cast<std::size_t>(size);
  if (p == 0)
    return k == 0 && rows == 0 && weight == 0 && mean.empty() && square.empty() && product.empty() && test.empty() &&
           waiting.empty();
  if (k == 0 || p > max_elements / k || test.size() != p * k) return false;
  if (waiting.size() % (p + 1) != 0 || waiting_rows() >= block || !finite(waiting) || !finite(test)) return false;
  for (std::size_t at = 0; at < waiting.size(); at += p + 1)
    if (!(waiting[at] > 0)) return false;
  if (rows == 0) return weight == 0 && mean.empty() && square.empty() && product.empty();
  return weight > 0 && mean.size() == p && square.size() == p && product.size() == p * k;
}

linalg::Spectrum CovarianceSketch::spectrum(std::span<const double> scale) const {
  const auto p = static_cast<std::size_t>(width), k = static_cast<std::size_t>(size);
  // With S = diag(scale): S^-1 C S^-1 and the test matrix S Omega have the product S^-1 C Omega.
  std::vector<double> omega(test.begin(), test.end()), y(product.begin(), product.end());
  if (!scale.empty())
    for (std::size_t i = 0; i < p * k; ++i) {
      omega[i] *= scale[i / k];
      y[i] /= scale[i / k];
    }
  std::vector<double> core(k * k), e(p * k);
  linalg::gemm({.transpose_a = true,
                .m = k,
                .n = k,
                .k = p,
                .a = omega.data(),
                .lda = k,
                .b = y.data(),
                .ldb = k,
                .c = core.data(),
                .ldc = k});
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < i; ++j) core[i * k + j] = core[j * k + i] = (core[i * k + j] + core[j * k + i]) / 2;
  // E = Y Q L^-1/2 of the core Q L Q', so that the approximation of C is E E'.
  const linalg::Spectrum inner = linalg::symmetric_spectrum(core, k);
  std::size_t rank = 0;
  while (rank < k && inner.values[rank] > 0x1p-48 * inner.values[0] && inner.values[rank] > 0) ++rank;
  std::vector<double> root(k * k);
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < rank; ++j) root[i * k + j] = inner.vectors[i * k + j] / std::sqrt(inner.values[j]);
  linalg::gemm({.m = p, .n = k, .k = k, .a = y.data(), .lda = k, .b = root.data(), .ldb = k, .c = e.data(), .ldc = k});
  TallFactor factor;
  for (std::size_t i = 0; i < p; ++i) {
    std::copy_n(&e[i * k], k, factor.next_row(k));
    factor.settle();
  }
  const std::vector<double> r = factor.square();
  const linalg::Spectrum outer = linalg::right_singular_vectors(r, r.size() / k, k);
  const std::size_t found = std::min(rank, outer.values.size());
  linalg::Spectrum result;
  result.values.resize(found);
  result.vectors.resize(p * found);
  std::vector<double> turn(k * found);
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < found; ++j)
      turn[i * found + j] = outer.values[j] > 0 ? outer.vectors[i * outer.values.size() + j] / outer.values[j] : 0;
  linalg::gemm({.m = p,
                .n = found,
                .k = k,
                .a = e.data(),
                .lda = k,
                .b = turn.data(),
                .ldb = found,
                .c = result.vectors.data(),
                .ldc = found});
  for (std::size_t j = 0; j < found; ++j) result.values[j] = outer.values[j] * outer.values[j];
  linalg::fix_signs(result.vectors, p, found);
  return result;
}

}  // namespace quern
