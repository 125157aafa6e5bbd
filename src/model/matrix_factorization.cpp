#include "model/matrix_factorization.hpp"

#include <algorithm>
#include <cmath>

#include "base/clones.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

[[noreturn]] void refuse(std::string_view what) {
  throw InvalidInput(concat("model: ", what, " of a matrix_factorization model is missing or of another size"), {},
                     Fault::malformed_binary);
}

std::size_t count_of(const Model& model, std::string_view name) {
  const double value = model.metric(name);
  if (!(value >= 1 && value < 0x1p32 - 1 && value == std::floor(value))) refuse(name);
  return static_cast<std::size_t>(value);
}

[[noreturn]] void refuse_features(std::string_view function) {
  throw InvalidInput(concat(function, ": a matrix_factorization model scores a user and an item, not features"),
                     "Use quern.predict(model, user, item).");
}

QUERN_CLONES double dot(const double* a, const double* b, std::size_t n) noexcept {
  double lanes[8] = {};
  std::size_t k = 0;
  for (; k + 8 <= n; k += 8)
    for (std::size_t i = 0; i < 8; ++i) lanes[i] += a[k + i] * b[k + i];
  double sum = 0;
  for (; k < n; ++k) sum += a[k] * b[k];
  return sum + (((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7])));
}

using Scored = MatrixFactorizationScorer::Scored;

bool better(const Scored& a, const Scored& b) { return a.score > b.score || (a.score == b.score && a.item < b.item); }

// The best n of those that `score` has a number for.
template <class Score>
std::vector<Scored> best(std::size_t items, std::size_t n, Score&& score) {
  std::vector<Scored> heap;  // the worst on top
  n = std::min(n, items);
  if (n == 0) return heap;
  for (std::size_t i = 0; i < items; ++i) {
    if (i % 65536 == 0) checkpoint();
    const Scored candidate{i, score(i)};
    if (std::isnan(candidate.score)) continue;
    if (heap.size() == n && !better(candidate, heap.front())) continue;
    if (heap.size() == n) {
      std::pop_heap(heap.begin(), heap.end(), better);
      heap.pop_back();
    }
    heap.push_back(candidate);
    std::push_heap(heap.begin(), heap.end(), better);
  }
  std::sort_heap(heap.begin(), heap.end(), better);
  return heap;
}

}  // namespace

MatrixFactorizationScorer::MatrixFactorizationScorer(const Model& model)
    : rank_(count_of(model, "rank")),
      users_(model, "user_id", "user_text", count_of(model, "users")),
      items_(model, "item_id", "item_text", count_of(model, "items")) {
  if (model.features != 2) refuse("the number of features");
  const auto matrix = [&](std::string_view name, std::size_t rows) {
    const Parameter* const found = model.find_parameter(name);
    if (!found || found->values.size() % rows != 0 || found->values.size() / rows != rank_) refuse(name);
    return std::span<const double>(found->values);
  };
  user_factor_ = matrix("user_factor", users_.size());
  item_factor_ = matrix("item_factor", items_.size());
  const Parameter* const user = model.find_parameter("user_bias");
  const Parameter* const item = model.find_parameter("item_bias");
  if (!user != !item) refuse("a bias");
  if (!user) return;
  if (user->values.size() != users_.size() || item->values.size() != items_.size()) refuse("a bias");
  user_bias_ = user->values;
  item_bias_ = item->values;
  mean_ = model.metric("mean");
  if (std::isnan(mean_)) refuse("the mean");
}

double MatrixFactorizationScorer::predict(const Features&) const { refuse_features("predict"); }
void MatrixFactorizationScorer::decide(const Features&, std::span<double>) const {
  refuse_features("decision_function");
}

std::vector<Coefficient> MatrixFactorizationScorer::coefficients(const Model& model) {
  std::vector<Coefficient> rows;
  if (const Metric* const mean = model.find_metric("mean"))
    rows.push_back({std::nullopt, "(mean)", mean->value, {}, {}, {}, {}, {}});
  return rows;
}

std::optional<double> MatrixFactorizationScorer::score(Place user, Place item) const {
  const bool both = user && item;
  if (!both && !biased()) return {};
  double score = both ? dot(user_factor(*user).data(), item_factor(*item).data(), rank_) : 0;
  if (biased()) score += mean_ + ((user ? user_bias_[*user] : 0) + (item ? item_bias_[*item] : 0));
  return score;
}

std::vector<Scored> MatrixFactorizationScorer::recommend(Place user, std::size_t n,
                                                         std::span<const std::size_t> excluded) const {
  if (!user && !biased()) return {};
  return best(items_.size(), n, [&, next = excluded.begin()](std::size_t item) mutable {
    while (next != excluded.end() && *next < item) ++next;
    if (next != excluded.end() && *next == item) return std::nan("");
    return *score(user, item);
  });
}

std::vector<Scored> MatrixFactorizationScorer::similar(std::size_t item, std::size_t n) const {
  const double* const v = item_factor(item).data();
  const double norm = std::sqrt(dot(v, v, rank_));
  return best(items_.size(), n, [&](std::size_t other) {
    const double* const w = item_factor(other).data();
    if (other == item) return std::nan("");
    return dot(v, w, rank_) / (norm * std::sqrt(dot(w, w, rank_)));  // NaN where one of them is 0
  });
}

}  // namespace quern
