// Mean-variance portfolios: the weights w of assets, by the mean m and the sample covariance S of rows of returns, that
//
//   minimise  risk_aversion/2 w'S w - m'w     over     sum w = 1,  0 <= w <= max_weight,  m'w >= target_return
//
// the last if it was asked for. S may be singular, as with fewer rows than assets. One pass over the rows, then an
// interior-point method (Mehrotra, SIAM J. Optim. 2, 1992) whose guess of what is bound is made exact by one linear
// solve where that is possible. How far the answer is from the optimality conditions is in the metrics.
//
// Where it breaks: the optimum is that of the means and covariances of the sample, which know the future badly; an
// estimate of S from few rows gains from the option shrinkage. The work is cubic in the number of assets.
// Markowitz, J. Finance 7, 1952; as a task of Bismarck, Feng, Kumar, Recht, Re, SIGMOD 2012.
#pragma once

#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "linalg/weighted_moments.hpp"
#include "model/model.hpp"
#include "train/row_options.hpp"

namespace quern {

struct PortfolioOptions : RowOptions {
  double risk_aversion = 1;
  double max_weight = 1;  // of an asset
  double target_return = -HUGE_VAL;
  double shrinkage = 0;  // of the covariance towards its mean variance times the identity

  static constexpr std::size_t most_assets = 2000;
  static constexpr auto options = std::tuple_cat(
      RowOptions::options,
      std::tuple{Option("risk_aversion", &PortfolioOptions::risk_aversion, at_least(0)),
                 Option("max_weight", &PortfolioOptions::max_weight, Range{.low = 0, .high = 1, .open_low = true}),
                 Option("target_return", &PortfolioOptions::target_return, Range{}),
                 Option("shrinkage", &PortfolioOptions::shrinkage, within(0, 1))});
};

PortfolioOptions read_portfolio_options(std::string_view text);

// Of moments that are folded.
Model portfolio_model(const WeightedMoments& moments, std::string_view options, std::int64_t skipped,
                      const std::vector<std::string>& feature_names);

}  // namespace quern
