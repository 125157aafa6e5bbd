#include "graph/packed.hpp"

#include <algorithm>
#include <cstring>

#include "base/error.hpp"

namespace quern::graph {

namespace {

constexpr std::uint32_t mark = 0x47524150;

[[noreturn]] void refuse() {
  throw InvalidInput("value is not a quern.graph, or is damaged", {}, Fault::malformed_binary);
}

PackedHead head_of(std::span<const std::byte> bytes) {
  PackedHead head;
  if (bytes.size() < sizeof head) refuse();
  std::memcpy(&head, bytes.data(), sizeof head);
  if (head.mark != mark) refuse();
  return head;
}

// The one account of the layout: visits each array, with the bytes and the place of each.
struct Layout {
  explicit Layout(const PackedHead& head) {
    const bool weighted = head.flags & packed_weighted, keeps_in = head.flags & packed_in;
    std::size_t at = sizeof head;
    const auto take = [&](std::size_t count, std::size_t size) {
      const std::size_t place = at;
      at += count * size;
      return place;
    };
    ids = take(head.vertices, 8);
    offsets = take(head.vertices + 1, 8);
    weights = take(weighted ? head.entries : 0, 8);
    in_offsets = take(keeps_in ? head.vertices + 1 : 0, 8);
    in_weights = take(keeps_in && weighted ? head.entries : 0, 8);
    targets = take(head.entries, 4);
    in_targets = take(keeps_in ? head.entries : 0, 4);
    texts = take(head.text_bytes, 1);
    size = at;
  }

  std::size_t ids, offsets, weights, in_offsets, in_weights, targets, in_targets, texts, size;
};

PackedHead head_of(const Graph& graph) {
  PackedHead head;
  head.mark = mark;
  head.flags = (graph.directed ? packed_directed : 0u) | (graph.out.weighted() ? packed_weighted : 0u) |
               (graph.ids.are_text() ? packed_text : 0u) | (graph.keeps_in() ? packed_in : 0u);
  head.vertices = graph.vertices();
  head.entries = graph.out.edges();
  head.text_bytes = graph.ids.texts.size();
  return head;
}

// In pieces, so that a large graph can be interrupted.
template <class T>
void copy(std::span<const T> from, std::byte* to) {
  constexpr std::size_t piece = std::size_t{4} << 20;
  const auto* bytes = reinterpret_cast<const std::byte*>(from.data());
  for (std::size_t done = 0; done < from.size_bytes(); done += piece) {
    checkpoint();
    std::memcpy(to + done, bytes + done, std::min(piece, from.size_bytes() - done));
  }
}

}  // namespace

std::size_t packed_size(const Graph& graph) { return Layout(head_of(graph)).size; }

void pack(const Graph& graph, std::byte* to) {
  const PackedHead head = head_of(graph);
  const Layout layout(head);
  std::memcpy(to + sizeof head.length_word, &head.mark, sizeof head - sizeof head.length_word);
  if (graph.ids.are_text())
    copy(graph.ids.text_ends, to + layout.ids);
  else
    copy(graph.ids.numbers, to + layout.ids);
  const Offset none = 0;  // offsets of a graph without vertices
  copy(graph.out.offsets.empty() ? std::span(&none, 1) : graph.out.offsets, to + layout.offsets);
  copy(graph.out.weights, to + layout.weights);
  copy(graph.in.offsets, to + layout.in_offsets);
  copy(graph.in.weights, to + layout.in_weights);
  copy(graph.out.targets, to + layout.targets);
  copy(graph.in.targets, to + layout.in_targets);
  copy(graph.ids.texts, to + layout.texts);
}

Graph unpacked(std::span<const std::byte> bytes) {
  const PackedHead head = head_of(bytes);
  // What fits bounds each number before they are added up.
  if (head.flags & packed_name || head.vertices > bytes.size() / 8 || head.entries > bytes.size() / 4 ||
      head.text_bytes > bytes.size() || head.vertices > max_vertices)
    refuse();
  const Layout layout(head);
  if (layout.size != bytes.size()) refuse();
  const auto array = [&]<class T>(std::size_t at, std::size_t count, T) {
    return std::span(reinterpret_cast<const T*>(bytes.data() + at), count);
  };
  const bool weighted = head.flags & packed_weighted;
  Graph graph;
  graph.directed = head.flags & packed_directed;
  graph.out = {array(layout.offsets, head.vertices + 1, Offset{}), array(layout.targets, head.entries, Vertex{}),
               array(layout.weights, weighted ? head.entries : 0, double{})};
  if (head.flags & packed_in)
    graph.in = {array(layout.in_offsets, head.vertices + 1, Offset{}), array(layout.in_targets, head.entries, Vertex{}),
                array(layout.in_weights, weighted ? head.entries : 0, double{})};
  graph.ids.of_texts = head.flags & packed_text;
  if (graph.ids.of_texts) {
    graph.ids.text_ends = array(layout.ids, head.vertices, std::uint64_t{});
    graph.ids.texts = array(layout.texts, head.text_bytes, char{});
  } else {
    graph.ids.numbers = array(layout.ids, head.vertices, std::int64_t{});
  }
  return graph;
}

void pack(std::string_view name, bool of_texts, std::byte* to) {
  PackedHead head;
  head.mark = mark;
  head.flags = packed_name | (of_texts ? packed_text : 0u);
  head.text_bytes = name.size();
  std::memcpy(to + sizeof head.length_word, &head.mark, sizeof head - sizeof head.length_word);
  std::memcpy(to + sizeof head, name.data(), name.size());
}

std::optional<std::string_view> name_in(std::span<const std::byte> bytes) {
  const PackedHead head = head_of(bytes);
  if (!(head.flags & packed_name)) return {};
  if (head.text_bytes != bytes.size() - sizeof head) refuse();
  return std::string_view(reinterpret_cast<const char*>(bytes.data() + sizeof head), head.text_bytes);
}

bool packed_with_texts(std::span<const std::byte> bytes) { return head_of(bytes).flags & packed_text; }

}  // namespace quern::graph
