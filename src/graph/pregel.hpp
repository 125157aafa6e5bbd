// Vertex programs: Malewicz et al., "Pregel: a system for large-scale graph processing", SIGMOD 2010, where what a
// vertex does is given by expressions.
//
// Superstep 0 gives every vertex its `initial` value. In every superstep, a vertex that has not voted to halt sends
// `message` along each of its edges out; NULL sends nothing. In the next one, the messages that reach a vertex are
// combined, and `apply` gives its new value from its value and the combined message. A vertex without a message is left
// alone if it has voted to halt; a message wakes it. The end: all have voted, or max_supersteps.
//
// Messages that depend on their sender only are computed once a vertex and pulled over the edges in, where many are
// sent, or pushed over the edges out, where few are (Beamer et al., SC 2012); others are computed an edge at a time.
// Both combine in the order of the senders, so that sums do not depend on the way. Combining by an expression goes by
// pairs: it has to be associative, as in the paper.
//
// About 30 bytes a vertex; and the lists the other way round, where they are not there and many messages are sent twice
// or combined by an expression.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <tuple>

#include "base/options.hpp"
#include "graph/graph.hpp"
#include "graph/pregel_expression.hpp"

namespace quern::pregel {

struct Program {
  std::string_view initial, message;
  std::string_view combine;  // sum, min, max, count, first (from the smallest sender), or an expression of a and b
  std::string_view apply;
};

struct Options {
  std::int64_t max_supersteps = 100;  // after superstep 0
  std::string halt = "unchanged";     // the vote: unchanged, never, or a condition

  static constexpr auto options =
      std::tuple{Option("max_supersteps", &Options::max_supersteps, within(0, 1e9)), Option("halt", &Options::halt)};
};

struct Superstep {
  std::int64_t superstep = 0;
  std::int64_t computed = 0;  // vertices that got a value
  std::int64_t active = 0;    // vertices that did not vote to halt
  std::int64_t messages = 0;  // sent
  double seconds = 0;
};

struct Outcome {
  Vec<double> values;
  Vec<std::uint8_t> nulls;    // 1 where the value is NULL
  Vec<Superstep> supersteps;  // all, or the last only
  bool halted = false;        // all have voted
};

// Makes an expression of what compile() refuses, or throws.
using Elsewhere = std::function<std::unique_ptr<Expression>(const Source& source)>;

enum class Keep { all_supersteps, last_superstep };

// Weights of an unweighted graph are 1.
Outcome run(const graph::Graph& graph, const Program& program, const Options& options, const Elsewhere& elsewhere = {},
            Keep keep = Keep::all_supersteps);

}  // namespace quern::pregel
