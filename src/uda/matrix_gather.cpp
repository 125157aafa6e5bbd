#include "uda/matrix_gather.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

constexpr const char* use_blocks = "Cut it into blocks, one a row of a table: see quern.blocks.";
constexpr std::size_t work_between_checkpoints = 1'000'000;

void check_number(std::string_view function, std::string_view name, std::int64_t i) {
  if (i < 1 || i > max_matrix_side)
    throw InvalidInput(concat(function, ": ", name, " must be between 1 and ", max_matrix_side, ", not ", i),
                       "Rows and columns count from 1.");
}

void check_room(std::string_view function, std::size_t bytes) {
  if (bytes > most_gathered_bytes)
    throw InvalidInput(concat(function, ": more than ", most_gathered_bytes, " bytes are gathered"), use_blocks,
                       Fault::limit_exceeded);
}

void check_size(std::string_view function, const Shape& shape) {
  constexpr std::size_t most_numbers = (std::size_t{1} << 27) - 3;  // of a value of 1 GB
  if (shape.size() > most_numbers)
    throw InvalidInput(concat(function, ": a matrix of ", to_text(shape), " is larger than 1 GB"), use_blocks,
                       Fault::limit_exceeded);
}

// The extents of the bands (block rows, or block columns), each as its blocks say.
class Bands {
 public:
  Bands(const Vec<BlockPlace>& places, std::int64_t BlockPlace::*number, std::int64_t BlockPlace::*extent,
        const char* name) {
    std::int64_t last = 0;
    for (const BlockPlace& place : places) last = std::max(last, place.*number);
    // Not more than blocks, or one of them has none.
    const auto bands = std::min(static_cast<std::size_t>(last), places.size() + 1);
    extent_.assign(bands, -1);
    std::vector<const BlockPlace*> first(bands);
    for (const BlockPlace& place : places) {
      const auto at = static_cast<std::size_t>(place.*number) - 1;
      if (at >= bands) continue;
      if (extent_[at] >= 0 && extent_[at] != place.*extent)
        refuse_shapes("from_blocks", concat("blocks of block ", name, " ", at + 1, " do not fit together"),
                      first[at]->shape(), place.shape());
      extent_[at] = place.*extent;
      first[at] = &place;
    }
    const auto missing = std::find(extent_.begin(), extent_.end(), -1);
    if (missing != extent_.end())
      throw InvalidInput(concat("from_blocks: there is no block in block ", name, " ", missing - extent_.begin() + 1,
                                ", and the last is ", last),
                         "Blocks count from 1. Give a block of zeros where there is nothing.");
    start_.reserve(bands + 1);
    start_.push_back(0);
    for (const std::int64_t one : extent_) {
      start_.push_back(start_.back() + one);
      if (start_.back() > max_matrix_side)
        throw InvalidInput(concat("from_blocks: more than ", max_matrix_side, " ", name, "s"), use_blocks,
                           Fault::limit_exceeded);
    }
  }

  std::int64_t total() const { return start_.back(); }
  std::size_t start(std::int64_t number) const {
    return static_cast<std::size_t>(start_[static_cast<std::size_t>(number) - 1]);
  }

 private:
  std::vector<std::int64_t> extent_, start_;
};

}  // namespace

void MatrixRows::accumulate(std::int64_t i, std::span<const double> row) {
  check_number("matrix_agg", "i", i);
  const auto width = static_cast<std::int64_t>(row.size());
  if (rows.width != 0 && rows.width != width + 1)
    throw InvalidInput(concat("matrix_agg: rows have different widths (", rows.width - 1, ", then ", width, ")"));
  rows.width = width + 1;
  check_room("matrix_agg", static_cast<std::size_t>(rows.rows + 1) * (row.size() + 1) * sizeof(double));
  rows.append(static_cast<double>(i), Features(row));
}

void MatrixRows::merge(const MatrixRows& other) {
  if (other.rows.rows == 0) return;
  if (rows.rows != 0 && rows.width != other.rows.width)
    throw InvalidInput(
        concat("matrix_agg: rows have different widths (", rows.width - 1, ", then ", other.rows.width - 1, ")"));
  rows.width = other.rows.width;
  check_room("matrix_agg", static_cast<std::size_t>(rows.rows + other.rows.rows) *
                               static_cast<std::size_t>(rows.width) * sizeof(double));
  rows.append(other.rows);
}

bool MatrixRows::valid() const {
  if (!rows.valid() || (rows.rows == 0) != (rows.width == 0)) return false;
  const auto width = static_cast<std::size_t>(rows.width);
  for (const Vec<double>& chunk : rows.chunks)
    for (std::size_t at = 0; at < chunk.size(); at += width)
      if (!(chunk[at] >= 1 && chunk[at] <= static_cast<double>(max_matrix_side) && chunk[at] == std::floor(chunk[at])))
        return false;
  return true;
}

std::optional<Matrix> MatrixRows::matrix() const {
  if (rows.rows == 0) return std::nullopt;
  const auto width = static_cast<std::size_t>(rows.width), count = static_cast<std::size_t>(rows.rows);
  // Of so many rows each number comes once, or one is missing.
  std::vector<bool> seen(count);
  double last = 0;
  Matrix result({rows.rows, rows.width - 1});
  std::size_t work = 0;
  for (const Vec<double>& chunk : rows.chunks)
    for (std::size_t at = 0; at < chunk.size(); at += width) {
      last = std::max(last, chunk[at]);
      const auto i = static_cast<std::size_t>(chunk[at]) - 1;
      if (i >= count) continue;
      if (seen[i])
        throw InvalidInput(concat("matrix_agg: row ", i + 1, " comes twice"), "Number the rows with row_number().");
      seen[i] = true;
      std::copy_n(&chunk[at] + 1, width - 1, result.data() + i * (width - 1));
      if ((work += width) >= work_between_checkpoints) {
        work = 0;
        checkpoint();
      }
    }
  const auto missing = std::find(seen.begin(), seen.end(), false);
  if (missing != seen.end())
    throw InvalidInput(concat("matrix_agg: row ", missing - seen.begin() + 1, " is missing, and the last is ", last),
                       "Number the rows with row_number().");
  return result;
}

void MatrixEntries::accumulate(std::int64_t row, std::int64_t column, double value) {
  check_number("matrix_agg", "i", row);
  check_number("matrix_agg", "j", column);
  check_room("matrix_agg", (values.size() + 1) * (2 * sizeof(std::uint32_t) + sizeof(double)));
  i.push_back(static_cast<std::uint32_t>(row));
  j.push_back(static_cast<std::uint32_t>(column));
  values.push_back(value);
  height = std::max(height, row);
  width = std::max(width, column);
}

void MatrixEntries::merge(const MatrixEntries& other) {
  check_room("matrix_agg", (values.size() + other.values.size()) * (2 * sizeof(std::uint32_t) + sizeof(double)));
  i.insert(i.end(), other.i.begin(), other.i.end());
  j.insert(j.end(), other.j.begin(), other.j.end());
  values.insert(values.end(), other.values.begin(), other.values.end());
  height = std::max(height, other.height);
  width = std::max(width, other.width);
}

bool MatrixEntries::valid() const {
  const auto largest = [](const Vec<std::uint32_t>& numbers) {
    std::uint32_t least = 1, most = 0;
    for (const std::uint32_t number : numbers) {
      least = std::min(least, number);
      most = std::max(most, number);
    }
    return least == 0 ? std::int64_t{-1} : std::int64_t{most};
  };
  return i.size() == values.size() && j.size() == values.size() && largest(i) == height && largest(j) == width &&
         height <= max_matrix_side && width <= max_matrix_side;
}

std::optional<Matrix> MatrixEntries::matrix() const {
  if (values.empty()) return std::nullopt;
  const Shape shape{height, width};
  check_size("matrix_agg", shape);
  Matrix result(shape, 0.0);
  bool finite = true;
  for (std::size_t k = 0; k < values.size(); ++k) {
    result(i[k] - 1, j[k] - 1) += values[k];
    finite = finite && std::isfinite(values[k]);
    if (k % work_between_checkpoints == 0) checkpoint();
  }
  if (finite) require_in_range("matrix_agg", result, {});
  return result;
}

void MatrixBlocks::accumulate(std::int64_t i, std::int64_t j, const MatrixView& block) {
  check_number("from_blocks", "i", i);
  check_number("from_blocks", "j", j);
  numbers += static_cast<std::int64_t>(block.size());
  check_room("from_blocks",
             static_cast<std::size_t>(numbers) * sizeof(double) + (places.size() + 1) * sizeof(BlockPlace));
  places.push_back({i, j, block.shape().rows, block.shape().columns});
  blocks.emplace_back(block.values().begin(), block.values().end());
}

void MatrixBlocks::merge(const MatrixBlocks& other) {
  for (std::size_t k = 0; k < other.places.size(); ++k)
    accumulate(other.places[k].i, other.places[k].j, {other.places[k].shape(), other.blocks[k].data()});
}

bool MatrixBlocks::valid() const {
  if (places.size() != blocks.size()) return false;
  std::int64_t counted = 0;
  for (std::size_t k = 0; k < places.size(); ++k) {
    const BlockPlace& place = places[k];
    for (const std::int64_t side : {place.i, place.j, place.height, place.width})
      if (side < 0 || side > max_matrix_side) return false;
    if (place.i == 0 || place.j == 0 || place.shape().size() != blocks[k].size()) return false;
    counted += static_cast<std::int64_t>(blocks[k].size());
  }
  return counted == numbers;
}

std::optional<Matrix> MatrixBlocks::matrix() const {
  if (places.empty()) return std::nullopt;
  const Bands down(places, &BlockPlace::i, &BlockPlace::height, "row");
  const Bands across(places, &BlockPlace::j, &BlockPlace::width, "column");
  std::vector<std::pair<std::int64_t, std::int64_t>> seen;
  for (const BlockPlace& place : places) seen.emplace_back(place.i, place.j);
  std::sort(seen.begin(), seen.end());
  const auto twice = std::adjacent_find(seen.begin(), seen.end());
  if (twice != seen.end())
    throw InvalidInput(concat("from_blocks: block (", twice->first, ", ", twice->second, ") comes twice"),
                       "Add up blocks of one place with quern.sum(block) ... GROUP BY i, j.");
  const Shape shape{down.total(), across.total()};
  check_size("from_blocks", shape);
  Matrix result(shape, 0.0);
  for (std::size_t k = 0; k < places.size(); ++k, checkpoint()) {
    const BlockPlace& place = places[k];
    const auto columns = static_cast<std::size_t>(place.width);
    double* const corner = result.data() + down.start(place.i) * result.columns() + across.start(place.j);
    for (std::size_t r = 0; r < static_cast<std::size_t>(place.height); ++r)
      std::copy_n(blocks[k].data() + r * columns, columns, corner + r * result.columns());
  }
  return result;
}

}  // namespace quern
