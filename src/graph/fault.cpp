#include "graph/fault.hpp"

#include <algorithm>
#include <cmath>

#include "graph/build.hpp"
#include "graph/pulse.hpp"

namespace quern::graph {

namespace {

bool ids_ascend(const Ids& ids) {
  Pulse pulse;
  if (!ids.are_text()) {
    for (std::size_t v = 1; v < ids.numbers.size(); ++v) {
      if (ids.numbers[v - 1] >= ids.numbers[v]) return false;
      pulse.count(0);
    }
    return true;
  }
  std::uint64_t end = 0;
  for (const std::uint64_t next : ids.text_ends) {
    if (next < end || next > ids.texts.size()) return false;
    end = next;
  }
  if (end != ids.texts.size()) return false;
  for (Vertex v = 1; v < ids.text_ends.size(); ++v) {
    if (ids.text(v - 1) >= ids.text(v)) return false;
    pulse.count(0);
  }
  return true;
}

}  // namespace

const char* fault_of(const Graph& graph) {
  if (graph.ids.size() != graph.vertices()) return "there are not as many ids as vertices";
  if (!ids_ascend(graph.ids)) return "ids do not ascend";
  if (!is_sound(graph.out, graph.vertices())) return "lists are not sorted, or name vertices that there are not";
  if (!std::all_of(graph.out.weights.begin(), graph.out.weights.end(), [](double w) { return std::isfinite(w); }))
    return "a weight is not finite";
  if (graph.directed) return nullptr;
  // Sorted by source, the lists the other way round come out as they are if every edge is in both; parallel edges may
  // lie in another order there.
  const Lists turned = transpose(graph.out);
  if (!std::ranges::equal(turned.offsets, graph.out.offsets) || !std::ranges::equal(turned.targets, graph.out.targets))
    return "an edge of an undirected graph is in one list only";
  const Csr& out = graph.out;
  Vec<double> there, back;
  for (Offset begin = 0, end; begin < out.weights.size(); begin = end) {
    for (end = begin + 1; end < out.edges() && out.targets[end] == out.targets[begin];) ++end;
    if (end == begin + 1) {
      if (out.weights[begin] != turned.weights[begin]) return "an edge of an undirected graph has two weights";
      continue;
    }
    there.assign(out.weights.begin() + static_cast<std::ptrdiff_t>(begin),
                 out.weights.begin() + static_cast<std::ptrdiff_t>(end));
    back.assign(turned.weights.begin() + static_cast<std::ptrdiff_t>(begin),
                turned.weights.begin() + static_cast<std::ptrdiff_t>(end));
    std::ranges::sort(there);
    std::ranges::sort(back);
    if (there != back) return "an edge of an undirected graph has two weights";
  }
  return nullptr;
}

}  // namespace quern::graph
