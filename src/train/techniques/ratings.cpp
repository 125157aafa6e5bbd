#include "train/techniques/ratings.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "train/holdout.hpp"
#include "train/order.hpp"

namespace quern {

namespace {

constexpr std::string_view learner = "matrix_factorization";
constexpr std::uint64_t ratings_of_task = 8192, ratings_of_group = 50'000, most_groups = 8;
constexpr std::size_t rows_between_checkpoints = 1 << 16;

[[noreturn]] void refuse(std::string_view what, std::string_view hint = {}) {
  throw InvalidInput(concat(learner, ": ", what), std::string(hint));
}

template <class T>
T* at(std::span<double> board, std::size_t offset) {
  return reinterpret_cast<T*>(board.data() + offset);
}

// The ratings of the rows, as long as there are no matrices of them.
struct Triples {
  const std::vector<std::uint32_t>& users;
  const std::vector<std::uint32_t>& items;
  std::vector<double> values, weights;
  std::vector<bool> held_out;  // empty: none
  std::vector<HeldOut> held;
};

Triples read_triples(const FactorizationOptions& options, RowStore& store, const RowIds& ids) {
  const RowFormat& format = store.format();
  const Holdout holdout{options.validation_fraction, static_cast<std::uint64_t>(options.seed)};
  Triples triples{ids.columns[0].places, ids.columns[1].places, {}, {}, {}, {}};
  triples.values.resize(store.rows());
  if (format.weighted) triples.weights.resize(store.rows());
  if (holdout.share > 0) triples.held_out.resize(store.rows());
  std::vector<std::byte> room;
  std::size_t row = 0;
  for (std::size_t b = 0; b < store.blocks().size(); ++b) {
    checkpoint();
    const RowStore::Block& block = store.blocks()[b];
    if (!store.resident() && room.size() < block.bytes) room.resize(block.bytes);
    const BlockView view(format, store.load(b, room.data()), block.bytes);
    for (std::uint32_t i = 0; i < block.rows; ++i, ++row) {
      const std::byte* const at = view.row(i);
      triples.values[row] = target_of(at);
      if (format.weighted) triples.weights[row] = weight_of(format, at);
      if (holdout.contains(b, i)) {
        triples.held_out[row] = true;
        triples.held.push_back({triples.users[row], triples.items[row], target_of(at), weight_of(format, at)});
      }
    }
  }
  return triples;
}

// Counts become the places where each begins; the end is the sum.
void begin_at(std::uint64_t* counts, std::size_t n) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i <= n; ++i) sum += std::exchange(counts[i], sum);
}

// The matrix by users, its columns in their order: rows are first put in the order of their items.
void fill_users(const Triples& triples, const RatingsSide& users, std::size_t items) {
  const std::size_t rows = triples.values.size();
  const auto kept = [&](std::size_t row) { return triples.held_out.empty() || !triples.held_out[row]; };
  std::vector<std::uint64_t> next(items + 1);
  for (std::size_t row = 0; row < rows; ++row)
    if (kept(row)) {
      ++next[triples.items[row]];
      ++users.offsets[triples.users[row]];
    }
  begin_at(next.data(), items);
  begin_at(users.offsets, users.count);
  std::vector<std::uint32_t> by_item(next[items]);
  for (std::size_t row = 0; row < rows; ++row)
    if (kept(row)) by_item[next[triples.items[row]]++] = static_cast<std::uint32_t>(row);
  checkpoint();
  std::vector<std::uint64_t>(users.offsets, users.offsets + users.count).swap(next);
  for (std::size_t i = 0; i < by_item.size(); ++i) {
    if (i % rows_between_checkpoints == 0) checkpoint();
    const std::uint32_t row = by_item[i];
    const std::uint64_t to = next[triples.users[row]]++;
    users.columns[to] = triples.items[row];
    users.values[to] = triples.values[row];
    if (users.weights) users.weights[to] = triples.weights[row];
  }
}

// Implicit ratings become confidences, and those of one pair add up.
void add_confidences(double alpha, const RatingsSide& users) {
  std::uint64_t to = 0;
  for (std::size_t u = 0; u < users.count; ++u) {
    const std::uint64_t from = std::exchange(users.offsets[u], to), end = users.offsets[u + 1];
    for (std::uint64_t i = from; i < end;) {
      const std::uint32_t column = users.columns[i];
      double sum = 0;
      for (; i < end && users.columns[i] == column; ++i)
        sum += users.values[i] * (users.weights ? users.weights[i] : 1);
      if (sum == 0) continue;
      users.columns[to] = column;
      users.values[to++] = alpha * sum;
    }
  }
  users.offsets[users.count] = to;
}

void transpose(const RatingsSide& users, const RatingsSide& items) {
  const std::uint64_t ratings = users.offsets[users.count];
  for (std::uint64_t i = 0; i < ratings; ++i) ++items.offsets[users.columns[i]];
  begin_at(items.offsets, items.count);
  std::vector<std::uint64_t> next(items.offsets, items.offsets + items.count);
  for (std::size_t u = 0; u < users.count; ++u) {
    if (u % 1024 == 0) checkpoint();
    for (std::uint64_t i = users.offsets[u]; i < users.offsets[u + 1]; ++i) {
      const std::uint64_t to = next[users.columns[i]]++;
      items.columns[to] = static_cast<std::uint32_t>(u);
      items.values[to] = users.values[i];
      if (items.weights) items.weights[to] = users.weights[i];
    }
  }
}

// Tasks of about equal work: of the ratings, and of solving.
void cut_tasks(const RatingsSide& side, std::size_t tasks, double solving) {
  const auto work_until = [&](std::size_t i) {
    return static_cast<double>(side.offsets[i]) + solving * static_cast<double>(i);
  };
  const double all = work_until(side.count);
  std::size_t i = 0;
  for (std::size_t t = 0; t <= tasks; ++t) {
    while (i < side.count && work_until(i) < all * static_cast<double>(t) / static_cast<double>(tasks)) ++i;
    side.bounds[t] = t == tasks ? side.count : i;
  }
}

}  // namespace

FactorizationOptions factorization_options(std::string_view text) {
  FactorizationOptions options = parse_options<FactorizationOptions>(learner, text);
  const auto given = [&](std::string_view name) { return !text.empty() && parse_json(text).find(name); };
  if (!given("biases")) options.biases = !options.implicit && !options.nonnegative;
  if (options.implicit && options.biases)
    refuse("option \"biases\" is for ratings, not for implicit feedback", "Leave it out.");
  if (options.implicit && options.solver == "sgd")
    refuse("implicit feedback needs solver \"als\"", "Its loss is over all pairs of a user and an item.");
  if (options.implicit && options.validation_fraction > 0)
    refuse("option \"validation_fraction\" is for ratings, not for implicit feedback",
           "Hold rows out by the query, and see where quern.recommend places them.");
  if (given("alpha") && !options.implicit) refuse("option \"alpha\" is for implicit feedback", "Set \"implicit\" too.");
  if (given("rating") && given("target")) refuse("options \"rating\" and \"target\" are the same", "Give one of them.");
  return options;
}

RatingsLayout::RatingsLayout(const FactorizationOptions& options, std::uint64_t rating_count, std::uint64_t users,
                             std::uint64_t items, bool has_weights)
    : ratings(rating_count),
      rank(static_cast<std::size_t>(options.rank)),
      terms(rank + options.biases),
      stride((terms + 7) / 8 * 8),
      biased(options.biases),
      weighted(has_weights && !options.implicit),
      tasks(std::clamp<std::uint64_t>(ratings / ratings_of_task, 1, most_rating_tasks)),
      groups(options.solver == "sgd" ? std::clamp<std::uint64_t>(ratings / ratings_of_group, 1, most_groups) : 0) {
  std::size_t end = 0;
  const auto take = [&](std::size_t numbers) { return std::exchange(end, end + (numbers + 7) / 8 * 8); };
  head = take(sizeof(RatingsHead) / sizeof(double));
  slot_size = 8 + (options.implicit ? stride * stride : 0);
  slots = take(tasks * slot_size);
  gram = take(options.implicit ? stride * stride : 0);
  const bool weights_kept = has_weights;  // implicit ones go into the confidences
  for (std::size_t s = 0; s < 2; ++s) {
    SideLayout& side = sides[s];
    side.count = s == 0 ? users : items;
    side.bounds = take(tasks + 1);
    side.factors = take(side.count * stride);
    side.offsets = take(side.count + 1);
    side.columns = take((ratings + 1) / 2);
    side.values = take(ratings);
    side.weights = take(weights_kept && (s == 0 || weighted) ? ratings : 0);
  }
  entry_bounds = take(groups > 0 ? groups * groups + 1 : 0);
  const std::size_t entries = groups > 0 ? ratings : 0;
  entry_users = take((entries + 1) / 2);
  entry_items = take((entries + 1) / 2);
  entry_values = take(entries);
  entry_weights = take(weighted ? entries : 0);
  size = end;
}

Ratings::Ratings(const RatingsLayout& layout, std::span<double> board) : head_(at<RatingsHead>(board, layout.head)) {
  for (std::size_t s = 0; s < 2; ++s) {
    const RatingsLayout::SideLayout& side = layout.sides[s];
    sides_[s] = {side.count,
                 at<double>(board, side.factors),
                 at<std::uint64_t>(board, side.offsets),
                 at<std::uint32_t>(board, side.columns),
                 at<double>(board, side.values),
                 layout.weighted ? at<double>(board, side.weights) : nullptr,
                 at<std::uint64_t>(board, side.bounds)};
  }
}

std::vector<HeldOut> fill_ratings(const FactorizationOptions& options, const RatingsLayout& layout, RowStore& store,
                                  const RowIds& ids, std::span<double> board) {
  Triples triples = read_triples(options, store, ids);
  const Ratings ratings(layout, board);
  RatingsSide users = ratings.side(0);
  const RatingsSide& items = ratings.side(1);
  if (store.format().weighted) users.weights = at<double>(board, layout.sides[0].weights);
  fill_users(triples, users, items.count);
  RatingsHead& head = ratings.head();
  if (options.implicit) {
    add_confidences(options.alpha, users);
    head.weight_sum = static_cast<double>(users.count) * static_cast<double>(items.count);
  } else {
    double sum = 0;
    for (std::uint64_t i = 0; i < users.offsets[users.count]; ++i) {
      const double weight = users.weights ? users.weights[i] : 1;
      head.weight_sum += weight;
      sum += weight * users.values[i];
    }
    if (options.biases && head.weight_sum > 0) head.mean = sum / head.weight_sum;
    if (!std::isfinite(head.mean) || !std::isfinite(head.weight_sum))
      throw InvalidInput(concat(learner, ": the sum of the ratings leaves the range of double precision"), {},
                         Fault::out_of_range);
  }
  transpose(ratings.side(0), items);
  const double solving = static_cast<double>(layout.terms) / 3;
  for (const RatingsSide& side : {ratings.side(0), items}) cut_tasks(side, layout.tasks, solving);
  return std::move(triples.held);
}

void fill_entries(const FactorizationOptions& options, const RatingsLayout& layout, std::span<double> board) {
  const Ratings ratings(layout, board);
  const RatingsSide& users = ratings.side(0);
  const std::uint64_t count = users.offsets[users.count];
  const std::size_t groups = layout.groups;
  // The group of each, so that groups have about as many ratings.
  const auto groups_of = [&](const RatingsSide& side) {
    std::vector<std::uint8_t> group(side.count);
    for (std::size_t i = 0; i < side.count; ++i)
      group[i] =
          static_cast<std::uint8_t>(std::min(groups - 1, side.offsets[i] * groups / std::max<std::uint64_t>(count, 1)));
    return group;
  };
  const std::vector<std::uint8_t> user_group = groups_of(users), item_group = groups_of(ratings.side(1));
  std::vector<std::uint32_t> user_of(count), order(count);
  for (std::size_t u = 0; u < users.count; ++u)
    std::fill(user_of.begin() + static_cast<std::ptrdiff_t>(users.offsets[u]),
              user_of.begin() + static_cast<std::ptrdiff_t>(users.offsets[u + 1]), static_cast<std::uint32_t>(u));
  std::iota(order.begin(), order.end(), 0u);
  shuffle(std::span(order), RandomStream(static_cast<std::uint64_t>(options.seed), 0, 2));
  checkpoint();
  const auto block = [&](std::uint32_t i) { return user_group[user_of[i]] * groups + item_group[users.columns[i]]; };
  auto* const bounds = at<std::uint64_t>(board, layout.entry_bounds);
  for (std::uint32_t i = 0; i < count; ++i) ++bounds[block(i)];
  begin_at(bounds, groups * groups);
  std::vector<std::uint64_t> next(bounds, bounds + groups * groups);
  for (const std::uint32_t i : order) {
    const std::uint64_t to = next[block(i)]++;
    at<std::uint32_t>(board, layout.entry_users)[to] = user_of[i];
    at<std::uint32_t>(board, layout.entry_items)[to] = users.columns[i];
    at<double>(board, layout.entry_values)[to] = users.values[i];
    if (layout.weighted) at<double>(board, layout.entry_weights)[to] = users.weights[i];
  }
}

}  // namespace quern
