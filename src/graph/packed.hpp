// A graph as bytes that are read where they lie: of a value of the server, or of memory that processes share.
//
//   PackedHead
//   int64 ids[vertices], ascending; or uint64 text_ends[vertices] where ids are texts
//   uint64 offsets[vertices + 1]
//   double weights[entries]                                                if weighted
//   uint64 offsets[vertices + 1], double weights[entries] of the lists in  if they are kept
//   uint32 targets[entries], and again of the lists in
//   char texts[text_bytes]
//
// The bytes begin at a multiple of 8. A head may also say that the value is but a name, of text_bytes, which follow it:
// that of a graph that lies elsewhere.
#pragma once

#include <optional>

#include "graph/graph.hpp"

namespace quern::graph {

struct PackedHead {
  std::uint32_t length_word = 0;  // the server's
  std::uint32_t mark = 0;
  std::uint32_t flags = 0;
  std::uint32_t unused = 0;
  std::uint64_t vertices = 0, entries = 0, text_bytes = 0;
};

inline constexpr std::uint32_t packed_directed = 1, packed_weighted = 2, packed_text = 4, packed_in = 8,
                               packed_name = 16;

std::size_t packed_size(const Graph& graph);
// All but the length word. `to` has packed_size() bytes.
void pack(const Graph& graph, std::byte* to);

// Views into the bytes, which outlive them. Throws InvalidInput if the head does not fit the number of bytes; what lies
// in the arrays is not looked at.
Graph unpacked(std::span<const std::byte> bytes);

// The bytes of a name.
inline std::size_t packed_size(std::string_view name) { return sizeof(PackedHead) + name.size(); }
void pack(std::string_view name, bool of_texts, std::byte* to);
// The name that the bytes are, or nothing if they are a graph.
std::optional<std::string_view> name_in(std::span<const std::byte> bytes);
bool packed_with_texts(std::span<const std::byte> bytes);

}  // namespace quern::graph
