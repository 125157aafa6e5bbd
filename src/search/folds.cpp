#include "search/folds.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

#include "base/error.hpp"
#include "base/split_mix.hpp"
#include "base/text.hpp"
#include "search/row_view.hpp"

namespace quern {

namespace {

constexpr std::uint32_t rows_between_checks = 100'000;

// Of n rows in an order that nobody can foresee, which part comes next: all parts once in each turn, in a new order. A
// share is dealt by the error that has accumulated.
class Dealer {
 public:
  Dealer(const FoldLayout& layout, double share, std::uint64_t seed)
      : random_(split_mix(seed + split_mix_step)), share_(layout.share ? share : 0), turn_(layout.parts) {
    std::iota(turn_.begin(), turn_.end(), std::uint8_t{0});
    next_ = turn_.size();
  }

  std::uint8_t deal() {
    if (share_ > 0) {  // selection sampling within groups of about equal share
      if (left_ == 0) {
        left_ = group;
        owed_ += share_ * group;
        wanted_ = std::min<double>(std::floor(owed_ + 1e-9), group);
        owed_ -= wanted_;
      }
      const bool test = static_cast<double>(random_() >> 11) * 0x1p-53 * left_ < wanted_;
      left_ -= 1;
      wanted_ -= test;
      return test;
    }
    if (next_ == turn_.size()) {
      for (std::size_t i = turn_.size(); i > 1; --i) std::swap(turn_[i - 1], turn_[random_() % i]);
      next_ = 0;
    }
    return turn_[next_++];
  }

 private:
  static constexpr double group = 20;

  std::mt19937_64 random_;
  double share_, left_ = 0, wanted_ = 0, owed_ = 0;
  std::vector<std::uint8_t> turn_;
  std::size_t next_;
};

[[noreturn]] void refuse_few(std::string_view function, const FoldLayout& layout, std::string_view what,
                             std::size_t seen) {
  throw InvalidInput(
      concat(function, ": ", layout.parts, " parts of the rows need at least as many ", what, ", not ", seen),
      "Use fewer folds.");
}

// Whole groups go to the part that has the fewest rows, the largest first.
std::vector<std::uint8_t> parts_of_groups(std::string_view function, const FoldOptions& options,
                                          const FoldLayout& layout, std::span<const double> tags) {
  struct Group {
    double tag;
    std::uint64_t rows, place;
    std::uint8_t part;
  };
  std::vector<double> sorted(tags.begin(), tags.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<Group> groups;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i % rows_between_checks == 0) checkpoint();
    if (groups.empty() || groups.back().tag != sorted[i])
      groups.push_back({sorted[i], 0, split_mix(options.seed * split_mix_step + groups.size()), 0});
    ++groups.back().rows;
  }
  if (groups.size() < layout.parts) refuse_few(function, layout, "groups", groups.size());
  std::vector<std::size_t> order(groups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return groups[a].rows != groups[b].rows ? groups[a].rows > groups[b].rows : groups[a].place < groups[b].place;
  });
  // Of one share: the test part may hold at most what it is to hold.
  std::vector<double> filled(layout.parts), wanted(layout.parts, 1);
  if (layout.share) wanted = {1 - options.validation, options.validation};
  for (const std::size_t g : order) {
    std::size_t best = 0;
    for (std::size_t p = 1; p < layout.parts; ++p)
      if (filled[p] / wanted[p] < filled[best] / wanted[best]) best = p;
    groups[g].part = static_cast<std::uint8_t>(best);
    filled[best] += static_cast<double>(groups[g].rows);
  }
  std::vector<std::uint8_t> parts(tags.size());
  for (std::size_t i = 0; i < tags.size(); ++i) {
    const auto found = std::lower_bound(groups.begin(), groups.end(), tags[i],
                                        [](const Group& group, double tag) { return group.tag < tag; });
    parts[i] = found->part;
  }
  return parts;
}

// About equal ranges of tags; equal tags are of one part.
std::vector<std::uint8_t> parts_of_times(std::string_view function, const FoldOptions& options,
                                         const FoldLayout& layout, std::span<const double> tags) {
  std::vector<double> sorted(tags.begin(), tags.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> ends;  // of all parts but the last
  for (std::size_t p = 1; p < layout.parts; ++p) {
    const double share =
        layout.share ? 1 - options.validation : static_cast<double>(p) / static_cast<double>(layout.parts);
    const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
    if (at > 0 && at < sorted.size() && (ends.empty() || sorted[at] > ends.back()) && sorted[at] > sorted[0])
      ends.push_back(sorted[at]);
  }
  if (ends.size() + 1 < layout.parts) refuse_few(function, layout, "different times", ends.size() + 1);
  std::vector<std::uint8_t> parts(tags.size());
  for (std::size_t i = 0; i < tags.size(); ++i)
    parts[i] = static_cast<std::uint8_t>(std::upper_bound(ends.begin(), ends.end(), tags[i]) - ends.begin());
  return parts;
}

}  // namespace

Roles FoldLayout::roles(std::size_t fold) const {
  Roles roles{};
  for (std::size_t p = 0; p < parts; ++p) {
    if (ordered && !share)
      roles[p] = p <= fold ? Role::train : p == fold + 1 ? Role::test : Role::none;
    else
      roles[p] = p == (share ? 1 : fold) ? Role::test : Role::train;
  }
  return roles;
}

FoldLayout layout_of(const FoldOptions& options, bool ordered) {
  const bool share = options.folds == 0;
  const std::size_t folds = share ? 1 : static_cast<std::size_t>(options.folds);
  return {folds, share ? 2 : ordered ? folds + 1 : folds, ordered, share};
}

std::vector<std::uint8_t> assign_parts(std::string_view function, const FoldOptions& options, const FoldLayout& layout,
                                       RowStore& store, std::size_t classes, std::span<const double> tags) {
  if (store.rows() < layout.parts) refuse_few(function, layout, "rows", store.rows());
  if (!tags.empty())
    return layout.ordered ? parts_of_times(function, options, layout, tags)
                          : parts_of_groups(function, options, layout, tags);
  std::vector<std::uint8_t> parts(store.rows());
  std::vector<Dealer> dealers;
  const bool stratified = options.stratified && classes > 0;
  for (std::size_t c = 0; c < (stratified ? classes : 1); ++c)
    dealers.emplace_back(layout, options.validation, options.seed * 1000003 + c);
  if (!stratified) {
    for (std::uint8_t& part : parts) part = dealers[0].deal();
  } else {
    each_row(store, [&](std::uint64_t number, const std::byte* row) {
      parts[number] = dealers[static_cast<std::size_t>(target_of(row))].deal();
    });
  }
  for (std::size_t p = 0; p < layout.parts; ++p)
    if (std::find(parts.begin(), parts.end(), p) == parts.end())
      throw InvalidInput(concat(function, ": too few rows (", store.rows(), ") to hold some out of a training"),
                         "Use fewer folds, or a larger share.");
  return parts;
}

std::vector<std::uint64_t> first_rows(const RowStore& store) {
  std::vector<std::uint64_t> first;
  std::uint64_t rows = 0;
  for (const RowStore::Block& block : store.blocks()) {
    first.push_back(rows);
    rows += block.rows;
  }
  return first;
}

PartStore::PartStore(RowStore& from, std::span<const std::uint8_t> parts, const std::array<bool, 256>& keep)
    : from_(from), parts_(parts), keep_(keep) {
  format_ = from.format();
  const std::vector<std::uint64_t> first = first_rows(from);
  for (std::size_t b = 0; b < first.size(); ++b) {
    const auto rows = parts.subspan(first[b], from.blocks()[b].rows);
    const auto kept = std::count_if(rows.begin(), rows.end(), [&](std::uint8_t part) { return keep[part]; });
    if (kept == 0) continue;
    blocks_.push_back({static_cast<std::uint32_t>(kept), from.blocks()[b].bytes});
    rows_ += static_cast<std::uint64_t>(kept);
    first_.push_back(first[b]);
    source_.push_back(static_cast<std::uint32_t>(b));
  }
}

// Dense rows are moved together at the front; of sparse ones only their list is shortened.
const std::byte* PartStore::load(std::size_t block, std::byte* room) {
  const std::uint32_t bytes = blocks_[block].bytes;
  const std::byte* const from = from_.load(source_[block], room);
  const auto parts = parts_.subspan(first_[block], from_.blocks()[source_[block]].rows);
  BlockHeader header;
  std::memcpy(&header, from, sizeof header);
  std::uint32_t kept = 0;
  if (format_.sparse) {
    if (from != room) std::memcpy(room, from, bytes);
    std::byte* const end = room + bytes;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!keep_[parts[i]]) continue;
      std::memmove(end - (kept + 1) * sizeof(std::uint32_t), end - (i + 1) * sizeof(std::uint32_t),
                   sizeof(std::uint32_t));
      ++kept;
    }
  } else {
    const std::size_t size = format_.dense_row_size();
    const std::byte* const rows = from + sizeof(BlockHeader);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!keep_[parts[i]]) continue;
      std::memmove(room + sizeof(BlockHeader) + kept * size, rows + i * size, size);
      ++kept;
    }
    header.bytes = static_cast<std::uint32_t>(sizeof(BlockHeader) + kept * size);
  }
  header.rows = kept;
  std::memcpy(room, &header, sizeof header);
  return room;
}

}  // namespace quern
