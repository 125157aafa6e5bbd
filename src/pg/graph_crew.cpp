#include "pg/graph_crew.hpp"

#include <cmath>
#include <cstring>

#include "graph/packed.hpp"
#include "pg/graph_registry.hpp"
#include "pg/guard.hpp"
#include "pg/training_posts.hpp"

namespace quern::pg {

namespace {

using graph::CrewLists;
using graph::Csr;
using graph::Graph;

CrewLists lists_of(const Graph& graph, bool weighted) {
  CrewLists lists{graph.out, graph.directed ? graph.in : graph.out};
  if (!weighted) lists.out.weights = lists.in.weights = {};
  return lists;
}

// What a worker is told.
struct GraphPost {
  graph::CrewSpec spec;
  dsm_handle segment;
  std::uint32_t weighted;
  std::uint64_t bytes;  // of the graph
};

class GraphWorker final : public Worker {
 public:
  GraphWorker(const GraphPost& post, std::span<double> board) {
    call([&] {
      segment_ = dsm_attach(post.segment);
      if (!segment_)
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), errmsg("the graph has gone from memory")));
    });
    const auto* const bytes = static_cast<const std::byte*>(dsm_segment_address(segment_));
    worker_ = make_crew_worker(post.spec, lists_of(graph::unpacked({bytes, post.bytes}), post.weighted != 0), board);
  }
  ~GraphWorker() override {
    if (std::uncaught_exceptions() == exceptions_) dsm_detach(segment_);  // else the end of the transaction does
  }
  GraphWorker(const GraphWorker&) = delete;
  GraphWorker& operator=(const GraphWorker&) = delete;

  void perform(const Command& command, std::size_t task) override { worker_->perform(command, task); }

 private:
  const int exceptions_ = std::uncaught_exceptions();
  dsm_segment* segment_ = nullptr;
  std::unique_ptr<Worker> worker_;
};

// Seconds of one process for an entry of a list, measured on recursive matrix graphs of 2^18 vertices.
constexpr double pull_seconds = 1.5e-9, join_seconds = 1e-9, label_seconds = 3e-9, search_seconds = 4e-9,
                 path_seconds = 12e-9, dependency_seconds = 8e-9;
constexpr double triangle_seconds = 0.6e-10;  // of edges^1.5

double entries_of(const Graph& graph) { return static_cast<double>(graph.out.edges() + graph.vertices()); }

GraphWork work_of(const char* function, graph::CrewKernel kernel, const Graph& graph, double seconds, bool needs_in,
                  std::uint64_t sources = 0) {
  graph::CrewSpec spec{.kernel = kernel};
  spec.sources = sources;
  return {function, seconds, graph::most_tasks(spec, lists_of(graph, false)), needs_in};
}

}  // namespace

// A third of the rounds after which the damping alone makes changes as small as tol: graphs mix well as a rule.
GraphWork pagerank_work(const Graph& graph, double damping, double tol, std::int64_t max_iter) {
  double rounds = static_cast<double>(max_iter);
  if (tol > 0 && tol < 1 && damping > 0 && damping < 1)
    rounds = std::min(rounds, std::ceil(std::log(tol) / std::log(damping) / 3));
  return work_of("pagerank", graph::CrewKernel::pagerank, graph, rounds * entries_of(graph) * pull_seconds, true);
}

GraphWork components_work(const Graph& graph) {
  return work_of("connected_components", graph::CrewKernel::connected_components, graph,
                 entries_of(graph) * join_seconds, false);
}

GraphWork triangles_work(const Graph& graph) {
  const double edges = entries_of(graph) / (graph.directed ? 1 : 2);
  return work_of("triangle_count", graph::CrewKernel::triangle_counts, graph,
                 edges * std::sqrt(edges) * triangle_seconds, false);
}

GraphWork betweenness_work(const Graph& graph, std::int64_t sample, bool weighted) {
  double sources = static_cast<double>(graph.vertices());
  if (sample > 0) sources = std::min(sources, static_cast<double>(sample));
  return work_of("betweenness_centrality", graph::CrewKernel::betweenness, graph,
                 sources * entries_of(graph) * (weighted && graph.out.weighted() ? path_seconds : dependency_seconds),
                 false, static_cast<std::uint64_t>(sources));
}

GraphWork by_distance_work(const Graph& graph, const char* function, bool weighted) {
  return work_of(function, graph::CrewKernel::closeness, graph,
                 static_cast<double>(graph.vertices()) * entries_of(graph) *
                     (weighted && graph.out.weighted() ? path_seconds : search_seconds),
                 true);
}

GraphWork label_propagation_work(const Graph& graph, std::int64_t max_iter) {
  return work_of("label_propagation", graph::CrewKernel::label_propagation, graph,
                 static_cast<double>(std::max<std::int64_t>(max_iter, 0)) * entries_of(graph) * label_seconds *
                     (graph.directed ? 2 : 1),
                 true);
}

CrewSize crew_for(const Graph& graph, const GraphWork& work) {
  const auto mapped = mapped_graph_with(graph.out.offsets.data());
  if (!mapped) return {0, "workers cannot read the graph; they could if it had a name (quern.graph_create)"};
  if (work.needs_in && graph.directed && !graph.keeps_in())
    return {0, "workers would need the lists of incoming edges, which the option \"transpose\" keeps"};
  return crew_size(work.seconds, 0, work.tasks);
}

GraphCrew::GraphCrew(const Graph& graph, bool weighted, int workers, const graph::CrewJob& job)
    : area_(0), crew_(area_, workers) {
  area_.end_rows();
  const auto board = crew_.make_board(board_size(job.spec(), job.lists()));
  here_ = make_crew_worker(job.spec(), job.lists(), board);
  const auto mapped = mapped_graph_with(graph.out.offsets.data());
  GraphPost post{};
  post.spec = job.spec();
  post.segment = mapped->segment;
  post.weighted = weighted;
  post.bytes = mapped->size;
  crew_.open(Post::graph, std::as_bytes(std::span(&post, 1)), *here_);
}

std::unique_ptr<Worker> make_graph_worker(std::span<const std::byte> specification, std::span<double> board,
                                          TrainingArea&) {
  GraphPost post;
  std::memcpy(&post, specification.data(), sizeof post);
  return std::make_unique<GraphWorker>(post, board);
}

}  // namespace quern::pg
