// Algorithms by a crew give the answers of one process to the last bit, whoever performs which task and when.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include "graph/build.hpp"
#include "graph/crew.hpp"
#include "graph/structure.hpp"
#include "graph/traversal.hpp"
#include "rmat_edges.hpp"

namespace quern::graph {
namespace {

// Workers in threads that take tasks as they come; or one thread, where a random worker takes a random task.
class TestCrew final : public Crew {
 public:
  TestCrew(const CrewJob& job, std::size_t workers, bool threads, std::uint64_t seed)
      : board_(board_size(job.spec(), job.lists())), threads_(threads), random_(seed) {
    for (std::size_t i = 0; i < workers; ++i) workers_.push_back(make_crew_worker(job.spec(), job.lists(), board_));
  }

  void run(const Command& command, std::size_t tasks) override {
    if (!threads_) {
      std::vector<std::size_t> order(tasks);
      for (std::size_t t = 0; t < tasks; ++t) order[t] = t;
      std::shuffle(order.begin(), order.end(), random_);
      for (const std::size_t t : order) workers_[random_() % workers_.size()]->perform(command, t);
      return;
    }
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> threads;
    for (const auto& worker : workers_)
      threads.emplace_back([&] {
        for (std::size_t t; (t = next++) < tasks;) worker->perform(command, t);
      });
    for (std::thread& thread : threads) thread.join();
  }
  void run_some(const Command& command, std::size_t tasks, std::size_t, std::span<bool>) override {
    run(command, tasks);
  }
  std::span<double> board() override { return board_; }
  std::size_t processes() const override { return workers_.size(); }

 private:
  std::vector<double> board_;
  std::vector<std::unique_ptr<Worker>> workers_;
  bool threads_;
  std::mt19937_64 random_;
};

struct Example {
  Built built;
  Lists turned;
  bool directed;

  // Of so many edges, those of a recursive matrix graph.
  Example(int scale, std::size_t edges, bool directed, bool weighted) : directed(directed) {
    built = build(rmat_edges(scale, 3, edges, weighted), {.directed = directed});
    turned = transpose(built.out.view());
  }
  CrewLists lists() const { return {built.out.view(), directed ? turned.view() : built.out.view()}; }
};

// f(graph, crew(job)) for graphs of one and of several ranges, and crews of several kinds.
template <class F>
void for_crews(bool weighted, std::size_t largest, F&& f) {
  for (const std::size_t edges : {std::size_t{0}, std::size_t{40}, largest})
    for (const bool directed : {true, false}) {
      const Example graph(edges > 100 ? 14 : 6, edges, directed, weighted);
      for (const std::size_t workers : {1, 3})
        for (const bool threads : {false, true}) {
          SCOPED_TRACE(std::to_string(edges) + (directed ? " directed" : " undirected") + " edges, " +
                       std::to_string(workers) + (threads ? " threads" : " workers"));
          f(graph, [&](const CrewJob& job) { return TestCrew(job, workers, threads, edges + workers); });
        }
    }
}

constexpr std::size_t many = 300'000;

TEST(GraphCrew, PageRank) {
  for (const bool weighted : {false, true})
    for_crews(weighted, many, [](const Example& graph, auto&& crew_of) {
      PageRankOptions options;
      options.max_iter = 12;
      const CrewJob job = CrewJob::pagerank(graph.lists(), options);
      TestCrew crew = crew_of(job);
      const Ranking ours = job.lead_pagerank(crew), one = pagerank(graph.lists().out, graph.lists().in, options);
      EXPECT_EQ(ours.values, one.values);
      EXPECT_EQ(ours.iterations, one.iterations);
      EXPECT_EQ(ours.converged, one.converged);
    });
}

// One process keeps what vertices send in the order of their degrees, where that pays; a crew does not.
TEST(GraphCrew, PageRankOfMoreThanACacheHolds) {
  constexpr std::int64_t n = 300'000, hubs = 500;
  for (const bool weighted : {false, true}) {
    EdgeList list;
    for (std::int64_t v = 0; v < n; ++v)
      for (const auto& [s, t] :
           {std::pair(v, (v + 1) % n), std::pair(v * v % hubs * 601, v), std::pair(v * 31 % hubs * 601, v)}) {
        list.sources.push_back(s);
        list.targets.push_back(t);
        if (weighted) list.weights.push_back(static_cast<double>(1 + (s + t) % 5));
      }
    const Built built = build(std::move(list), {});
    const Lists turned = transpose(built.out.view());
    const CrewLists lists{built.out.view(), turned.view()};
    PageRankOptions options;
    options.max_iter = 9;
    const CrewJob job = CrewJob::pagerank(lists, options);
    TestCrew crew(job, 2, false, 1);
    EXPECT_EQ(job.lead_pagerank(crew).values, pagerank(lists.out, lists.in, options).values);
  }
}

TEST(GraphCrew, Components) {
  for (const std::size_t edges : {std::size_t{20'000}, many})  // many components, and one that most are in
    for_crews(false, edges, [](const Example& graph, auto&& crew_of) {
      const Vec<Vertex> one = connected_components(graph.lists().out);
      for (const bool with_in : {true, false}) {
        CrewLists lists = graph.lists();
        if (!with_in) lists.in = {};
        const CrewJob job = CrewJob::connected_components(lists);
        TestCrew crew = crew_of(job);
        EXPECT_EQ(job.lead_components(crew), one);
      }
    });
}

TEST(GraphCrew, Triangles) {
  for_crews(false, many, [](const Example& graph, auto&& crew_of) {
    const Lists simple = simple_neighbors(graph.lists().out, graph.lists().in);
    const CrewJob job = CrewJob::triangle_counts(graph.lists(), simple.view());
    TestCrew crew = crew_of(job);
    EXPECT_EQ(job.lead_triangles(crew), triangle_counts(simple.view()));
  });
}

TEST(GraphCrew, CentralitiesByShortestPaths) {
  for (const bool weighted : {false, true})
    for_crews(weighted, 3000, [&](const Example& graph, auto&& crew_of) {
      for (const std::int64_t sample : {3, 20}) {
        const BetweennessOptions options{graph.directed, true, sample, 5};
        const CrewJob job = CrewJob::betweenness(graph.lists(), options);
        TestCrew crew = crew_of(job);
        EXPECT_EQ(job.lead_centrality(crew), betweenness_centrality(graph.lists().out, options));
      }
      if (weighted && graph.built.ids.size() > 100) return;  // slow
      const CrewJob close = CrewJob::by_distance(graph.lists(), ByDistance::closeness);
      TestCrew crew = crew_of(close);
      EXPECT_EQ(close.lead_centrality(crew), closeness_centrality(graph.lists().in));
      const CrewJob harmonic = CrewJob::by_distance(graph.lists(), ByDistance::harmonic);
      TestCrew second = crew_of(harmonic);
      EXPECT_EQ(harmonic.lead_centrality(second), harmonic_centrality(graph.lists().in));
    });
}

TEST(GraphCrew, LabelPropagation) {
  for_crews(false, many, [](const Example& graph, auto&& crew_of) {
    for (const std::int64_t rounds : {0, 1, 4}) {
      const CrewJob job = CrewJob::label_propagation(graph.lists(), graph.directed, rounds);
      TestCrew crew = crew_of(job);
      const Labels ours = job.lead_labels(crew);
      const Labels one = label_propagation(graph.lists().out, graph.lists().in, graph.directed, rounds);
      EXPECT_EQ(ours.labels, one.labels);
      EXPECT_EQ(ours.iterations, one.iterations);
    }
  });
}

}  // namespace
}  // namespace quern::graph
