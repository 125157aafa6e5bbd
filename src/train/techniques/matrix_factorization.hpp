// quern.train('matrix_factorization', ...): users and items as vectors of `rank` numbers whose product, with biases, is
// the rating. The objective and the methods are in als.hpp.
//
// What a half of a sweep leaves is exact, so the loss of als never rises, and metric kkt_residual says how far the last
// sweep is from a point where no small change of any factor would lower it: the gradient's norm, as a share of what it
// is where all factors are 0. The objective is not convex in both sides: other seeds may end elsewhere.
//
// A model continued is of the users and items of the rows, which start where they are in it or as usual, and are fitted
// to the rows alone; and of those that rows lack, which stay as they were. Its mean stays, for their biases are from it.
//
// Where it breaks: rows must be kept (option store is not known here), and the matrices are kept beside them
// (ratings.hpp has the bytes). With l2 = 0, users of fewer ratings than rank have no unique factors: those that the
// equations leave open are 0.
#pragma once

#include "train/techniques/als.hpp"
#include "train/training.hpp"

namespace quern {

class MatrixFactorization final : public Training {
 public:
  static TrainingPlan plan(std::string_view algorithm, std::string_view options);

  MatrixFactorization(const JobSpec& spec, const RowStore& store);

  const JobSpec& spec() const override { return spec_; }
  std::size_t board_size() const override { return layout_.size; }
  std::size_t tasks() const override { return layout_.tasks; }
  double expected_seconds(double bytes) const override;
  std::vector<std::string> reasons() const override;
  std::unique_ptr<Worker> make_worker(RowStore& store, std::span<double> board) const override;

  // Metrics: users, items, rank, mean (with biases), loss (the objective), rmse and weight_sum (of ratings),
  // validation_rmse, iterations, converged (if tol was given), gradient_norm, kkt_residual, seconds. The parameters are
  // those of model/matrix_factorization.hpp, and training_log.
  Model train(RowStore& store, Crew& crew, Observer& observer, const Description& description,
              const Model* start) const override;

 private:
  const JobSpec spec_;
  const FactorizationOptions options_;
  const RatingsLayout layout_;
};

}  // namespace quern
