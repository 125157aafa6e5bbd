#include "graph/edge_rows.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern::graph {

void EdgeRows::refuse_weight(double weight) {
  throw InvalidInput(concat("graph: the weight of an edge must be a finite number, not ", weight));
}

// Sums of finite weights may be none.
void EdgeRows::require_finite(const Lists& lists) {
  if (!std::all_of(lists.weights.begin(), lists.weights.end(), [](double w) { return std::isfinite(w); }))
    throw InvalidInput("graph: the weights of parallel edges add up to more than a number can hold", {},
                       Fault::out_of_range);
}

EdgeRows::Result EdgeRows::build(const BuildOptions& options) {
  Result result = built(options);
  if (options.multi == Multi::sum) require_finite(result.out);
  return result;
}

EdgeRows::Result EdgeRows::built(const BuildOptions& options) {
  Result result;
  result.directed = options.directed;
  result.of_texts = texts_;
  if (!texts_) {
    Built built = graph::build(std::move(edges_), options);
    result.out = std::move(built.out);
    result.numbers = std::move(built.ids);
    return result;
  }
  // Texts of which every row was left out by the options are vertices too, so all numbers are named.
  const std::size_t n = names_.size();
  Vec<Vertex> order(n), place(n);
  std::iota(order.begin(), order.end(), Vertex{0});
  checkpoint();
  std::sort(order.begin(), order.end(), [&](Vertex a, Vertex b) { return names_[a] < names_[b]; });
  checkpoint();
  for (std::size_t v = 0; v < n; ++v) place[order[v]] = static_cast<Vertex>(v);
  for (Vec<std::int64_t>* const ids : {&edges_.sources, &edges_.targets, &edges_.isolated}) {
    checkpoint();
    for (std::int64_t& id : *ids) id = place[static_cast<std::size_t>(id)];
  }
  result.out = graph::build(std::move(edges_), options).out;
  result.text_ends.reserve(n);
  result.texts.reserve(names_.bytes.size());
  for (const Vertex v : order) {
    const std::string_view name = names_[v];
    result.texts.insert(result.texts.end(), name.begin(), name.end());
    result.text_ends.push_back(result.texts.size());
  }
  names_ = {};
  return result;
}

}  // namespace quern::graph
