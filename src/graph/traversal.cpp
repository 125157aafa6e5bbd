#include "graph/traversal.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include "graph/pulse.hpp"
#include "graph/random.hpp"

namespace quern::graph {

namespace {

class Bits {
 public:
  explicit Bits(std::size_t n) : words_((n + 63) / 64) {}
  void set(Vertex v) { words_[v / 64] |= std::uint64_t{1} << (v % 64); }
  bool operator[](Vertex v) const { return words_[v / 64] >> (v % 64) & 1; }
  void clear() { std::fill(words_.begin(), words_.end(), 0); }
  std::uint64_t& word(std::size_t w) { return words_[w]; }
  std::size_t words() const { return words_.size(); }
  // f(v) for all that are set, ascending.
  template <class F>
  void for_each(F&& f) const {
    for (std::size_t w = 0; w < words_.size(); ++w)
      for (std::uint64_t left = words_[w]; left != 0; left &= left - 1)
        f(static_cast<Vertex>(64 * w + static_cast<std::size_t>(std::countr_zero(left))));
  }

 private:
  Vec<std::uint64_t> words_;
};

// One search.
struct Search {
  const Csr &out, &in;
  BreadthFirst found;
  Bits front, next, waiting;  // waiting: not reached, with edges in
  Pulse pulse;

  Search(const Csr& out, const Csr& in)
      : out(out), in(in), front(out.vertices()), next(out.vertices()), waiting(out.vertices()) {
    found.depth.assign(out.vertices(), no_vertex);
    found.parent.assign(out.vertices(), no_vertex);
  }

  // From the vertices of `queue` outwards; they become those reached.
  void forwards(Vec<Vertex>& queue, Vec<Vertex>& reached, Vertex depth) {
    reached.clear();
    for (const Vertex v : queue) {
      for (const Vertex u : out.neighbors(v)) {
        if (found.depth[u] == no_vertex) {
          found.depth[u] = depth;
          found.parent[u] = v;
          reached.push_back(u);
        } else if (found.depth[u] == depth && v < found.parent[u]) {
          found.parent[u] = v;
        }
      }
      pulse.count(out.degree(v));
    }
    queue.swap(reached);
  }

  // From the vertices that wait, which have a neighbour in `front`: returns how many are in the new one.
  std::size_t backwards(Vertex depth) {
    std::size_t reached = 0;
    for (std::size_t w = 0; w < waiting.words(); ++w) {
      std::uint64_t left = waiting.word(w), came = 0;
      while (left != 0) {
        const auto bit = static_cast<std::size_t>(std::countr_zero(left));
        left &= left - 1;
        const auto v = static_cast<Vertex>(64 * w + bit);
        std::size_t looked = 0;
        for (const Vertex u : in.neighbors(v)) {
          ++looked;
          if (!front[u]) continue;
          found.depth[v] = depth;
          found.parent[v] = u;
          came |= std::uint64_t{1} << bit;
          ++reached;
          break;
        }
        pulse.count(looked);
      }
      next.word(w) = came;
      waiting.word(w) &= ~came;
    }
    std::swap(front, next);
    return reached;
  }

  void fill_waiting() {
    for (Vertex v = 0; v < out.vertices(); ++v)
      if (found.depth[v] == no_vertex && in.degree(v) > 0) waiting.set(v);
  }
};

}  // namespace

BreadthFirst bfs(const Csr& out, const Csr& in, Vertex source) {
  // Backwards pays once the front has more than 1 / alpha of the edges not yet seen, until it has less than 1 / beta of
  // the vertices (the paper's 14 and 24).
  constexpr std::size_t alpha = 15, beta = 18;
  const std::size_t n = out.vertices();
  Search search(out, in);
  search.found.depth[source] = 0;
  search.found.parent[source] = source;
  Vec<Vertex> queue{source}, reached_now;
  std::size_t edges_left = out.edges(), edges_of_front = out.degree(source);
  for (Vertex depth = 1; !queue.empty(); ++depth) {
    if (edges_of_front > edges_left / alpha && queue.size() > 1) {
      search.front.clear();
      search.waiting.clear();
      for (const Vertex v : queue) search.front.set(v);
      search.fill_waiting();
      for (std::size_t reached = queue.size(), before = 0;; ++depth) {
        before = reached;
        reached = search.backwards(depth);
        if (reached == 0 || (reached < before && reached <= n / beta)) break;
      }
      queue.clear();
      search.front.for_each([&](Vertex v) { queue.push_back(v); });
      edges_left = edges_left / alpha;  // few: forwards from now on, unless the front grows again
    } else {
      edges_left -= std::min(edges_left, edges_of_front);
      search.forwards(queue, reached_now, depth);
    }
    edges_of_front = 0;
    for (const Vertex v : queue) edges_of_front += out.degree(v);
  }
  return std::move(search.found);
}

Vertex frequent_of(std::span<const Vertex> labels) {
  constexpr std::size_t drawn = 1024;
  Random random(1);
  Vec<Vertex> sample(drawn);
  for (Vertex& label : sample) label = labels[random.below(labels.size())];
  std::sort(sample.begin(), sample.end());
  Vertex best = sample[0];
  std::size_t most = 0;
  for (std::size_t i = 0, j; i < drawn; i = j) {
    for (j = i; j < drawn && sample[j] == sample[i]; ++j) {
    }
    if (j - i > most) {
      most = j - i;
      best = sample[i];
    }
  }
  return best;
}

namespace {

// Trees of vertices, each root smaller than all below it.
class Forest {
 public:
  explicit Forest(std::size_t n) : above_(n) { std::iota(above_.begin(), above_.end(), Vertex{0}); }

  Vertex operator[](Vertex v) const { return above_[v]; }
  Vertex root(Vertex v) {
    while (above_[v] != above_[above_[v]]) v = above_[v] = above_[above_[v]];
    return above_[v];
  }
  // Joins the trees of all; returns their root.
  Vertex join(Vertex root_of_one, std::span<const Vertex> others) {
    Vertex mine = root_of_one;
    for (const Vertex u : others) {
      if (above_[u] == mine) continue;
      const Vertex theirs = root(u);
      if (theirs < mine) {
        above_[mine] = theirs;
        mine = theirs;
      } else {
        above_[theirs] = mine;
      }
    }
    return mine;
  }
  // Everyone right below his root: one pass upwards, for what is above is smaller.
  void flatten() {
    for (Vertex& above : above_) above = above_[above];
  }
  Vertex frequent() const { return frequent_of(above_); }
  Vec<Vertex> roots() && {
    flatten();
    return std::move(above_);
  }

 private:
  Vec<Vertex> above_;
};

}  // namespace

Vec<Vertex> connected_components(const Csr& out, const Csr& in) {
  const std::size_t n = out.vertices();
  Forest forest(n);
  Pulse pulse;
  const bool both = n > 0 && in.vertices() == n;
  constexpr std::size_t first = 2;
  if (both)
    for (std::size_t round = 0; round < first; ++round) {
      for (Vertex v = 0; v < n; ++v) {
        if (out.degree(v) > round) forest.join(forest.root(v), out.neighbors(v).subspan(round, 1));
        pulse.count(1);
      }
      forest.flatten();
    }
  const Vertex largest = both ? forest.frequent() : no_vertex;
  const bool same = in.targets.data() == out.targets.data();
  for (Vertex v = 0; v < n; ++v) {
    if (both && forest[v] == largest) continue;
    const auto rest = both ? out.neighbors(v).subspan(std::min(first, out.degree(v))) : out.neighbors(v);
    const Vertex root = forest.join(forest.root(v), rest);
    if (both && !same) forest.join(root, in.neighbors(v));
    pulse.count(rest.size() + (both && !same ? in.degree(v) : 0));
  }
  return std::move(forest).roots();
}

Vec<Vertex> strongly_connected_components(const Csr& out) {
  const std::size_t n = out.vertices();
  Vec<Vertex> index(n, no_vertex), low(n), component(n, no_vertex), path, open;
  Vec<Offset> next(n);  // the edge of each vertex on the path to look at next
  Vertex order = 0;
  Pulse pulse;
  for (Vertex start = 0; start < n; ++start) {
    if (index[start] != no_vertex) continue;
    path.push_back(start);
    while (!path.empty()) {
      const Vertex v = path.back();
      if (index[v] == no_vertex) {
        index[v] = low[v] = order++;
        next[v] = out.offsets[v];
        open.push_back(v);
      }
      bool descends = false;
      const Offset first = next[v];
      while (next[v] < out.offsets[v + 1]) {
        const Vertex u = out.targets[next[v]];
        if (index[u] == no_vertex) {
          path.push_back(u);
          descends = true;
          break;
        }
        if (component[u] == no_vertex) low[v] = std::min(low[v], low[u]);
        ++next[v];
      }
      pulse.count(next[v] - first);
      if (descends) continue;
      path.pop_back();
      if (low[v] != index[v]) continue;
      const auto begin = std::find(open.rbegin(), open.rend(), v).base() - 1;
      const Vertex smallest = *std::min_element(begin, open.end());
      for (auto it = begin; it != open.end(); ++it) component[*it] = smallest;
      open.erase(begin, open.end());
    }
  }
  return component;
}

}  // namespace quern::graph
