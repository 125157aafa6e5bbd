#include "train/techniques/crf_layout.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/linear_chain.hpp"
#include "train/row_reader.hpp"

namespace quern {

namespace {

constexpr std::size_t list_share = 3;  // a list has fewer than one of so many labels

template <class T>
void count_row(const RowFormat& format, const std::byte* bytes, CrfCounts& counts) {
  const SparseValues<T> row = sparse_values<T>(format, bytes);
  counts.weight += weight_of(format, bytes);
  counts.sequences += 1;
  counts.entries += row.entries;
  std::size_t label = counts.labels;  // none
  for (std::uint32_t e = 0; e < row.entries; ++e) {
    if (row.indices[e] == 0) {
      const auto next = static_cast<std::size_t>(row.values[e]);
      if (label == counts.labels)
        counts.first[next] = 1;
      else
        counts.pairs[label * counts.labels + next] = 1;
      label = next;
      counts.positions += 1;
      continue;
    }
    const std::size_t feature = row.indices[e] - 1;
    if (feature >= counts.features) {
      counts.features = feature + 1;
      counts.occurrences.resize(std::max(counts.features, counts.occurrences.size()));
      counts.seen.resize(counts.occurrences.size() * counts.words());
    }
    counts.occurrences[feature] += counts.occurrences[feature] < std::numeric_limits<std::uint32_t>::max();
    counts.seen[feature * counts.words() + label / 64] |= std::uint64_t{1} << (label % 64);
  }
  if (label != counts.labels) counts.last[label] = 1;
}

}  // namespace

CrfCounts count_features(RowStore& store, std::size_t labels, const CrfOptions& options) {
  CrfCounts counts;
  counts.labels = labels;
  counts.pairs.resize(labels * labels);
  counts.first.resize(labels);
  counts.last.resize(labels);
  RowReader reader({}, store, {});
  const auto blocks = static_cast<std::uint32_t>(store.blocks().size());
  for (std::uint32_t block = 0; block < blocks; ++block)
    for (const std::byte* row : reader.gather({&block, 1}, Rows::all))
      store.format().narrow ? count_row<float>(store.format(), row, counts)
                            : count_row<double>(store.format(), row, counts);
  const auto least = static_cast<std::uint32_t>(
      std::min<std::int64_t>(options.min_feature_count, std::numeric_limits<std::uint32_t>::max()));
  for (std::size_t f = 0; f < counts.features; ++f) {
    const bool kept = counts.occurrences[f] >= least && counts.occurrences[f] > 0;
    for (std::size_t w = 0; w < counts.words(); ++w) {
      std::uint64_t& bits = counts.seen[f * counts.words() + w];
      const std::size_t here = std::min<std::size_t>(labels - 64 * w, 64);
      if (!kept)
        bits = 0;
      else if (options.all_possible_states)
        bits = here == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << here) - 1;
    }
  }
  if (options.all_possible_transitions) {
    for (auto* const seen : {&counts.pairs, &counts.first, &counts.last}) std::fill(seen->begin(), seen->end(), 1);
  }
  if (!options.ends)
    for (auto* const seen : {&counts.first, &counts.last}) std::fill(seen->begin(), seen->end(), 0);
  return counts;
}

CrfLayout::CrfLayout(const CrfCounts& counts, bool rows)
    : labels(counts.labels), width(chain_width(labels)), features(counts.features) {
  first = labels * width;
  last = first + width;
  std::size_t at = last + width;
  const auto seen_with = [&](std::size_t f) {
    std::size_t seen = 0;
    for (std::size_t w = 0; w < counts.words(); ++w)
      seen += static_cast<std::size_t>(std::popcount(counts.seen[f * counts.words() + w]));
    return seen;
  };
  const auto is_row = [&](std::size_t seen) { return seen == labels || (rows && seen * list_share >= labels); };
  for (std::size_t f = 0; f < features.size(); ++f)
    if (const std::size_t seen = seen_with(f); seen > 0 && is_row(seen)) {
      features[f] = {static_cast<std::uint32_t>(at), row};
      at += width;
    }
  lists = at;
  for (std::size_t f = 0; f < features.size(); ++f)
    if (const std::size_t seen = seen_with(f); seen > 0 && !is_row(seen)) {
      features[f] = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(seen)};
      at += seen;
    }
  size = at;
  if (size > std::numeric_limits<std::uint32_t>::max())
    throw InvalidInput(concat("crf: the rows need ", size, " weights"), "Raise the option min_feature_count.",
                       Fault::limit_exceeded);
}

void CrfLayout::place_labels(const CrfCounts& counts, const std::vector<std::size_t>& place) {
  list_labels.resize(size - lists);
  for (std::size_t f = 0; f < features.size(); ++f) {
    if (features[f].labels == row || features[f].labels == 0) continue;
    const auto begin = list_labels.begin() + static_cast<std::ptrdiff_t>(features[f].at - lists);
    auto to = begin;
    for (std::size_t c = 0; c < counts.labels; ++c) {
      if (!counts.was_seen(f, c)) continue;
      *to++ = static_cast<std::uint16_t>(place[c]);
    }
    std::sort(begin, to);
  }
}

}  // namespace quern
