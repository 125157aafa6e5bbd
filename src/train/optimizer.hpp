// How a gradient becomes a step, and how long the steps are.
//
//   sgd       w <- w - eta g
//   momentum  m <- mu m + g,   w <- w - eta m                                  Polyak 1964
//   nesterov  m <- mu m + g,   w <- w - eta (g + mu m)                         Sutskever et al. 2013
//   adagrad   s <- s + g^2,    w <- w - eta g / (sqrt(s) + 1e-10)              Duchi, Hazan and Singer 2011
//   adam      m <- 0.9 m + 0.1 g,  s <- 0.999 s + 0.001 g^2,                   Kingma and Ba 2015
//             w <- w - eta (m / (1 - 0.9^t)) / (sqrt(s / (1 - 0.999^t)) + 1e-8)
//
// Penalties are no part of g: they flow (penalty.hpp) for the time eta times reach(), by which a lasting slope of 1
// would move the coordinate, so that the resting point is the optimum whatever the optimizer.
//
// Steps shrink with time counted in epochs: eta0 / (1 + decay epochs), eta0 e^(-decay epochs), or not at all.
#pragma once

#include <cmath>
#include <string_view>

#include "train/options.hpp"

namespace quern {

enum class Optimizer { sgd, momentum, nesterov, adagrad, adam };

inline Optimizer optimizer_of(std::string_view name) {
  return name == "momentum"   ? Optimizer::momentum
         : name == "nesterov" ? Optimizer::nesterov
         : name == "adagrad"  ? Optimizer::adagrad
         : name == "adam"     ? Optimizer::adam
                              : Optimizer::sgd;
}

inline constexpr double adam_mean = 0.9, adam_square = 0.999;

struct StepRule {
  Optimizer kind = Optimizer::sgd;
  double momentum = 0;
  double eta = 0;
  double mean_correction = 1, square_correction = 1;  // of adam

  // Before step number t, from 1 on.
  void correct(double t) {
    if (kind != Optimizer::adam) return;
    mean_correction = 1 / (1 - std::pow(adam_mean, t));
    square_correction = 1 / (1 - std::pow(adam_square, t));
  }

  // The change of w, from the gradient and what is remembered of earlier ones.
  [[gnu::always_inline]] double step(double g, double& first, double& second) const {
    switch (kind) {
      case Optimizer::momentum:
        first = momentum * first + g;
        return -eta * first;
      case Optimizer::nesterov:
        first = momentum * first + g;
        return -eta * (g + momentum * first);
      case Optimizer::adagrad:
        first += g * g;
        return -eta * g / (std::sqrt(first) + 1e-10);
      case Optimizer::adam:
        first = adam_mean * first + (1 - adam_mean) * g;
        second = adam_square * second + (1 - adam_square) * g * g;
        return -eta * mean_correction * first / (std::sqrt(second * square_correction) + 1e-8);
      default:
        return -eta * g;
    }
  }

  [[gnu::always_inline]] double reach(double first, double second) const {
    switch (kind) {
      case Optimizer::momentum:
      case Optimizer::nesterov:
        return 1 / (1 - momentum);
      case Optimizer::adagrad:
        return 1 / (std::sqrt(first) + 1e-10);
      case Optimizer::adam:
        return 1 / (std::sqrt(second * square_correction) + 1e-8);
      default:
        return 1;
    }
  }
};

struct Schedule {
  enum class Kind { constant, inverse_scaling, exponential } kind;
  double first;  // step
  double decay;  // for each epoch

  double at(double epochs) const {
    return kind == Kind::constant          ? first
           : kind == Kind::inverse_scaling ? first / (1 + decay * epochs)
                                           : first * std::exp(-decay * epochs);
  }
};

inline Schedule::Kind schedule_of(std::string_view name) {
  return name == "constant"      ? Schedule::Kind::constant
         : name == "exponential" ? Schedule::Kind::exponential
                                 : Schedule::Kind::inverse_scaling;
}

}  // namespace quern
