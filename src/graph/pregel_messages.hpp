// The messages of a superstep: sent, and combined at their targets.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "graph/graph.hpp"
#include "graph/pregel_expression.hpp"

namespace quern::pregel {

enum class Combine { sum, min, max, count, first, expression };

// What vertices hold.
struct Vertices {
  double superstep = 0, count = 0;
  Vec<double> values;
  Vec<std::uint8_t> nulls;    // 1 where the value is NULL
  bool any_null = false;      // false: nowhere
  Vec<double> messages;       // combined
  Vec<std::uint8_t> missing;  // 1 where there is none
};

// Columns of a block: views where vertices lie side by side, else copies.
class Columns {
 public:
  Columns(const graph::Graph& graph, const Vertices& vertices, bool text_ids);

  // What `names` has of vertices, in the order of `list`; ascending: none of them twice.
  void fill(Block& block, Names names, std::span<const Vertex> list, bool ascending = true);
  void fill_targets(Block& block, std::span<const Vertex> list);

 private:
  double id(Vertex v) const { return text_ids_ ? static_cast<double>(v) : static_cast<double>(graph_.ids.numbers[v]); }
  double* room(Name name) { return numbers_.data() + static_cast<std::size_t>(name) * block; }

  const graph::Graph& graph_;
  const Vertices& vertices_;
  bool text_ids_;
  Vec<double> numbers_;
  Vec<std::uint8_t> nulls_, missing_;
};

class Messages {
 public:
  Messages(const graph::Graph& graph, bool text_ids, std::unique_ptr<Expression> message, Combine combine,
           std::unique_ptr<Expression> combination);

  // From `senders`, in ascending order. How many.
  std::int64_t send(std::span<const Vertex> senders, Vertices& vertices);

  // Where the messages went, in no order; nothing if that is to be seen from what is missing.
  std::optional<std::span<const Vertex>> reached() const;

  // All messages are read: none is there any more.
  void clear(Vertices& vertices);

 private:
  std::int64_t push(std::span<const Vertex> senders, Vertices& vertices);
  std::int64_t push_edges(std::span<const Vertex> senders, Vertices& vertices);
  std::optional<std::int64_t> pull(std::span<const Vertex> senders, Vertices& vertices);
  std::int64_t gather(std::span<const Vertex> senders, Vertices& vertices);
  const graph::Csr& lists_in();
  template <class Join>
  void receive(Vertex v, double message, Vertices& vertices, Join&& joined);
  template <class F>
  void with_join(F&& f);

  const graph::Graph& graph_;
  graph::Csr in_;
  graph::Lists turned_;
  bool text_ids_;
  std::unique_ptr<Expression> message_;
  Combine combine_;
  std::unique_ptr<Expression> combination_;
  int dense_ = 0;            // supersteps with many messages
  Vec<double> sent_;         // by sender, when messages are pulled
  Vec<std::uint8_t> sends_;  // 1 where there is one
  Vec<Vertex> reached_;      // and room for one more
  std::size_t reached_count_ = 0;
  bool all_over_ = false;
};

}  // namespace quern::pregel
