// Steps of a network's weights: the sum of the gradients of a mini-batch's parts, in their order, becomes a change by
// the rules of optimizer.hpp. A penalty l2/2 |w|^2 on weights, not biases, is part of the gradient. Vectorised, in the
// arithmetic of the network.
#pragma once

#include <span>
#include <vector>

#include "train/optimizer.hpp"
#include "train/techniques/network.hpp"

namespace quern::network {

template <class T>
class Steps {
 public:
  Steps(const Shape& shape, Optimizer optimizer, double momentum, double l2);

  // gradients: one of each part, which may be written to; `share` is what they are multiplied by.
  void take(std::span<T* const> gradients, double share, double step_size, T* weights);

 private:
  const Shape& shape_;
  const double l2_;
  StepRule rule_;
  double count_ = 0;
  std::vector<T> first_, second_;
};

}  // namespace quern::network
