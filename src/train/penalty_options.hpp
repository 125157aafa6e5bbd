// The penalty by one strength, or by many: alpha l1_ratio |w|_1 + alpha (1 - l1_ratio) / 2 |w|^2. For structs of
// options with l1, l2, alpha, l1_ratio, alphas, n_alphas, alpha_min_ratio and path().
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

inline constexpr std::size_t most_alphas = 1000;

// Sets l1 and l2 out of alpha, where there is one; of a path at alpha 1. Throws InvalidInput for what does not go
// together.
template <class O>
void settle_penalty(std::string_view learner, O& o) {
  auto refuse = [&](std::string_view what, std::string hint) {
    throw InvalidInput(concat(learner, ": ", what), std::move(hint));
  };
  const bool strength = o.alpha > 0 || o.path();
  if (!o.alphas.empty() && o.n_alphas > 0)
    refuse("options \"alphas\" and \"n_alphas\" do not go together", "Give the alphas, or how many there are to be.");
  if (o.alphas.size() > most_alphas)
    refuse(concat("option \"alphas\" has ", o.alphas.size(), " numbers, more than ", most_alphas),
           "A path of 50 is usual.");
  if (strength && (o.l1 > 0 || o.l2 > 0))
    refuse(concat("option \"", o.l1 > 0 ? "l1" : "l2", "\" does not go with alpha, alphas or n_alphas"),
           "Their penalty is alpha l1_ratio |w|_1 + alpha (1 - l1_ratio) / 2 |w|^2.");
  if (!strength && o.l1_ratio != 1)
    refuse("option \"l1_ratio\" needs alpha, alphas or n_alphas", "Or give the penalties themselves: l1 and l2.");
  if (!strength) return;
  const double alpha = o.path() ? 1 : o.alpha;
  o.l1 = alpha * o.l1_ratio;
  o.l2 = alpha * (1 - o.l1_ratio);
}

// Descending, with o.alpha among them if that is given. `slope`: the largest of the mean loss over the weights, where
// all of them are 0; they stay so while alpha l1_ratio is no less. Nothing does that without l1, where a path begins as
// if there were a thousandth of it.
template <class O>
std::vector<double> alphas_of(const O& o, double slope) {
  std::vector<double> alphas = o.alphas;
  if (alphas.empty()) {
    // A hair above, so that rounding moves no weight there. Where no feature has a slope any alpha will do.
    const double greatest = slope > 0 ? slope / std::max(o.l1_ratio, 1e-3) * (1 + 1e-12) : 1;
    const double steps = static_cast<double>(std::max<std::int64_t>(o.n_alphas - 1, 1));
    for (std::int64_t k = 0; k < o.n_alphas; ++k)
      alphas.push_back(greatest * std::pow(o.alpha_min_ratio, static_cast<double>(k) / steps));
  }
  if (o.alpha > 0) alphas.push_back(o.alpha);
  std::ranges::sort(alphas, std::greater<>());
  alphas.erase(std::unique(alphas.begin(), alphas.end()), alphas.end());
  return alphas;
}

}  // namespace quern
