#include "train/techniques/network_steps.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "train/techniques/vector_widths.hpp"

// Multiply-adds fuse where the processor has them.
#pragma GCC optimize("fp-contract=fast")

namespace quern::network {

namespace {

template <class T>
struct Numbers {
  Optimizer kind;
  T share, l2, eta, momentum, mean_correction, square_correction;
  const T* g;
  T* w;
  T* first;
  T* second;
  std::size_t count;
};

// Of each number; std::sqrt would be a call, for the sake of errno.
template <class V>
[[gnu::always_inline]] inline V root(const V& x) {
  V value;
  if constexpr (sizeof(V) > sizeof(V2) && sizeof(Element<V>) == sizeof(float))
    asm("vsqrtps %1, %0" : "=v"(value) : "v"(x));
  else if constexpr (sizeof(V) > sizeof(V2))
    asm("vsqrtpd %1, %0" : "=v"(value) : "v"(x));
  else if constexpr (sizeof(Element<V>) == sizeof(float))
    asm("sqrtps %1, %0" : "=x"(value) : "x"(x));
  else
    asm("sqrtpd %1, %0" : "=x"(value) : "x"(x));
  return value;
}

// change(g, first, second) is what is taken from w, and sets what is remembered.
template <class V, class Change>
[[gnu::always_inline]] inline void step_each(const Numbers<Element<V>>& p, Change&& change) {
  for (std::size_t i = 0; i < p.count; i += lanes<V>) {
    const V w = load_unaligned<V>(p.w + i);
    const V g = p.share * load_unaligned<V>(p.g + i) + p.l2 * w;
    V first = p.first ? load_unaligned<V>(p.first + i) : V{};
    V second = p.second ? load_unaligned<V>(p.second + i) : V{};
    store_unaligned<V>(p.w + i, w - change(g, first, second));
    if (p.first) store_unaligned<V>(p.first + i, first);
    if (p.second) store_unaligned<V>(p.second + i, second);
  }
}

template <class V>
[[gnu::always_inline]] inline void step_all(const Numbers<Element<V>>& p) {
  using T = Element<V>;
  switch (p.kind) {
    case Optimizer::momentum:
      return step_each<V>(
          p, [&](const V& g, V& first, V&) __attribute__((always_inline)) {
            first = p.momentum * first + g;
            return p.eta * first;
          });
    case Optimizer::nesterov:
      return step_each<V>(
          p, [&](const V& g, V& first, V&) __attribute__((always_inline)) {
            first = p.momentum * first + g;
            return p.eta * (g + p.momentum * first);
          });
    case Optimizer::adagrad:
      return step_each<V>(
          p, [&](const V& g, V& first, V&) __attribute__((always_inline)) {
            first += g * g;
            return p.eta * g / (root<V>(first) + T(1e-10));
          });
    case Optimizer::adam:
      return step_each<V>(
          p, [&](const V& g, V& first, V& second) __attribute__((always_inline)) {
            first = T(adam_mean) * first + T(1 - adam_mean) * g;
            second = T(adam_square) * second + T(1 - adam_square) * (g * g);
            return (p.eta * p.mean_correction) * first / (root<V>(second * p.square_correction) + T(1e-8));
          });
    default:
      return step_each<V>(
          p, [&](const V& g, V&, V&) __attribute__((always_inline)) { return p.eta * g; });
  }
}

template <class T>
struct Addition {
  const T* from;
  T* to;
  std::size_t count;
};
template <class V>
[[gnu::always_inline]] inline void add_all(const Addition<Element<V>>& p) {
  for (std::size_t i = 0; i < p.count; i += lanes<V>)
    store_unaligned<V>(p.to + i, load_unaligned<V>(p.to + i) + load_unaligned<V>(p.from + i));
}

QUERN_WIDTHS(step, Numbers, step_all)
QUERN_WIDTHS(add, Addition, add_all)

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
    for (std::size_t p = 1; p < gradients.size(); ++p) add<T>({gradients[p] + at, gradients[0] + at, count});
    step<T>({.kind = rule_.kind,
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
  constexpr std::size_t most = 1 << 20;  // between checkpoints
  for (const Layer& layer : shape_.layers) {
    for (std::size_t at = layer.at; at < layer.bias; at += most) {
      if (at > layer.at) checkpoint();
      step_some(at, std::min(most, layer.bias - at), l2_);
    }
    step_some(layer.bias, padded(layer.outputs), 0);
  }
}

template class Steps<float>;
template class Steps<double>;

}  // namespace quern::network
