// What models with a linear predictor share: scoring rows and the table of coefficients.
//
// Such a Model has
//   parameter "estimate"     one per term: the features in their order, before them the intercept if there is one (that
//                            is, if the size is features + 1); NaN for an aliased term, which scores as 0
//   parameter "std_error"    of the same size, NaN where there is none; may be absent
//   metric "df_residual"     if present, statistics are Student's with that many degrees of freedom, else normal
//   option "confidence"      coverage of conf_low to conf_high, 0.95 unless given
#pragma once

#include <vector>

#include "base/features.hpp"
#include "model/model.hpp"
#include "model/scorer.hpp"

namespace quern {

// intercept + slopes . x
struct LinearPredictor {
  // Throws InvalidInput unless the model is as above.
  explicit LinearPredictor(const Model& model);

  std::size_t features() const { return slopes.size(); }
  double operator()(const Features& x) const;  // x has features() numbers

  double intercept = 0;
  Vec<double> slopes;
};

std::vector<Coefficient> linear_coefficients(const Model& model);

struct LinearScorer {
  explicit LinearScorer(const Model& model) : predictor(model) {}

  std::size_t features() const { return predictor.features(); }
  double predict(const Features& x) const { return predictor(x); }
  static std::vector<Coefficient> coefficients(const Model& model) { return linear_coefficients(model); }

  LinearPredictor predictor;
};

}  // namespace quern
