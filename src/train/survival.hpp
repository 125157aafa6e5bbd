// What a fit to ordered survival times says beyond its estimates: the cumulative baseline hazard of each stratum,
// Breslow's estimator with the ties of the partial likelihood (so Efron's with his), and how well the order of the
// times is met.
//
// Concordance: of all pairs of a stratum of which it is known who had the event first, the share in which the one with
// the larger f had it; ties of f count half; pairs count by the product of their weights. Harrell et al., JAMA 247,
// 1982.
#pragma once

#include <span>
#include <vector>

#include "train/job.hpp"
#include "train/row_store.hpp"

namespace quern {

struct Survival {
  double events = 0;       // rows
  double concordance = 0;  // NaN without a pair
  double center = 0;       // mean of f, which the baseline is at
  // rows x 3: number of the stratum, time, cumulative hazard of f = center at that time; by stratum, by time. Of more
  // than most_times event times an even choice.
  std::vector<double> baseline;
};

inline constexpr std::size_t most_times = 20'000;

// At the point, in the columns as they are stored. `shift` is what f is less than in those of the user.
Survival describe_survival(const Job& job, RowStore& store, std::span<double> board, std::span<const double> point,
                           double shift);

}  // namespace quern
