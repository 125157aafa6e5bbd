// Ordinary, weighted and penalised least squares (ridge, lasso, elastic net) in one pass.
//
// Minimises  sum_i w_i (y_i - a - x_i . b)^2 / (2 sum_i w_i) + l1 |b|_1 + l2/2 |b|^2,  the intercept a free, from the
// triangular factor R of [1 x y] with rows scaled by sqrt(w): never from normal equations, whose condition is squared.
// R of the whole is the R of the stacked R's of its parts (TSQR), so states merge, and the last diagonal entry of R is
// the root of the residual sum of squares.
//
// Up to 16 columns of the design, intercept included, R is kept in double-double: rounding is then far below what the
// data's own rounding does. Wider designs are plain double, good for about 14.5 - log10(condition) digits.
//
// Rows wait, as they came, until a block of 128 is full; so a group with few rows is small. Rows of weight 0 count
// nowhere, as in R's lm. With a penalty estimates are biased and there are no standard errors (NaN) nor other
// inference. With l1 > 0 the factor gives covariances (uda/elastic_net.hpp).
//
// A term whose part orthogonal to the terms before it is lost in rounding is aliased, as in R's lm: its estimate is
// NaN, the others are those without it. "Lost" is 2^-46 of its norm in double-double (the rounding of the x themselves
// is 2^-53), 2^-36 in double (the rounding of R grows with the number of blocks); R's own 1e-7 would call degree 10
// polynomials and millisecond timestamps collinear, which they are not at this precision.
//
// Breaks where |x| or |y| is beyond about 1e+-150 (their squares leave the range of a double: an error, or x counts as
// 0).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/options.hpp"
#include "base/vec.hpp"
#include "model/model.hpp"
#include "uda/aggregate.hpp"

namespace quern {

struct LinearRegressionOptions {
  bool fit_intercept = true;
  double l1 = 0, l2 = 0;  // penalty l1 |b|_1 + l2/2 |b|^2 on the mean of the squared errors / 2; 0 or more
  // Or by one strength, or many: alpha (l1_ratio |b|_1 + (1 - l1_ratio) / 2 |b|^2), see train/options.hpp.
  double alpha = 0, l1_ratio = 1, alpha_min_ratio = 1e-3;
  std::vector<double> alphas;
  std::int64_t n_alphas = 0;
  double confidence = 0.95;  // coverage of conf_low to conf_high; strictly between 0 and 1
  // Covariance of the estimates. "none": errors of equal variance. "hc0", "hc1": White's sandwich, without and with the
  // factor n / (n - rank), exact in one pass by fourth moments, for up to 12 columns of the design. HC2 and HC3 need
  // the leverage of every row, hence a second pass, and are not offered.
  std::string robust = "none";
  std::vector<std::string> feature_names;  // none, or one for each feature

  bool path() const { return !alphas.empty() || n_alphas > 0; }

  static constexpr auto options =
      std::tuple{Option("fit_intercept", &LinearRegressionOptions::fit_intercept),
                 Option("l1", &LinearRegressionOptions::l1, at_least(0)),
                 Option("l2", &LinearRegressionOptions::l2, at_least(0)),
                 Option("alpha", &LinearRegressionOptions::alpha, above(0)),
                 Option("l1_ratio", &LinearRegressionOptions::l1_ratio, within(0, 1)),
                 Option("alphas", &LinearRegressionOptions::alphas, above(0)),
                 Option("n_alphas", &LinearRegressionOptions::n_alphas, within(1, 1000)),
                 Option("alpha_min_ratio", &LinearRegressionOptions::alpha_min_ratio, strictly_within(0, 1)),
                 Option("confidence", &LinearRegressionOptions::confidence, strictly_within(0, 1)),
                 Option("robust", &LinearRegressionOptions::robust, OneOf{{"none", "hc0", "hc1"}}),
                 Option("feature_names", &LinearRegressionOptions::feature_names)};
};

struct LinearRegression {
  using Options = LinearRegressionOptions;

  static constexpr std::int32_t max_features = 8000;
  static constexpr std::size_t max_robust_columns = 12;

  std::int64_t rows = 0;     // of weight above 0
  std::int64_t skipped = 0;  // with a NULL in them
  double weight_sum = 0;
  double log_weight_sum = 0;
  std::int32_t features = -1;  // -1: not known yet
  bool fit_intercept = true;
  bool robust = false;
  bool folded = false;  // is there a triangle in the body?
  // Fourth moments if robust and folded; the packed triangle of [1 x y] if folded; then the rows that wait, each x, y,
  // w.
  Vec<double> body;
  Vec<char> options;

  void configure();
  void accumulate(double y, Features x, Weight w);
  void skip() { skipped += 1; }
  void merge(const LinearRegression& other);
  bool valid() const;

  // Parameters "estimate" and "std_error". Metrics, as R's summary.lm, logLik and AIC define them: r2, adj_r2, sigma,
  // f_statistic, f_p_value, df_model, df_residual, log_likelihood, aic, bic (sigma counts as a parameter), rss, rank,
  // condition (2-norm, of the design as given, without aliased terms; an estimate from 33 terms on), weight_sum. With
  // l2 > 0 only r2, rss, rank, condition (of the penalised design) and weight_sum; with l1 > 0 r2, rss, nonzeros
  // (slopes that are not 0) and weight_sum. Empty without rows of weight above 0.
  std::optional<Model> fit() const;
};

}  // namespace quern
