#include "model/linear_chain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/clones.hpp"
#include "base/error.hpp"
#include "linalg/elementary.hpp"
#include "linalg/vector_types.hpp"

namespace quern {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double safe_spread = 600;
constexpr std::size_t step_work = 4'000'000;  // multiplications between two checkpoints
constexpr std::size_t eight = lanes<V8>;

// y = x'M for vectors of `groups` times eight numbers from column `at` on.
template <int groups>
[[gnu::always_inline]] inline void product_of_columns(const double* x, const double* m, std::size_t rows,
                                                      std::size_t width, std::size_t at, double* y) {
  V8 sums[groups] = {};
  for (std::size_t i = 0; i < rows; ++i) {
    const double* const row = m + i * width + at;
    for (int g = 0; g < groups; ++g) sums[g] += x[i] * load_unaligned<V8>(row + g * eight);
  }
  for (int g = 0; g < groups; ++g) store_unaligned<V8>(y + at + g * eight, sums[g]);
}

[[gnu::always_inline]] inline void product(const double* x, const double* m, std::size_t rows, std::size_t width,
                                           double* y) {
  std::size_t at = 0;
  for (; at + 4 * eight <= width; at += 4 * eight) product_of_columns<4>(x, m, rows, width, at, y);
  switch ((width - at) / eight) {
    case 3:
      return product_of_columns<3>(x, m, rows, width, at, y);
    case 2:
      return product_of_columns<2>(x, m, rows, width, at, y);
    case 1:
      return product_of_columns<1>(x, m, rows, width, at, y);
    default:
      return;
  }
}

// Scores of one position to exp(score - highest); returns the difference of the highest and the lowest.
QUERN_CLONES double exponentiate(double* scores, std::size_t width, const double* mask, double* highest) {
  V8 high = all<V8>(-infinity), low = all<V8>(infinity);
  for (std::size_t j = 0; j < width; j += eight) {
    const V8 s = load_unaligned<V8>(scores + j), m = load_unaligned<V8>(mask + j);
    high = larger(high, m > 0 ? s : all<V8>(-infinity));
    low = smaller(low, m > 0 ? s : all<V8>(infinity));
  }
  double top = high[0], bottom = low[0];
  for (std::size_t lane = 1; lane < eight; ++lane) {
    top = std::max(top, high[lane]);
    bottom = std::min(bottom, low[lane]);
  }
  *highest = top;
  for (std::size_t j = 0; j < width; j += eight)
    store_unaligned<V8>(scores + j,
                        exponential<V8>(load_unaligned<V8>(scores + j) - top) * load_unaligned<V8>(mask + j));
  return top - bottom;
}

// Positions from .. to-1 of alpha, each scaled to add to 1; scale holds what they were divided by.
QUERN_CLONES void forward(const double* states, const double* transitions, std::size_t labels, std::size_t width,
                          std::size_t from, std::size_t to, double* alpha, double* scale) {
  for (std::size_t t = from; t < to; ++t) {
    const double* const s = states + t * width;
    double* const a = alpha + t * width;
    if (t > 0) product(a - width, transitions, labels, width, a);
    V8 sum{};
    for (std::size_t j = 0; j < width; j += eight) {
      const V8 value = t > 0 ? load_unaligned<V8>(a + j) * load_unaligned<V8>(s + j) : load_unaligned<V8>(s + j);
      store_unaligned<V8>(a + j, value);
      sum += value;
    }
    scale[t] = sum_of(sum);
    const double inverse = 1 / scale[t];
    for (std::size_t j = 0; j < width; j += eight) store_unaligned<V8>(a + j, load_unaligned<V8>(a + j) * inverse);
  }
}

// Positions to-1 .. from: states become marginals, ahead[t] = states[t] beta[t] / scale[t]. beta is that of position
// to-1 on entry and of from-1 on return.
QUERN_CLONES void backward(double* states, const double* transposed, std::size_t labels, std::size_t width,
                           std::size_t from, std::size_t to, const double* alpha, const double* scale, double* beta,
                           double* ahead) {
  for (std::size_t t = to; t-- > from;) {
    double* const s = states + t * width;
    double* const u = ahead + t * width;
    const double* const a = alpha + t * width;
    const double inverse = 1 / scale[t];
    for (std::size_t j = 0; j < width; j += eight) {
      const V8 b = load_unaligned<V8>(beta + j);
      store_unaligned<V8>(u + j, load_unaligned<V8>(s + j) * b * inverse);
      store_unaligned<V8>(s + j, load_unaligned<V8>(a + j) * b);
    }
    if (t > 0) product(u, transposed, labels, width, beta);
  }
}

template <int rows>
[[gnu::always_inline]] inline void add_outer_rows(const double* a, const double* b, std::size_t n, std::size_t width,
                                                  double weight, std::size_t i, double* sums) {
  for (std::size_t j = 0; j < width; j += eight) {
    V8 sum[rows] = {};
    for (std::size_t t = 0; t < n; ++t) {
      const V8 y = load_unaligned<V8>(b + t * width + j);
      for (int r = 0; r < rows; ++r) sum[r] += a[t * width + i + r] * y;
    }
    for (int r = 0; r < rows; ++r) {
      double* const to = sums + (i + r) * width + j;
      store_unaligned<V8>(to, load_unaligned<V8>(to) + weight * sum[r]);
    }
  }
}

// sums += weight * sum over t of a[t] b[t]', of labels x width.
QUERN_CLONES void add_outer(const double* a, const double* b, std::size_t n, std::size_t labels, std::size_t width,
                            double weight, double* sums) {
  std::size_t i = 0;
  for (; i + 4 <= labels; i += 4) add_outer_rows<4>(a, b, n, width, weight, i, sums);
  for (; i < labels; ++i) add_outer_rows<1>(a, b, n, width, weight, i, sums);
}

// best[j] = max over i of before[i] + transitions[i][j], and the first i that has it.
QUERN_CLONES void step_to_best(const double* before, const double* transitions, std::size_t labels, std::size_t width,
                               double* best, std::uint16_t* from) {
  for (std::size_t j = 0; j < width; j += eight) {
    V8 top = all<V8>(-infinity), which{};
    for (std::size_t i = 0; i < labels; ++i) {
      const V8 candidate = before[i] + load_unaligned<V8>(transitions + i * width + j);
      which = candidate > top ? all<V8>(static_cast<double>(i)) : which;
      top = larger(candidate, top);
    }
    store_unaligned<V8>(best + j, top);
    for (std::size_t lane = 0; lane < eight; ++lane) from[j + lane] = static_cast<std::uint16_t>(which[lane]);
  }
}

// f(from, to) for parts of n positions, with checkpoints between.
template <class F>
void in_steps(std::size_t n, std::size_t work_each, F&& f) {
  const std::size_t step = std::max<std::size_t>(step_work / std::max<std::size_t>(work_each, 1), 1);
  for (std::size_t from = 0; from < n; from += step) {
    if (from > 0) checkpoint();
    f(from, std::min(n, from + step));
  }
}

}  // namespace

LinearChain::LinearChain(std::size_t labels)
    : labels_(labels),
      width_(chain_width(labels)),
      transitions_(labels * width_, -infinity),
      mask_(width_),
      beta_(width_) {
  std::fill_n(mask_.begin(), labels, 1.0);
}

void LinearChain::set_transitions(std::span<const double> transitions) {
  highest_ = -infinity;
  double lowest = infinity;
  for (std::size_t i = 0; i < labels_; ++i)
    for (std::size_t j = 0; j < labels_; ++j) {
      const double t = transitions[i * width_ + j];
      transitions_[i * width_ + j] = t;
      highest_ = std::max(highest_, t);
      lowest = std::min(lowest, t);
    }
  spread_ = highest_ - lowest;
  exponentiated_ = false;
}

double LinearChain::forward_backward(std::span<double> scores, double weight) {
  const std::size_t n = scores.size() / width_, work = labels_ * width_;
  if (n == 0) return 0;
  if (scale_.size() < n) {
    alpha_.resize(n * width_);
    ahead_.resize(n * width_);
    scale_.resize(n);
  }
  if (!exponentiated_) {
    for (std::vector<double>* const matrix : {&forward_, &backward_, &products_, &pairs_})
      matrix->resize(labels_ * width_);
    for (std::size_t i = 0; i < labels_; ++i)
      for (std::size_t j = 0; j < width_; ++j) forward_[i * width_ + j] = transitions_[i * width_ + j] - highest_;
    exponentials(forward_);
    for (std::size_t i = 0; i < labels_; ++i)
      for (std::size_t j = 0; j < width_; ++j) {
        if (j >= labels_)
          forward_[i * width_ + j] = 0;
        else
          backward_[j * width_ + i] = forward_[i * width_ + j];
      }
    exponentiated_ = true;
  }

  // In place, until a position is found that needs logarithms: then back.
  double log_sum = static_cast<double>(n - 1) * highest_, most = 0;
  std::vector<double>& given = ahead_;  // not needed before the way back
  std::copy(scores.begin(), scores.end(), given.begin());
  for (std::size_t t = 0; t < n; ++t) {
    double highest;
    most = std::max(most, exponentiate(&scores[t * width_], width_, mask_.data(), &highest));
    log_sum += highest;
  }
  if (!std::isfinite(log_sum)) return std::numeric_limits<double>::quiet_NaN();
  if (!(most + spread_ <= safe_spread)) {
    std::copy_n(given.begin(), scores.size(), scores.begin());
    return in_logarithms(scores, n, weight);
  }

  in_steps(n, work, [&](std::size_t from, std::size_t to) {
    forward(scores.data(), forward_.data(), labels_, width_, from, to, alpha_.data(), scale_.data());
  });
  double factors = 1;  // one logarithm for many
  for (std::size_t t = 0; t < n; ++t) {
    if (factors < 1e-150 || factors > 1e150 || scale_[t] < 1e-100) {
      log_sum += std::log(factors);
      factors = 1;
    }
    factors *= scale_[t];
  }
  log_sum += std::log(factors);
  std::copy(mask_.begin(), mask_.end(), beta_.begin());
  in_steps(n, work, [&](std::size_t from, std::size_t to) {
    backward(scores.data(), backward_.data(), labels_, width_, n - to, n - from, alpha_.data(), scale_.data(),
             beta_.data(), ahead_.data());
  });
  if (weight != 0 && n > 1)
    in_steps(n - 1, work, [&](std::size_t from, std::size_t to) {
      add_outer(&alpha_[from * width_], &ahead_[(from + 1) * width_], to - from, labels_, width_, weight,
                products_.data());
    });
  return log_sum;
}

// Every sum as the logarithm of a sum of exponentials.
double LinearChain::in_logarithms(std::span<double> scores, std::size_t n, double weight) {
  std::vector<double> terms(labels_);
  const auto log_of_sum = [&] {
    const double highest = *std::max_element(terms.begin(), terms.end());
    double sum = 0;
    for (const double term : terms) sum += std::exp(term - highest);
    return highest + std::log(sum);
  };
  const auto at = [&](auto& values, std::size_t t, std::size_t j) -> auto& { return values[t * width_ + j]; };
  const std::size_t often = std::max<std::size_t>(100'000 / (labels_ * labels_), 1);
  for (std::size_t t = 0; t < n; ++t) {
    if (t % often == 0) checkpoint();
    for (std::size_t j = 0; j < labels_; ++j) {
      at(alpha_, t, j) = at(scores, t, j);
      if (t == 0) continue;
      for (std::size_t i = 0; i < labels_; ++i) terms[i] = at(alpha_, t - 1, i) + at(transitions_, i, j);
      at(alpha_, t, j) += log_of_sum();
    }
  }
  for (std::size_t j = 0; j < labels_; ++j) terms[j] = at(alpha_, n - 1, j);
  const double log_sum = log_of_sum();
  std::vector<double> beta(labels_), ahead(labels_);
  for (std::size_t t = n; t-- > 0;) {
    if (t % often == 0) checkpoint();
    for (std::size_t j = 0; j < labels_; ++j) {
      ahead[j] = at(scores, t, j) + beta[j];
      at(scores, t, j) = std::exp(at(alpha_, t, j) + beta[j] - log_sum);
    }
    std::fill_n(scores.begin() + static_cast<std::ptrdiff_t>(t * width_ + labels_), width_ - labels_, 0.0);
    if (t == 0) break;
    for (std::size_t i = 0; i < labels_; ++i) {
      for (std::size_t j = 0; j < labels_; ++j) {
        terms[j] = at(transitions_, i, j) + ahead[j];
        if (weight != 0) at(pairs_, i, j) += weight * std::exp(at(alpha_, t - 1, i) + terms[j] - log_sum);
      }
      beta[i] = log_of_sum();
    }
  }
  return log_sum;
}

void LinearChain::take_pairs(std::span<double> pairs) {
  for (std::size_t i = 0; i < products_.size(); ++i) pairs[i] += products_[i] * forward_[i] + pairs_[i];
  std::fill(products_.begin(), products_.end(), 0.0);
  std::fill(pairs_.begin(), pairs_.end(), 0.0);
}

double LinearChain::best_path(std::span<const double> scores, std::span<std::uint32_t> path) {
  const std::size_t n = path.size();
  if (n == 0) return 0;
  best_.resize(2 * width_);
  if (from_.size() < n * width_) from_.resize(n * width_);
  double *before = best_.data(), *best = before + width_;
  std::copy_n(scores.begin(), labels_, before);
  in_steps(n, labels_ * width_, [&](std::size_t first, std::size_t last) {
    for (std::size_t t = std::max<std::size_t>(first, 1); t < last; ++t) {
      step_to_best(before, transitions_.data(), labels_, width_, best, &from_[t * width_]);
      for (std::size_t j = 0; j < labels_; ++j) best[j] += scores[t * width_ + j];
      std::swap(before, best);
    }
  });
  const double* const top = std::max_element(before, before + labels_);
  path[n - 1] = static_cast<std::uint32_t>(top - before);
  for (std::size_t t = n - 1; t > 0; --t) path[t - 1] = from_[t * width_ + path[t]];
  return *top;
}

}  // namespace quern
