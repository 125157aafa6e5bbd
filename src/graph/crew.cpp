#include "graph/crew.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <numeric>

#include "base/text.hpp"
#include "graph/pulse.hpp"
#include "graph/ranges.hpp"
#include "graph/structure.hpp"
#include "graph/traversal.hpp"

namespace quern::graph {

namespace {

static_assert(std::atomic_ref<Vertex>::is_always_lock_free && std::atomic_ref<std::int64_t>::is_always_lock_free);

constexpr std::size_t most_ranges = 64, fine_ranges = 256;

// Pieces of the board, one after the other, each from a multiple of 8 bytes.
class Pieces {
 public:
  explicit Pieces(std::span<double> board) : board_(board) {}

  template <class T>
  std::span<T> take(std::size_t count) {
    const std::size_t begin = used_;
    used_ += (count * sizeof(T) + 7) / 8;
    return board_.empty() ? std::span<T>() : std::span<T>(reinterpret_cast<T*>(board_.data() + begin), count);
  }
  std::size_t used() const { return used_; }

 private:
  std::span<double> board_;
  std::size_t used_ = 0;
};

// --- PageRank

struct PageRankBoard {
  std::span<double> jumps, share, rank, sent[2], sums;  // sums: of each range, what moved and what dangles

  PageRankBoard(Pieces& pieces, std::size_t n)
      : jumps(pieces.take<double>(n)),
        share(pieces.take<double>(n)),
        rank(pieces.take<double>(n)),
        sent{pieces.take<double>(n), pieces.take<double>(n)},
        sums(pieces.take<double>(2 * most_ranges)) {}
};

class PageRankWorker final : public Worker {
 public:
  PageRankWorker(const CrewSpec& spec, const CrewLists& lists, Pieces pieces)
      : spec_(spec), lists_(lists), board_(pieces, lists.out.vertices()), ranges_(ranges_of(lists.in, most_ranges)) {}

  // A range of a round: step says which round, numbers[0] what jumps carry.
  void perform(const Command& command, std::size_t task) override {
    const bool odd = command.step % 2;
    const PageRankRound round{lists_.in,    spec_.damping,     command.numbers[0],
                              board_.jumps, board_.share,      board_.sent[odd],
                              board_.rank,  board_.sent[!odd], {}};
    const auto sums = round(ranges_[task], ranges_[task + 1]);
    board_.sums[2 * task] = sums.moved;
    board_.sums[2 * task + 1] = sums.dangling;
  }

 private:
  CrewSpec spec_;
  CrewLists lists_;
  PageRankBoard board_;
  Vec<Vertex> ranges_;
};

// --- components: Afforest as in connected_components, on a forest that all change at once

enum ComponentsStep : std::int64_t { plant, join_first, flatten, join_rest };

class ComponentsWorker final : public Worker {
 public:
  ComponentsWorker(const CrewLists& lists, Pieces pieces)
      : lists_(lists), above_(pieces.take<Vertex>(lists.out.vertices())), ranges_(ranges_of(lists.out, most_ranges)) {}

  // numbers[0]: of join_first, which edge of each vertex; of join_rest, the component to leave out, or -1.
  void perform(const Command& command, std::size_t task) override {
    const Vertex begin = ranges_[task], end = ranges_[task + 1];
    Pulse pulse;
    for (Vertex v = begin; v < end; ++v) {
      switch (command.step) {
        case plant:
          above_[v] = v;
          break;
        case join_first: {
          const auto edge = static_cast<std::size_t>(command.numbers[0]);
          if (lists_.out.degree(v) > edge) join(v, lists_.out.neighbors(v)[edge]);
          break;
        }
        case flatten:
          for (Vertex above = at(v).load(std::memory_order_relaxed);;) {
            const Vertex next = at(above).load(std::memory_order_relaxed);
            if (next == above) break;
            at(v).store(next, std::memory_order_relaxed);
            above = next;
          }
          break;
        default:
          if (static_cast<double>(at(v).load(std::memory_order_relaxed)) == command.numbers[0]) break;
          for (const Vertex u : lists_.out.neighbors(v)) join(v, u);
          if (command.numbers[0] >= 0 && lists_.in.targets.data() != lists_.out.targets.data())
            for (const Vertex u : lists_.in.neighbors(v)) join(v, u);
          pulse.count(lists_.out.degree(v));
      }
      pulse.count(0);
    }
  }

 private:
  std::atomic_ref<Vertex> at(Vertex v) const { return std::atomic_ref<Vertex>(above_[v]); }

  // The larger root goes below the smaller; another process may have come first, then again from there.
  void join(Vertex a, Vertex b) {
    constexpr auto relaxed = std::memory_order_relaxed;
    Vertex p = at(a).load(relaxed), q = at(b).load(relaxed);
    while (p != q) {
      const Vertex high = std::max(p, q), low = std::min(p, q);
      Vertex above = at(high).load(relaxed);
      if (above == low) return;
      if (above == high && at(high).compare_exchange_strong(above, low, relaxed)) return;
      p = at(at(high).load(relaxed)).load(relaxed);
      q = at(low).load(relaxed);
    }
  }

  CrewLists lists_;
  std::span<Vertex> above_;
  Vec<Vertex> ranges_;
};

// --- triangles

struct TrianglesBoard {
  std::span<std::int64_t> counts;
  std::span<Offset> offsets;
  std::span<Vertex> targets;

  TrianglesBoard(Pieces& pieces, std::size_t n, std::size_t entries)
      : counts(pieces.take<std::int64_t>(n)),
        offsets(pieces.take<Offset>(n + 1)),
        targets(pieces.take<Vertex>(entries)) {}
  Csr up() const { return {offsets, targets, {}}; }
};

class TrianglesWorker final : public Worker {
 public:
  TrianglesWorker(const CrewSpec& spec, const CrewLists& lists, Pieces pieces)
      : board_(pieces, lists.out.vertices(), spec.list_entries), counts_(lists.out.vertices()) {}

  void perform(const Command&, std::size_t task) override {
    if (ranges_.empty()) ranges_ = ranges_of(board_.up(), fine_ranges);
    std::fill(counts_.begin(), counts_.end(), 0);
    count_triangles(board_.up(), ranges_[task], ranges_[task + 1], counts_);
    for (std::size_t v = 0; v < counts_.size(); ++v)
      if (counts_[v] != 0)
        std::atomic_ref<std::int64_t>(board_.counts[v]).fetch_add(counts_[v], std::memory_order_relaxed);
  }

 private:
  TrianglesBoard board_;
  Vec<std::int64_t> counts_;
  Vec<Vertex> ranges_;
};

// --- centralities by shortest paths

struct BetweennessBoard {
  std::span<Vertex> sources;
  std::span<double> parts;

  BetweennessBoard(Pieces& pieces, std::size_t n, std::size_t count)
      : sources(pieces.take<Vertex>(count)), parts(pieces.take<double>(betweenness_parts * n)) {}
};

class BetweennessWorker final : public Worker {
 public:
  BetweennessWorker(const CrewSpec& spec, const CrewLists& lists, Pieces pieces)
      : lists_(lists), board_(pieces, lists.out.vertices(), spec.sources) {}

  void perform(const Command&, std::size_t task) override {
    const std::size_t n = lists_.out.vertices();
    const auto sources = betweenness_part(board_.sources, task);
    if (!sources.empty()) add_betweenness(lists_.out, sources, board_.parts.subspan(task * n, n));
  }

 private:
  CrewLists lists_;
  BetweennessBoard board_;
};

class DistanceWorker final : public Worker {
 public:
  DistanceWorker(ByDistance centrality, const CrewLists& lists, Pieces pieces)
      : centrality_(centrality), lists_(lists), values_(pieces.take<double>(lists.in.vertices())) {}

  void perform(const Command&, std::size_t task) override {
    const std::size_t n = values_.size(), begin = n * task / fine_ranges, end = n * (task + 1) / fine_ranges;
    centrality_by_distance(centrality_, lists_.in, static_cast<Vertex>(begin), values_.subspan(begin, end - begin));
  }

 private:
  ByDistance centrality_;
  CrewLists lists_;
  std::span<double> values_;
};

// --- label propagation

struct LabelsBoard {
  std::span<Vertex> labels[2];
  std::span<double> changed;  // of each range, whether any label is new

  LabelsBoard(Pieces& pieces, std::size_t n)
      : labels{pieces.take<Vertex>(n), pieces.take<Vertex>(n)}, changed(pieces.take<double>(most_ranges)) {}
};

class LabelsWorker final : public Worker {
 public:
  LabelsWorker(const CrewSpec& spec, const CrewLists& lists, Pieces pieces)
      : round_(lists.out, lists.in, spec.directed != 0),
        board_(pieces, lists.out.vertices()),
        ranges_(ranges_of(lists.out, most_ranges)) {}

  void perform(const Command& command, std::size_t task) override {
    const bool odd = command.step % 2;
    board_.changed[task] = round_(board_.labels[odd], board_.labels[!odd], ranges_[task], ranges_[task + 1]);
  }

 private:
  LabelRound round_;
  LabelsBoard board_;
  Vec<Vertex> ranges_;
};

}  // namespace

std::size_t board_size(const CrewSpec& spec, const CrewLists& lists) {
  const std::size_t n = lists.out.vertices();
  Pieces pieces({});
  switch (spec.kernel) {
    case CrewKernel::pagerank:
      PageRankBoard(pieces, n);
      break;
    case CrewKernel::connected_components:
      pieces.take<Vertex>(n);
      break;
    case CrewKernel::triangle_counts:
      TrianglesBoard(pieces, n, spec.list_entries);
      break;
    case CrewKernel::betweenness:
      BetweennessBoard(pieces, n, spec.sources);
      break;
    case CrewKernel::closeness:
    case CrewKernel::harmonic:
      pieces.take<double>(n);
      break;
    case CrewKernel::label_propagation:
      LabelsBoard(pieces, n);
  }
  return pieces.used();
}

std::size_t most_tasks(const CrewSpec& spec, const CrewLists& lists) {
  switch (spec.kernel) {
    case CrewKernel::betweenness:
      return std::min<std::size_t>(spec.sources, betweenness_parts);
    case CrewKernel::closeness:
    case CrewKernel::harmonic:
      return std::min(lists.out.vertices(), fine_ranges);
    case CrewKernel::triangle_counts:
      return fine_ranges;
    default:
      return ranges_of(lists.out, most_ranges).size() - 1;
  }
}

std::unique_ptr<Worker> make_crew_worker(const CrewSpec& spec, const CrewLists& lists, std::span<double> board) {
  const Pieces pieces(board);
  switch (spec.kernel) {
    case CrewKernel::pagerank:
      return std::make_unique<PageRankWorker>(spec, lists, pieces);
    case CrewKernel::connected_components:
      return std::make_unique<ComponentsWorker>(lists, pieces);
    case CrewKernel::triangle_counts:
      return std::make_unique<TrianglesWorker>(spec, lists, pieces);
    case CrewKernel::betweenness:
      return std::make_unique<BetweennessWorker>(spec, lists, pieces);
    case CrewKernel::closeness:
      return std::make_unique<DistanceWorker>(ByDistance::closeness, lists, pieces);
    case CrewKernel::harmonic:
      return std::make_unique<DistanceWorker>(ByDistance::harmonic, lists, pieces);
    default:
      return std::make_unique<LabelsWorker>(spec, lists, pieces);
  }
}

// --- the process that leads
// -------------------------------------------------------------------------------------------

CrewJob CrewJob::pagerank(const CrewLists& lists, const PageRankOptions& options) {
  CrewJob job({.kernel = CrewKernel::pagerank, .damping = options.damping}, lists);
  job.start_ = pagerank_start(lists.out, options);
  job.pagerank_ = options;
  return job;
}

Ranking CrewJob::lead_pagerank(Crew& crew) const {
  const std::size_t n = lists_.out.vertices();
  Ranking ranking;
  ranking.converged = n == 0;
  if (n == 0) return ranking;
  Pieces pieces(crew.board());
  const PageRankBoard board(pieces, n);
  std::copy(start_.jumps.begin(), start_.jumps.end(), board.jumps.begin());
  std::copy(start_.share.begin(), start_.share.end(), board.share.begin());
  std::copy(start_.jumps.begin(), start_.jumps.end(), board.rank.begin());
  double dangling = 0;
  for (Vertex v = 0; v < n; ++v) {
    board.sent[0][v] = board.rank[v] * board.share[v];
    if (board.share[v] == 0) dangling += board.rank[v];
  }
  const std::size_t ranges = ranges_of(lists_.in, most_ranges).size() - 1;
  while (!ranking.converged && ranking.iterations < pagerank_.max_iter) {
    Command command{.step = ranking.iterations};
    command.numbers[0] = 1 - spec_.damping + spec_.damping * dangling;
    crew.run(command, ranges);
    double moved = dangling = 0;
    for (std::size_t r = 0; r < ranges; ++r) {
      moved += board.sums[2 * r];
      dangling += board.sums[2 * r + 1];
    }
    ++ranking.iterations;
    ranking.converged = moved <= pagerank_.tol;
  }
  ranking.values.assign(board.rank.begin(), board.rank.end());
  return ranking;
}

CrewJob CrewJob::connected_components(const CrewLists& lists) {
  return CrewJob({.kernel = CrewKernel::connected_components}, lists);
}

Vec<Vertex> CrewJob::lead_components(Crew& crew) const {
  const std::size_t n = lists_.out.vertices();
  if (n == 0) return {};
  Pieces pieces(crew.board());
  const std::span<Vertex> above = pieces.take<Vertex>(n);
  const std::size_t ranges = ranges_of(lists_.out, most_ranges).size() - 1;
  const auto run = [&](ComponentsStep step, double number) {
    Command command{.step = step};
    command.numbers[0] = number;
    crew.run(command, ranges);
  };
  run(plant, 0);
  double largest = -1;
  if (lists_.in.vertices() == n) {
    for (const double edge : {0.0, 1.0}) {
      run(join_first, edge);
      run(flatten, 0);
    }
    largest = frequent_of(above);
  }
  run(join_rest, largest);
  run(flatten, 0);
  return Vec<Vertex>(above.begin(), above.end());
}

CrewJob CrewJob::triangle_counts(const CrewLists& lists, const Csr& simple) {
  CrewJob job({.kernel = CrewKernel::triangle_counts}, lists);
  Oriented graph = oriented(simple);
  job.by_degree_ = std::move(graph.vertex);
  job.up_ = std::move(graph.up);
  job.spec_.list_entries = job.up_.targets.size();
  return job;
}

Vec<std::int64_t> CrewJob::lead_triangles(Crew& crew) const {
  const std::size_t n = lists_.out.vertices();
  Pieces pieces(crew.board());
  const TrianglesBoard board(pieces, n, spec_.list_entries);
  std::copy(up_.offsets.begin(), up_.offsets.end(), board.offsets.begin());
  std::copy(up_.targets.begin(), up_.targets.end(), board.targets.begin());
  crew.run({}, ranges_of(board.up(), fine_ranges).size() - 1);
  Vec<std::int64_t> counts(n);
  for (std::size_t r = 0; r < n; ++r) counts[by_degree_[r]] = board.counts[r];
  return counts;
}

CrewJob CrewJob::betweenness(const CrewLists& lists, const BetweennessOptions& options) {
  CrewJob job({.kernel = CrewKernel::betweenness}, lists);
  job.sources_ = betweenness_sources(lists.out, options);
  job.betweenness_ = options;
  job.spec_.sources = job.sources_.size();
  return job;
}

CrewJob CrewJob::by_distance(const CrewLists& lists, ByDistance centrality) {
  require_distances(centrality, lists.in);
  return CrewJob({.kernel = centrality == ByDistance::closeness ? CrewKernel::closeness : CrewKernel::harmonic}, lists);
}

Vec<double> CrewJob::lead_centrality(Crew& crew) const {
  const std::size_t n = lists_.out.vertices();
  Pieces pieces(crew.board());
  if (spec_.kernel != CrewKernel::betweenness) {
    const auto values = pieces.take<double>(n);
    crew.run({}, fine_ranges);
    return Vec<double>(values.begin(), values.end());
  }
  const BetweennessBoard board(pieces, n, spec_.sources);
  std::copy(sources_.begin(), sources_.end(), board.sources.begin());
  crew.run({}, betweenness_parts);
  Vec<double> centrality(n, 0);
  for (std::size_t part = 0; part < betweenness_parts; ++part)
    for (std::size_t v = 0; v < n; ++v) centrality[v] += board.parts[part * n + v];
  scale_betweenness(centrality, sources_.size(), betweenness_);
  return centrality;
}

CrewJob CrewJob::label_propagation(const CrewLists& lists, bool directed, std::int64_t max_iter) {
  if (max_iter < 0) throw InvalidInput(concat("label_propagation: max_iter must be 0 or more, not ", max_iter));
  CrewJob job({.kernel = CrewKernel::label_propagation, .directed = directed}, lists);
  job.max_iter_ = max_iter;
  return job;
}

Labels CrewJob::lead_labels(Crew& crew) const {
  const std::size_t n = lists_.out.vertices();
  Pieces pieces(crew.board());
  const LabelsBoard board(pieces, n);
  std::iota(board.labels[0].begin(), board.labels[0].end(), Vertex{0});
  const std::size_t ranges = ranges_of(lists_.out, most_ranges).size() - 1;
  Labels result;
  for (bool changed = true; changed && result.iterations < max_iter_; ++result.iterations) {
    crew.run({.step = result.iterations}, ranges);
    changed = std::any_of(board.changed.begin(), board.changed.begin() + static_cast<std::ptrdiff_t>(ranges),
                          [](double c) { return c != 0; });
  }
  const auto& labels = board.labels[result.iterations % 2];
  result.labels.assign(labels.begin(), labels.end());
  return result;
}

}  // namespace quern::graph
