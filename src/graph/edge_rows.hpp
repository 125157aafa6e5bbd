// Edges as rows bring them, for build().
//
// A row of two ends is an edge. Of a row with one end NULL, the other is a vertex, with or without edges; a row without
// ends, or an edge whose weight is NULL, is left out. Weights are finite. Texts are numbered as they come, and vertices
// by the order of their bytes in the end.
#pragma once

#include <cmath>
#include <optional>
#include <string_view>

#include "base/name_dictionary.hpp"
#include "graph/build.hpp"

namespace quern::graph {

class EdgeRows {
 public:
  EdgeRows(bool weighted, bool texts) : weighted_(weighted), texts_(texts) {}

  void add(std::int64_t source, std::int64_t target) {
    edges_.sources.push_back(source);
    edges_.targets.push_back(target);
  }
  void add(std::int64_t source, std::int64_t target, double weight) {
    if (!std::isfinite(weight)) [[unlikely]]
      refuse_weight(weight);
    add(source, target);
    edges_.weights.push_back(weight);
  }
  void add_vertex(std::int64_t id) { edges_.isolated.push_back(id); }

  // The number of a text, for add().
  std::int64_t number_of(std::string_view text) { return names_.find_or_add(text); }

  bool weighted() const { return weighted_; }
  bool texts() const { return texts_; }
  std::size_t size() const { return edges_.size(); }
  EdgeList& edges() { return edges_; }

  // Uses the rows up. `ids` of the result are views into it.
  struct Result {
    Lists out;
    Vec<std::int64_t> numbers;
    Vec<std::uint64_t> text_ends;
    Vec<char> texts;
    bool directed = true, of_texts = false;

    Graph view() const { return {directed, out.view(), {}, {numbers, text_ends, texts, of_texts}}; }
  };
  Result build(const BuildOptions& options);

 private:
  [[noreturn]] static void refuse_weight(double weight);
  static void require_finite(const Lists& lists);
  Result built(const BuildOptions& options);

  bool weighted_, texts_;
  EdgeList edges_;
  NameDictionary names_;
};

}  // namespace quern::graph
