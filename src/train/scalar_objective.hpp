// Objectives of losses of one number f: one output, or K outputs trained side by side, one class against the rest.
// A Loss is as objective.hpp shows; its functions are compiled for vectors of 512, 256 and 128 bits.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "linalg/elementary.hpp"
#include "train/objective.hpp"

namespace quern {

namespace detail {

enum class LossPass { value, differentiate, slopes, curvature };

// Of as many rows as V has lanes. A row of weight 0 counts for nothing, even if its loss is infinite.
template <class V, class Loss>
[[gnu::always_inline]] inline V pass_rows(const Loss& loss, LossPass pass, const double* f, const double* y,
                                          const double* v, double* out) {
  const V f_i = load_unaligned<V>(f), y_i = load_unaligned<V>(y), v_i = load_unaligned<V>(v);
  if (pass == LossPass::curvature) {
    store_unaligned<V>(out, v_i * loss.template curvature<V>(f_i, y_i));
    return V{};
  }
  if (pass == LossPass::slopes) {
    store_unaligned<V>(out, v_i * loss.template slope<V>(f_i, y_i));
    return V{};
  }
  const V value = v_i > 0.0 ? v_i * loss.template loss<V>(f_i, y_i) : V{};
  if (pass == LossPass::differentiate) store_unaligned<V>(out, v_i * loss.template slope<V>(f_i, y_i));
  return value;
}

// The sum of the loss, and of each row its derivative to `out`.
template <class V, class Loss>
[[gnu::always_inline]] inline double pass_batch(const Loss& loss, LossPass pass, const double* f, const double* y,
                                                const double* v, std::size_t n, double* out) {
  V sum{};
  double rest = 0;
  std::size_t i = 0;
  for (; i + lanes<V> <= n; i += lanes<V>) sum += pass_rows<V>(loss, pass, f + i, y + i, v + i, out + i);
  for (; i < n; ++i) rest += pass_rows<double>(loss, pass, f + i, y + i, v + i, out + i);
  return sum_of(sum) + rest;
}

template <class Loss>
[[gnu::target("arch=x86-64-v4,prefer-vector-width=512"), gnu::optimize("fp-contract=fast")]] double pass_512(
    const Loss& loss, LossPass pass, const double* f, const double* y, const double* v, std::size_t n, double* out) {
  return pass_batch<V8>(loss, pass, f, y, v, n, out);
}

template <class Loss>
[[gnu::target("arch=x86-64-v3"), gnu::optimize("fp-contract=fast")]] double pass_256(const Loss& loss, LossPass pass,
                                                                                     const double* f, const double* y,
                                                                                     const double* v, std::size_t n,
                                                                                     double* out) {
  return pass_batch<V4>(loss, pass, f, y, v, n, out);
}

template <class Loss>
double pass_128(const Loss& loss, LossPass pass, const double* f, const double* y, const double* v, std::size_t n,
                double* out) {
  return pass_batch<V2>(loss, pass, f, y, v, n, out);
}

// As a vector, which the compiler does without branches: what y is cannot be foretold.
template <class Loss>
[[gnu::always_inline]] inline double slope_of(const Loss& loss, double f, double y) {
  return loss.template slope<V2>(all<V2>(f), all<V2>(y))[0];
}
template <class Loss>
[[gnu::target("arch=x86-64-v3"), gnu::optimize("fp-contract=fast")]] double slope_256(const Loss& loss, double f,
                                                                                      double y) {
  return slope_of(loss, f, y);
}

}  // namespace detail

// One number f against one y.
template <class Loss>
class LossOfRows {
 public:
  explicit LossOfRows(const Loss& loss) : loss(loss), vector_bits_(best_vector_bits()) {}

  double value(const double* f, const double* y, const double* v, std::size_t n) const {
    return pass(detail::LossPass::value, f, y, v, n, nullptr);
  }
  double differentiate(const double* f, const double* y, const double* v, std::size_t n, double* g) const {
    return pass(detail::LossPass::differentiate, f, y, v, n, g);
  }
  void slopes(const double* f, const double* y, const double* v, std::size_t n, double* g) const {
    pass(detail::LossPass::slopes, f, y, v, n, g);
  }
  void curvature(const double* f, const double* y, const double* v, std::size_t n, double* h) const {
    pass(detail::LossPass::curvature, f, y, v, n, h);
  }
  double slope(double f, double y) const {
    return vector_bits_ > 128 ? detail::slope_256(loss, f, y) : detail::slope_of(loss, f, y);
  }
  void smooth(double width) {
    if constexpr (requires { loss.smooth(width); }) loss.smooth(width);
  }

  Loss loss;

 private:
  double pass(detail::LossPass pass, const double* f, const double* y, const double* v, std::size_t n,
              double* out) const {
    return vector_bits_ == 512   ? detail::pass_512(loss, pass, f, y, v, n, out)
           : vector_bits_ == 256 ? detail::pass_256(loss, pass, f, y, v, n, out)
                                 : detail::pass_128(loss, pass, f, y, v, n, out);
  }

  int vector_bits_;
};

template <class Loss>
class ScalarObjective final : public Objective {
 public:
  explicit ScalarObjective(const Loss& loss) : rows_(loss) {}

  std::size_t outputs() const override { return 1; }
  TargetKind target() const override { return Loss::target; }
  Traits traits() const override { return rows_.loss.traits(); }

  double value(const double* f, const double* y, const double* v, std::size_t n) const override {
    return rows_.value(f, y, v, n);
  }
  double differentiate(const double* f, const double* y, const double* v, std::size_t n, double* g) const override {
    return rows_.differentiate(f, y, v, n, g);
  }
  void slopes(const double* f, const double* y, const double* v, std::size_t n, double* g) const override {
    rows_.slopes(f, y, v, n, g);
  }
  void curvature(const double* f, const double* y, const double* v, std::size_t n, double* h) const override {
    rows_.curvature(f, y, v, n, h);
  }
  double slope(double f, double y) const override { return rows_.slope(f, y); }

  void smooth(double width) override { rows_.smooth(width); }
  void start(double mean_y, double* intercepts) const override {
    intercepts[0] = 0;
    if constexpr (requires { rows_.loss.start(mean_y); }) intercepts[0] = rows_.loss.start(mean_y);
  }
  double constant(double y) const override {
    if constexpr (requires { rows_.loss.constant(y); }) return rows_.loss.constant(y);
    return Objective::constant(y);
  }
  std::optional<Conjugate> conjugate() const override {
    if constexpr (requires { rows_.loss.conjugate(); }) return rows_.loss.conjugate();
    return std::nullopt;
  }
  double log_likelihood(const LikelihoodSums& sums) const override {
    if constexpr (requires { rows_.loss.log_likelihood(sums); }) return rows_.loss.log_likelihood(sums);
    return Objective::log_likelihood(sums);
  }

 private:
  LossOfRows<Loss> rows_;
};

// K binary problems over the same rows: output k says how much a row is of class k, and y is the index of its class.
template <class Loss>
class OneVsRest final : public Objective {
 public:
  OneVsRest(const Loss& loss, std::size_t classes) : rows_(loss), classes_(classes) {}

  std::size_t outputs() const override { return classes_; }
  TargetKind target() const override { return TargetKind::classes; }
  Traits traits() const override { return rows_.loss.traits(); }

  double value(const double* f, const double* y, const double* v, std::size_t n) const override {
    const Spread each(*this, y, v, n);
    return rows_.value(f, each.y.data(), each.v.data(), each.y.size());
  }
  double differentiate(const double* f, const double* y, const double* v, std::size_t n, double* g) const override {
    const Spread each(*this, y, v, n);
    return rows_.differentiate(f, each.y.data(), each.v.data(), each.y.size(), g);
  }
  void slopes(const double* f, const double* y, const double* v, std::size_t n, double* g) const override {
    const Spread each(*this, y, v, n);
    rows_.slopes(f, each.y.data(), each.v.data(), each.y.size(), g);
  }
  void curvature(const double* f, const double* y, const double* v, std::size_t n, double* h) const override {
    const Spread each(*this, y, v, n);
    std::vector<double> diagonal(each.y.size());
    rows_.curvature(f, each.y.data(), each.v.data(), each.y.size(), diagonal.data());
    std::fill_n(h, n * classes_ * classes_, 0.0);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t k = 0; k < classes_; ++k) h[(i * classes_ + k) * classes_ + k] = diagonal[i * classes_ + k];
  }
  void smooth(double width) override { rows_.smooth(width); }
  std::optional<Conjugate> conjugate() const override {
    if constexpr (requires { rows_.loss.conjugate(); }) return rows_.loss.conjugate();
    return std::nullopt;
  }

 private:
  // y = +1 or -1 and v for each row and class.
  struct Spread {
    Spread(const OneVsRest& objective, const double* class_of, const double* weight, std::size_t n)
        : y(n * objective.classes_, -1.0), v(n * objective.classes_) {
      for (std::size_t i = 0; i < n; ++i) {
        y[i * objective.classes_ + static_cast<std::size_t>(class_of[i])] = 1;
        std::fill_n(&v[i * objective.classes_], objective.classes_, weight[i]);
      }
    }
    std::vector<double> y, v;
  };

  LossOfRows<Loss> rows_;
  std::size_t classes_;
};

}  // namespace quern
