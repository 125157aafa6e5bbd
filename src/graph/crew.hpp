// Algorithms over the processes of a crew, which all see the lists of the graph and a board (base/crew.hpp).
//
// The answers are those of the functions of one process to the last bit, however many processes there are: numbers are
// added by range or part in the same order, whole numbers in any, and of components there is but one answer.
#pragma once

#include <memory>

#include "base/crew.hpp"
#include "graph/centrality.hpp"
#include "graph/communities.hpp"
#include "graph/ranking.hpp"

namespace quern::graph {

enum class CrewKernel : std::int32_t {
  pagerank,
  connected_components,
  triangle_counts,
  betweenness,
  closeness,
  harmonic,
  label_propagation,
};

// What a process must know beside the graph and the board; plain bytes.
struct CrewSpec {
  CrewKernel kernel = {};
  std::uint32_t directed = 1;
  double damping = 0;
  std::uint64_t sources = 0;       // of betweenness
  std::uint64_t list_entries = 0;  // of the lists that triangles are counted in
};

// The lists of a graph, as all processes see them. `in` are those the other way round, `out` itself where there are no
// directions; components do without them.
struct CrewLists {
  Csr out, in;
};

// Numbers on the board.
std::size_t board_size(const CrewSpec& spec, const CrewLists& lists);
// Tasks of the largest step: more processes than these find nothing to do.
std::size_t most_tasks(const CrewSpec& spec, const CrewLists& lists);
// Does not look at what is on the board.
std::unique_ptr<Worker> make_crew_worker(const CrewSpec& spec, const CrewLists& lists, std::span<double> board);

// An algorithm in the process that leads: what it needs on the board, the board, the crew, the answer.
//
//   CrewJob job(spec, lists)  or one of the functions below that make one
//   give the crew a board of job.board_size() numbers, and workers made by make_crew_worker(job.spec(), ...)
//   answer = lead_...(job, crew)
class CrewJob {
 public:
  static CrewJob pagerank(const CrewLists& lists, const PageRankOptions& options);
  static CrewJob connected_components(const CrewLists& lists);
  static CrewJob triangle_counts(const CrewLists& lists, const Csr& simple);
  static CrewJob betweenness(const CrewLists& lists, const BetweennessOptions& options);
  static CrewJob by_distance(const CrewLists& lists, ByDistance centrality);
  static CrewJob label_propagation(const CrewLists& lists, bool directed, std::int64_t max_iter);

  const CrewSpec& spec() const { return spec_; }
  const CrewLists& lists() const { return lists_; }

  // One of these, by kernel; the board is zeroed.
  Ranking lead_pagerank(Crew& crew) const;
  Vec<Vertex> lead_components(Crew& crew) const;
  Vec<std::int64_t> lead_triangles(Crew& crew) const;
  Vec<double> lead_centrality(Crew& crew) const;
  Labels lead_labels(Crew& crew) const;

 private:
  CrewJob(const CrewSpec& spec, const CrewLists& lists) : spec_(spec), lists_(lists) {}

  CrewSpec spec_;
  CrewLists lists_;
  PageRankOptions pagerank_;
  BetweennessOptions betweenness_;
  std::int64_t max_iter_ = 0;
  PageRankStart start_;
  Vec<Vertex> sources_;
  Vec<Vertex> by_degree_;
  Lists up_;
};

}  // namespace quern::graph
