// Paths over narrow rows. The squared loss has one Hessian, the Gram matrix: after one pass over the rows every answer
// is a small quadratic problem (quadratic_path.hpp). Other smooth losses take Newton's steps
// with the penalty as it is (proximal_newton.cpp), two or three from the answer before.
//
// Columns that depend on each other leave the lasso without a penalty l2 several answers: it is one of them.
#include <algorithm>
#include <cmath>
#include <optional>

#include "train/path.hpp"
#include "train/problem.hpp"
#include "train/quadratic_path.hpp"

namespace quern {

namespace {

// The problem in its intercepts, all weights 0.
class InterceptsAlone final : public ConvexObjective {
 public:
  InterceptsAlone(Problem& problem, std::vector<std::size_t> intercepts)
      : problem_(problem), intercepts_(std::move(intercepts)), all_(problem.size()) {
    at_.gradient.resize(all_.size());
    at_.hessian.resize(all_.size() * all_.size());
  }
  std::size_t size() const override { return intercepts_.size(); }
  double value(std::span<const double> b) override { return problem_.value(put(b)); }
  void differentiate(std::span<const double> b, Derivatives& at) override {
    problem_.differentiate(put(b), at_);
    at.value = at_.value;
    const std::size_t n = size();
    for (std::size_t i = 0; i < n; ++i) {
      at.gradient[i] = at_.gradient[intercepts_[i]];
      for (std::size_t j = i; j < n; ++j)
        at.hessian[i * n + j] = at_.hessian[intercepts_[i] * all_.size() + intercepts_[j]];
    }
  }
  bool recedes(std::span<const double>) override { return false; }
  std::span<const double> put(std::span<const double> b) {
    for (std::size_t i = 0; i < b.size(); ++i) all_[intercepts_[i]] = b[i];
    return all_;
  }

 private:
  Problem& problem_;
  const std::vector<std::size_t> intercepts_;
  std::vector<double> all_;
  Derivatives at_;
};

class CovarianceSolver final : public PathSolver {
 public:
  CovarianceSolver(const Job& job, Crew& crew, const Standardization& columns, const TargetSums& targets)
      : job_(job), board_(crew.board()), problem_(job, crew, columns.scale, targets.weight) {}

  Null begin() override {
    problem_.penalize(0);
    b_ = problem_.variables(board_.subspan(job_.layout.point, job_.parameters));
    std::vector<std::size_t> intercepts;
    std::vector<double> start;
    for (std::size_t i = 0; i < b_.size(); ++i) {
      if (problem_.scale_of(i) == 0) {
        intercepts.push_back(i);
        start.push_back(b_[i]);
      }
      b_[i] = 0;
    }
    if (!intercepts.empty()) {
      InterceptsAlone null(problem_, intercepts);
      const NewtonResult found = minimize_newton(null, start, {});
      for (std::size_t i = 0; i < intercepts.size(); ++i) b_[intercepts[i]] = found.b[i];
    }
    const std::size_t n = b_.size();
    Derivatives at;
    at.gradient.resize(n);
    at.hessian.resize(n * n);
    problem_.differentiate(b_, at);
    const double weight = problem_.weight();
    double most = 0;
    for (std::size_t i = 0; i < n; ++i)
      if (const double scale = problem_.scale_of(i); scale > 0) most = std::max(most, std::abs(at.gradient[i]) / scale);
    const Null null{at.value / weight, most / weight};
    if (!problem_.quadratic()) return null;

    std::vector<double> l1(n), l2(n);
    for (std::size_t i = 0; i < n; ++i) {
      at.gradient[i] /= weight;
      for (std::size_t j = i; j < n; ++j) at.hessian[j * n + i] = at.hessian[i * n + j] /= weight;
      l1[i] = job_.options.l1 * problem_.scale_of(i);
      l2[i] = job_.options.l2 * problem_.scale_of(i) * problem_.scale_of(i);
    }
    squares_.emplace(null.loss, b_, std::move(at.gradient), std::move(at.hessian), std::move(l1), std::move(l2));
    return null;
  }

  PathStep step(double alpha) override {
    problem_.penalize(alpha);
    if (!squares_) return step_of_newton();
    const PathStep result = squares_->step(alpha);
    b_.assign(squares_->answer().begin(), squares_->answer().end());
    return result;
  }

  std::vector<double> parameters() const override { return problem_.parameters(b_); }
  double validation_loss() override { return problem_.validation_loss(b_); }

 private:
  PathStep step_of_newton() {
    const SolverOptions options{.max_iter = job_.options.max_iter > 0 ? job_.options.max_iter : 1000,
                                .tol = job_.options.tol > 0 ? job_.options.tol : 1e-7};
    const Minimum found = minimize_proximal_newton(problem_, std::move(b_), options);
    b_ = found.b;
    const double weight = problem_.weight();
    const double penalty = problem_.penalty(b_) + l1_norm(problem_.l1(), b_);
    return {(found.value - penalty) / weight, found.value / weight, found.gradient_norm / weight, found.iterations,
            found.converged};
  }

  const Job& job_;
  const std::span<const double> board_;
  Problem problem_;
  std::vector<double> b_;
  std::optional<QuadraticPath> squares_;
};

}  // namespace

std::unique_ptr<PathSolver> make_covariance_solver(const Job& job, Crew& crew, const Standardization& columns,
                                                   const TargetSums& targets) {
  return std::make_unique<CovarianceSolver>(job, crew, columns, targets);
}

}  // namespace quern
