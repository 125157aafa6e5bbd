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

class CovarianceSolver final : public PathSolver {
 public:
  CovarianceSolver(const Job& job, Crew& crew, const Standardization& columns, const TargetSums& targets)
      : job_(job), crew_(crew), columns_(columns), problem_(job, crew, columns.scale, targets.weight) {}

  Null begin() override {
    problem_.penalize(0);
    b_ = problem_.variables(crew_.board().subspan(job_.layout.point, job_.parameters));
    for (std::size_t i = 0; i < b_.size(); ++i)
      if (problem_.scale_of(i) > 0) b_[i] = 0;
    Problem intercepts(job_, crew_, columns_.scale, problem_.weight(), 1, true);
    if (intercepts.size() > 0) {
      const NewtonResult found = minimize_newton(intercepts, intercepts.variables(problem_.parameters(b_)), {});
      b_ = problem_.variables(intercepts.parameters(found.b));
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
  Crew& crew_;
  const Standardization& columns_;
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
