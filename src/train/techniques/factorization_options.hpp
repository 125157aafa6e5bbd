// The options of quern.train('matrix_factorization', ...).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "train/row_options.hpp"

namespace quern {

struct FactorizationOptions : RowOptions {
  std::string user, item;  // columns; empty: by their place in the query

  std::int64_t rank = 10;
  double l2 = 0.1;
  std::string l2_scaling = "count";  // each user and item counts as often as it has ratings; plain: once
  bool biases = true;                // unless implicit or nonnegative
  bool implicit = false;
  double alpha = 40;  // confidence of an implicit rating r: 1 + alpha |r|
  bool nonnegative = false;

  std::string solver = "als";
  std::int64_t max_iter = 20;  // sweeps
  double tol = -1;             // stop where a sweep lowers the loss by less than that share; -1: not given
  double max_seconds = 0;
  std::int64_t seed = 0;
  double step_size = 0.01;  // sgd: of the first sweep
  double decay = 0.05;      // sgd: of sweep t, step_size / (1 + decay t)
  double validation_fraction = 0;
  std::int64_t patience = 2;

  static constexpr auto options =
      std::tuple{Option("user", &FactorizationOptions::user),
                 Option("item", &FactorizationOptions::item),
                 Option("rating", &FactorizationOptions::target),
                 Option("target", &FactorizationOptions::target),
                 Option("weight", &FactorizationOptions::weight),
                 Option("rank", &FactorizationOptions::rank, within(1, 500)),
                 Option("l2", &FactorizationOptions::l2, at_least(0)),
                 Option("l2_scaling", &FactorizationOptions::l2_scaling, OneOf{{"count", "plain"}}),
                 Option("biases", &FactorizationOptions::biases),
                 Option("implicit", &FactorizationOptions::implicit),
                 Option("alpha", &FactorizationOptions::alpha, above(0)),
                 Option("nonnegative", &FactorizationOptions::nonnegative),
                 Option("solver", &FactorizationOptions::solver, OneOf{{"als", "sgd"}}),
                 Option("max_iter", &FactorizationOptions::max_iter, within(1, 1e9)),
                 Option("tol", &FactorizationOptions::tol, at_least(0)),
                 Option("max_seconds", &FactorizationOptions::max_seconds, above(0)),
                 Option("seed", &FactorizationOptions::seed, within(0, 0x1p53)),
                 Option("step_size", &FactorizationOptions::step_size, above(0)),
                 Option("decay", &FactorizationOptions::decay, at_least(0)),
                 Option("validation_fraction", &FactorizationOptions::validation_fraction,
                        Range{.low = 0, .high = 1, .open_high = true}),
                 Option("patience", &FactorizationOptions::patience, at_least(1))};
};

// Throws InvalidInput: unknown or unfit options, or options that do not go together.
FactorizationOptions factorization_options(std::string_view text);

}  // namespace quern
