// Sums and maxima over all label sequences of a linear chain: a sequence y of n labels has the score
//   sum_t scores[t][y_t] + sum_t transitions[y_t-1][y_t],
// and the probability exp(score) / Z.
//
// Forward and backward run on scaled probabilities (Rabiner, Proc. IEEE 77, 1989), over all labels at once in vectors;
// expected transitions are one matrix product for a whole sequence, since exp(transition) is a factor of all its
// positions. Where scores of one position differ so much that a scaled probability could vanish (by more than 600
// together with the transitions; then none can, wherever it is), the sequence is done in logarithms instead, slower.
// Every sum is in the same order on every processor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace quern {

inline constexpr std::size_t most_labels = 1000;

// Labels are padded to whole vectors.
inline constexpr std::size_t chain_width(std::size_t labels) { return (labels + 7) / 8 * 8; }

class LinearChain {
 public:
  explicit LinearChain(std::size_t labels);

  std::size_t labels() const { return labels_; }
  std::size_t width() const { return width_; }

  // labels x width; what is in the padding does not matter, here and in scores.
  void set_transitions(std::span<const double> transitions);

  // log Z. `scores`, of positions x width, become the probabilities of each label at each position, 0 in the padding.
  // With a weight other than 0 expected transitions, so weighted, are added to those that take_pairs() gives.
  double forward_backward(std::span<double> scores, double weight);
  // Added to `pairs`, of labels x width; the sum starts anew.
  void take_pairs(std::span<double> pairs);

  // The score of the best sequence, which is left in `path`; of equal ones labels with lower numbers.
  double best_path(std::span<const double> scores, std::span<std::uint32_t> path);

 private:
  double in_logarithms(std::span<double> scores, std::size_t n, double weight);

  std::size_t labels_, width_;
  std::vector<double> transitions_;         // as given, -infinity in the padding
  std::vector<double> forward_, backward_;  // exp(transition - highest), and transposed
  double highest_ = 0, spread_ = 0;         // of transitions
  bool exponentiated_ = false;              // forward_ and backward_ are those of transitions_
  std::vector<double> mask_;                // 1, and 0 in the padding
  std::vector<double> alpha_, ahead_, beta_, scale_, best_;
  std::vector<double> products_, pairs_;  // expected transitions over exp(transition - highest), and as they are
  std::vector<std::uint16_t> from_;
};

}  // namespace quern
