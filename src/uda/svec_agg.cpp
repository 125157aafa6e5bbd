#include "uda/svec_agg.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace quern {

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

void SvecAgg::accumulate(std::int64_t index, double value, Dimension dimension) {
  if (index < 1 || index > max_sparse_size)
    throw InvalidInput(concat("svec_agg: the index must be between 1 and ", max_sparse_size, ", not ", index));
  if (dimension.given && (dimension.value < 0 || dimension.value > max_sparse_size))
    throw InvalidInput(concat("svec_agg: the size must be between 0 and ", max_sparse_size, ", not ", dimension.value));
  if (dimension.given) fit(dimension.value, true);
  fit(index, false);
  entries.append("svec_agg", max_entries, static_cast<std::uint32_t>(index - 1), value);
}

void SvecAgg::merge(const SvecAgg& other) {
  if (other.size == 0 && !other.given) return;
  fit(other.size, other.given);
  for (std::size_t i = 0; i < other.entries.indices.size(); ++i) {
    entries.append("svec_agg", max_entries, other.entries.indices[i], other.entries.values[i]);
    if (i % 1'000'000 == 0) checkpoint();
  }
}

bool SvecAgg::valid() const {
  const auto& indices = entries.indices;
  return size >= 0 && size <= max_sparse_size && indices.size() <= max_entries && entries.valid() &&
         std::all_of(indices.begin(), indices.end(), [&](std::uint32_t index) { return index < size; });
}

std::optional<SparseVector> SvecAgg::vector() const {
  if (entries.indices.empty()) return std::nullopt;
  SummedEntries<std::uint32_t> settled(entries);
  settled.settle("svec_agg");
  SparseVector result{size, std::move(settled.indices), std::move(settled.values)};
  drop_zeros(result);
  return result;
}

}  // namespace quern
