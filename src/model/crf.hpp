// Labelling sequences with a conditional random field: of all label sequences the one with the highest score
//   sum over positions of the weights of (feature, label), times the features' values, + of transitions
//   + start[first label] + end[last label].
// Lafferty, McCallum and Pereira, ICML 2001.
//
// The model has its labels as classes, the names of its features, and the parameters
//   state_start  features + 1: where the weights of a feature begin
//   state        weights; state_label, of the same size, says of which label
//   transition   labels x labels, NaN where there is none and the weight is 0
//   start, end   labels, NaN in the same way; may be absent
// A feature that the model does not know counts as none.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/vec.hpp"
#include "model/linear_chain.hpp"
#include "model/scorer.hpp"

namespace quern {

class CrfScorer {
 public:
  explicit CrfScorer(const Model& model);

  std::size_t features() const { return names_.size(); }
  std::size_t labels() const { return labels_; }
  std::size_t width() const { return width_; }

  std::optional<std::uint32_t> find(std::string_view feature) const;

  // To the scores of one position, of width().
  void add_feature(std::uint32_t feature, double value, double* scores) const;
  // To all scores of a sequence, of positions x width().
  void add_ends(std::span<double> scores) const;
  // A chain with the transitions of the model.
  LinearChain chain() const;

  // For each weight its label and feature; for transitions the term "(after label)", for ends "(first)" and "(last)".
  static std::vector<Coefficient> coefficients(const Model& model);

 private:
  std::span<const Text> names_;
  std::size_t labels_, width_;
  std::span<const double> state_;
  Vec<std::uint32_t> start_, label_;
  Vec<double> transitions_;  // labels x width
  Vec<double> first_, last_;
  Vec<std::uint32_t> slots_;  // a hash table of features, by name; 0: empty, else number + 1
};

}  // namespace quern
