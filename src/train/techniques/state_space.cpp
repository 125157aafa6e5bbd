#include "train/techniques/state_space.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "linalg/cholesky.hpp"

namespace quern {

namespace {

using Matrix = std::vector<double>;  // row-major

// c (n x m) = a (n x k) b (k x m), or a b'; with `add`, c += that.
void multiply(const double* a, const double* b, std::size_t n, std::size_t k, std::size_t m, double* c,
              bool add = false) {
  if (!add) std::fill_n(c, n * m, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t l = 0; l < k; ++l)
      for (std::size_t j = 0; j < m; ++j) c[i * m + j] += a[i * k + l] * b[l * m + j];
}
void multiply_transposed(const double* a, const double* b, std::size_t n, std::size_t k, std::size_t m, double* c) {
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < m; ++j) {
      double sum = 0;
      for (std::size_t l = 0; l < k; ++l) sum += a[i * k + l] * b[j * k + l];
      c[i * m + j] = sum;
    }
}
Matrix transposed(const double* a, std::size_t n, std::size_t m) {
  Matrix t(n * m);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < m; ++j) t[j * n + i] = a[i * m + j];
  return t;
}
void make_symmetric(double* a, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j) a[i * n + j] = a[j * n + i] = (a[i * n + j] + a[j * n + i]) / 2;
}

// A prediction (mean with its columns, covariance) meets an observation.
class Update {
 public:
  Update(const StateSpace& model, std::size_t columns)
      : model_(model),
        d_(model.states),
        p_(model.outputs),
        c_(columns),
        observed_t_(transposed(model.observation.data(), p_, d_)),
        pc_(d_ * p_),
        f_(p_ * p_),
        v_(p_ * c_),
        solved_v_(p_ * c_),
        solved_c_(p_ * d_) {}

  // Of these: F, V = y - C mean, and what F inverse makes of V and C. False if F is not positive definite.
  bool meet(const double* mean, const double* covariance, const Observation& y) {
    multiply(covariance, observed_t_.data(), d_, d_, p_, pc_.data());
    multiply(model_.observation.data(), pc_.data(), p_, d_, p_, f_.data());
    for (std::size_t i = 0; i < p_ * p_; ++i) f_[i] += model_.noise[i] / y.weight;
    make_symmetric(f_.data(), p_);
    factor_.factor(f_, p_, 1e-15);
    if (factor_.rank < p_) return false;
    multiply(model_.observation.data(), mean, p_, d_, c_, v_.data());
    for (double& v : v_) v = -v;
    for (std::size_t i = 0; i < p_; ++i) v_[i * c_] += y.y[i];
    solve(v_, c_, solved_v_);
    solve(model_.observation, d_, solved_c_);
    return true;
  }

  // mean += P C' F^-1 V, covariance -= P C' F^-1 C P
  void take(double* mean, double* covariance) {
    multiply(pc_.data(), solved_v_.data(), d_, p_, c_, mean, true);
    Matrix kc(d_ * d_), change(d_ * d_);
    multiply(pc_.data(), solved_c_.data(), d_, p_, d_, kc.data());
    multiply(kc.data(), covariance, d_, d_, d_, change.data());
    for (std::size_t i = 0; i < d_ * d_; ++i) covariance[i] -= change[i];
    make_symmetric(covariance, d_);
  }

  // r = C' F^-1 V + (I - K C)' r,  n = C' F^-1 C + (I - K C)' n (I - K C)
  void pass_back(Matrix& r, Matrix& n) {
    Matrix l(d_ * d_), next(d_ * c_), half(d_ * d_);
    multiply(pc_.data(), solved_c_.data(), d_, p_, d_, l.data());
    for (std::size_t i = 0; i < d_ * d_; ++i) l[i] = (i % (d_ + 1) == 0) - l[i];
    const Matrix lt = transposed(l.data(), d_, d_);
    multiply(lt.data(), r.data(), d_, d_, c_, next.data());
    multiply(observed_t_.data(), solved_v_.data(), d_, p_, c_, next.data(), true);
    r = next;
    multiply(lt.data(), n.data(), d_, d_, d_, half.data());
    multiply(half.data(), l.data(), d_, d_, d_, n.data());
    multiply(observed_t_.data(), solved_c_.data(), d_, p_, d_, n.data(), true);
    make_symmetric(n.data(), d_);
  }

  double log_determinant() const {
    double sum = 0;
    for (std::size_t i = 0; i < p_; ++i) sum += 2 * std::log(factor_.upper[i * p_ + i]);
    return sum;
  }
  // V' F^-1 V
  void add_squares(Matrix& squares) const {
    for (std::size_t a = 0; a < c_; ++a)
      for (std::size_t b = 0; b < c_; ++b)
        for (std::size_t i = 0; i < p_; ++i) squares[a * c_ + b] += v_[i * c_ + a] * solved_v_[i * c_ + b];
  }

 private:
  void solve(const Matrix& from, std::size_t columns, Matrix& to) {
    Matrix column(p_);
    for (std::size_t j = 0; j < columns; ++j) {
      for (std::size_t i = 0; i < p_; ++i) column[i] = from[i * columns + j];
      factor_.solve(column);
      for (std::size_t i = 0; i < p_; ++i) to[i * columns + j] = column[i];
    }
  }

  const StateSpace& model_;
  const std::size_t d_, p_, c_;
  const Matrix observed_t_;
  Matrix pc_, f_, v_, solved_v_, solved_c_;
  Cholesky factor_;
};

}  // namespace

bool is_positive(std::span<const double> matrix, std::size_t n, bool definite) {
  double largest = 0;
  for (std::size_t i = 0; i < n; ++i) largest = std::max(largest, matrix[i * (n + 1)]);
  for (std::size_t i = 0; i < n; ++i) {
    if (!(matrix[i * (n + 1)] >= 0)) return false;
    for (std::size_t j = 0; j < i; ++j)
      if (!(std::abs(matrix[i * n + j] - matrix[j * n + i]) <= 1e-12 * largest)) return false;
  }
  // Right-looking elimination; a pivot of rounding must leave a row of rounding.
  Matrix a(matrix.begin(), matrix.end());
  for (std::size_t k = 0; k < n; ++k) {
    const double pivot = a[k * (n + 1)], tiny = 1e-12 * largest;
    if (definite && !(pivot > 1e-15 * matrix[k * (n + 1)])) return false;
    if (pivot < -tiny) return false;
    if (pivot <= tiny && !definite) {
      for (std::size_t j = k + 1; j < n; ++j)
        if (std::abs(a[k * n + j]) > std::sqrt(1e-12) * largest) return false;
      continue;
    }
    for (std::size_t i = k + 1; i < n; ++i)
      for (std::size_t j = i; j < n; ++j) a[i * n + j] -= a[k * n + i] * a[k * n + j] / pivot;
  }
  return true;
}

std::optional<SmoothedStates> smooth_states(const StateSpace& model, std::span<const Observation> observations,
                                            std::size_t steps) {
  const std::size_t d = model.states, p = model.outputs, c = model.diffuse ? d + 1 : 1;
  const Matrix at = transposed(model.transition.data(), d, d);
  Matrix mean(d * c), covariance(d * d), scratch(d * std::max(c, d));
  if (model.diffuse) {
    for (std::size_t i = 0; i < d; ++i) mean[i * c + 1 + i] = 1;
  } else {
    for (std::size_t i = 0; i < d; ++i) mean[i * c] = model.mean[i];
    covariance = model.covariance;
  }

  // Forward. What each step is predicted to be is kept.
  const std::size_t width = d * c + d * d;
  Matrix kept(steps * width), squares(c * c);
  Update update(model, c);
  double log_determinants = 0;
  std::size_t next = 0;
  for (std::size_t k = 0; k < steps; ++k) {
    if (k % 64 == 0 || d > 16) checkpoint();
    if (k > 0) {
      multiply(model.transition.data(), mean.data(), d, d, c, scratch.data());
      std::copy_n(scratch.begin(), d * c, mean.begin());
      multiply(model.transition.data(), covariance.data(), d, d, d, scratch.data());
      multiply(scratch.data(), at.data(), d, d, d, covariance.data());
      for (std::size_t i = 0; i < d * d; ++i) covariance[i] += model.process[i];
      make_symmetric(covariance.data(), d);
    }
    std::copy(mean.begin(), mean.end(), kept.begin() + static_cast<std::ptrdiff_t>(k * width));
    std::copy(covariance.begin(), covariance.end(), kept.begin() + static_cast<std::ptrdiff_t>(k * width + d * c));
    for (; next < observations.size() && observations[next].step == k; ++next) {
      if (!update.meet(mean.data(), covariance.data(), observations[next])) return std::nullopt;
      log_determinants += update.log_determinant();
      update.add_squares(squares);
      update.take(mean.data(), covariance.data());
    }
  }

  // w_1 = start, of covariance inverse(S), for a diffuse start.
  SmoothedStates result;
  Cholesky information;
  Matrix start(d);
  result.loss = squares[0];
  double unknown = 0;
  if (model.diffuse) {
    Matrix s(d * d);
    for (std::size_t i = 0; i < d; ++i) {
      start[i] = -squares[(i + 1) * c];
      for (std::size_t j = 0; j < d; ++j) s[i * d + j] = squares[(i + 1) * c + j + 1];
    }
    information.factor(s, d, 1e-12);
    if (information.rank < d) return std::nullopt;
    information.solve(start);
    for (std::size_t i = 0; i < d; ++i) {
      result.loss += squares[i + 1] * start[i];
      log_determinants += 2 * std::log(information.upper[i * (d + 1)]);
    }
    unknown = static_cast<double>(d);
  }
  const double numbers = static_cast<double>(observations.size() * p) - unknown;
  result.log_likelihood = -(numbers * std::log(2 * std::numbers::pi) + log_determinants + result.loss) / 2;

  // Backward.
  result.state.resize(steps * d);
  result.std_error.resize(steps * d);
  Matrix r(d * c), n(d * d), half(d * d), smoothed(d * c), error(d);
  std::vector<Update> updates;
  for (std::size_t k = steps; k-- > 0;) {
    if (k % 64 == 0 || d > 16) checkpoint();
    const double* const predicted = &kept[k * width];
    const double* const spread = predicted + d * c;
    std::size_t first = next;
    while (first > 0 && observations[first - 1].step == k) --first;
    if (first < next) {
      mean.assign(predicted, predicted + d * c);
      covariance.assign(spread, spread + d * d);
      while (updates.size() < next - first) updates.emplace_back(model, c);
      for (std::size_t i = first; i < next; ++i) {
        updates[i - first].meet(mean.data(), covariance.data(), observations[i]);
        updates[i - first].take(mean.data(), covariance.data());
      }
      for (std::size_t i = next; i-- > first;) updates[i - first].pass_back(r, n);
      next = first;
    }
    // w_k = predicted + P r, of covariance P - P n P
    std::copy_n(predicted, d * c, smoothed.begin());
    multiply(spread, r.data(), d, d, c, smoothed.data(), true);
    multiply_transposed(n.data(), spread, d, d, d, half.data());
    for (std::size_t i = 0; i < d; ++i) {
      double state = smoothed[i * c], variance = spread[i * (d + 1)];
      for (std::size_t j = 0; j < d; ++j) variance -= spread[i * d + j] * half[j * d + i];
      variance = std::max(variance, 0.0);
      if (model.diffuse) {
        for (std::size_t j = 0; j < d; ++j) {
          error[j] = smoothed[i * c + 1 + j];
          state += error[j] * start[j];
        }
        variance += information.inverse_form(error);
      }
      result.state[k * d + i] = state;
      result.std_error[k * d + i] = std::sqrt(variance);
    }
    multiply(at.data(), r.data(), d, d, c, scratch.data());
    std::copy_n(scratch.begin(), d * c, r.begin());
    multiply(at.data(), n.data(), d, d, d, half.data());
    multiply(half.data(), model.transition.data(), d, d, d, n.data());
  }
  return result;
}

}  // namespace quern
