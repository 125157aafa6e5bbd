#include "train/problem.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "linalg/symmetric_rank_update.hpp"
#include "train/batch_worker.hpp"

namespace quern {

bool may_be_unbounded(const Job& job) {
  return job.objective->traits().likelihood && (job.spec.classes > 0 || job.objective->traits().ordered) &&
         job.options.l1 == 0 && job.options.l2 == 0;
}

bool separates(const Job& job, double least_margin, double greatest_margin) {
  return may_be_unbounded(job) && least_margin < std::numeric_limits<double>::infinity() &&
         least_margin > 1e-10 * std::max(1.0, greatest_margin);
}

Problem::Problem(const Job& job, Crew& crew, std::span<const double> scale, double weight, std::size_t stride,
                 bool null)
    : job_(job), crew_(crew), weight_(weight), stride_(stride) {
  const TrainOptions& o = job.options;
  const bool symmetric = job.objective->traits().symmetric, penalty = o.l1 > 0 || o.l2 > 0, intercept = o.fit_intercept;
  for (std::size_t c = 0; c < job.constants; ++c) parameter_.push_back(job.outputs * job.terms + c);
  scale_.resize(job.constants);
  for (std::size_t k = 0; k < job.outputs; ++k)
    for (std::size_t t = 0; t < job.terms; ++t) {
      const std::size_t term = !intercept ? t : t == 0 ? job.features : t - 1;
      const bool is_intercept = term == job.features;
      if ((symmetric && k == 0 && (!penalty || is_intercept)) || (null && !is_intercept)) continue;
      parameter_.push_back(k * job.terms + term);
      scale_.push_back(is_intercept ? 0 : scale[term]);
    }
  penalize(1);
}

void Problem::penalize(double alpha) {
  const double l1 = job_.options.l1 * alpha, l2 = job_.options.l2 * alpha;
  l1_.resize(l1 > 0 ? size() : 0);
  l2_.assign(size(), 0.0);
  for (std::size_t i = 0; i < l1_.size(); ++i) l1_[i] = l1 * weight_ * scale_[i];
  for (std::size_t i = 0; i < l2_.size() && l2 > 0; ++i) l2_[i] = l2 * weight_ * scale_[i] * scale_[i];
}

double Problem::scale_of(std::size_t variable) const { return scale_[variable]; }

bool Problem::quadratic() const { return job_.objective->traits().quadratic; }

void Problem::put(std::size_t offset, std::span<const double> b) {
  checkpoint();
  double* const to = &crew_.board()[offset];
  std::fill_n(to, job_.parameters, 0.0);
  for (std::size_t i = 0; i < b.size(); ++i) to[parameter_[i]] = b[i];
}

std::vector<double> Problem::parameters(std::span<const double> b) const {
  std::vector<double> result(job_.parameters);
  for (std::size_t i = 0; i < b.size(); ++i) result[parameter_[i]] = b[i];
  return result;
}

std::vector<double> Problem::variables(std::span<const double> parameters) const {
  std::vector<double> result(size());
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = parameters[parameter_[i]];
  return result;
}

void Problem::run(Operation operation, std::span<const double> b) {
  hessian_at_.clear();
  put(job_.layout.point, b);
  Command command{.operation = operation};
  command.numbers[command_width] = width_;
  command.numbers[command_stride] = static_cast<double>(stride_);
  command.numbers[command_expected] = expected_;
  crew_.run(command, job_.shards.size());
  sums_ = {};
  for (std::size_t t = 0; t < job_.shards.size(); ++t) {
    const double* const slot = &crew_.board()[job_.slot(t)];
    sums_.loss += slot[slot_loss];
    sums_.weight += slot[slot_weight];
    sums_.rows += slot[slot_rows];
    sums_.squares += slot[slot_squares];
    sums_.least_margin = std::min(sums_.least_margin, slot[slot_least_margin]);
    sums_.greatest_margin = std::max(sums_.greatest_margin, slot[slot_greatest_margin]);
  }
  rows_seen_ += sums_.rows;
}

double Problem::penalty(std::span<const double> b) const {
  double sum = 0;
  for (std::size_t i = 0; i < b.size(); ++i) sum += l2_[i] * b[i] * b[i];
  return sum / 2;
}

double Problem::value(std::span<const double> b) {
  run(Operation::value, b);
  return sums_.loss + penalty(b);
}

// From the slots, with l2's part at b.
void Problem::take_gradient(std::span<const double> b, std::span<double> g) {
  std::fill(g.begin(), g.end(), 0.0);
  for (std::size_t t = 0; t < job_.shards.size(); ++t) {
    checkpoint();
    const double* const gradient = &crew_.board()[job_.slot(t) + slot_gradient];
    for (std::size_t i = 0; i < g.size(); ++i) g[i] += gradient[parameter_[i]];
  }
  for (std::size_t i = 0; i < g.size(); ++i) g[i] += l2_[i] * b[i];
}

double Problem::gradient(std::span<const double> b, std::span<double> g) {
  run(Operation::gradient, b);
  take_gradient(b, g);
  return sums_.loss + penalty(b);
}

void Problem::differentiate(std::span<const double> b, Derivatives& at) {
  // A path asks for it again where it ended with another penalty.
  if (hessian_at_.empty() || !std::ranges::equal(hessian_at_, b) || width_ != 0 || expected_) {
    run(Operation::hessian, b);
    if (width_ == 0 && !expected_ && job_.options.path()) hessian_at_.assign(b.begin(), b.end());
  }
  take_gradient(b, at.gradient);
  at.value = sums_.loss + penalty(b);
  at.unbounded = separated();
  const Traits traits = job_.objective->traits();

  std::vector<double> hessian(hessian_size(job_));
  for (std::size_t t = 0; t < job_.shards.size(); ++t) {
    const double* const from = &crew_.board()[job_.slot(t) + slot_gradient + job_.parameters];
    for (std::size_t i = 0; i < hessian.size(); ++i) hessian[i] += from[i];
  }
  const std::size_t n = size(), outputs = job_.outputs, terms = job_.terms;
  const std::size_t linear = outputs * terms, pairs = traits.coupled ? outputs * (outputs + 1) / 2 : outputs;
  const double* const mixed = hessian.data() + pairs * linalg::triangle_size(terms);
  const double* const of_constants = mixed + job_.constants * linear;
  auto entry = [&](std::size_t p, std::size_t q) -> double {  // of parameters, those that are constants behind others
    if (p > q) std::swap(p, q);
    if (p >= linear) return of_constants[linalg::triangle_row(p - linear, job_.constants) + (q - linear)];
    if (q >= linear) return mixed[(q - linear) * linear + p];
    const std::size_t k = p / terms, s = p % terms, l = q / terms, t = q % terms;
    if (k != l && !traits.coupled) return 0;
    const std::size_t pair = traits.coupled ? k * outputs - k * (k + 1) / 2 + l : k;
    return hessian[pair * linalg::triangle_size(terms) + linalg::triangle_row(std::min(s, t), terms) + std::max(s, t)];
  };
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i; j < n; ++j) at.hessian[i * n + j] = entry(parameter_[i], parameter_[j]);
    double& diagonal = at.hessian[i * n + i];
    if (!traits.convex && !expected_ && parameter_[i] >= linear)
      diagonal = std::max(std::abs(diagonal), 1e-16 * weight_);
    diagonal += l2_[i];
  }
}

void Problem::hessian_product(std::span<const double> b, std::span<const double> d, std::span<double> product) {
  put(job_.layout.direction, d);
  run(Operation::hessian_product, b);
  take_gradient(d, product);
}

bool Problem::recedes(std::span<const double> direction) {
  if (!may_be_unbounded(job_)) return false;
  run(Operation::value, direction);
  return sums_.greatest_margin >= 0.1 && sums_.least_margin >= -1e-6 * sums_.greatest_margin;
}

double Problem::validation_loss(std::span<const double> b) {
  if (job_.options.validation_fraction == 0) return std::numeric_limits<double>::quiet_NaN();
  const double width = std::exchange(width_, 0);  // of the loss itself, which all stages can be compared by
  run(Operation::validate, b);
  width_ = width;
  return sums_.loss / sums_.weight;
}

}  // namespace quern
