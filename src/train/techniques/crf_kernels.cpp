#include "train/techniques/crf_kernels.hpp"

#include "base/clones.hpp"
#include "linalg/vector_types.hpp"

namespace quern {

namespace {

constexpr std::size_t ahead = 6, far_ahead = 16;  // entries, of which memory is asked for
constexpr std::size_t eight = lanes<V8>;
constexpr std::size_t line = 8;  // numbers

template <class T>
[[gnu::always_inline]] inline void prefetch(const CrfEntries<T>& entries, std::size_t e, const CrfWeights& table,
                                            const double* weights) {
  if (e + far_ahead < entries.count && entries.indices[e + far_ahead] != 0)
    __builtin_prefetch(table.features + entries.indices[e + far_ahead] - 1);
  if (e + ahead >= entries.count || entries.indices[e + ahead] == 0) return;
  const CrfLayout::Feature feature = table.features[entries.indices[e + ahead] - 1];
  const double* const at = weights + feature.at;
  __builtin_prefetch(at);
  if (feature.labels != CrfLayout::row) {
    if (feature.labels > 0) __builtin_prefetch(table.labels + (feature.at - table.lists));
    return;
  }
  for (std::size_t j = line; j < table.width; j += line) __builtin_prefetch(at + j);
}

// Rows of a position are added in registers if they fit, `groups` vectors of eight; 0: in memory.
template <int groups, class T>
[[gnu::always_inline]] inline void add_scores_in(const CrfEntries<T>& entries, const CrfWeights& table,
                                                 const double* weights, double* scores) {
  constexpr int registers = groups > 0 ? groups : 1;
  V8 sums[registers] = {};
  double* s = scores;
  const auto flush = [&]() __attribute__((always_inline)) {
    for (int g = 0; g < groups; ++g) {
      store_unaligned<V8>(s + g * eight, load_unaligned<V8>(s + g * eight) + sums[g]);
      sums[g] = V8{};
    }
  };
  for (std::size_t e = 0; e < entries.count; ++e) {
    prefetch(entries, e, table, weights);
    if (entries.indices[e] == 0) {
      if (e > 0) {
        flush();
        s += table.width;
      }
      continue;
    }
    const CrfLayout::Feature feature = table.features[entries.indices[e] - 1];
    const double value = entries.values[e];
    const double* const w = weights + feature.at;
    if (feature.labels == CrfLayout::row) {
      if constexpr (groups > 0) {
        for (int g = 0; g < groups; ++g) sums[g] += value * load_unaligned<V8>(w + g * eight);
      } else {
        for (std::size_t j = 0; j < table.width; j += eight)
          store_unaligned<V8>(s + j, load_unaligned<V8>(s + j) + value * load_unaligned<V8>(w + j));
      }
    } else {
      for (std::uint32_t k = 0; k < feature.labels; ++k) s[table.labels[feature.at - table.lists + k]] += value * w[k];
    }
  }
  if (entries.count > 0) flush();
}

template <int groups, class T>
[[gnu::always_inline]] inline void add_features_in(const CrfEntries<T>& entries, const CrfWeights& table,
                                                   const double* slopes, double* to) {
  constexpr int registers = groups > 0 ? groups : 1;
  V8 own[registers] = {};
  const double* s = slopes;
  for (std::size_t e = 0; e < entries.count; ++e) {
    prefetch(entries, e, table, to);
    if (entries.indices[e] == 0) {
      if (e > 0) s += table.width;
      for (int g = 0; g < groups; ++g) own[g] = load_unaligned<V8>(s + g * eight);
      continue;
    }
    const CrfLayout::Feature feature = table.features[entries.indices[e] - 1];
    const double value = entries.values[e];
    double* const g_of = to + feature.at;
    if (feature.labels == CrfLayout::row) {
      if constexpr (groups > 0) {
        for (int g = 0; g < groups; ++g)
          store_unaligned<V8>(g_of + g * eight, load_unaligned<V8>(g_of + g * eight) + value * own[g]);
      } else {
        for (std::size_t j = 0; j < table.width; j += eight)
          store_unaligned<V8>(g_of + j, load_unaligned<V8>(g_of + j) + value * load_unaligned<V8>(s + j));
      }
    } else {
      for (std::uint32_t k = 0; k < feature.labels; ++k)
        g_of[k] += value * s[table.labels[feature.at - table.lists + k]];
    }
  }
}

template <class T>
[[gnu::always_inline]] inline void scores_of(const CrfEntries<T>& entries, const CrfWeights& table,
                                             const double* weights, double* scores) {
  switch (table.width / eight) {
    case 1:
      return add_scores_in<1>(entries, table, weights, scores);
    case 2:
      return add_scores_in<2>(entries, table, weights, scores);
    case 3:
      return add_scores_in<3>(entries, table, weights, scores);
    case 4:
      return add_scores_in<4>(entries, table, weights, scores);
    default:
      return add_scores_in<0>(entries, table, weights, scores);
  }
}

template <class T>
[[gnu::always_inline]] inline void features_of(const CrfEntries<T>& entries, const CrfWeights& table,
                                               const double* slopes, double* to) {
  switch (table.width / eight) {
    case 1:
      return add_features_in<1>(entries, table, slopes, to);
    case 2:
      return add_features_in<2>(entries, table, slopes, to);
    case 3:
      return add_features_in<3>(entries, table, slopes, to);
    case 4:
      return add_features_in<4>(entries, table, slopes, to);
    default:
      return add_features_in<0>(entries, table, slopes, to);
  }
}

}  // namespace

QUERN_CLONES void add_scores(const CrfEntries<double>& entries, const CrfWeights& table, const double* weights,
                             double* scores) {
  scores_of(entries, table, weights, scores);
}
QUERN_CLONES void add_scores(const CrfEntries<float>& entries, const CrfWeights& table, const double* weights,
                             double* scores) {
  scores_of(entries, table, weights, scores);
}
QUERN_CLONES void add_features(const CrfEntries<double>& entries, const CrfWeights& table, const double* slopes,
                               double* to) {
  features_of(entries, table, slopes, to);
}
QUERN_CLONES void add_features(const CrfEntries<float>& entries, const CrfWeights& table, const double* slopes,
                               double* to) {
  features_of(entries, table, slopes, to);
}

}  // namespace quern
