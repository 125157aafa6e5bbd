#include "train/techniques/portfolio_model.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "train/techniques/simplex_problem.hpp"

namespace quern {

namespace {

[[noreturn]] void refuse(const std::string& what, std::string hint = {}, Fault fault = Fault::invalid_parameter) {
  throw InvalidInput(concat("portfolio: ", what), std::move(hint), fault);
}

// The largest m'w of a feasible w: the best assets, each up to its bound.
double greatest_return(std::span<const double> mean, double bound) {
  std::vector<double> sorted(mean.begin(), mean.end());
  std::sort(sorted.rbegin(), sorted.rend());
  double left = 1, sum = 0;
  for (const double m : sorted) {
    const double w = std::min(left, bound);
    sum += w * m;
    left -= w;
  }
  return sum;
}

}  // namespace

PortfolioOptions read_portfolio_options(std::string_view text) {
  PortfolioOptions options;
  read_options("portfolio", text, options);
  return options;
}

Model portfolio_model(const WeightedMoments& moments, std::string_view text, std::int64_t skipped,
                      const std::vector<std::string>& feature_names) {
  const PortfolioOptions options = read_portfolio_options(text);
  const auto p = static_cast<std::size_t>(moments.width);
  if (moments.rows < 2 || !(moments.weight > 1))
    refuse(concat("a covariance needs rows of a weight above 1 in all, and there are ", moments.rows,
                  " rows of weight ", moments.weight),
           "Give more rows of returns.");
  if (options.max_weight * static_cast<double>(p) < 1 - 1e-12)
    refuse(
        concat("option \"max_weight\" is ", options.max_weight, ", with which ", p, " assets cannot make up the whole"),
        concat("It must be at least ", 1 / static_cast<double>(p), "."));
  std::vector<double> covariance(p * p);
  double trace = 0;
  for (std::size_t i = 0, at = 0; i < p; ++i)
    for (std::size_t j = i; j < p; ++j, ++at)
      covariance[i * p + j] = covariance[j * p + i] = moments.comoment[at] / (moments.weight - 1);
  for (std::size_t i = 0; i < p; ++i) trace += covariance[i * p + i];
  const double variance_of_all = trace / static_cast<double>(p);
  if (!std::isfinite(variance_of_all))
    refuse("a covariance is beyond the range of double precision", "Scale the returns.", Fault::out_of_range);
  for (std::size_t i = 0; i < p * p; ++i)
    covariance[i] =
        (1 - options.shrinkage) * covariance[i] + (i % (p + 1) == 0 ? options.shrinkage * variance_of_all : 0);
  const bool target = std::isfinite(options.target_return);
  if (target) {
    const double greatest = greatest_return(moments.mean, options.max_weight);
    if (greatest < options.target_return)
      refuse(concat("option \"target_return\" is ", options.target_return, ", and no portfolio reaches it"),
             concat("The greatest mean return that there is, is ", greatest, "."));
  }
  std::vector<double> hessian(covariance);
  for (double& h : hessian) h *= options.risk_aversion;
  const SimplexSolution solution =
      minimize_over_simplex({.hessian = hessian,
                             .c = moments.mean,
                             .bound = options.max_weight,
                             .g = target ? std::span<const double>(moments.mean) : std::span<const double>(),
                             .least = options.target_return});

  double mean = 0, variance = 0, squares = 0, held = 0;
  for (std::size_t i = 0; i < p; ++i) {
    const double w = solution.w[i];
    mean += w * moments.mean[i];
    squares += w * w;
    held += w > 0;
    for (std::size_t j = 0; j < p; ++j) variance += w * solution.w[j] * covariance[i * p + j];
  }
  variance = std::max(variance, 0.0);
  Model model;
  model.algorithm = "portfolio";
  model.options = text;
  model.rows = moments.rows;
  model.skipped = skipped;
  model.features = moments.width;
  for (const std::string& name : feature_names) model.feature_names.emplace_back(name);
  model.add_parameter("estimate", solution.w);
  model.add_parameter("mean_return", moments.mean);
  model.add_metric("loss", options.risk_aversion / 2 * variance - mean);
  model.add_metric("mean_return", mean);
  model.add_metric("variance", variance);
  model.add_metric("volatility", std::sqrt(variance));
  model.add_metric("sharpe_ratio", variance > 0 ? mean / std::sqrt(variance) : NAN);
  model.add_metric("nonzero", held);
  model.add_metric("effective_assets", 1 / squares);
  model.add_metric("kkt_residual", solution.residual);
  model.add_metric("iterations", solution.iterations);
  model.add_metric("weight_sum", moments.weight);
  return model;
}

}  // namespace quern
