#include "uda/svec_sum.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace quern {

void SvecSum::fit(std::int64_t other_size) {
  if (rows > 0 && other_size != size)
    throw InvalidInput(concat("sum: the vectors have different sizes (", size, ", then ", other_size, ")"));
  size = other_size;
}

void SvecSum::add_dense(std::uint32_t index, double value) {
  const double sum = dense[index] + value;
  if (!std::isfinite(sum) && std::isfinite(dense[index]) && std::isfinite(value))
    throw InvalidInput("sum: the sum of the values of an index is out of range", {}, Fault::out_of_range);
  dense[index] = sum;
}

void SvecSum::make_dense() {
  entries.settle("sum");
  dense.resize(static_cast<std::size_t>(size));
  for (std::size_t k = 0; k < entries.indices.size(); ++k) dense[entries.indices[k]] = entries.values[k];
  entries = {};
}

void SvecSum::add(const SparseFeatures& x) {
  if (!dense.empty()) {
    for (std::size_t k = 0; k < x.indices.size(); ++k) add_dense(x.indices[k], x.values[k]);
    return;
  }
  for (std::size_t k = 0; k < x.indices.size(); ++k) entries.append("sum", max_entries, x.indices[k], x.values[k]);
  if (entries.sorted > size / 4 && size <= max_dense) make_dense();
}

void SvecSum::accumulate(const SparseFeatures& x) {
  fit(static_cast<std::int64_t>(x.size));
  add(x);
  rows += 1;
}

void SvecSum::merge(const SvecSum& other) {
  if (other.rows == 0) return;
  fit(other.size);
  rows += other.rows;
  if (!other.dense.empty() && dense.empty()) make_dense();
  for (std::size_t i = 0; i < other.dense.size(); ++i) {
    add_dense(static_cast<std::uint32_t>(i), other.dense[i]);
    if (i % 1'000'000 == 0) checkpoint();
  }
  add({static_cast<std::size_t>(size), other.entries.indices, other.entries.values});
}

bool SvecSum::valid() const {
  if (rows < 0 || rows > max_rows || size < 0 || size > max_sparse_size) return false;
  if (!dense.empty())
    return size <= max_dense && dense.size() == static_cast<std::size_t>(size) && entries.indices.empty();
  return entries.indices.size() <= max_entries &&
         std::all_of(entries.indices.begin(), entries.indices.end(), [&](std::uint32_t index) { return index < size; });
}

std::optional<SparseVector> SvecSum::sum() const {
  if (rows == 0) return std::nullopt;
  if (!dense.empty()) return sparse_from_dense(std::span<const double>(dense));
  SummedEntries<std::uint32_t> settled(entries);
  settled.settle("sum");
  SparseVector result{size, std::move(settled.indices), std::move(settled.values)};
  drop_zeros(result);
  return result;
}

}  // namespace quern
