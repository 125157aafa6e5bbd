#include "uda/smatrix_agg.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace quern {

namespace {

void check_index(std::string_view what, std::int64_t index) {
  if (index < 1 || index > max_matrix_side)
    throw InvalidInput(concat("smatrix_agg: ", what, " must be between 1 and ", max_matrix_side, ", not ", index));
}

void check_side(std::string_view what, const Dimension& side) {
  if (side.given && (side.value < 0 || side.value > max_matrix_side))
    throw InvalidInput(concat("smatrix_agg: ", what, " must be between 0 and ", max_matrix_side, ", not ", side.value));
}

}  // namespace

void MatrixSide::fit(std::string_view what, std::int64_t needed, bool is_given) {
  if (is_given && given && needed != size)
    throw InvalidInput(concat("smatrix_agg: different numbers of ", what, "s (", size, ", then ", needed, ")"));
  const bool fits = is_given ? size <= needed : !given || needed <= size;
  if (!fits)
    throw InvalidInput(concat("smatrix_agg: ", what, " ", std::max(size, needed), " is beyond the ",
                              std::min(size, needed), " ", what, "s"));
  size = is_given || !given ? std::max(size, needed) : size;
  given |= is_given;
}

void MatrixSide::merge(std::string_view what, const MatrixSide& other) { fit(what, other.size, other.given); }

void SmatrixAgg::append(std::int64_t i, std::uint32_t column, double value) {
  entries.append("smatrix_agg", max_entries, static_cast<std::uint64_t>(i - 1) << 32 | column, value);
}

void SmatrixAgg::accumulate(std::int64_t i, std::int64_t j, double value, Dimension rows, Dimension columns) {
  check_index("i", i);
  check_index("j", j);
  check_side("rows", rows);
  check_side("columns", columns);
  if (rows.given) height.fit("row", rows.value, true);
  if (columns.given) width.fit("column", columns.value, true);
  height.fit("row", i, false);
  width.fit("column", j, false);
  append(i, static_cast<std::uint32_t>(j - 1), value);
}

void SmatrixAgg::merge(const SmatrixAgg& other) {
  if (other.empty()) return;
  height.merge("row", other.height);
  width.merge("column", other.width);
  Pace pace;
  for (std::size_t k = 0; k < other.entries.indices.size(); ++k) {
    entries.append("smatrix_agg", max_entries, other.entries.indices[k], other.entries.values[k]);
    pace.spend(4);
  }
}

bool SmatrixAgg::valid() const {
  const auto& places = entries.indices;
  return places.size() <= max_entries && std::all_of(places.begin(), places.end(), [&](std::uint64_t place) {
           return static_cast<std::int64_t>(place >> 32) < height.size &&
                  static_cast<std::int64_t>(place & 0xffffffff) < width.size;
         });
}

std::optional<SparseMatrix> SmatrixAgg::matrix() const {
  if (empty()) return std::nullopt;
  SummedEntries<std::uint64_t> settled(entries);
  settled.settle("smatrix_agg");
  SparseBuilder builder({height.size, width.size}, settled.indices.size());
  Pace pace;
  for (std::size_t k = 0; k < settled.indices.size(); ++k) {
    const std::uint64_t place = settled.indices[k];
    if (k == 0 || place >> 32 != settled.indices[k - 1] >> 32) builder.skip_to(place >> 32);
    builder.append(static_cast<std::uint32_t>(place), settled.values[k]);
    pace.spend(3);
  }
  return builder.finish();
}

void SmatrixRows::accumulate(std::int64_t i, const FeatureRow& row) {
  check_index("i", i);
  const auto size = static_cast<std::int64_t>(row.size());
  elements.width.fit("column", size, true);
  elements.height.fit("row", i, false);
  if (row.is_sparse()) {
    const SparseFeatures& x = row.sparse();
    for (std::size_t k = 0; k < x.indices.size(); ++k) elements.append(i, x.indices[k], x.values[k]);
  } else {
    for (std::size_t j = 0; j < row.size(); ++j)
      if (const double value = row.dense()[j]; value != 0) elements.append(i, static_cast<std::uint32_t>(j), value);
  }
}

}  // namespace quern
