#include "graph/similarity.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "graph/pulse.hpp"
#include "graph/random.hpp"

namespace quern::graph {

Shared shared_neighbors(const Csr& simple, Vertex a, Vertex b) {
  const auto left = simple.neighbors(a), right = simple.neighbors(b);
  Shared shared;
  std::size_t i = 0, j = 0;
  while (i < left.size() && j < right.size()) {
    shared.common += left[i] == right[j];
    const bool forward = left[i] <= right[j], other = right[j] <= left[i];
    i += forward;
    j += other;
  }
  shared.either = static_cast<std::int64_t>(left.size() + right.size()) - shared.common;
  return shared;
}

std::span<const SimilarVertices::Similar> SimilarVertices::of(Vertex a) {
  Pulse pulse;
  for (const Vertex u : simple_.neighbors(a)) {
    for (const Vertex b : simple_.neighbors(u))
      if (b > a && counts_[b]++ == 0) met_.push_back(b);
    pulse.count(simple_.degree(u));
  }
  std::sort(met_.begin(), met_.end());
  found_.clear();
  for (const Vertex b : met_) {
    const std::int64_t common = counts_[b];
    found_.push_back({b, {common, static_cast<std::int64_t>(simple_.degree(a) + simple_.degree(b)) - common}});
    counts_[b] = 0;
  }
  met_.clear();
  return found_;
}

Walker::Walker(const Csr& out, const WalkOptions& options) : out_(out), options_(options) {
  if (options.walks < 0 || options.length < 0)
    throw InvalidInput(
        concat("random_walks: walks and length must be 0 or more, not ", options.walks, " and ", options.length));
  for (const double x : {options.p, options.q})
    if (!(x > 0) || std::isinf(x)) throw InvalidInput(concat("random_walks: p and q must be above 0, not ", x));
  if (!out.weighted()) return;
  sums_.resize(out.edges());
  for (Vertex v = 0; v < out.vertices(); ++v) {
    double sum = 0;
    for (Offset e = out.offsets[v]; e < out.offsets[v + 1]; ++e) {
      if (!(out.weights[e] >= 0) || std::isinf(out.weights[e]))
        throw InvalidInput(concat("random_walks: weights must be finite numbers of 0 or more, not ", out.weights[e]));
      sums_[e] = sum += out.weights[e];
    }
  }
}

void Walker::walk(Vertex start, std::int64_t walk, Vec<Vertex>& vertices) const {
  Random random(options_.seed ^ Random((std::uint64_t{start} << 32) ^ static_cast<std::uint64_t>(walk))());
  vertices.assign(1, start);
  const bool plain = options_.p == 1 && options_.q == 1;
  const double back = 1 / options_.p, far = 1 / options_.q, most = std::max({back, far, 1.0});
  while (static_cast<std::int64_t>(vertices.size()) < options_.length) {
    const Vertex v = vertices.back();
    const Offset begin = out_.offsets[v], end = out_.offsets[v + 1];
    if (begin == end || (out_.weighted() && sums_[end - 1] <= 0)) return;
    for (;;) {
      Offset e = begin;
      if (out_.weighted()) {
        const double at = random.uniform() * sums_[end - 1];
        e += static_cast<Offset>(std::upper_bound(sums_.begin() + static_cast<std::ptrdiff_t>(begin),
                                                  sums_.begin() + static_cast<std::ptrdiff_t>(end), at) -
                                 (sums_.begin() + static_cast<std::ptrdiff_t>(begin)));
        e = std::min(e, end - 1);
      } else {
        e += random.below(end - begin);
      }
      const Vertex next = out_.targets[e];
      if (!plain && vertices.size() > 1) {
        const Vertex before = vertices[vertices.size() - 2];
        const auto near = out_.neighbors(before);
        const double factor = next == before ? back : std::binary_search(near.begin(), near.end(), next) ? 1 : far;
        if (random.uniform() * most >= factor) continue;
      }
      vertices.push_back(next);
      break;
    }
  }
}

}  // namespace quern::graph
