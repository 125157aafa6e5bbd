#include "graph/ranking.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "graph/pulse.hpp"
#include "graph/ranges.hpp"

namespace quern::graph {

namespace {

void require(bool holds, std::string_view function, std::string_view rule, double seen) {
  if (!holds) throw InvalidInput(concat(function, ": ", rule, ", not ", seen));
}

void require_limits(std::string_view function, double tol, std::int64_t max_iter) {
  require(tol >= 0, function, "tol must be 0 or more", tol);
  require(max_iter >= 0, function, "max_iter must be 0 or more", static_cast<double>(max_iter));
}

void require_no_negative_weights(std::string_view function, const Csr& csr) {
  Pulse pulse;
  for (std::size_t e = 0; e < csr.weights.size(); ++e) {
    require(csr.weights[e] >= 0 && std::isfinite(csr.weights[e]), function,
            "weights must be finite numbers of 0 or more", csr.weights[e]);
    pulse.count(0);
  }
}

// The numbers that edges a few lists on will ask for are fetched ahead: those of all vertices outgrow a cache.
inline void fetch_ahead(const Csr& in, const double* from, Offset e) {
  constexpr Offset ahead = 48;
  if (e + ahead + 4 > in.edges()) return;
  for (Offset next = e + ahead; next < e + ahead + 4; ++next) __builtin_prefetch(&from[in.targets[next]]);
}

// The sum of from[u] over the edges from u to v, times their weight: four sums in turn, which need not wait for each
// other.
inline double pulled(const Csr& in, const double* from, Vertex v) {
  Offset e = in.offsets[v];
  const Offset end = in.offsets[v + 1];
  const Vertex* const targets = in.targets.data();
  double a = 0, b = 0, c = 0, d = 0;
  if (in.weighted()) {
    const double* const weights = in.weights.data();
    for (; e + 4 <= end; e += 4) {
      fetch_ahead(in, from, e);
      a += weights[e] * from[targets[e]];
      b += weights[e + 1] * from[targets[e + 1]];
      c += weights[e + 2] * from[targets[e + 2]];
      d += weights[e + 3] * from[targets[e + 3]];
    }
    for (; e < end; ++e) a += weights[e] * from[targets[e]];
  } else {
    for (; e + 4 <= end; e += 4) {
      fetch_ahead(in, from, e);
      a += from[targets[e]];
      b += from[targets[e + 1]];
      c += from[targets[e + 2]];
      d += from[targets[e + 3]];
    }
    for (; e < end; ++e) a += from[targets[e]];
  }
  return (a + b) + (c + d);
}

// to[v] = what v pulls, of all.
void pull(const Csr& in, std::span<const double> from, std::span<double> to) {
  Pulse pulse;
  for (Vertex v = 0; v < in.vertices(); ++v) {
    to[v] = pulled(in, from.data(), v);
    pulse.count(in.degree(v));
  }
}

double total(std::span<const double> x) {
  double sum = 0;
  for (const double value : x) sum += value;
  return sum;
}

void scale(std::span<double> x, double factor) {
  for (double& value : x) value *= factor;
}

double length(std::span<const double> x) {
  double sum = 0;
  for (const double value : x) sum += value * value;
  return std::sqrt(sum);
}

double change(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
  return sum;
}

// Where a jump goes: a distribution over the vertices.
Vec<double> jumps_of(std::span<const double> personalization, std::size_t n) {
  Vec<double> jumps(personalization.begin(), personalization.end());
  if (jumps.empty()) {
    jumps.assign(n, 1.0 / static_cast<double>(n));
    return jumps;
  }
  if (jumps.size() != n)
    throw InvalidInput(
        concat("pagerank: personalization has ", jumps.size(), " numbers, and there are ", n, " vertices"));
  for (const double jump : jumps)
    require(jump >= 0 && std::isfinite(jump), "pagerank", "personalization must be numbers of 0 or more", jump);
  const double sum = total(jumps);
  require(sum > 0, "pagerank", "the sum of personalization must be above 0", sum);
  scale(jumps, 1 / sum);
  return jumps;
}

}  // namespace

PageRankStart pagerank_start(const Csr& out, const PageRankOptions& options) {
  require(options.damping >= 0 && options.damping < 1, "pagerank", "damping must be at least 0 and below 1",
          options.damping);
  require_limits("pagerank", options.tol, options.max_iter);
  require_no_negative_weights("pagerank", out);
  const std::size_t n = out.vertices();
  PageRankStart start;
  if (n == 0) return start;
  start.jumps = jumps_of(options.personalization, n);
  start.share.resize(n);
  for (Vertex v = 0; v < n; ++v) {
    const double weight = out.weighted() ? total(out.weights_of(v)) : static_cast<double>(out.degree(v));
    start.share[v] = weight > 0 ? 1 / weight : 0;
    if (weight > 0 && !(start.share[v] > 0 && std::isfinite(start.share[v])))
      throw InvalidInput(concat("pagerank: the weights out of a vertex add up to ", weight), {}, Fault::out_of_range);
  }
  return start;
}

PageRankRound::Sums PageRankRound::operator()(Vertex begin, Vertex end) const {
  Sums sums;
  Pulse pulse;
  for (Vertex v = begin; v < end; ++v) {
    const double next = damping * pulled(in, sent.data(), v) + jumping * jumps[v];
    sums.moved += std::abs(next - rank[v]);
    rank[v] = next;
    sends[places.empty() ? v : places[v]] = next * share[v];
    sums.dangling += share[v] == 0 ? next : 0.0;
    pulse.count(in.degree(v));
  }
  return sums;
}

namespace {

// What vertices send, in the order of their degrees, the largest first, where that pays: numbers of all vertices
// outgrow a cache, and most edges ask for those of a few. Lists keep their order, so that sums keep their bits.
struct Gathering {
  Vec<Vertex> places;   // of vertices, or empty: their own
  Vec<Vertex> targets;  // places of the sources of edges

  Gathering(const Csr& out, const Csr& in, std::int64_t rounds) {
    constexpr std::size_t cached = std::size_t{1} << 16;  // numbers: half of a cache of 1 MB
    const std::size_t n = out.vertices();
    if (n <= 4 * cached || rounds < least_rounds) return;
    const auto magnitude = [&](Vertex v) { return static_cast<std::size_t>(std::bit_width(out.degree(v))); };
    std::array<std::size_t, 65> vertices{}, edges{}, next{};
    for (Vertex v = 0; v < n; ++v) {
      ++vertices[magnitude(v)];
      edges[magnitude(v)] += out.degree(v);
    }
    std::size_t before = 0;
    double asked = 0;  // edges that ask for what a cache holds
    for (std::size_t m = 65; m-- > 0;) {
      next[m] = before;
      const std::size_t held = std::min(vertices[m], cached - std::min(cached, before));
      if (held > 0)
        asked += static_cast<double>(edges[m]) * static_cast<double>(held) / static_cast<double>(vertices[m]);
      before += vertices[m];
    }
    if (asked < 0.5 * static_cast<double>(out.edges())) return;
    places.resize(n);
    for (Vertex v = 0; v < n; ++v) places[v] = static_cast<Vertex>(next[magnitude(v)]++);
    targets.resize(in.edges());
    Pulse pulse;
    for (std::size_t e = 0; e < targets.size(); ++e) {
      targets[e] = places[in.targets[e]];
      pulse.count(0);
    }
  }

  Vertex place(Vertex v) const { return places.empty() ? v : places[v]; }

 private:
  static constexpr std::int64_t least_rounds = 8;  // it takes about two
};

}  // namespace

Ranking pagerank(const Csr& out, const Csr& in, const PageRankOptions& options) {
  const PageRankStart start = pagerank_start(out, options);
  const std::size_t n = out.vertices();
  Ranking ranking;
  if (n == 0) {
    ranking.converged = true;
    return ranking;
  }
  Vec<double> rank(start.jumps), sent(n), sends(n);
  const Gathering gathering(out, in, options.max_iter);
  double dangling = 0;
  for (Vertex v = 0; v < n; ++v) {
    sent[gathering.place(v)] = rank[v] * start.share[v];
    if (start.share[v] == 0) dangling += rank[v];
  }
  const Vec<Vertex> ranges = ranges_of(in);
  PageRankRound round{in, options.damping, 0, start.jumps, start.share, {}, rank, {}, gathering.places};
  if (!gathering.places.empty()) round.in.targets = gathering.targets;
  while (!ranking.converged && ranking.iterations < options.max_iter) {
    round.jumping = 1 - options.damping + options.damping * dangling;
    round.sent = sent;
    round.sends = sends;
    double moved = dangling = 0;
    for (std::size_t r = 0; r + 1 < ranges.size(); ++r) {
      const auto sums = round(ranges[r], ranges[r + 1]);
      moved += sums.moved;
      dangling += sums.dangling;
    }
    sent.swap(sends);
    ++ranking.iterations;
    ranking.converged = moved <= options.tol;
  }
  ranking.values = std::move(rank);
  return ranking;
}

Hits hits(const Csr& out, const Csr& in, double tol, std::int64_t max_iter) {
  require_limits("hits", tol, max_iter);
  require_no_negative_weights("hits", out);
  const std::size_t n = out.vertices();
  Hits result;
  result.hubs.assign(n, n > 0 ? 1.0 / static_cast<double>(n) : 0);
  result.authorities.assign(n, 0);
  Vec<double> next(n);
  while (!result.converged && result.iterations < max_iter) {
    const auto normalized = [](Vec<double>& x) {
      const double sum = total(x);
      if (sum > 0) scale(x, 1 / sum);
    };
    pull(in, result.hubs, result.authorities);
    normalized(result.authorities);
    pull(out, result.authorities, next);
    normalized(next);
    result.converged = change(next, result.hubs) <= tol;
    result.hubs.swap(next);
    ++result.iterations;
  }
  result.converged |= n == 0;
  return result;
}

Ranking eigenvector_centrality(const Csr& in, double tol, std::int64_t max_iter) {
  require_limits("eigenvector_centrality", tol, max_iter);
  require_no_negative_weights("eigenvector_centrality", in);
  const std::size_t n = in.vertices();
  Ranking ranking;
  ranking.values.assign(n, n > 0 ? 1 / std::sqrt(static_cast<double>(n)) : 0);
  Vec<double> next(n);
  while (!ranking.converged && ranking.iterations < max_iter) {
    pull(in, ranking.values, next);
    for (std::size_t v = 0; v < n; ++v) next[v] += ranking.values[v];
    const double norm = length(next);
    if (norm > 0) scale(next, 1 / norm);
    ranking.converged = change(next, ranking.values) <= tol * static_cast<double>(n);
    ranking.values.swap(next);
    ++ranking.iterations;
  }
  return ranking;
}

Ranking katz_centrality(const Csr& in, const KatzOptions& options) {
  require(std::isfinite(options.alpha) && options.alpha >= 0, "katz_centrality", "alpha must be 0 or more",
          options.alpha);
  require(std::isfinite(options.beta), "katz_centrality", "beta must be finite", options.beta);
  require_limits("katz_centrality", options.tol, options.max_iter);
  const std::size_t n = in.vertices();
  Ranking ranking;
  ranking.values.assign(n, 0);
  Vec<double> next(n);
  while (!ranking.converged && ranking.iterations < options.max_iter) {
    pull(in, ranking.values, next);
    for (double& value : next) value = options.alpha * value + options.beta;
    const double moved = change(next, ranking.values);
    if (!std::isfinite(moved))
      throw InvalidInput("katz_centrality: the values grow beyond all bounds",
                         "Choose alpha below the inverse of the largest eigenvalue of the graph.", Fault::out_of_range);
    ranking.converged = moved <= options.tol * static_cast<double>(n);
    ranking.values.swap(next);
    ++ranking.iterations;
  }
  if (const double norm = length(ranking.values); options.normalized && norm > 0) scale(ranking.values, 1 / norm);
  return ranking;
}

}  // namespace quern::graph
