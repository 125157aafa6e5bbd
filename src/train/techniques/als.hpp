// What a process of a factorisation does with a task: a range of users or items, each solved for with the other side
// held; or a block of ratings, descended over.
//
// With p_u the factors and the bias of user u, and q_i those of item i, all of
//
//   1/W [ 1/2 sum v_ui (r_ui - mean - b_u - c_i - x_u . y_i)^2  +  l2/2 (sum_u s_u |p_u|^2 + sum_i s_i |q_i|^2) ]
//
// is convex in the p given the q, and falls apart into least squares for each user, which are solved exactly. v is the
// weight of a rating, W the sum of the weights, s the weight of a user's or item's ratings (ALS-WR), or 1 (plain).
// Implicit feedback instead, over all pairs, without biases, W the number of pairs:
//
//   1/W [ 1/2 sum_ui (1 + alpha |r_ui|) ([r_ui > 0] - x_u . y_i)^2  +  ... ]
//
// where pairs without a rating enter through Y'Y, computed once for all users.
//
// Stochastic descent cuts users and items in groups: those blocks of ratings that share no group are descended over at
// once, the next ones after them (Gemulla et al., KDD 2011). So the answer does not depend on who does what.
//
// Zhou, Wilkinson, Schreiber and Pan, Large-scale parallel collaborative filtering for the Netflix Prize, AAIM 2008.
// Hu, Koren and Volinsky, Collaborative filtering for implicit feedback datasets, ICDM 2008.
#pragma once

#include <span>
#include <vector>

#include "linalg/row_gram.hpp"
#include "train/crew.hpp"
#include "train/techniques/factorization_options.hpp"
#include "train/techniques/ratings.hpp"

namespace quern {

// Command::step of Operation::technique.
enum class FactorStep : std::int64_t {
  solve_users,
  solve_items,
  user_gram,  // of the factors of the users, for each task its share
  item_gram,
  measure,         // the loss, by users
  user_gradients,  // of the loss
  item_gradients,
  descend,  // Command::epoch: over the block in this diagonal
};

// What a task leaves in its slot. Sums over its users or items.
struct FactorSums {
  double squares = 0;   // v (r - f)^2; implicit: c (p - f)^2 over all pairs
  double penalty = 0;   // s |p|^2
  double gradient = 0;  // |g|^2, g the gradient of the loss times W
  double origin = 0;    // |g|^2 where the factors of this side are 0
};

class FactorWorker final : public Worker {
 public:
  FactorWorker(const FactorizationOptions& options, const RatingsLayout& layout, std::span<double> board);

  void perform(const Command& command, std::size_t task) override;

 private:
  FactorSums* slot(std::size_t task) const;
  void solve(std::size_t side, std::size_t task);
  void fill_equations(std::size_t side, std::size_t i);
  void add_penalty(std::size_t side, std::size_t i);
  double squares_of(std::size_t side, std::size_t i) const;
  double scale_of(std::size_t side, std::size_t i) const;
  double weight_of(std::size_t side, std::size_t i) const;
  void measure(std::size_t task);
  void gradients(std::size_t side, std::size_t task);
  void gram(std::size_t side, std::size_t task);
  void descend(const Command& command, std::size_t task);

  const FactorizationOptions& options_;
  const RatingsLayout& layout_;
  const std::span<double> board_;
  const Ratings ratings_;
  RowGram equations_;
  std::vector<double> solution_;
  std::vector<double> rates_[2];  // of sgd: the share of a plain penalty for each unit of weight
};

}  // namespace quern
