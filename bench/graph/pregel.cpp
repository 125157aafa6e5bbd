// Vertex programs beside the functions that give the same, on a recursive matrix graph of about a million edges (scale
// 16, edge factor 16). Prints both times of the processor, the least of some runs taken in turn, and their ratio.
//
// Bars: PageRank of 20 supersteps within 10 times graph::pagerank of 20 iterations, components within 5 times
// graph::connected_components.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>

#include "graph/build.hpp"
#include "graph/generators.hpp"
#include "graph/pregel.hpp"
#include "graph/ranking.hpp"
#include "graph/shortest_paths.hpp"
#include "graph/traversal.hpp"

namespace {

using namespace quern;

struct Held {
  graph::Built built;
  graph::Lists turned;
  graph::Graph graph;
};

Held held(int scale, bool directed, bool weighted) {
  graph::EdgeList edges;
  graph::RmatEdges random(scale, 1);
  graph::Random weights(2);
  for (std::int64_t e = 0; e < std::int64_t{16} << scale; ++e) {
    const auto [source, target] = random.next();
    edges.sources.push_back(source);
    edges.targets.push_back(target);
    if (weighted) edges.weights.push_back(1 + 254 * weights.uniform());
  }
  Held made;
  made.built = graph::build(std::move(edges), {.directed = directed});
  made.turned = graph::transpose(made.built.out.view());
  made.graph.directed = directed;
  made.graph.out = made.built.out.view();
  if (directed) made.graph.in = made.turned.view();
  made.graph.ids.numbers = made.built.ids;
  return made;
}

template <class F>
double milliseconds(F&& f) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
  };
  const double start = now();
  f();
  return now() - start;
}

template <class A, class B>
void compare(const char* name, A&& program, B&& function) {
  double best[2] = {std::numeric_limits<double>::max(), std::numeric_limits<double>::max()};
  for (int i = 0; i < 25; ++i) {
    best[0] = std::min(best[0], milliseconds(program));
    best[1] = std::min(best[1], milliseconds(function));
  }
  std::printf("%-28s %8.2f ms  %8.2f ms  %6.2f\n", name, best[0], best[1], best[0] / best[1]);
}

}  // namespace

int main(int argc, char** argv) {
  const int scale = argc > 1 ? std::atoi(argv[1]) : 16;
  std::printf("%-28s %11s  %11s  %6s\n", "", "program", "function", "ratio");
  {
    const Held h = held(scale, true, false);
    compare(
        "pagerank, 20 supersteps",
        [&] {
          pregel::run(
              h.graph,
              {"1 / num_vertices", "value / out_degree", "sum", "0.15 / num_vertices + 0.85 * coalesce(message, 0)"},
              {.max_supersteps = 20, .halt = "never"});
        },
        [&] { graph::pagerank(h.graph.out, h.graph.in, {.tol = 0, .max_iter = 20, .personalization = {}}); });
  }
  {
    const Held h = held(scale, false, false);
    compare(
        "components",
        [&] {
          pregel::run(h.graph, {"id", "value", "max", "greatest(value, message)"}, {});
        },
        [&] { graph::connected_components(h.graph.out); });
    compare(
        "components, by expression",
        [&] {
          pregel::run(h.graph, {"id", "value", "greatest(a, b)", "greatest(value, message)"}, {});
        },
        [&] { graph::connected_components(h.graph.out); });
  }
  {
    const Held h = held(scale, true, true);
    compare(
        "shortest paths",
        [&] {
          pregel::run(h.graph, {"CASE WHEN id = 1 THEN 0 END", "value + weight", "min", "least(value, message)"}, {});
        },
        [&] { graph::shortest_paths(h.graph.out, static_cast<graph::Vertex>(1)); });
  }
}
