#include "uda/svec_agg.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/text.hpp"

namespace quern {

namespace {

constexpr std::size_t least_waiting = 1024;

double sum(double a, double b) {
  const double result = a + b;
  if (!std::isfinite(result) && std::isfinite(a) && std::isfinite(b))
    throw InvalidInput("svec_agg: the sum of the values of an index is out of range", {}, Fault::out_of_range);
  return result;
}

}  // namespace

void SvecAgg::fit(std::int64_t needed, bool is_given) {
  if (is_given && given && needed != size)
    throw InvalidInput(concat("svec_agg: rows have different sizes (", size, ", then ", needed, ")"));
  const bool fits = is_given ? size <= needed : !given || needed <= size;
  if (!fits)
    throw InvalidInput(
        concat("svec_agg: index ", std::max(size, needed), " is beyond the size ", std::min(size, needed)));
  size = is_given || !given ? std::max(size, needed) : size;
  given |= is_given;
}

void SvecAgg::append(std::uint32_t index, double value) {
  const auto in_order = static_cast<std::size_t>(sorted);
  const bool next = in_order == indices.size() && (in_order == 0 || indices.back() < index);
  if (indices.size() - in_order >= std::max(in_order, least_waiting)) settle();
  if (indices.size() >= max_entries)
    throw InvalidInput(concat("svec_agg: more than ", max_entries, " entries"), {}, Fault::limit_exceeded);
  indices.push_back(index);
  values.push_back(value);
  if (next) sorted += 1;
}

void SvecAgg::accumulate(std::int64_t index, double value, Dimension dimension) {
  if (index < 1 || index > max_sparse_size)
    throw InvalidInput(concat("svec_agg: the index must be between 1 and ", max_sparse_size, ", not ", index));
  if (dimension.given && (dimension.value < 0 || dimension.value > max_sparse_size))
    throw InvalidInput(concat("svec_agg: the size must be between 0 and ", max_sparse_size, ", not ", dimension.value));
  if (dimension.given) fit(dimension.value, true);
  fit(index, false);
  append(static_cast<std::uint32_t>(index - 1), value);
}

void SvecAgg::settle() {
  struct Entry {
    std::uint32_t index;
    double value;
  };
  std::size_t left = static_cast<std::size_t>(sorted), right = indices.size() - left, to = indices.size();
  std::vector<Entry> waiting(right);
  for (std::size_t i = 0; i < right; ++i) waiting[i] = {indices[left + i], values[left + i]};
  checkpoint();
  std::stable_sort(waiting.begin(), waiting.end(), [](const Entry& a, const Entry& b) { return a.index < b.index; });
  checkpoint();
  while (right > 0) {  // from the end, where there is room
    --to;
    if (left > 0 && indices[left - 1] > waiting[right - 1].index) {
      indices[to] = indices[left - 1];
      values[to] = values[--left];
    } else {
      indices[to] = waiting[right - 1].index;
      values[to] = waiting[--right].value;
    }
    if (to % 1'000'000 == 0) checkpoint();
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (kept > 0 && indices[kept - 1] == indices[i]) {
      values[kept - 1] = sum(values[kept - 1], values[i]);
    } else {
      indices[kept] = indices[i];
      values[kept++] = values[i];
    }
    if (i % 1'000'000 == 0) checkpoint();
  }
  indices.resize(kept);
  values.resize(kept);
  sorted = static_cast<std::int64_t>(kept);
}

void SvecAgg::merge(const SvecAgg& other) {
  if (other.size == 0 && !other.given) return;
  fit(other.size, other.given);
  for (std::size_t i = 0; i < other.indices.size(); ++i) {
    append(other.indices[i], other.values[i]);
    if (i % 1'000'000 == 0) checkpoint();
  }
}

bool SvecAgg::valid() const {
  const std::size_t n = indices.size();
  if (size < 0 || size > max_sparse_size || n > max_entries || values.size() != n) return false;
  if (sorted < 0 || static_cast<std::size_t>(sorted) > n) return false;
  for (std::size_t i = 1; i < static_cast<std::size_t>(sorted); ++i)
    if (indices[i - 1] >= indices[i]) return false;
  return std::all_of(indices.begin(), indices.end(), [&](std::uint32_t index) { return index < size; });
}

std::optional<SparseVector> SvecAgg::vector() const {
  if (indices.empty()) return std::nullopt;
  SvecAgg settled(*this);
  settled.settle();
  SparseVector result{size, {}, {}};
  std::size_t kept = 0;
  for (std::size_t i = 0; i < settled.indices.size(); ++i) {
    if (settled.values[i] == 0) continue;
    settled.indices[kept] = settled.indices[i];
    settled.values[kept++] = settled.values[i];
  }
  settled.indices.resize(kept);
  settled.values.resize(kept);
  result.indices = std::move(settled.indices);
  result.values = std::move(settled.values);
  return result;
}

}  // namespace quern
