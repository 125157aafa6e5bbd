// Scoring with a model of any algorithm: the scorers of model/registry.def, and for regressions of train/registry.def
// without a line there the linear predictor.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "model/scorer.hpp"

namespace quern {

// What there is to do with a model of one algorithm once its type is forgotten. A function that it does not have is
// null.
struct ScorerKind {
  std::string_view algorithm;
  std::size_t size;  // of a scorer, aligned as a double
  bool sparse;       // sparse rows are scored as they are; otherwise the functions are given dense ones only
  void (*build)(const Model& model, void* place);  // may throw
  void (*destroy)(void* scorer);
  double (*predict)(const void* scorer, const FeatureRow& x);  // of a regressor
  std::size_t (*classify)(const void* scorer, const FeatureRow& x);
  void (*probabilities)(const void* scorer, const FeatureRow& x, std::span<double> out);
  std::size_t (*decisions)(const void* scorer);
  void (*decide)(const void* scorer, const FeatureRow& x, std::span<double> out);
  std::vector<Coefficient> (*coefficients)(const Model& model);
};

// Throws InvalidInput for an algorithm that this version does not know.
const ScorerKind& scorer_kind(const Model& model);

}  // namespace quern
