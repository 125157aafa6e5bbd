// What registry.def says of the memory that functions of graphs take, against what they allocate.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory_resource>
#include <string_view>

#include "graph/build.hpp"
#include "graph/centrality.hpp"
#include "graph/communities.hpp"
#include "graph/directions.hpp"
#include "graph/methods.hpp"
#include "graph/ranking.hpp"
#include "graph/shortest_paths.hpp"
#include "graph/similarity.hpp"
#include "graph/structure.hpp"
#include "graph/summary.hpp"
#include "graph/traversal.hpp"
#include "graph/trees_and_flows.hpp"
#include "rmat_edges.hpp"

namespace quern::graph {
namespace {

// Counts the bytes that are held, and the most that were.
class Counted final : public std::pmr::memory_resource {
 public:
  Counted() : before_(std::pmr::set_default_resource(this)) {}
  ~Counted() override { std::pmr::set_default_resource(before_); }
  std::size_t most() const { return most_; }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    held_ += bytes;
    most_ = std::max(most_, held_);
    return before_->allocate(bytes, alignment);
  }
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override {
    held_ -= bytes;
    before_->deallocate(p, bytes, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  std::pmr::memory_resource* before_;
  std::size_t held_ = 0, most_ = 0;
};

// As the functions of SQL call them, without the rows.
const std::map<std::string_view, std::function<void(const Graph&)>> calls{
    {"degrees", [](const Graph& g) { degrees(g); }},
    {"graph_summary", [](const Graph& g) { summarize(g); }},
    {"bfs", [](const Graph& g) { bfs(g.out, InLists(g, false).view(), 1); }},
    {"shortest_paths", [](const Graph& g) { shortest_paths(g.out, 1); }},
    {"shortest_path", [](const Graph& g) { shortest_path(g.out, 1, 2); }},
    {"all_pairs_shortest_paths", [](const Graph& g) { shortest_paths(g.out, 1); }},  // of each vertex in turn
    {"connected_components", [](const Graph& g) { connected_components(g.out); }},
    {"strongly_connected_components", [](const Graph& g) { strongly_connected_components(g.out); }},
    {"pagerank", [](const Graph& g) { pagerank(g.out, InLists(g).view(), {.max_iter = 3, .personalization = {}}); }},
    {"hits", [](const Graph& g) { hits(g.out, InLists(g).view(), 0, 3); }},
    {"eigenvector_centrality", [](const Graph& g) { eigenvector_centrality(InLists(g).view(), 0, 3); }},
    {"katz_centrality", [](const Graph& g) { katz_centrality(InLists(g).view(), {.alpha = 1e-6, .max_iter = 3}); }},
    {"betweenness_centrality",
     [](const Graph& g) { betweenness_centrality(g.out, {.directed = g.directed, .sample = 20}); }},
    {"closeness_centrality",
     [](const Graph& g) {
       Vec<double> to(8);
       centrality_by_distance(ByDistance::closeness, InLists(g).view(), 0, to);
       to.resize(g.vertices());
     }},
    {"harmonic_centrality",
     [](const Graph& g) {
       Vec<double> to(8);
       centrality_by_distance(ByDistance::harmonic, InLists(g).view(), 0, to);
       to.resize(g.vertices());
     }},
    {"label_propagation", [](const Graph& g) { label_propagation(g.out, InLists(g, false).view(), g.directed, 3); }},
    {"louvain", [](const Graph& g) { louvain(BothWays(g).view()); }},
    {"leiden", [](const Graph& g) { leiden(BothWays(g).view()); }},
    {"modularity", [](const Graph& g) { modularity(BothWays(g).view(), Vec<Vertex>(g.vertices(), 0)); }},
    {"triangle_count", [](const Graph& g) { triangle_counts(simple_lists(g).view()); }},
    {"local_clustering",
     [](const Graph& g) {
       const Lists simple = simple_lists(g);
       g.directed ? local_clustering_directed(simple.view(), g.out) : local_clustering(simple.view());
     }},
    {"k_core", [](const Graph& g) { core_numbers(simple_lists(g).view()); }},
    {"k_truss", [](const Graph& g) { truss_numbers(simple_lists(g).view()); }},
    {"minimum_spanning_tree", [](const Graph& g) { minimum_spanning_tree(BothWays(g).view()); }},
    {"topological_sort", [](const Graph& g) { topological_sort(g.out); }},
    {"max_flow", [](const Graph& g) { max_flow(g.out, 1, 2); }},
    {"max_flow_value", [](const Graph& g) { max_flow(g.out, 1, 2); }},
    {"jaccard_similarity",
     [](const Graph& g) {
       const Lists simple = simple_lists(g);
       SimilarVertices similar(simple.view());
       for (Vertex v = 0; v < g.vertices(); ++v) similar.of(v);
     }},
    {"common_neighbors", [](const Graph& g) { simple_lists(g); }},
    {"random_walks",
     [](const Graph& g) {
       Vec<Vertex> walk;
       Walker(g.out, {}).walk(1, 0, walk);
     }},
};

struct Example {
  Built built;
  Graph graph;

  Example(int scale, std::size_t edges, bool directed, bool weighted) {
    built = build(rmat_edges(scale, 11, edges, weighted), {.directed = directed});
    graph.directed = directed;
    graph.out = built.out.view();
    graph.ids.numbers = built.ids;
  }
};

// What is said is enough for sparse and dense graphs of all kinds, and not much too much for one of them at least.
TEST(Methods, TakeTheMemoryThatIsSaid) {
  std::map<std::string_view, double> most;
  for (const bool directed : {true, false})
    for (const bool weighted : {true, false})
      for (const std::size_t degree : {2, 30}) {
        const Example example(12, degree << 12, directed, weighted);
        for (const Method& method : methods()) {
          ASSERT_TRUE(calls.contains(method.function)) << method.function;
          const Counted counted;
          calls.at(method.function)(example.graph);
          const auto found = static_cast<double>(counted.most());
          const double said = bytes_beside(example.graph, method);
          EXPECT_LE(found, 1.1 * said + 4096) << method.function << ", degree " << degree
                                              << (directed ? ", directed" : "") << (weighted ? ", weighted" : "");
          most[method.function] = std::max(most[method.function], found / said);
        }
      }
  for (const auto& [function, share] : most) EXPECT_GE(share, 0.75) << function;
}

}  // namespace
}  // namespace quern::graph
