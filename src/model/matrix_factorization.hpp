// Scores pairs of a user and an item: mean + bias of the user + bias of the item + their factors' product.
//
// The model has
//   parameter "user_id" or "user_text", "item_id" or "item_text"   the ids (ids.hpp)
//   parameter "user_factor", "item_factor"                         a row of `rank` numbers for each
//   parameter "user_bias", "item_bias"                             one number for each; none without biases
//   metric "rank", "users", "items", and "mean" with biases
//
// An id that the model does not know has factors and a bias of 0. Where that leaves nothing to tell pairs apart by -
// without biases - there is no score.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "model/ids.hpp"
#include "model/scorer.hpp"

namespace quern {

class MatrixFactorizationScorer {
 public:
  explicit MatrixFactorizationScorer(const Model& model);

  // Rows of features are no pairs of ids: both throw InvalidInput, with what to use instead.
  std::size_t features() const { return 2; }
  double predict(const Features& x) const;
  std::size_t decisions() const { return 1; }
  void decide(const Features& x, std::span<double> out) const;
  // The mean alone: quern.factors gives the rest.
  static std::vector<Coefficient> coefficients(const Model& model);

  using Place = std::optional<std::size_t>;  // none: an unknown id

  std::optional<double> score(Place user, Place item) const;

  struct Scored {
    std::size_t item;
    double score;
  };
  // The n items of the highest score, best first, of equal ones the first by id; without those of `excluded`, which is
  // sorted. None for a user of whom nothing is known and that no bias speaks for.
  std::vector<Scored> recommend(Place user, std::size_t n, std::span<const std::size_t> excluded) const;
  // The n items whose factors point most in the direction of those of `item`, which is left out: the cosine.
  std::vector<Scored> similar(std::size_t item, std::size_t n) const;

  const Ids& users() const { return users_; }
  const Ids& items() const { return items_; }
  std::span<const double> user_factor(std::size_t user) const { return user_factor_.subspan(user * rank_, rank_); }
  std::span<const double> item_factor(std::size_t item) const { return item_factor_.subspan(item * rank_, rank_); }
  std::size_t rank() const { return rank_; }
  bool biased() const { return !user_bias_.empty(); }
  double mean() const { return mean_; }  // that biases are from
  double user_bias(std::size_t user) const { return user_bias_[user]; }
  double item_bias(std::size_t item) const { return item_bias_[item]; }

 private:
  std::size_t rank_;
  Ids users_, items_;
  std::span<const double> user_factor_, item_factor_, user_bias_, item_bias_;
  double mean_ = 0;
};

}  // namespace quern
