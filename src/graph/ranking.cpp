#include "graph/ranking.hpp"

#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "graph/pulse.hpp"

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

// to[v] = the sum of from[u] over the edges from u to v, times their weight.
void pull(const Csr& in, std::span<const double> from, std::span<double> to) {
  Pulse pulse;
  for (Vertex v = 0; v < in.vertices(); ++v) {
    const Offset begin = in.offsets[v], end = in.offsets[v + 1];
    double sum = 0;
    if (in.weighted())
      for (Offset e = begin; e < end; ++e) sum += in.weights[e] * from[in.targets[e]];
    else
      for (Offset e = begin; e < end; ++e) sum += from[in.targets[e]];
    to[v] = sum;
    pulse.count(end - begin);
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

Ranking pagerank(const Csr& out, const Csr& in, const PageRankOptions& options) {
  require(options.damping >= 0 && options.damping < 1, "pagerank", "damping must be at least 0 and below 1",
          options.damping);
  require_limits("pagerank", options.tol, options.max_iter);
  require_no_negative_weights("pagerank", out);
  const std::size_t n = out.vertices();
  Ranking ranking;
  if (n == 0) {
    ranking.converged = true;
    return ranking;
  }
  const Vec<double> jumps = jumps_of(options.personalization, n);
  Vec<double> share(n);  // 1 / the weight out of a vertex, 0 where there is none
  for (Vertex v = 0; v < n; ++v) {
    const double weight = out.weighted() ? total(out.weights_of(v)) : static_cast<double>(out.degree(v));
    share[v] = weight > 0 ? 1 / weight : 0;
  }
  Vec<double> rank(jumps), next(n), sent(n);
  while (!ranking.converged && ranking.iterations < options.max_iter) {
    double dangling = 0;
    for (Vertex v = 0; v < n; ++v) {
      sent[v] = rank[v] * share[v];
      if (share[v] == 0) dangling += rank[v];
    }
    pull(in, sent, next);
    const double jumping = 1 - options.damping + options.damping * dangling;
    double moved = 0;
    for (Vertex v = 0; v < n; ++v) {
      next[v] = options.damping * next[v] + jumping * jumps[v];
      moved += std::abs(next[v] - rank[v]);
    }
    rank.swap(next);
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
