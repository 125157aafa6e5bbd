// How well a model predicts rows that it was not trained on: one number, by name.
//
//   of a number       r2, mse, rmse, mae
//   of classes        accuracy, balanced_accuracy, precision, recall, f1 (of two classes: of the second; of more: the
//   mean
//                     over classes), log_loss, roc_auc (of two classes)
//   of either         loss: the objective's own, without the penalty, where it is known
//
// Rows count by their weights. As in sklearn.metrics: log_loss clips probabilities to [2^-52, 1 - 2^-52], what is
// undefined in precision, recall and f1 counts as 0. NaN where there is nothing to measure (roc_auc of one class).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quern {

enum class MetricKind : std::uint8_t {
  r2,
  mse,
  rmse,
  mae,
  accuracy,
  balanced_accuracy,
  precision,
  recall,
  f1,
  log_loss,
  roc_auc,
  loss
};

// Throws InvalidInput for a name that is none, or not of such a target. `classes` is 0 for a number.
MetricKind metric_of(std::string_view function, std::string_view name, std::size_t classes);
const char* name_of(MetricKind kind);
inline bool larger_is_better(MetricKind kind) {
  return kind == MetricKind::r2 ||
         (kind >= MetricKind::accuracy && kind != MetricKind::log_loss && kind != MetricKind::loss);
}
inline bool needs_probabilities(MetricKind kind) { return kind == MetricKind::log_loss; }

// What is summed over rows; sums of shards are added in their order.
class MetricSums {
 public:
  MetricSums(MetricKind kind, std::size_t classes);

  // A number; or the class, predicted class and the probability of the true one (NaN: not known) and, of two classes, a
  // number that is larger where the second is likelier.
  void add_number(double actual, double predicted, double weight);
  void add_class(std::size_t actual, std::size_t predicted, double probability, double decision, double weight);
  // For MetricKind::loss alone: the weighted sum of the losses of some rows, and of their weights.
  void add_loss(double loss, double weight);

  // As plain numbers, to lie on a board: the same count in every process.
  static std::size_t size(MetricKind kind, std::size_t classes);
  void put(double* to) const;
  void add(const double* from);

  double value() const;

  // roc_auc needs all of them: decision, weight with the sign of the class (+ second).
  struct Decision {
    double decision, signed_weight;
  };
  std::vector<Decision> decisions;

 private:
  MetricKind kind_;
  std::size_t classes_;
  std::vector<double> sums_;
};

}  // namespace quern
