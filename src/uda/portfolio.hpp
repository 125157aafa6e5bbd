// quern.portfolio: the portfolio of quern.train from the moments of a group's rows. A state is a sum: it takes (p + 1)
// (p + 2) / 2 numbers for p assets, whatever the number of rows.
#pragma once

#include <optional>
#include <string>

#include "linalg/weighted_moments.hpp"
#include "model/model.hpp"
#include "train/techniques/portfolio_model.hpp"
#include "uda/aggregate.hpp"

namespace quern {

struct PortfolioState {
  using Options = PortfolioOptions;

  Vec<char> options;
  std::int64_t skipped = 0;
  WeightedMoments moments;

  void configure();
  void accumulate(Features x, Weight w);
  void merge(const PortfolioState& other);
  void skip() { ++skipped; }
  bool valid() const { return skipped >= 0 && skipped <= max_rows && moments.rows <= max_rows && moments.valid(); }

  std::optional<Model> fit() const;  // none for fewer than two rows
  std::string why_none() const;
};

}  // namespace quern
