#include "graph/graph.hpp"

#include <algorithm>

namespace quern::graph {

Vertex Ids::find(std::int64_t id) const {
  const auto at = std::lower_bound(numbers.begin(), numbers.end(), id);
  return at != numbers.end() && *at == id ? static_cast<Vertex>(at - numbers.begin()) : no_vertex;
}

Vertex Ids::find(std::string_view id) const {
  std::size_t begin = 0, end = text_ends.size();
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    (text(static_cast<Vertex>(middle)) < id ? begin : end) =
        (text(static_cast<Vertex>(middle)) < id ? middle + 1 : middle);
  }
  return begin < text_ends.size() && text(static_cast<Vertex>(begin)) == id ? static_cast<Vertex>(begin) : no_vertex;
}

}  // namespace quern::graph
