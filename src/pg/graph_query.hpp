// A graph of the edges that a query gives: quern.graph_of, and what named graphs are made of.
#pragma once

#include <string>
#include <string_view>

#include "graph/edge_rows.hpp"
#include "graph/graph_options.hpp"
#include "pg/edge_scan.hpp"

namespace quern::pg {

// Of graphs that are kept for more than a call.
struct KeepOptions {
  bool transpose = false;  // the lists of incoming edges too

  static constexpr auto options = std::tuple{Option("transpose", &KeepOptions::transpose)};
};

// The lists, in memory where vectors are born.
class MadeGraph {
 public:
  // Runs the query.
  MadeGraph(const EdgeScan& scan, const graph::BuildOptions& options, const KeepOptions& keep);

  graph::Graph view() const;

 private:
  graph::EdgeRows::Result made_;
  graph::Lists in_;
  bool keeps_in_;
};

}  // namespace quern::pg
