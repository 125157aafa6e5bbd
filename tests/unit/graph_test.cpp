// Every algorithm against another method on 1,000 small random graphs, and against the answers of LDBC Graphalytics.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <tuple>
#include <vector>

#include "base/error.hpp"
#include "graph/build.hpp"
#include "graph/centrality.hpp"
#include "graph/communities.hpp"
#include "graph/generators.hpp"
#include "graph/ranking.hpp"
#include "graph/shortest_paths.hpp"
#include "graph/similarity.hpp"
#include "graph/structure.hpp"
#include "graph/traversal.hpp"
#include "graph/trees_and_flows.hpp"

namespace quern::graph {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

struct Example {
  Built built;
  Lists turned, simple;
  bool directed = true;
  std::vector<std::vector<double>> least;  // the smallest weight of an edge, infinite where there is none

  Example(EdgeList edges, const BuildOptions& options) : directed(options.directed) {
    built = build(std::move(edges), options);
    turned = transpose(built.out.view());
    simple = simple_neighbors(built.out.view(), turned.view());
    const Csr out = this->out();
    least.assign(n(), std::vector<double>(n(), infinite));
    for (Vertex v = 0; v < n(); ++v)
      for (Offset e = out.offsets[v]; e < out.offsets[v + 1]; ++e)
        least[v][out.targets[e]] = std::min(least[v][out.targets[e]], out.weight(e));
  }
  std::size_t n() const { return built.ids.size(); }
  Csr out() const { return built.out.view(); }
  Csr in() const { return turned.view(); }
  Csr near() const { return simple.view(); }
  bool joined(Vertex a, Vertex b) const { return a != b && (least[a][b] < infinite || least[b][a] < infinite); }
};

struct Kind {
  bool weighted = false, whole = false;  // whole: weights are small whole numbers, so that sums tie
  double lowest = 0;
};

EdgeList random_edges(std::mt19937_64& random, const Kind& kind) {
  const auto below = [&](std::uint64_t n) { return static_cast<std::int64_t>(random() % n); };
  EdgeList edges;
  const std::int64_t vertices = 1 + below(12), count = below(30);
  const std::int64_t stretch = std::vector<std::int64_t>{1, -7, 1'000'003, std::int64_t{1} << 58}[below(4)];
  for (std::int64_t e = 0; e < count; ++e) {
    edges.sources.push_back(stretch * below(vertices));
    edges.targets.push_back(stretch * below(vertices));
    if (kind.weighted)
      edges.weights.push_back(
          kind.lowest + (kind.whole ? static_cast<double>(1 + below(4)) : static_cast<double>(1 + below(1000)) / 256));
  }
  if (below(3) == 0) edges.isolated.push_back(stretch * vertices);
  return edges;
}

// f(example, directed) for 1,000 random graphs.
template <class F>
void for_random_graphs(std::uint64_t seed, const Kind& kind, F&& f) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < 1000; ++i) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", graph " + std::to_string(i));
    BuildOptions options;
    options.directed = random() % 2;
    f(Example(random_edges(random, kind), options));
    if (testing::Test::HasFailure()) return;
  }
}

std::vector<std::vector<double>> all_distances(const Example& g) {  // Floyd, Warshall
  auto d = g.least;
  for (Vertex v = 0; v < g.n(); ++v) d[v][v] = std::min(d[v][v], 0.0);
  for (Vertex k = 0; k < g.n(); ++k)
    for (Vertex i = 0; i < g.n(); ++i)
      for (Vertex j = 0; j < g.n(); ++j) d[i][j] = std::min(d[i][j], d[i][k] + d[k][j]);
  return d;
}

TEST(Build, GivesSortedListsOfTheEdges) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000; ++i) {
    for (const bool directed : {false, true}) {
      for (const Multi multi : {Multi::keep, Multi::sum, Multi::min, Multi::max}) {
        const EdgeList edges = random_edges(random, {.weighted = random() % 2 == 0});
        const bool loops = random() % 2;
        std::set<std::int64_t> ids(edges.sources.begin(), edges.sources.end());
        ids.insert(edges.targets.begin(), edges.targets.end());
        ids.insert(edges.isolated.begin(), edges.isolated.end());
        std::map<std::pair<std::int64_t, std::int64_t>, std::multiset<double>> expected;
        for (std::size_t e = 0; e < edges.size(); ++e) {
          const auto s = edges.sources[e], t = edges.targets[e];
          const double w = edges.weights.empty() ? 1 : edges.weights[e];
          if (s == t && !loops) continue;
          expected[{s, t}].insert(w);
          if (!directed && s != t) expected[{t, s}].insert(w);
        }
        for (auto& [pair, weights] : expected) {
          if (multi == Multi::keep) continue;
          const double one = multi == Multi::min   ? *weights.begin()
                             : multi == Multi::max ? *weights.rbegin()
                                                   : std::accumulate(weights.begin(), weights.end(), 0.0);
          weights = {one};
        }
        const Built built = build(edges, {.directed = directed, .multi = multi, .loops = loops});
        ASSERT_TRUE(std::equal(built.ids.begin(), built.ids.end(), ids.begin(), ids.end()));
        const Csr out = built.out.view();
        ASSERT_TRUE(is_sound(out, ids.size()));
        std::map<std::pair<std::int64_t, std::int64_t>, std::multiset<double>> found;
        for (Vertex v = 0; v < out.vertices(); ++v)
          for (Offset e = out.offsets[v]; e < out.offsets[v + 1]; ++e)
            found[{built.ids[v], built.ids[out.targets[e]]}].insert(out.weight(e));
        ASSERT_EQ(found.size(), expected.size()) << i;
        for (const auto& [pair, weights] : expected) {
          ASSERT_EQ(found[pair].size(), weights.size());
          for (auto a = weights.begin(), b = found[pair].begin(); a != weights.end(); ++a, ++b)
            ASSERT_NEAR(*a, *b, 1e-12);
        }
      }
    }
  }
}

// Graphs of several buckets, by each way of numbering, against a sort.
TEST(Build, LargeGraphsOfAnyIds) {
  std::mt19937_64 random(77);
  for (const std::int64_t stretch : {std::int64_t{1}, std::int64_t{5}, std::int64_t{1} << 40})
    for (const bool directed : {true, false})
      for (const bool weighted : {true, false}) {
        SCOPED_TRACE("seed 77, stretch " + std::to_string(stretch) + (directed ? ", directed" : "") +
                     (weighted ? ", weighted" : ""));
        BuildOptions options;
        options.directed = directed;
        options.loops = random() % 2;
        EdgeList edges;
        std::vector<std::tuple<std::int64_t, std::int64_t, std::size_t>> entries;
        const std::int64_t vertices = 20'000;
        for (std::size_t e = 0; e < 100'000; ++e) {
          // A few vertices have many edges, and some pairs several.
          const std::int64_t s = stretch * (static_cast<std::int64_t>(random() % (e % 3 ? 50 : vertices)) - 25);
          const std::int64_t t = stretch * (static_cast<std::int64_t>(random() % vertices) - 25);
          edges.sources.push_back(s);
          edges.targets.push_back(t);
          if (weighted) edges.weights.push_back(static_cast<double>(e));
          if (s == t && !options.loops) continue;
          entries.emplace_back(s, t, e);
          if (!directed && s != t) entries.emplace_back(t, s, e);
        }
        edges.isolated.push_back(stretch * vertices);
        std::set<std::int64_t> ids(edges.sources.begin(), edges.sources.end());
        ids.insert(edges.targets.begin(), edges.targets.end());
        ids.insert(edges.isolated.begin(), edges.isolated.end());
        std::sort(entries.begin(), entries.end());
        const Built built = build(std::move(edges), options);
        ASSERT_TRUE(std::equal(ids.begin(), ids.end(), built.ids.begin(), built.ids.end()));
        const Csr out = built.out.view();
        ASSERT_EQ(out.edges(), entries.size());
        ASSERT_EQ(out.weighted(), weighted);
        std::size_t at = 0;
        for (Vertex v = 0; v < out.vertices(); ++v)
          for (Offset e = out.offsets[v]; e < out.offsets[v + 1]; ++e, ++at) {
            const auto& [s, t, number] = entries[at];
            ASSERT_EQ(built.ids[v], s);
            ASSERT_EQ(built.ids[out.targets[e]], t);
            ASSERT_EQ(out.weight(e), weighted ? static_cast<double>(number) : 1.0);
          }
        const Lists turned = transpose(out), back = transpose(turned.view());
        ASSERT_TRUE(is_sound(turned.view(), out.vertices()));
        ASSERT_EQ(back.offsets, built.out.offsets);
        ASSERT_EQ(back.targets, built.out.targets);
        ASSERT_EQ(back.weights, built.out.weights);
      }
}

TEST(Build, RefusesListsThatAreNotSound) {
  const Vec<Offset> offsets{0, 1, 2};
  const Vec<Vertex> right{1, 0}, outside{1, 2};
  EXPECT_TRUE(is_sound({offsets, right, {}}, 2));
  EXPECT_FALSE(is_sound({offsets, outside, {}}, 2));
  EXPECT_FALSE(is_sound({offsets, right, {}}, 3));
  const Vec<Offset> falling{0, 3, 2}, short_of{0, 1, 1};
  EXPECT_FALSE(is_sound({falling, right, {}}, 2));
  EXPECT_FALSE(is_sound({short_of, right, {}}, 2));
  const Vec<Vertex> unsorted{1, 0};
  const Vec<Offset> one_list{0, 2, 2};
  EXPECT_FALSE(is_sound({one_list, unsorted, {}}, 2));
  const Vec<double> weights{1, std::nan("")};
  EXPECT_FALSE(is_sound({offsets, right, weights}, 2));
  EdgeList edges;
  edges.sources = {1};
  edges.targets = {2};
  edges.weights = {std::nan("")};
  EXPECT_THROW(build(edges), InvalidInput);
}

TEST(Traversal, BreadthFirstDistancesAndSmallestParents) {
  for_random_graphs(2, {}, [](const Example& g) {
    const auto distances = all_distances(g);
    for (Vertex source = 0; source < g.n(); ++source) {
      const BreadthFirst found = bfs(g.out(), g.in(), source);
      for (Vertex v = 0; v < g.n(); ++v) {
        if (distances[source][v] == infinite) {
          ASSERT_EQ(found.depth[v], no_vertex);
          ASSERT_EQ(found.parent[v], no_vertex);
          continue;
        }
        ASSERT_EQ(found.depth[v], distances[source][v]);
        Vertex smallest = source;
        if (v != source)
          for (smallest = 0;
               g.least[smallest][v] == infinite || distances[source][smallest] + 1 != distances[source][v];)
            ++smallest;
        ASSERT_EQ(found.parent[v], smallest);
      }
    }
  });
}

// Large enough for steps backwards.
TEST(Traversal, BothDirectionsOfSearchAgree) {
  RmatEdges source(11, 5);
  EdgeList edges;
  for (int e = 0; e < 16 << 11; ++e) {
    const auto [a, b] = source.next();
    edges.sources.push_back(a);
    edges.targets.push_back(b);
  }
  for (const bool directed : {false, true}) {
    const Built built = build(edges, {.directed = directed});
    const Csr out = built.out.view();
    const Lists turned = transpose(out);
    for (const Vertex v : {Vertex{0}, Vertex{17}, static_cast<Vertex>(out.vertices() - 1)}) {
      const BreadthFirst found = bfs(out, turned.view(), v);
      const ShortestPaths paths = shortest_paths(out, v);
      for (Vertex u = 0; u < out.vertices(); ++u) {
        ASSERT_EQ(found.parent[u] == no_vertex, paths.parent[u] == no_vertex);
        if (found.parent[u] == no_vertex) continue;
        ASSERT_EQ(found.depth[u], paths.distance[u]);
        ASSERT_EQ(found.parent[u], paths.parent[u]);
      }
    }
  }
}

TEST(Traversal, ComponentsWithAndWithoutASample) {
  for (const std::size_t count : {1000, 2500, 10'000})
    for (const bool directed : {false, true}) {
      std::mt19937_64 random(79 + count);
      EdgeList edges;
      for (std::size_t e = 0; e < count; ++e) {
        edges.sources.push_back(static_cast<std::int64_t>(random() % 5000));
        edges.targets.push_back(static_cast<std::int64_t>(random() % 5000));
      }
      const Built built = build(std::move(edges), {.directed = directed});
      const Csr out = built.out.view();
      const Lists turned = transpose(out);
      const Vec<Vertex> components = connected_components(out);
      EXPECT_EQ(components, connected_components(out, directed ? turned.view() : out)) << "seed " << 79 + count;
      for (Vertex v = 0; v < out.vertices(); ++v) {
        ASSERT_LE(components[v], v);
        for (const Vertex u : out.neighbors(v)) ASSERT_EQ(components[u], components[v]);
      }
    }
}

TEST(Traversal, ComponentsAreWhatIsReached) {
  for_random_graphs(3, {}, [](const Example& g) {
    const auto strong = all_distances(g);
    const Vec<Vertex> weak = connected_components(g.out()), components = strongly_connected_components(g.out());
    ASSERT_EQ(weak, connected_components(g.out(), g.in()));
    for (Vertex a = 0; a < g.n(); ++a) {
      Vertex smallest = a;
      for (Vertex b = 0; b < g.n(); ++b)
        if (strong[a][b] < infinite && strong[b][a] < infinite) smallest = std::min(smallest, b);
      ASSERT_EQ(components[a], smallest);
      const BreadthFirst reached = bfs(g.near(), g.near(), a);
      ASSERT_EQ(weak[a], static_cast<Vertex>(std::find_if(reached.depth.begin(), reached.depth.end(),
                                                          [](Vertex d) { return d != no_vertex; }) -
                                             reached.depth.begin()));
    }
  });
}

TEST(ShortestPaths, DijkstraAgreesWithFloydAndWarshall) {
  for (const bool whole : {false, true})
    for_random_graphs(4, {.weighted = true, .whole = whole, .lowest = whole ? -1.0 : 0.0}, [](const Example& g) {
      const auto distances = all_distances(g);
      for (Vertex s = 0; s < g.n(); ++s) {
        const ShortestPaths paths = shortest_paths(g.out(), s);
        for (Vertex v = 0; v < g.n(); ++v) {
          ASSERT_NEAR(paths.distance[v] == infinite ? -1 : paths.distance[v],
                      distances[s][v] == infinite ? -1 : distances[s][v], 1e-12);
          ASSERT_EQ(paths.parent[v] == no_vertex, distances[s][v] == infinite);
          if (v != s && paths.parent[v] != no_vertex) {
            ASSERT_NEAR(paths.distance[paths.parent[v]] + g.least[paths.parent[v]][v], paths.distance[v], 1e-12);
          }
          const Path path = shortest_path(g.out(), s, v);
          ASSERT_EQ(path.vertices.empty(), distances[s][v] == infinite);
          if (path.vertices.empty()) continue;
          ASSERT_EQ(path.vertices.front(), s);
          ASSERT_EQ(path.vertices.back(), v);
          double cost = 0;
          for (std::size_t i = 1; i < path.vertices.size(); ++i) {
            cost += g.least[path.vertices[i - 1]][path.vertices[i]];
            ASSERT_NEAR(path.costs[i], cost, 1e-12);
          }
          ASSERT_NEAR(cost, distances[s][v], 1e-12);
        }
      }
    });
}

// Weights of all sizes: buckets, what is beyond them, and work done twice until Dijkstra takes over.
TEST(ShortestPaths, LargeGraphsWithWeightsOfAllSizes) {
  std::mt19937_64 random(78);
  for (int kind = 0; kind < 5; ++kind) {
    SCOPED_TRACE("seed 78, kind " + std::to_string(kind));
    RmatEdges pairs(12, static_cast<std::uint64_t>(kind));
    EdgeList edges;
    for (int e = 0; e < 30'000; ++e) {
      const auto [s, t] = pairs.next();
      const double uniform = static_cast<double>(random() >> 11) * 0x1p-53;
      edges.sources.push_back(s);
      edges.targets.push_back(t);
      edges.weights.push_back(kind == 0   ? 1 + std::floor(255 * uniform)
                              : kind == 1 ? std::exp(40 * uniform - 20)
                              : kind == 2 ? (uniform < 0.999 ? 1e-9 * uniform : 1e9)
                              : kind == 3 ? (uniform < 0.5 ? 0.0 : 1e300 * uniform)
                                          : 0.0);
    }
    if (kind == 2)  // one after the other: each edge nearer the end is a better way to all that follow
      for (int v = 0; v < 3000; ++v)
        for (const int far : {1, 3000 - v}) {
          edges.sources.push_back(10'000 + v);
          edges.targets.push_back(10'000 + v + far);
          edges.weights.push_back(far == 1 ? 1e-12 : 2e-12 * (3000 - v));
        }
    const Built built = build(std::move(edges), {});
    const Csr out = built.out.view();
    for (const Vertex source : {Vertex{0}, static_cast<Vertex>(kind == 2 ? out.vertices() - 3001 : 17)}) {
      const ShortestPaths paths = shortest_paths(out, source);
      // No edge is a better way, and every parent is one.
      std::size_t reached = 0;
      for (Vertex v = 0; v < out.vertices(); ++v) {
        reached += paths.parent[v] != no_vertex;
        for (Offset e = out.offsets[v]; e < out.offsets[v + 1]; ++e)
          ASSERT_LE(paths.distance[out.targets[e]], paths.distance[v] + out.weights[e]);
        if (v == source || paths.parent[v] == no_vertex) continue;
        const Vertex p = paths.parent[v];
        bool found = false;
        for (Offset e = out.offsets[p]; e < out.offsets[p + 1]; ++e)
          found |= out.targets[e] == v && paths.distance[p] + out.weights[e] == paths.distance[v];
        ASSERT_TRUE(found);
      }
      const BreadthFirst near = bfs(out, transpose(out).view(), source);
      ASSERT_EQ(reached, static_cast<std::size_t>(std::count_if(near.depth.begin(), near.depth.end(),
                                                                [](Vertex d) { return d != no_vertex; })));
      for (Vertex v = 0; v < out.vertices(); ++v) {  // parents lead home
        std::size_t steps = 0;
        for (Vertex at = v; paths.parent[at] != no_vertex && at != source; at = paths.parent[at])
          ASSERT_LE(++steps, out.vertices());
      }
    }
  }
}

TEST(ShortestPaths, NegativeWeightsAndCycles) {
  int cycles = 0, sound = 0;
  for_random_graphs(5, {.weighted = true, .whole = true, .lowest = -2}, [&](const Example& g) {
    if (!g.directed) return;
    const auto distances = all_distances(g);
    for (Vertex s = 0; s < g.n(); ++s) {
      bool cycle = false;  // one that s reaches
      for (Vertex v = 0; v < g.n(); ++v) cycle |= distances[s][v] < infinite && distances[v][v] < 0;
      if (cycle) {
        ASSERT_THROW(shortest_paths(g.out(), s), InvalidInput);
        ++cycles;
        continue;
      }
      const ShortestPaths paths = shortest_paths(g.out(), s);
      for (Vertex v = 0; v < g.n(); ++v) ASSERT_EQ(paths.distance[v], distances[s][v]);
      ++sound;
    }
  });
  EXPECT_GT(cycles, 100);
  EXPECT_GT(sound, 100);
}

TEST(Ranking, PageRankIsTheFixedPoint) {
  for (const bool weighted : {false, true})
    for_random_graphs(6, {.weighted = weighted}, [](const Example& g) {
      Vec<double> jumps(g.n());
      for (Vertex v = 0; v < g.n(); ++v) jumps[v] = v % 3;
      const bool personal = g.n() > 1;
      PageRankOptions options;
      options.tol = 1e-14;
      options.max_iter = 1000;
      if (personal) options.personalization = jumps;
      const Ranking ranking = pagerank(g.out(), g.in(), options);
      ASSERT_TRUE(ranking.converged);
      const double all = std::accumulate(jumps.begin(), jumps.end(), 0.0);
      Vec<double> expected(g.n(), 0);
      double dangling = 0;
      for (Vertex v = 0; v < g.n(); ++v) {
        double out = 0;
        for (Offset e = g.out().offsets[v]; e < g.out().offsets[v + 1]; ++e) out += g.out().weight(e);
        if (out == 0) dangling += ranking.values[v];
        for (Offset e = g.out().offsets[v]; e < g.out().offsets[v + 1]; ++e)
          expected[g.out().targets[e]] += 0.85 * ranking.values[v] * g.out().weight(e) / out;
      }
      double sum = 0;
      for (Vertex v = 0; v < g.n(); ++v) {
        const double jump = personal ? jumps[v] / all : 1.0 / static_cast<double>(g.n());
        ASSERT_NEAR(ranking.values[v], expected[v] + (0.15 + 0.85 * dangling) * jump, 1e-12);
        sum += ranking.values[v];
      }
      if (g.n() > 0) {
        ASSERT_NEAR(sum, 1, 1e-12);
      }
    });
}

TEST(Ranking, HitsEigenvectorAndKatzSatisfyTheirEquations) {
  for_random_graphs(7, {.weighted = true}, [](const Example& g) {
    const KatzOptions options{.alpha = 0.001, .beta = 2, .tol = 1e-15, .normalized = false};
    const Ranking katz = katz_centrality(g.in(), options);
    for (Vertex v = 0; v < g.n(); ++v) {
      double sum = 0;
      for (Offset e = g.in().offsets[v]; e < g.in().offsets[v + 1]; ++e)
        sum += g.in().weight(e) * katz.values[g.in().targets[e]];
      ASSERT_NEAR(katz.values[v], 0.001 * sum + 2, 1e-12);
    }
    const Hits found = hits(g.out(), g.in());
    if (g.out().edges() == 0 || !found.converged) return;
    Vec<double> authorities(g.n(), 0);
    double sum = 0;
    for (Vertex v = 0; v < g.n(); ++v)
      for (Offset e = g.out().offsets[v]; e < g.out().offsets[v + 1]; ++e) {
        authorities[g.out().targets[e]] += found.hubs[v] * g.out().weight(e);
        sum += found.hubs[v] * g.out().weight(e);
      }
    for (Vertex v = 0; v < g.n(); ++v) ASSERT_NEAR(found.authorities[v], authorities[v] / sum, 1e-7);
  });
  EdgeList star;  // the centre of a star has the square root of its degree times what a leaf has
  star.sources = {0, 0, 0, 0};
  star.targets = {1, 2, 3, 4};
  const Example g(star, {.directed = false});
  const Ranking found = eigenvector_centrality(g.in(), 1e-13);
  EXPECT_TRUE(found.converged);
  EXPECT_NEAR(found.values[0], std::sqrt(0.5), 1e-9);
  EXPECT_NEAR(found.values[3], std::sqrt(0.125), 1e-9);
  EXPECT_THROW(katz_centrality(g.in(), {.alpha = 10, .max_iter = 100000}), InvalidInput);
}

TEST(Structure, TrianglesClusteringCoresAndTrusses) {
  for_random_graphs(8, {}, [](const Example& g) {
    const auto n = g.n();
    const Vec<std::int64_t> triangles = triangle_counts(g.near()), cores = core_numbers(g.near());
    const Vec<double> local = local_clustering(g.near()), directed = local_clustering_directed(g.near(), g.out());
    for (Vertex v = 0; v < n; ++v) {
      std::int64_t count = 0, arcs = 0, degree = 0;
      for (Vertex a = 0; a < n; ++a) degree += g.joined(v, a);
      for (Vertex a = 0; a < n; ++a)
        for (Vertex b = 0; b < n; ++b) {
          if (a == b || !g.joined(v, a) || !g.joined(v, b)) continue;
          count += a < b && g.joined(a, b);
          arcs += g.least[a][b] < infinite;
        }
      ASSERT_EQ(triangles[v], count);
      const auto pairs = static_cast<double>(degree * (degree - 1));
      ASSERT_DOUBLE_EQ(local[v], degree < 2 ? 0 : 2 * static_cast<double>(count) / pairs);
      ASSERT_DOUBLE_EQ(directed[v], degree < 2 ? 0 : static_cast<double>(arcs) / pairs);
    }
    // Cores: take away who has fewer than k neighbours until nobody does.
    for (std::int64_t k = 1; k < 12; ++k) {
      std::vector<bool> in(n, true);
      for (bool changed = true; changed;) {
        changed = false;
        for (Vertex v = 0; v < n; ++v) {
          std::int64_t degree = 0;
          for (Vertex u = 0; u < n; ++u) degree += in[u] && g.joined(v, u);
          if (in[v] && degree < k) {
            in[v] = false;
            changed = true;
          }
        }
      }
      for (Vertex v = 0; v < n; ++v) ASSERT_EQ(cores[v] >= k, static_cast<bool>(in[v]));
    }
    const Vec<std::int64_t> trusses = truss_numbers(g.near());
    for (std::int64_t k = 3; k < 9; ++k) {
      std::set<std::pair<Vertex, Vertex>> in;
      for (Vertex a = 0; a < n; ++a)
        for (Vertex b = 0; b < n; ++b)
          if (g.joined(a, b)) in.insert({a, b});
      for (bool changed = true; changed;) {
        changed = false;
        for (auto it = in.begin(); it != in.end();) {
          std::int64_t support = 0;
          for (Vertex c = 0; c < n; ++c) support += in.count({it->first, c}) && in.count({it->second, c});
          const auto [a, b] = *it;
          ++it;
          if (support >= k - 2) continue;
          it = in.erase(in.find({a, b}));
          if (it != in.end() && *it == std::pair{b, a}) ++it;
          in.erase({b, a});
          changed = true;
        }
      }
      for (Vertex v = 0; v < n; ++v)
        for (Offset e = g.near().offsets[v]; e < g.near().offsets[v + 1]; ++e)
          ASSERT_EQ(trusses[e] >= k, in.count({v, g.near().targets[e]}) > 0);
    }
  });
}

TEST(Centrality, BetweennessCountsAllShortestPaths) {
  for (const bool weighted : {false, true})
    for_random_graphs(9, {.weighted = weighted, .whole = true}, [&](const Example& g) {
      const auto n = g.n();
      const auto d = all_distances(g);
      // Shortest paths from s to t, in the order of distance from s.
      std::vector<std::vector<double>> paths(n, std::vector<double>(n, 0));
      for (Vertex s = 0; s < n; ++s) {
        std::vector<Vertex> order(n);
        std::iota(order.begin(), order.end(), Vertex{0});
        std::sort(order.begin(), order.end(), [&](Vertex a, Vertex b) { return d[s][a] < d[s][b]; });
        paths[s][s] = 1;
        for (const Vertex v : order)
          for (Offset e = g.out().offsets[v]; e < g.out().offsets[v + 1]; ++e)
            if (d[s][v] + g.out().weight(e) == d[s][g.out().targets[e]] && d[s][v] < infinite)
              paths[s][g.out().targets[e]] += paths[s][v];
      }
      const Vec<double> found = betweenness_centrality(g.out(), {.directed = g.directed});
      const Vec<double> normalized = betweenness_centrality(g.out(), {.directed = g.directed, .normalized = true});
      for (Vertex v = 0; v < n; ++v) {
        double sum = 0;
        for (Vertex s = 0; s < n; ++s)
          for (Vertex t = 0; t < n; ++t)
            if (s != v && t != v && s != t && d[s][t] < infinite && d[s][v] + d[v][t] == d[s][t])
              sum += paths[s][v] * paths[v][t] / paths[s][t];
        ASSERT_NEAR(found[v], g.directed ? sum : sum / 2, 1e-9);
        if (n > 2) {
          ASSERT_NEAR(normalized[v], sum / static_cast<double>((n - 1) * (n - 2)), 1e-9);
        }
      }
      ASSERT_EQ(betweenness_centrality(g.out(), {.directed = g.directed, .sample = 100}), found);
    });
}

TEST(Centrality, ClosenessAndHarmonic) {
  for_random_graphs(10, {.weighted = true}, [](const Example& g) {
    const auto d = all_distances(g);
    const Vec<double> closeness = closeness_centrality(g.in()), harmonic = harmonic_centrality(g.in());
    for (Vertex v = 0; v < g.n(); ++v) {
      double sum = 0, inverses = 0, reached = 0;
      for (Vertex u = 0; u < g.n(); ++u)
        if (u != v && d[u][v] < infinite) {
          sum += d[u][v];
          inverses += 1 / d[u][v];
          ++reached;
        }
      ASSERT_NEAR(closeness[v], sum > 0 ? reached / sum * reached / static_cast<double>(g.n() - 1) : 0, 1e-12);
      ASSERT_NEAR(harmonic[v], inverses, 1e-9);
    }
  });
}

TEST(Communities, LabelPropagationByDefinition) {
  for_random_graphs(11, {}, [](const Example& g) {
    std::vector<Vertex> labels(g.n());
    std::iota(labels.begin(), labels.end(), Vertex{0});
    for (int round = 0; round < 3; ++round) {
      std::vector<Vertex> next(labels);
      for (Vertex v = 0; v < g.n(); ++v) {
        std::map<Vertex, int> counts;
        for (const Vertex u : g.out().neighbors(v)) ++counts[labels[u]];
        if (g.directed)
          for (const Vertex u : g.in().neighbors(v)) ++counts[labels[u]];
        int most = 0;
        for (const auto& [label, count] : counts)
          if (count > most) {
            most = count;
            next[v] = label;
          }
      }
      labels = next;
    }
    const Labels found = label_propagation(g.out(), g.in(), g.directed, 3);
    ASSERT_TRUE(std::equal(labels.begin(), labels.end(), found.labels.begin()));
  });
}

TEST(Communities, ModularityAndWhatRaisesIt) {
  for_random_graphs(12, {.weighted = true}, [](const Example& g) {
    if (g.directed) return;
    const auto n = g.n();
    std::vector<std::vector<double>> a(n, std::vector<double>(n, 0));
    for (Vertex v = 0; v < n; ++v)
      for (Offset e = g.out().offsets[v]; e < g.out().offsets[v + 1]; ++e)
        a[v][g.out().targets[e]] += g.out().weight(e) * (g.out().targets[e] == v ? 2 : 1);
    double all = 0;
    std::vector<double> degree(n, 0);
    for (Vertex v = 0; v < n; ++v)
      for (Vertex u = 0; u < n; ++u) {
        all += a[v][u];
        degree[v] += a[v][u];
      }
    const auto definition = [&](std::span<const Vertex> labels) {
      double q = 0;
      for (Vertex v = 0; v < n; ++v)
        for (Vertex u = 0; u < n; ++u)
          if (labels[v] == labels[u]) q += a[v][u] - 0.8 * degree[v] * degree[u] / all;
      return q / all;
    };
    Vec<Vertex> singles(n);
    std::iota(singles.begin(), singles.end(), Vertex{0});
    if (all == 0) {
      ASSERT_TRUE(std::isnan(modularity(g.out(), singles)));
      return;
    }
    for (const bool refines : {false, true}) {
      const CommunityOptions options{.resolution = 0.8, .seed = 3};
      const Communities found = refines ? leiden(g.out(), options) : louvain(g.out(), options);
      ASSERT_NEAR(found.modularity, definition(found.labels), 1e-10);
      ASSERT_NEAR(found.modularity, modularity(g.out(), found.labels, 0.8), 1e-12);
      ASSERT_GE(found.modularity, definition(singles) - 1e-12);
      for (Vertex v = 0; v < n; ++v) {
        ASSERT_EQ(found.labels[found.labels[v]], found.labels[v]);
        ASSERT_LE(found.labels[v], v);
      }
      if (refines) continue;
      // No two communities gain by becoming one.
      for (const Vertex a : std::set<Vertex>(found.labels.begin(), found.labels.end()))
        for (const Vertex b : std::set<Vertex>(found.labels.begin(), found.labels.end())) {
          Vec<Vertex> merged(found.labels);
          std::replace(merged.begin(), merged.end(), b, a);
          ASSERT_LE(definition(merged), found.modularity + 1e-6);
        }
    }
  });
}

TEST(TreesAndFlows, SpanningTreesAreMinimal) {
  for_random_graphs(13, {.weighted = true}, [](const Example& g) {
    if (g.directed) return;
    // Prim from every vertex not yet in a tree.
    std::vector<bool> in(g.n(), false);
    double expected = 0;
    std::size_t edges = 0;
    for (Vertex start = 0; start < g.n(); ++start) {
      if (in[start]) continue;
      in[start] = true;
      std::vector<Vertex> tree{start};
      for (;;) {
        double best = infinite;
        Vertex next = no_vertex;
        for (const Vertex v : tree)
          for (Vertex u = 0; u < g.n(); ++u)
            if (!in[u] && g.least[v][u] < best) {
              best = g.least[v][u];
              next = u;
            }
        if (next == no_vertex) break;
        in[next] = true;
        tree.push_back(next);
        expected += best;
        ++edges;
      }
    }
    double sum = 0;
    const Vec<Edge> tree = minimum_spanning_tree(g.out());
    for (const Edge& edge : tree) sum += edge.weight;
    ASSERT_EQ(tree.size(), edges);
    ASSERT_NEAR(sum, expected, 1e-9);
  });
}

TEST(TreesAndFlows, OrdersLeadOnwards) {
  for_random_graphs(14, {}, [](const Example& g) {
    if (!g.directed) return;
    const Order order = topological_sort(g.out());
    const auto d = all_distances(g);
    bool cyclic = false;
    for (Vertex v = 0; v < g.n(); ++v)
      for (Vertex u = 0; u < g.n(); ++u) cyclic |= g.least[v][u] < infinite && d[u][v] < infinite;
    ASSERT_EQ(order.on_cycle != no_vertex, cyclic);
    if (cyclic) {
      bool returns = false;
      for (Vertex u = 0; u < g.n(); ++u)
        returns |= g.least[order.on_cycle][u] < infinite && d[u][order.on_cycle] < infinite;
      ASSERT_TRUE(returns);
      return;
    }
    std::vector<std::size_t> place(g.n());
    for (std::size_t i = 0; i < order.vertices.size(); ++i) place[order.vertices[i]] = i;
    for (Vertex v = 0; v < g.n(); ++v)
      for (const Vertex u : g.out().neighbors(v)) ASSERT_LT(place[v], place[u]);
  });
}

TEST(TreesAndFlows, TheLargestFlowIsTheSmallestCut) {
  std::mt19937_64 random(15);
  for (int i = 0; i < 1000; ++i) {
    EdgeList edges;
    const std::size_t n = 2 + random() % 6;
    for (std::size_t v = 0; v < n; ++v) edges.isolated.push_back(static_cast<std::int64_t>(v));
    for (std::size_t e = random() % 20; e > 0; --e) {
      edges.sources.push_back(static_cast<std::int64_t>(random() % n));
      edges.targets.push_back(static_cast<std::int64_t>(random() % n));
      edges.weights.push_back(static_cast<double>(random() % 9));
    }
    const Example g(edges, {});
    const auto target = static_cast<Vertex>(n - 1);
    double least = infinite;
    for (std::size_t set = 0; set < std::size_t{1} << n; ++set) {
      if (!(set & 1) || set >> target & 1) continue;
      double cut = 0;
      for (Vertex v = 0; v < n; ++v)
        for (Offset e = g.out().offsets[v]; e < g.out().offsets[v + 1]; ++e)
          if ((set >> v & 1) && !(set >> g.out().targets[e] & 1)) cut += g.out().weight(e);
      least = std::min(least, cut);
    }
    const Flow flow = max_flow(g.out(), 0, target);
    ASSERT_DOUBLE_EQ(flow.value, least) << "seed 15, graph " << i;
    std::vector<double> balance(n, 0);
    for (Vertex v = 0; v < n; ++v)
      for (Offset e = g.out().offsets[v]; e < g.out().offsets[v + 1]; ++e) {
        ASSERT_GE(flow.flows[e], 0);
        ASSERT_LE(flow.flows[e], g.out().weight(e));
        balance[v] -= flow.flows[e];
        balance[g.out().targets[e]] += flow.flows[e];
      }
    for (Vertex v = 1; v < target; ++v) ASSERT_DOUBLE_EQ(balance[v], 0);
  }
}

TEST(Similarity, SharedNeighbours) {
  for_random_graphs(16, {}, [](const Example& g) {
    SimilarVertices similar(g.near());
    for (Vertex a = 0; a < g.n(); ++a) {
      std::map<Vertex, Shared> found;
      for (const auto& [vertex, shared] : similar.of(a)) found[vertex] = shared;
      for (Vertex b = 0; b < g.n(); ++b) {
        std::int64_t common = 0, either = 0;
        for (Vertex c = 0; c < g.n(); ++c) {
          common += g.joined(a, c) && g.joined(b, c);
          either += g.joined(a, c) || g.joined(b, c);
        }
        const Shared pair = shared_neighbors(g.near(), a, b);
        ASSERT_EQ(pair.common, common);
        ASSERT_EQ(pair.either, either);
        ASSERT_EQ(found.count(b), b > a && common > 0);
        if (found.count(b)) {
          ASSERT_EQ(found[b].jaccard(), pair.jaccard());
        }
      }
    }
  });
}

TEST(Similarity, WalksFollowEdgesWithTheirChances) {
  EdgeList edges;  // a kite: 0-1, 0-2, 1-2, 2-3
  edges.sources = {0, 0, 1, 2};
  edges.targets = {1, 2, 2, 3};
  const Example g(edges, {.directed = false});
  const Walker walker(g.out(), {.length = 3, .p = 4, .q = 0.5, .seed = 9});
  Vec<Vertex> walk;
  std::map<Vertex, int> third;
  int through = 0;
  for (int i = 0; i < 60000; ++i) {
    walker.walk(0, i, walk);
    ASSERT_EQ(walk.size(), 3u);
    ASSERT_TRUE(g.joined(walk[0], walk[1]) && g.joined(walk[1], walk[2]));
    if (walk[1] != 2) continue;
    ++through;
    ++third[walk[2]];
  }
  EXPECT_NEAR(through, 30000, 700);
  // From 2, having come from 0: back 1/4, to 1 (a neighbour of 0) 1, to 3 (far) 2.
  EXPECT_NEAR(third[0] / double(through), 0.25 / 3.25, 0.01);
  EXPECT_NEAR(third[1] / double(through), 1 / 3.25, 0.01);
  EXPECT_NEAR(third[3] / double(through), 2 / 3.25, 0.01);
}

// --- LDBC Graphalytics
// ------------------------------------------------------------------------------------------------

const std::string ldbc = std::string(QUERN_DATA_DIR) + "/ldbc_example/example-";

Example read_ldbc(const std::string& name, bool directed, bool weighted) {
  EdgeList edges;
  std::ifstream vertices(ldbc + name + ".v"), lines(ldbc + name + ".e");
  for (std::int64_t id; vertices >> id;) edges.isolated.push_back(id);
  std::int64_t a, b;
  for (double w; lines >> a >> b >> w;) {
    edges.sources.push_back(a);
    edges.targets.push_back(b);
    if (weighted) edges.weights.push_back(w);
  }
  EXPECT_GT(edges.size(), 10u);
  return Example(edges, {.directed = directed});
}

std::map<std::int64_t, std::string> expected_of(const std::string& name, const char* algorithm) {
  std::map<std::int64_t, std::string> values;
  std::ifstream lines(ldbc + name + "-" + algorithm);
  std::int64_t id;
  for (std::string value; lines >> id >> value;) values[id] = value;
  return values;
}

TEST(Ldbc, ExampleGraphs) {
  for (const bool directed : {true, false}) {
    const std::string name = directed ? "directed" : "undirected";
    const Example g = read_ldbc(name, directed, false), weighted = read_ldbc(name, directed, true);
    const Vertex source = 0;  // vertices 1 and 2
    const auto check = [&](const char* algorithm, auto value) {
      const auto expected = expected_of(name, algorithm);
      ASSERT_EQ(expected.size(), g.n());
      for (Vertex v = 0; v < g.n(); ++v) {
        const std::string& text = expected.at(g.built.ids[v]);
        const double number =
            text == "Infinity" || text == "infinity" || text == "9223372036854775807" ? infinite : std::stod(text);
        const double found = value(v);
        if (number == infinite)
          EXPECT_EQ(found, infinite) << name << algorithm << v;
        else
          EXPECT_NEAR(found, number, 1e-12) << name << algorithm << v;
      }
    };
    const auto id = [&](Vertex v) { return static_cast<double>(g.built.ids[v]); };
    const BreadthFirst breadth = bfs(g.out(), g.in(), source);
    check("BFS", [&](Vertex v) { return breadth.depth[v] == no_vertex ? infinite : breadth.depth[v]; });
    const ShortestPaths paths = shortest_paths(weighted.out(), source);
    check("SSSP", [&](Vertex v) { return paths.distance[v]; });
    const Vec<Vertex> components = connected_components(g.out());
    check("WCC", [&](Vertex v) { return id(components[v]); });
    const Labels labels = label_propagation(g.out(), g.in(), directed, 2);
    check("CDLP", [&](Vertex v) { return id(labels.labels[v]); });
    const Vec<double> clustering = directed ? local_clustering_directed(g.near(), g.out()) : local_clustering(g.near());
    check("LCC", [&](Vertex v) { return clustering[v]; });
    const Ranking ranks = pagerank(g.out(), g.in(), {.tol = 0, .max_iter = 2, .personalization = {}});
    check("PR", [&](Vertex v) { return ranks.values[v]; });
  }
}

}  // namespace
}  // namespace quern::graph
