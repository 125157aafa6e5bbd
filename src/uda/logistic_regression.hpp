// Logistic regression of a boolean or 0/1 y on x: maximum likelihood, or penalised by l2.
//
//   minimise  sum_i v_i log(1 + exp(-y_i f_i)) / sum_i v_i  +  l1 |w|_1  +  l2 / 2 |w|^2,
//   f_i = intercept + w . x_i,  y_i = +1, -1
//
// over w and the intercept, which is not penalised; v_i is the weight of row i, a count of equal rows as far as
// inference goes. The state gathers the rows, Finalize solves by Newton's method (IRLS) on columns standardised by
// powers of two and shifts, which are exact and taken out again. With many rows Newton starts from the solution on
// evenly spaced blocks of them: the same optimum, with fewer passes over all.
//
// Standard errors are from the inverse of X'WX at the optimum. With l2 > 0 the estimates are biased, and there are no
// standard errors (NaN), aic, bic nor lr_p_value. With l1 > 0 the solvers of train/ run over the rows of the state.
//
// Where it breaks:
//   * Separation (l2 = 0). If a hyperplane has the classes on its two sides, or touches rows of both but crosses none,
//     there is no finite optimum (Albert and Anderson, Biometrika 71, 1984). The first is proven by a fit whose margins
//     are all above 0, the second by a direction whose margins are nowhere below 0 (to 1e-6 of the largest). The model
//     then has metric separation = 1 (complete) or 2 (quasi-complete), converged = 0, the estimates at which that was
//     seen and no standard errors.
//   * Collinear columns. A column that those before it (the intercept first) explain but for 1e-12 of its variance is
//     aliased: estimate NaN, scored as 0, as R's glm does.
//   * The rows have to fit into one state of 900 MB.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/options.hpp"
#include "linalg/row_chunks.hpp"
#include "model/model.hpp"
#include "uda/aggregate.hpp"

namespace quern {

struct LogisticRegressionOptions {
  bool fit_intercept = true;
  double l1 = 0, l2 = 0;  // of l1 |w|_1 + l2/2 |w|^2, on the mean loss
  // Or by one strength, or many: alpha (l1_ratio |b|_1 + (1 - l1_ratio) / 2 |b|^2), see train/options.hpp.
  double alpha = 0, l1_ratio = 1, alpha_min_ratio = 1e-3;
  std::vector<double> alphas;
  std::int64_t n_alphas = 0;
  double confidence = 0.95;     // coverage of conf_low to conf_high
  std::int64_t max_iter = 100;  // Newton steps over all rows
  double tol = 1e-10;           // on the Newton decrement, the distance to the optimum in standard errors
  std::vector<std::string> feature_names;

  bool path() const { return !alphas.empty() || n_alphas > 0; }

  static constexpr auto options =
      std::tuple{Option("fit_intercept", &LogisticRegressionOptions::fit_intercept),
                 Option("l1", &LogisticRegressionOptions::l1, at_least(0)),
                 Option("l2", &LogisticRegressionOptions::l2, at_least(0)),
                 Option("alpha", &LogisticRegressionOptions::alpha, above(0)),
                 Option("l1_ratio", &LogisticRegressionOptions::l1_ratio, within(0, 1)),
                 Option("alphas", &LogisticRegressionOptions::alphas, above(0)),
                 Option("n_alphas", &LogisticRegressionOptions::n_alphas, within(1, 1000)),
                 Option("alpha_min_ratio", &LogisticRegressionOptions::alpha_min_ratio, strictly_within(0, 1)),
                 Option("confidence", &LogisticRegressionOptions::confidence, strictly_within(0, 1)),
                 Option("max_iter", &LogisticRegressionOptions::max_iter, at_least(1)),
                 Option("tol", &LogisticRegressionOptions::tol, above(0)),
                 Option("feature_names", &LogisticRegressionOptions::feature_names)};
};

struct LogisticRegression {
  using Options = LogisticRegressionOptions;
  static constexpr std::int64_t max_features = 4096;
  static constexpr std::int64_t max_bytes = 900'000'000;

  Vec<char> options;
  std::int64_t skipped = 0;
  std::int32_t target = 0;  // of y, as in Target; 0 until there is a row
  std::int64_t positives = 0;
  double positive_weight = 0, negative_weight = 0;
  RowChunks rows;  // v, negative where y is false; then x. Rows of weight 0 are left out.

  void configure();
  void accumulate(Outcome y, Features x, Weight w);
  void merge(const LogisticRegression& other);
  void skip() { ++skipped; }
  bool valid() const;

  // Parameters "estimate" and "std_error" as model/linear.hpp has them. Metrics: loss (the objective), log_likelihood,
  // log_likelihood_null (of the intercept alone, or of p = 1/2 without one), deviance, null_deviance, aic, bic,
  // mcfadden_r2, lr_statistic, lr_p_value, df (weights - rank), rank, positives, iterations, converged, separation,
  // gradient_norm (the largest entry of the objective's gradient, columns standardised) and weight_sum; no seconds,
  // because the same rows give the same model to the bit. No rows, or rows of one class: nothing.
  std::optional<Model> fit() const;
  std::string why_none() const;

 private:
  bool one_class() const { return positives == 0 || positives == rows.rows; }
};

}  // namespace quern
