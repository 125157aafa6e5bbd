#include "graph/methods.hpp"

#include <algorithm>
#include <array>

namespace quern::graph {

namespace {

constexpr std::array listed = [] {
  using enum ListsRead;
  std::array all{
#define METHOD(name, symbol, lists, per_vertex, per_entry, how) Method{#name, lists, per_vertex, per_entry, how},
#include "graph/registry.def"
  };
  std::sort(all.begin(), all.end(),
            [](const Method& a, const Method& b) { return std::string_view(a.function) < b.function; });
  return all;
}();

}  // namespace

std::span<const Method> methods() { return listed; }

const Method* method_of(std::string_view function) {
  const auto found =
      std::find_if(listed.begin(), listed.end(), [&](const Method& m) { return function == m.function; });
  return found == listed.end() ? nullptr : found;
}

MadeLists made_lists(const Graph& graph, ListsRead lists) {
  const auto entries = static_cast<double>(graph.out.edges());
  const double offsets = 8 * static_cast<double>(graph.vertices() + 1);
  const bool weighted = graph.out.weighted() && (lists == ListsRead::in || lists == ListsRead::both);
  const double turned = offsets + entries * (weighted ? 12 : 4);
  switch (lists) {
    case ListsRead::in:
    case ListsRead::in_plain:
      if (!graph.directed || graph.keeps_in()) break;
      return {"incoming edges", entries, turned, offsets + entries * (weighted ? 16 : 8)};
    case ListsRead::simple: {
      const double all = graph.directed ? 2 * entries : entries;
      return {"neighbours without directions, loops and parallel edges", all, offsets + 4 * all,
              graph.directed && !graph.keeps_in() ? turned : 0};
    }
    case ListsRead::both:
      if (!graph.directed) break;
      return {"edges both ways", 2 * entries, 2 * turned - offsets, graph.keeps_in() ? 0 : turned};
    case ListsRead::out:
      break;
  }
  return {.entries = entries};
}

double bytes_beside(const Graph& graph, const Method& method) {
  const MadeLists made = made_lists(graph, method.lists);
  const double working = method.per_vertex * static_cast<double>(graph.vertices()) + method.per_entry * made.entries;
  return made.bytes + std::max(made.more_at_first, working);
}

}  // namespace quern::graph
