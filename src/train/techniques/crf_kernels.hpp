// What touches the weights of the features of a sequence: scores of its positions, and the gradient back.
#pragma once

#include <cstdint>

#include "train/techniques/crf_layout.hpp"

namespace quern {

struct CrfWeights {
  const CrfLayout::Feature* features;
  const std::uint16_t* labels;  // of lists
  std::size_t lists;            // where in the weights lists begin
  std::size_t width;
};

// Entries as they lie in a row (crf_layout.hpp); T is float or double.
template <class T>
struct CrfEntries {
  const std::uint32_t* indices;
  const T* values;
  std::size_t count;
};

// scores, zeroed before, += the weights of each position's features times their values.
void add_scores(const CrfEntries<double>& entries, const CrfWeights& table, const double* weights, double* scores);
void add_scores(const CrfEntries<float>& entries, const CrfWeights& table, const double* weights, double* scores);

// to += the features of each position times what the position has in `slopes`, of positions x width.
void add_features(const CrfEntries<double>& entries, const CrfWeights& table, const double* slopes, double* to);
void add_features(const CrfEntries<float>& entries, const CrfWeights& table, const double* slopes, double* to);

}  // namespace quern
