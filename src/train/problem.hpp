// The objective of a job over its rows, as the solvers see it: the sum of v loss + penalties, times the sum of weights
// so that it is a negative log-likelihood where the loss is one, in standardised columns with the penalty of the
// user's: w_j = scale_j u_j, so l1 |w_j| = l1 scale_j |u_j| and l2 w_j^2 = l2 scale_j^2 u_j^2.
//
// Variables are the parameters of each output in turn, the intercept first (so that a constant column is the one left
// out, as R does), without those that a symmetric loss (multinomial) leaves undetermined: all of the first class if
// there is no penalty, its intercept if there is one. These stay 0. Constants come before all others.
//
// Sums come from the crew, one for each shard, and are added in the order of shards.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "train/composite.hpp"
#include "train/crew.hpp"
#include "train/job.hpp"

namespace quern {

// Is it a classifier's likelihood, or one of who is first, with no penalty to hold the weights?
bool may_be_unbounded(const Job& job);
// ... and a point right about all rows, by these margins? Then its multiples lower the objective without end.
bool separates(const Job& job, double least_margin, double greatest_margin);

class Problem final : public CompositeObjective {
 public:
  struct Sums {
    double loss = 0, weight = 0, rows = 0, squares = 0;
    double least_margin = std::numeric_limits<double>::infinity();
    double greatest_margin = -std::numeric_limits<double>::infinity();
  };

  // Over every stride-th block, of which the weights add to `weight`. `scale` is that of the columns. `null`: of
  // intercepts and constants alone.
  Problem(const Job& job, Crew& crew, std::span<const double> scale, double weight, std::size_t stride = 1,
          bool null = false);

  std::size_t size() const override { return parameter_.size(); }
  double value(std::span<const double> b) override;
  double gradient(std::span<const double> b, std::span<double> g) override;
  void differentiate(std::span<const double> b, Derivatives& at) override;
  void hessian_product(std::span<const double> b, std::span<const double> d, std::span<double> product) override;
  bool recedes(std::span<const double> direction) override;
  std::span<const double> l1() const override { return l1_; }
  bool quadratic() const override;

  // Does the point of the last pass prove that there is no optimum?
  bool separated() const { return separates(job_, sums_.least_margin, sums_.greatest_margin); }

  // The penalties times this; 1 at first. Of a path of penalties those of the job are at alpha 1.
  void penalize(double alpha);
  // Of a variable in the user's columns: the scale of its column; 0 for an intercept or a constant.
  double scale_of(std::size_t variable) const;
  // The loss smoothed within `width`; 0: as it is.
  void smooth(double width) { width_ = width; }
  // differentiate gives the expected curvature of a likelihood.
  void expect(bool expected) { expected_ = expected; }

  double weight() const { return weight_; }
  const Sums& sums() const { return sums_; }        // of the last pass
  double penalty(std::span<const double> b) const;  // l2's
  double rows_seen() const { return rows_seen_; }
  // The mean loss over rows held out; NaN without any.
  double validation_loss(std::span<const double> b);

  std::vector<double> parameters(std::span<const double> b) const;
  std::vector<double> variables(std::span<const double> parameters) const;
  std::size_t parameter(std::size_t variable) const { return parameter_[variable]; }

 private:
  void run(Operation operation, std::span<const double> b);
  void put(std::size_t offset, std::span<const double> b);
  void take_gradient(std::span<const double> b, std::span<double> g);

  const Job& job_;
  Crew& crew_;
  double weight_;
  std::size_t stride_;
  double width_ = 0;
  bool expected_ = false;
  std::vector<std::size_t> parameter_;  // of each variable
  std::vector<double> l1_, l2_;         // of each variable, times the weight
  std::vector<double> scale_;           // of each variable
  std::vector<double> hessian_at_;      // the point of which the board has the Hessian; empty: of none
  Sums sums_;
  double rows_seen_ = 0;
};

}  // namespace quern
