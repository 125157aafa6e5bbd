#include "train/techniques/network_steps.hpp"

#include <cmath>

// Multiply-adds fuse where the processor has them, and a square root does not set errno.
#pragma GCC optimize("fp-contract=fast", "no-math-errno", "tree-vectorize")

namespace quern::network {

namespace {

template <class T>
struct Numbers {
  Optimizer kind;
  T share, l2, eta, momentum, mean_correction, square_correction;
  T* g;
  T* w;
  T* first;
  T* second;
  std::size_t count;
};

template <class T>
[[gnu::always_inline]] inline void step_all(const Numbers<T>& p) {
  const auto slope = [&](std::size_t i) __attribute__((always_inline)) { return p.share * p.g[i] + p.l2 * p.w[i]; };
  T* const first = p.first;
  T* const second = p.second;
  T* const w = p.w;
  switch (p.kind) {
    case Optimizer::momentum:
      for (std::size_t i = 0; i < p.count; ++i) {
        first[i] = p.momentum * first[i] + slope(i);
        w[i] -= p.eta * first[i];
      }
      break;
    case Optimizer::nesterov:
      for (std::size_t i = 0; i < p.count; ++i) {
        const T g = slope(i);
        first[i] = p.momentum * first[i] + g;
        w[i] -= p.eta * (g + p.momentum * first[i]);
      }
      break;
    case Optimizer::adagrad:
      for (std::size_t i = 0; i < p.count; ++i) {
        const T g = slope(i);
        first[i] += g * g;
        w[i] -= p.eta * g / (std::sqrt(first[i]) + T(1e-10));
      }
      break;
    case Optimizer::adam: {
      const T mean = T(adam_mean), square = T(adam_square), eta = p.eta * p.mean_correction;
      for (std::size_t i = 0; i < p.count; ++i) {
        const T g = slope(i);
        first[i] = mean * first[i] + (1 - mean) * g;
        second[i] = square * second[i] + (1 - square) * g * g;
        w[i] -= eta * first[i] / (std::sqrt(second[i] * p.square_correction) + T(1e-8));
      }
      break;
    }
    default:
      for (std::size_t i = 0; i < p.count; ++i) w[i] -= p.eta * slope(i);
  }
}

template <class T>
[[gnu::always_inline]] inline void add_all(const T* from, T* to, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] += from[i];
}

#define QUERN_CLONES [[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
QUERN_CLONES void step(const Numbers<float>& p) { step_all(p); }
QUERN_CLONES void step(const Numbers<double>& p) { step_all(p); }
QUERN_CLONES void add(const float* from, float* to, std::size_t count) { add_all(from, to, count); }
QUERN_CLONES void add(const double* from, double* to, std::size_t count) { add_all(from, to, count); }
#undef QUERN_CLONES

}  // namespace

template <class T>
Steps<T>::Steps(const Shape& shape, Optimizer optimizer, double momentum, double l2) : shape_(shape), l2_(l2) {
  rule_.kind = optimizer;
  rule_.momentum = momentum;
  first_.resize(optimizer == Optimizer::sgd ? 0 : shape.size);
  second_.resize(optimizer == Optimizer::adam ? shape.size : 0);
}

template <class T>
void Steps<T>::take(std::span<T* const> gradients, double share, double step_size, T* weights) {
  rule_.correct(++count_);
  auto step_some = [&](std::size_t at, std::size_t count, double l2) {
    for (std::size_t p = 1; p < gradients.size(); ++p) add(gradients[p] + at, gradients[0] + at, count);
    step({.kind = rule_.kind,
          .share = static_cast<T>(share),
          .l2 = static_cast<T>(l2),
          .eta = static_cast<T>(step_size),
          .momentum = static_cast<T>(rule_.momentum),
          .mean_correction = static_cast<T>(rule_.mean_correction),
          .square_correction = static_cast<T>(rule_.square_correction),
          .g = gradients[0] + at,
          .w = weights + at,
          .first = first_.empty() ? nullptr : first_.data() + at,
          .second = second_.empty() ? nullptr : second_.data() + at,
          .count = count});
  };
  for (const Layer& layer : shape_.layers) {
    if (layer.narrow)
      for (std::size_t o = 0; o < layer.outputs; ++o) step_some(layer.place(0, o), layer.inputs, l2_);
    else
      step_some(layer.at, layer.inputs * padded(layer.outputs), l2_);
    step_some(layer.bias, layer.outputs, 0);
  }
}

template class Steps<float>;
template class Steps<double>;

}  // namespace quern::network
