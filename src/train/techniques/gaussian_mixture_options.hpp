// The options of gaussian_mixture.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "train/row_options.hpp"

namespace quern {

struct MixtureOptions : RowOptions {
  std::int64_t n_components = 0;           // 0: as many as means are given, else 1
  std::string covariance = "full";         // diagonal, spherical, tied: the same of all components
  std::vector<std::vector<double>> means;  // to start from, with equal weights and the variances of all rows
  double reg_covar = 1e-6;                 // added to variances, in those of all rows of the column
  std::int64_t n_init = 1;                 // starts, of which the best counts
  std::int64_t max_iter = 100;
  double tol = 1e-3;  // stop when the mean log-likelihood of a row rises by less
  std::int64_t seed = 0;
  double max_seconds = 0;  // stop after; 0: never

  static constexpr auto options = std::tuple_cat(
      RowOptions::options,
      std::tuple{Option("n_components", &MixtureOptions::n_components, within(1, 1e5)),
                 Option("covariance", &MixtureOptions::covariance, OneOf{{"full", "diagonal", "spherical", "tied"}}),
                 Option("means", &MixtureOptions::means), Option("reg_covar", &MixtureOptions::reg_covar, at_least(0)),
                 Option("n_init", &MixtureOptions::n_init, within(1, 1000)),
                 Option("max_iter", &MixtureOptions::max_iter, within(1, 1e6)),
                 Option("tol", &MixtureOptions::tol, at_least(0)),
                 Option("seed", &MixtureOptions::seed, within(0, 0x1p53)),
                 Option("max_seconds", &MixtureOptions::max_seconds, above(0))});
};

}  // namespace quern
