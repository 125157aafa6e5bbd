// Principal components as a model: what takes a row to its components, and back. Such a Model has
//   parameter "component"                 k x p, one component a row
//   parameters "explained_variance", "explained_variance_ratio", "singular_value"    k
//   parameter "mean"                      p
//   parameter "scale"                     p, if columns are divided by their deviations
//   metric "whiten"                       not 0 if components are divided by theirs
// A component without variance (less than rounding) is 0 when whitened.
#pragma once

#include <span>
#include <vector>

#include "model/scorer.hpp"

namespace quern {

struct PcaScorer {
  // Throws InvalidInput unless the model is as above.
  explicit PcaScorer(const Model& model);

  std::size_t features() const { return mean.size(); }
  std::size_t decisions() const { return components; }
  // The components of a row: z = W (x - mean) / scale.
  void decide(const Features& x, std::span<double> out) const;
  // The row of these components: x = mean + scale W' z; the nearest one if they are fewer than features.
  void invert(const Features& z, std::span<double> out) const;
  // The loadings: a class for each component, a term for each feature.
  static std::vector<Coefficient> coefficients(const Model& model);

  std::size_t components = 0;
  std::span<const double> component, variance, ratio, mean, scale;
  bool whiten = false;

 private:
  // By which component c is multiplied when whitened.
  double deviation(std::size_t c) const;
};

}  // namespace quern
