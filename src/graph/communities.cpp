#include "graph/communities.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/text.hpp"
#include "graph/pulse.hpp"
#include "graph/random.hpp"

namespace quern::graph {

namespace {

// Sums by label, of the few labels that one vertex meets at a time.
class Tally {
 public:
  explicit Tally(std::size_t labels) : sums_(labels, 0) {}

  void add(Vertex label, double weight) {
    if (sums_[label] == 0) met_.push_back(label);
    sums_[label] += weight;
  }
  double operator[](Vertex label) const { return sums_[label]; }
  std::span<const Vertex> met() const { return met_; }
  void clear() {
    for (const Vertex label : met_) sums_[label] = 0;
    met_.clear();
  }

 private:
  Vec<double> sums_;
  Vec<Vertex> met_;
};

// Labels become the smallest vertex that has them.
void name_by_smallest(Vec<Vertex>& labels) {
  Vec<Vertex> smallest(labels.size(), no_vertex);
  for (Vertex v = 0; v < labels.size(); ++v) smallest[labels[v]] = std::min(smallest[labels[v]], v);
  for (Vertex& label : labels) label = smallest[label];
}

// Labels become 0, 1, ... in the order in which they are met; returns how many there are.
std::size_t renumber(Vec<Vertex>& labels) {
  Vec<Vertex> number(labels.size(), no_vertex);
  Vertex count = 0;
  for (Vertex& label : labels) {
    if (number[label] == no_vertex) number[label] = count++;
    label = number[label];
  }
  return count;
}

void require_weights(std::string_view function, const Csr& csr) {
  for (const double w : csr.weights)
    if (!(w >= 0) || std::isinf(w))
      throw InvalidInput(concat(function, ": weights must be finite numbers of 0 or more, not ", w));
}

void require_resolution(std::string_view function, double resolution) {
  if (!(resolution >= 0) || std::isinf(resolution))
    throw InvalidInput(concat(function, ": resolution must be a number of 0 or more, not ", resolution));
}

}  // namespace

LabelRound::LabelRound(const Csr& out, const Csr& in, bool directed)
    : out_(out), in_(in), directed_(directed), counts_(out.vertices(), 0) {}

bool LabelRound::operator()(std::span<const Vertex> labels, std::span<Vertex> next, Vertex begin, Vertex end) {
  bool changed = false;
  Pulse pulse;
  for (Vertex v = begin; v < end; ++v) {
    const auto count = [&](const Csr& lists) {
      for (const Vertex u : lists.neighbors(v)) {
        const Vertex label = labels[u];
        if (counts_[label]++ == 0) met_.push_back(label);
      }
      pulse.count(lists.degree(v));
    };
    count(out_);
    if (directed_) count(in_);
    Vertex best = labels[v], most = 0;
    for (const Vertex label : met_) {
      if (counts_[label] > most || (counts_[label] == most && label < best)) {
        best = label;
        most = counts_[label];
      }
      counts_[label] = 0;
    }
    met_.clear();
    next[v] = best;
    changed |= best != labels[v];
  }
  return changed;
}

Labels label_propagation(const Csr& out, const Csr& in, bool directed, std::int64_t max_iter) {
  if (max_iter < 0) throw InvalidInput(concat("label_propagation: max_iter must be 0 or more, not ", max_iter));
  const std::size_t n = out.vertices();
  Labels result;
  result.labels.resize(n);
  std::iota(result.labels.begin(), result.labels.end(), Vertex{0});
  Vec<Vertex> next(result.labels);
  LabelRound round(out, in, directed);
  for (bool changed = true; changed && result.iterations < max_iter; ++result.iterations) {
    changed = round(result.labels, next, 0, static_cast<Vertex>(n));
    result.labels.swap(next);
  }
  return result;
}

double modularity(const Csr& undirected, std::span<const Vertex> communities, double resolution) {
  const std::size_t n = undirected.vertices();
  if (communities.size() != n)
    throw InvalidInput(concat("modularity: ", communities.size(), " communities, and there are ", n, " vertices"));
  require_weights("modularity", undirected);
  require_resolution("modularity", resolution);
  Vec<double> degree(n, 0);
  double inside = 0, all = 0;  // twice the weights
  Pulse pulse;
  for (Vertex v = 0; v < n; ++v) {
    for (Offset e = undirected.offsets[v]; e < undirected.offsets[v + 1]; ++e) {
      const Vertex u = undirected.targets[e];
      const double weight = undirected.weight(e) * (u == v ? 2 : 1);
      if (communities[u] == communities[v]) inside += weight;
      degree[communities[v]] += weight;
      all += weight;
    }
    pulse.count(undirected.degree(v));
  }
  if (all == 0) return std::numeric_limits<double>::quiet_NaN();
  double expected = 0;
  for (const double sum : degree) expected += sum / all * (sum / all);
  return inside / all - resolution * expected;
}

namespace {

// A graph of communities: what lies inside a vertex is its loop. Weights are counted as degrees count them, twice.
struct Level {
  Vec<Offset> offsets;
  Vec<Vertex> targets;
  Vec<double> weights;  // of edges to others
  Vec<double> degree;   // loops and all

  std::size_t size() const { return degree.size(); }
};

Level first_level(const Csr& graph) {
  Level level;
  const std::size_t n = graph.vertices();
  level.offsets.assign(1, 0);
  level.degree.assign(n, 0);
  for (Vertex v = 0; v < n; ++v) {
    for (Offset e = graph.offsets[v]; e < graph.offsets[v + 1]; ++e) {
      const Vertex u = graph.targets[e];
      level.degree[v] += graph.weight(e) * (u == v ? 2 : 1);
      if (u == v) continue;
      level.targets.push_back(u);
      level.weights.push_back(graph.weight(e));
    }
    level.offsets.push_back(level.targets.size());
  }
  return level;
}

// Its vertices are the `count` labels.
Level contracted(const Level& level, std::span<const Vertex> labels, std::size_t count) {
  Level next;
  next.offsets.assign(1, 0);
  next.degree.assign(count, 0);
  Vec<Offset> start(count + 1, 0);
  for (const Vertex label : labels) ++start[label + 1];
  std::partial_sum(start.begin(), start.end(), start.begin());
  Vec<Vertex> members(labels.size());
  Vec<Offset> at(start.begin(), start.end() - 1);
  for (Vertex v = 0; v < labels.size(); ++v) members[at[labels[v]]++] = v;
  Tally tally(count);
  Pulse pulse;
  for (Vertex c = 0; c < count; ++c) {
    for (Offset m = start[c]; m < start[c + 1]; ++m) {
      const Vertex v = members[m];
      next.degree[c] += level.degree[v];
      for (Offset e = level.offsets[v]; e < level.offsets[v + 1]; ++e)
        if (const Vertex other = labels[level.targets[e]]; other != c) tally.add(other, level.weights[e]);
      pulse.count(level.offsets[v + 1] - level.offsets[v]);
    }
    for (const Vertex other : tally.met()) {
      next.targets.push_back(other);
      next.weights.push_back(tally[other]);
    }
    tally.clear();
    next.offsets.push_back(next.targets.size());
  }
  return next;
}

class Optimiser {
 public:
  Optimiser(const Level& level, double total, const CommunityOptions& options, Random& random)
      : level_(level), total_(total), resolution_(options.resolution), random_(random), tally_(level.size()) {}

  // Moves vertices, those whose neighbourhood changed again, to the community next to them that gains most, until none
  // gains. `labels` are below size(). True if any vertex moved.
  bool move(Vec<Vertex>& labels) {
    const std::size_t n = level_.size();
    Vec<double> degree(n, 0);
    for (Vertex v = 0; v < n; ++v) degree[labels[v]] += level_.degree[v];
    Vec<Vertex> queue = shuffled();
    Vec<bool> waits(n, true);
    bool moved = false;
    for (std::size_t head = 0; head < queue.size(); ++head) {
      const Vertex v = queue[head];
      waits[v] = false;
      const Vertex old = labels[v];
      degree[old] -= level_.degree[v];
      const Vertex best = best_of(v, labels, degree, [](Vertex) { return true; });
      degree[best] += level_.degree[v];
      if (best != old) {
        labels[v] = best;
        moved = true;
        for (Offset e = level_.offsets[v]; e < level_.offsets[v + 1]; ++e) {
          const Vertex u = level_.targets[e];
          if (waits[u] || labels[u] == best) continue;
          waits[u] = true;
          queue.push_back(u);
        }
      }
      if (head > n && 2 * head > queue.size()) {  // what is done is forgotten
        queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(head) + 1);
        head = static_cast<std::size_t>(-1);
      }
    }
    return moved;
  }

  // Leiden's refinement: within each community of `labels`, vertices that are alone join well connected communities
  // that gain most, so that all are connected.
  Vec<Vertex> refined(std::span<const Vertex> labels) {
    const std::size_t n = level_.size();
    Vec<Vertex> fine(n);
    std::iota(fine.begin(), fine.end(), Vertex{0});
    Vec<double> degree(level_.degree), cut(n, 0), community(n, 0);  // cut: of a fine one to the rest of its community
    Vec<bool> alone(n, true);
    for (Vertex v = 0; v < n; ++v) {
      community[labels[v]] += level_.degree[v];
      for (Offset e = level_.offsets[v]; e < level_.offsets[v + 1]; ++e)
        if (labels[level_.targets[e]] == labels[v]) cut[v] += level_.weights[e];
    }
    const auto well_connected = [&](Vertex c, double whole) {
      return cut[c] >= resolution_ * degree[c] * (whole - degree[c]) / total_;
    };
    for (const Vertex v : shuffled()) {
      const double whole = community[labels[v]];
      if (!alone[v] || !well_connected(v, whole)) continue;
      const double mine = degree[v], my_cut = cut[v];
      degree[v] = 0;
      const Vertex best = best_of(
          v, fine, degree, [&](Vertex c) { return c == v || (labels[c] == labels[v] && well_connected(c, whole)); });
      degree[v] = mine;
      if (best == v) continue;
      double between = 0;
      for (Offset e = level_.offsets[v]; e < level_.offsets[v + 1]; ++e)
        if (fine[level_.targets[e]] == best) between += level_.weights[e];
      fine[v] = best;
      alone[v] = alone[best] = false;
      degree[v] = 0;
      degree[best] += mine;
      cut[best] += my_cut - 2 * between;
    }
    return fine;
  }

 private:
  // The label next to v, or its own, that gains most; degree[label] without v. Of equal ones its own, then the
  // smallest.
  template <class Allowed>
  Vertex best_of(Vertex v, std::span<const Vertex> labels, std::span<const double> degree, Allowed&& allowed) {
    for (Offset e = level_.offsets[v]; e < level_.offsets[v + 1]; ++e)
      tally_.add(labels[level_.targets[e]], level_.weights[e]);
    pulse_.count(level_.offsets[v + 1] - level_.offsets[v]);
    const auto gain = [&](Vertex label) {
      return tally_[label] - resolution_ * level_.degree[v] * degree[label] / total_;
    };
    Vertex best = labels[v];
    double most = gain(best);
    const double slack = 1e-12 * (std::abs(most) + level_.degree[v]);  // no moves on rounding alone
    for (const Vertex label : tally_.met()) {
      if (label == labels[v] || !allowed(label)) continue;
      const double g = gain(label);
      if (g > most + slack || (best != labels[v] && g == most && label < best)) {
        most = g;
        best = label;
      }
    }
    tally_.clear();
    return best;
  }

  Vec<Vertex> shuffled() {
    Vec<Vertex> order(level_.size());
    std::iota(order.begin(), order.end(), Vertex{0});
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_.below(i)]);
    return order;
  }

  const Level& level_;
  double total_, resolution_;
  Random& random_;
  Tally tally_;
  Pulse pulse_;
};

Communities communities(std::string_view function, const Csr& undirected, const CommunityOptions& options,
                        bool refines) {
  require_weights(function, undirected);
  require_resolution(function, options.resolution);
  if (!(options.tol >= 0)) throw InvalidInput(concat(function, ": tol must be 0 or more, not ", options.tol));
  if (options.max_levels < 0)
    throw InvalidInput(concat(function, ": max_levels must be 0 or more, not ", options.max_levels));
  const std::size_t n = undirected.vertices();
  Communities result;
  result.labels.resize(n);
  std::iota(result.labels.begin(), result.labels.end(), Vertex{0});
  Level level = first_level(undirected);
  const double total = std::accumulate(level.degree.begin(), level.degree.end(), 0.0);
  if (total == 0) {
    result.modularity = std::numeric_limits<double>::quiet_NaN();
    return result;
  }
  Random random(options.seed);
  Vec<Vertex> inside(n);  // the vertex of the level that holds each vertex of the graph
  std::iota(inside.begin(), inside.end(), Vertex{0});
  Vec<Vertex> labels(inside);  // of the vertices of the level
  double before = modularity(undirected, result.labels, options.resolution);
  for (; result.levels < options.max_levels; ++result.levels) {
    Optimiser optimiser(level, total, options, random);
    const bool moved = optimiser.move(labels);
    for (Vertex v = 0; v < n; ++v) result.labels[v] = labels[inside[v]];
    result.modularity = modularity(undirected, result.labels, options.resolution);
    Vec<Vertex> fine = refines ? optimiser.refined(labels) : labels;
    Vec<Vertex> coarse(labels);
    renumber(coarse);
    const std::size_t count = renumber(fine);
    if (!moved || count == level.size() || result.modularity - before < options.tol) break;
    before = result.modularity;
    // The next level starts from the communities found, by number of the first fine one in each.
    Vec<Vertex> next(count, no_vertex), first(count, no_vertex);
    for (Vertex v = 0; v < level.size(); ++v) {
      if (first[coarse[v]] == no_vertex) first[coarse[v]] = fine[v];
      next[fine[v]] = first[coarse[v]];
    }
    level = contracted(level, fine, count);
    for (Vertex& at : inside) at = fine[at];
    labels = std::move(next);
  }
  name_by_smallest(result.labels);
  return result;
}

}  // namespace

Communities louvain(const Csr& undirected, const CommunityOptions& options) {
  return communities("louvain", undirected, options, false);
}

Communities leiden(const Csr& undirected, const CommunityOptions& options) {
  return communities("leiden", undirected, options, true);
}

}  // namespace quern::graph
