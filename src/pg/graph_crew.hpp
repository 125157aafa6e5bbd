// Graph algorithms by this session and parallel workers, where the graph lies in memory that workers can map (a named
// graph) and half of the expected work is more than it costs to call them (crew_size).
#pragma once

#include "graph/crew.hpp"
#include "graph/graph.hpp"
#include "pg/parallel_crew.hpp"

namespace quern::pg {

// What a crew would do.
struct GraphWork {
  const char* function = "";  // that of SQL
  double seconds = 0;         // that one process would take, roughly
  std::size_t tasks = 1;
  bool needs_in = false;  // the lists of incoming edges, of a directed graph
};
GraphWork pagerank_work(const graph::Graph& graph, double damping, double tol, std::int64_t max_iter);
GraphWork components_work(const graph::Graph& graph);
GraphWork triangles_work(const graph::Graph& graph);
GraphWork betweenness_work(const graph::Graph& graph, std::int64_t sample, bool weighted);
GraphWork by_distance_work(const graph::Graph& graph, const char* function, bool weighted);
GraphWork label_propagation_work(const graph::Graph& graph, std::int64_t max_iter);

// How many workers it is given, and why: a phrase for explain_graph. Inside guarded().
CrewSize crew_for(const graph::Graph& graph, const GraphWork& work);

// The processes of one job. Inside guarded(), as all members.
class GraphCrew {
 public:
  // `weighted`: do the lists of the job have the graph's weights?
  GraphCrew(const graph::Graph& graph, bool weighted, int workers, const graph::CrewJob& job);

  Crew& processes() { return crew_; }
  void finish() { crew_.finish(); }

 private:
  TrainingArea area_;
  ParallelCrew crew_;
  std::unique_ptr<Worker> here_;
};

// lead(job, crew) with the workers that the work is given; job() makes the job. Without workers alone().
template <class MakeJob, class Lead, class Alone>
auto by_crew(const graph::Graph& graph, bool weighted, const GraphWork& work, MakeJob&& make_job, Lead&& lead,
             Alone&& alone) {
  const CrewSize size = crew_for(graph, work);
  if (size.workers == 0) return alone();
  const graph::CrewJob job = make_job();
  GraphCrew crew(graph, weighted, size.workers, job);
  auto answer = lead(job, crew.processes());
  crew.finish();
  return answer;
}

}  // namespace quern::pg
