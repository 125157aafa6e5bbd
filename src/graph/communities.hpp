// Communities: label propagation, modularity, Louvain and Leiden.
#pragma once

#include "graph/graph.hpp"

namespace quern::graph {

// All vertices at once take the label that most of their neighbours have, of equally frequent ones the smallest; the
// first labels are the vertices. Raghavan, Albert, Kumara, Phys. Rev. E 76, 2007, as LDBC Graphalytics' CDLP has it: of
// a directed graph both ways count, an edge and its reverse twice. Stops after max_iter rounds or when nothing changes.
struct Labels {
  Vec<Vertex> labels;
  std::int64_t iterations = 0;
};
Labels label_propagation(const Csr& out, const Csr& in, bool directed, std::int64_t max_iter = 10);

// A part of a round, with memory that is kept from round to round.
class LabelRound {
 public:
  LabelRound(const Csr& out, const Csr& in, bool directed);
  // Sets next[v] from begin to before end. True if any differs from its label.
  bool operator()(std::span<const Vertex> labels, std::span<Vertex> next, Vertex begin, Vertex end);

 private:
  Csr out_, in_;
  bool directed_;
  Vec<Vertex> counts_, met_;
};

// Newman, Girvan, Phys. Rev. E 69, 2004, of an undirected graph with weights; `resolution` is the gamma of Reichardt
// and Bornholdt. A loop counts once in the weight of all edges and twice in the degree. NaN without edges.
double modularity(const Csr& undirected, std::span<const Vertex> communities, double resolution = 1);

// Communities of high modularity; each is named by its smallest vertex.
//   louvain: Blondel, Guillaume, Lambiotte, Lefebvre, J. Stat. Mech. P10008, 2008.
//   leiden: with a refinement that keeps communities connected (Traag, Waltman, van Eck, Sci. Rep. 9, 2019).
// Vertices are visited in an order drawn by `seed`. Rounds stop when one raises the modularity by less than `tol`.
struct CommunityOptions {
  double resolution = 1;
  double tol = 1e-7;
  std::int64_t max_levels = 50;
  std::uint64_t seed = 0;
};
struct Communities {
  Vec<Vertex> labels;
  double modularity = 0;
  std::int64_t levels = 0;
};
Communities louvain(const Csr& undirected, const CommunityOptions& options = {});
Communities leiden(const Csr& undirected, const CommunityOptions& options = {});

}  // namespace quern::graph
