#include "train/penalty.hpp"

#include <algorithm>

namespace quern {

Penalties::Penalties(const Job& job, std::span<const double> scale) : l1(job.parameters), l2(job.parameters) {
  for (std::size_t i = 0; i < job.outputs * job.terms; ++i) {
    const std::size_t j = i % job.terms;
    if (j == job.features) continue;  // the intercept
    l1[i] = job.options.l1 * scale[j];
    l2[i] = job.options.l2 * scale[j] * scale[j];
    greatest_l2 = std::max(greatest_l2, l2[i]);
    any = any || l1[i] > 0 || l2[i] > 0;
  }
}

double Penalties::of(std::span<const double> w) const {
  double sum = 0;
  for (std::size_t i = 0; i < w.size(); ++i) sum += l1[i] * std::abs(w[i]) + l2[i] / 2 * w[i] * w[i];
  return sum;
}

}  // namespace quern
