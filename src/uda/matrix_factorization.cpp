#include "uda/matrix_factorization.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "train/techniques/row_ids.hpp"
#include "train/training.hpp"
#include "uda/row_checks.hpp"
#include "uda/train_alone.hpp"

namespace quern {

namespace {

constexpr std::string_view learner = "matrix_factorization";
constexpr std::string_view of_train_alone[] = {"user", "item", "rating", "target", "weight", "max_seconds"};

std::string_view text_of(const Vec<char>& options) { return {options.data(), options.size()}; }

void append(MatrixFactorizationState::Column& column, const Id& id) {
  if (id.is_text) column.bytes.insert(column.bytes.end(), id.text.begin(), id.text.end());
  column.numbers.push_back(id.is_text ? static_cast<std::int64_t>(column.bytes.size()) : id.number);
}

void append(MatrixFactorizationState::Column& column, const MatrixFactorizationState::Column& more, bool texts) {
  const auto before = texts ? static_cast<std::int64_t>(column.bytes.size()) : 0;
  column.bytes.insert(column.bytes.end(), more.bytes.begin(), more.bytes.end());
  for (const std::int64_t number : more.numbers) column.numbers.push_back(number + before);
}

bool column_valid(const MatrixFactorizationState::Column& column, std::size_t rows, bool texts) {
  if (column.numbers.size() != rows) return false;
  if (!texts) return column.bytes.empty();
  std::int64_t before = 0;
  for (const std::int64_t end : column.numbers) {
    if (end < before) return false;
    before = end;
  }
  return before == static_cast<std::int64_t>(column.bytes.size()) &&
         std::find(column.bytes.begin(), column.bytes.end(), '\0') == column.bytes.end();
}

void check_size(const MatrixFactorizationState& state) {
  if (state.ratings.size() * 32 + state.users.bytes.size() + state.items.bytes.size() >
      MatrixFactorizationState::max_bytes)
    throw InvalidInput(concat(learner, ": the ratings of a group take more than 900 MB"),
                       "Use quern.train, which has no such limit.", Fault::limit_exceeded);
}

}  // namespace

void MatrixFactorizationState::configure() {
  plan_training(learner, text_of(options));
  const Json given = parse_json(text_of(options));
  for (const std::string_view name : of_train_alone)
    if (given.find(name))
      throw InvalidInput(concat(learner, ": option \"", name, "\" is of quern.train, not of the aggregate"));
}

void MatrixFactorizationState::accumulate(Id user, Id item, double rating, Weight w) {
  check_weight(learner, w.value);
  if (!std::isfinite(rating))
    throw InvalidInput(concat(learner, ": rating must be finite, not ", rating),
                       "Leave such rows out with WHERE or FILTER, or by a NULL.");
  if (!ratings.empty() && texts != user.is_text)
    throw InvalidInput(concat(learner, ": ids are text in one row and numbers in another"));
  if (w.value == 0) return;
  texts = user.is_text;
  check_size(*this);
  append(users, user);
  append(items, item);
  ratings.push_back(rating);
  weights.push_back(w.value);
}

void MatrixFactorizationState::merge(const MatrixFactorizationState& other) {
  const bool empty = ratings.empty() && skipped == 0, other_empty = other.ratings.empty() && other.skipped == 0;
  if (empty)
    options.assign(other.options.begin(), other.options.end());
  else if (!other_empty && options != other.options)
    throw InvalidInput(concat(learner, ": states with different options cannot be merged"));
  skipped += other.skipped;
  if (other.ratings.empty()) return;
  if (!ratings.empty() && texts != other.texts)
    throw InvalidInput(concat(learner, ": ids are text in one row and numbers in another"));
  texts = other.texts;
  append(users, other.users, texts != 0);
  append(items, other.items, texts != 0);
  ratings.insert(ratings.end(), other.ratings.begin(), other.ratings.end());
  weights.insert(weights.end(), other.weights.begin(), other.weights.end());
  check_size(*this);
}

bool MatrixFactorizationState::valid() const {
  return skipped >= 0 && skipped <= max_rows && (texts == 0 || texts == 1) && weights.size() == ratings.size() &&
         (texts == 0 || !ratings.empty()) && column_valid(users, ratings.size(), texts) &&
         column_valid(items, ratings.size(), texts) &&
         std::all_of(ratings.begin(), ratings.end(), [](double r) { return std::isfinite(r); }) &&
         std::all_of(weights.begin(), weights.end(), [](double w) { return w > 0 && std::isfinite(w); });
}

std::optional<Model> MatrixFactorizationState::fit() const {
  if (ratings.empty()) return std::nullopt;
  RowFormat format;
  format.features = 2;
  format.weighted = std::any_of(weights.begin(), weights.end(), [](double w) { return w != 1; });
  MemoryStore store(format);
  IdTexts met[2] = {IdTexts(1), IdTexts(1)};
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    double x[2];
    for (std::size_t c = 0; c < 2; ++c) {
      const Column& column = c == 0 ? users : items;
      const std::int64_t number = column.numbers[i], from = texts && i > 0 ? column.numbers[i - 1] : 0;
      if (texts) met[c][0].emplace_back(column.bytes.data() + from, static_cast<std::size_t>(number - from));
      x[c] = std::bit_cast<double>(texts ? text_code(0, static_cast<std::uint32_t>(i))
                                         : static_cast<std::uint64_t>(number));
    }
    store.append(ratings[i], weights[i], Features(std::span<const double>(x)));
  }
  Description description;
  description.skipped = skipped;
  const auto ids = std::make_shared<RowIds>(
      store, std::vector<const IdTexts*>{texts ? &met[0] : nullptr, texts ? &met[1] : nullptr});
  description.ids = ids;
  const JobSpec spec{
      std::string(learner), std::string(text_of(options)), 0, 0, {ids->columns[0].size(), ids->columns[1].size()}};
  return train_alone(spec, store, std::move(description), {});
}

}  // namespace quern
