// How good predicted probabilities of a binary outcome are, and the classes they imply at 1/2.
//
// The area under the ROC curve is exact: the share of (positive, negative) pairs that the probability orders rightly,
// ties counting half (Mann and Whitney; Fawcett, "An introduction to ROC analysis", 2006). That takes all
// probabilities: the state keeps them in chunks, eight bytes a row, and the final function merges the sorted chunks and
// sums everything else on the way, in sorted order, so that results do not depend on how rows were split over workers.
// More than 112,500,000 rows are an error.
//
// A row is predicted positive where its probability is above 1/2. log_loss clips probabilities to [2^-52, 1 - 2^-52],
// as scikit-learn 1.2 does. What is undefined is NULL: recall without positives, specificity without negatives,
// precision without predicted positives, f1 without either, auc with one class.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "uda/aggregate.hpp"

namespace quern {

struct ClassificationQuality {
  std::int64_t n, skipped, positives;
  double accuracy;
  std::optional<double> precision, recall, specificity, f1;
  double log_loss;  // mean, natural logarithm
  double brier;     // mean squared difference of probability and outcome
  std::optional<double> auc;

  static constexpr std::array columns{"n",           "skipped", "positives", "accuracy", "precision", "recall",
                                      "specificity", "f1",      "log_loss",  "brier",    "auc"};
};

struct ClassificationMetrics {
  static constexpr std::size_t chunk_rows = 16384;
  static constexpr std::size_t max_scores = 112'500'000;  // 900 MB

  std::int64_t n = 0, skipped = 0;
  Vec<Vec<double>> chunks;  // the probability, with a minus sign (also on 0) where the outcome was 0

  void accumulate(Outcome actual, double predicted_probability);
  void skip() { skipped += 1; }
  void merge(const ClassificationMetrics& other);
  bool valid() const;

  std::optional<ClassificationQuality> quality() const;

 private:
  void add(double signed_probability);
};

}  // namespace quern
