// A graph as compressed sparse rows, and the ids that its user knows.
//
// Vertices are numbered from 0 in the order of their ids (numbers ascending, texts by bytes), so that "the smallest id"
// is the smallest number everywhere. The list of a vertex is sorted by target; parallel edges, where they are kept, lie
// side by side. An undirected graph has every edge in both lists, a loop once.
//
// 4 bytes an edge of a list, 8 more with weights; 8 bytes a vertex for offsets and 8 for its id.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/vec.hpp"

namespace quern::graph {

using Vertex = std::uint32_t;
using Offset = std::uint64_t;

inline constexpr std::size_t max_vertices = 4'294'967'294;  // one number is no vertex
inline constexpr Vertex no_vertex = 4'294'967'295;

// Lists of neighbours that lie elsewhere.
struct Csr {
  std::span<const Offset> offsets;  // vertices + 1
  std::span<const Vertex> targets;  // edges
  std::span<const double> weights;  // edges, or empty: every weight is 1

  std::size_t vertices() const { return offsets.empty() ? 0 : offsets.size() - 1; }
  std::size_t edges() const { return targets.size(); }
  bool weighted() const { return !weights.empty(); }
  std::size_t degree(Vertex v) const { return offsets[v + 1] - offsets[v]; }
  std::span<const Vertex> neighbors(Vertex v) const { return targets.subspan(offsets[v], degree(v)); }
  std::span<const double> weights_of(Vertex v) const {
    return weighted() ? weights.subspan(offsets[v], degree(v)) : std::span<const double>();
  }
  double weight(Offset edge) const { return weighted() ? weights[edge] : 1.0; }
};

// The same, with memory of its own.
struct Lists {
  Vec<Offset> offsets;
  Vec<Vertex> targets;
  Vec<double> weights;

  Csr view() const { return {offsets, targets, weights}; }
};

// Ids: numbers, or texts one after the other.
struct Ids {
  std::span<const std::int64_t> numbers;     // where they are numbers
  std::span<const std::uint64_t> text_ends;  // where they are texts: the end of each in `texts`
  std::span<const char> texts;
  bool of_texts = false;

  bool are_text() const { return of_texts; }
  std::size_t size() const { return are_text() ? text_ends.size() : numbers.size(); }
  std::string_view text(Vertex v) const {
    const std::uint64_t begin = v == 0 ? 0 : text_ends[v - 1];
    return {texts.data() + begin, text_ends[v] - begin};
  }
  // The vertex of an id, or no_vertex. log(vertices) comparisons.
  Vertex find(std::int64_t id) const;
  Vertex find(std::string_view id) const;
};

struct Graph {
  bool directed = true;
  Csr out;  // of an undirected graph all neighbours
  Csr in;   // the lists the other way round, where they are kept; else empty
  Ids ids;

  std::size_t vertices() const { return out.vertices(); }
  bool keeps_in() const { return !in.offsets.empty(); }
};

// The lists the other way round: who points to each vertex. Sorted by source. For an undirected graph it is `out`
// itself.
Lists transpose(const Csr& csr);

}  // namespace quern::graph
