#include "train/techniques/row_ids.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"

namespace quern {

namespace {

constexpr std::size_t rows_between_checkpoints = 1 << 16;

// The bits of the features of all rows, in the order of the store.
std::vector<std::vector<std::uint64_t>> features_of(RowStore& store) {
  const RowFormat& format = store.format();
  std::vector<std::vector<std::uint64_t>> columns(format.features, std::vector<std::uint64_t>(store.rows()));
  std::vector<std::byte> room;
  std::size_t row = 0;
  for (std::size_t b = 0; b < store.blocks().size(); ++b) {
    checkpoint();
    const RowStore::Block& block = store.blocks()[b];
    if (!store.resident() && room.size() < block.bytes) room.resize(block.bytes);
    const BlockView view(format, store.load(b, room.data()), block.bytes);
    for (std::uint32_t i = 0; i < block.rows; ++i, ++row) {
      const std::byte* const x = view.row(i) + format.head_size();
      for (std::size_t j = 0; j < columns.size(); ++j) std::memcpy(&columns[j][row], x + j * 8, 8);
    }
  }
  return columns;
}

// Few ids beside the rows, or ids close together: a table of all numbers between the least and the greatest.
void place_in_table(const std::vector<std::uint64_t>& bits, std::int64_t least, std::uint64_t span,
                    RowIds::Column& column) {
  std::vector<std::uint32_t> table(span + 1);
  const auto at = [&](std::uint64_t value) -> std::uint32_t& {
    return table[value - static_cast<std::uint64_t>(least)];
  };
  for (const std::uint64_t value : bits) at(value) = 1;
  for (std::uint64_t i = 0; i <= span; ++i)
    if (table[i]) {
      table[i] = static_cast<std::uint32_t>(column.numbers.size());
      column.numbers.push_back(static_cast<std::int64_t>(static_cast<std::uint64_t>(least) + i));
    }
  for (std::size_t row = 0; row < bits.size(); ++row) column.places[row] = at(bits[row]);
}

// Open addressing: each number is met once, then they are sorted and the table tells their places.
void place_by_hash(const std::vector<std::uint64_t>& bits, RowIds::Column& column) {
  struct Slot {
    std::uint64_t value;
    std::uint32_t place, used;
  };
  std::vector<Slot> slots(1024);
  const auto find = [&](std::uint64_t value) -> Slot& {
    std::uint64_t z = value * 0x9e3779b97f4a7c15;
    z ^= z >> 32;
    const std::size_t mask = slots.size() - 1;
    std::size_t slot = z & mask;
    while (slots[slot].used && slots[slot].value != value) slot = (slot + 1) & mask;
    return slots[slot];
  };
  for (std::size_t row = 0; row < bits.size(); ++row) {
    if (row % rows_between_checkpoints == 0) checkpoint();
    Slot& slot = find(bits[row]);
    if (slot.used) continue;
    slot = {bits[row], 0, 1};
    column.numbers.push_back(static_cast<std::int64_t>(bits[row]));
    if (2 * column.numbers.size() < slots.size()) continue;
    slots.assign(4 * slots.size(), {});
    for (const std::int64_t number : column.numbers) {
      const auto value = static_cast<std::uint64_t>(number);
      find(value) = {value, 0, 1};
    }
  }
  std::sort(column.numbers.begin(), column.numbers.end());
  for (std::size_t i = 0; i < column.numbers.size(); ++i)
    find(static_cast<std::uint64_t>(column.numbers[i])).place = static_cast<std::uint32_t>(i);
  for (std::size_t row = 0; row < bits.size(); ++row) {
    if (row % rows_between_checkpoints == 0) checkpoint();
    column.places[row] = find(bits[row]).place;
  }
}

void place_numbers(const std::vector<std::uint64_t>& bits, RowIds::Column& column) {
  if (bits.empty()) return;
  std::int64_t least = std::numeric_limits<std::int64_t>::max(), greatest = std::numeric_limits<std::int64_t>::min();
  for (const std::uint64_t value : bits) {
    least = std::min(least, static_cast<std::int64_t>(value));
    greatest = std::max(greatest, static_cast<std::int64_t>(value));
  }
  const std::uint64_t span = static_cast<std::uint64_t>(greatest) - static_cast<std::uint64_t>(least);
  if (span < 4 * bits.size() + 1024)
    place_in_table(bits, least, span, column);
  else
    place_by_hash(bits, column);
}

// Texts that no row has - of rows of weight 0 - are not ids.
void place_texts(const std::vector<std::uint64_t>& bits, const IdTexts& texts, RowIds::Column& column) {
  std::vector<std::vector<std::uint32_t>> places(texts.size());
  for (std::size_t p = 0; p < texts.size(); ++p) places[p].resize(texts[p].size());
  const auto place = [&](std::uint64_t code) -> std::uint32_t& { return places[code >> 32][code & 0xffffffff]; };
  for (const std::uint64_t code : bits) place(code) = 1;

  struct Met {
    std::string_view text;
    std::uint32_t process, number;
  };
  std::vector<Met> met;
  for (std::size_t p = 0; p < texts.size(); ++p)
    for (std::size_t i = 0; i < texts[p].size(); ++i)
      if (places[p][i]) met.push_back({texts[p][i], static_cast<std::uint32_t>(p), static_cast<std::uint32_t>(i)});
  checkpoint();
  std::sort(met.begin(), met.end(), [](const Met& a, const Met& b) { return a.text < b.text; });
  for (const Met& m : met) {
    if (column.names.empty() || column.names.back() != m.text) column.names.emplace_back(m.text);
    places[m.process][m.number] = static_cast<std::uint32_t>(column.names.size() - 1);
  }
  for (std::size_t row = 0; row < bits.size(); ++row) column.places[row] = place(bits[row]);
}

}  // namespace

RowIds::RowIds(RowStore& store, const std::vector<const IdTexts*>& texts) {
  if (store.rows() >= std::numeric_limits<std::uint32_t>::max())
    throw InvalidInput("train: too many rows of ids", "At most 4294967294 fit.", Fault::limit_exceeded);
  auto bits = features_of(store);
  columns.resize(texts.size());
  for (std::size_t j = 0; j < texts.size(); ++j) {
    checkpoint();
    columns[j].places.resize(store.rows());
    columns[j].texts = texts[j] != nullptr;
    if (texts[j])
      place_texts(bits[j], *texts[j], columns[j]);
    else
      place_numbers(bits[j], columns[j]);
    std::vector<std::uint64_t>().swap(bits[j]);
  }
}

}  // namespace quern
