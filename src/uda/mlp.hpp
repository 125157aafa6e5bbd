// quern.mlp: the network of quern.train over the rows of a state, for GROUP BY. Text and booleans are classes and
// numbers are numbers, unless option task says otherwise.
#pragma once

#include "uda/trained.hpp"

namespace quern {

struct MlpState {
  using Options = TrainOptions;
  static constexpr std::string_view learner = "mlp";
  enum Task : std::int32_t { by_type, classification, regression };

  Vec<char> options;
  std::int32_t task = by_type;
  std::int64_t skipped = 0;
  ClassDictionary classes;  // none of a regression
  CollectedRows rows;

  void configure();
  void accumulate(ClassLabel y, FeatureRow x, Weight w);
  void merge(const MlpState& other);
  void skip() { ++skipped; }
  bool valid() const;

  std::optional<Model> fit() const { return trained::fit(learner, options, classes, rows, skipped); }
  std::string why_none() const { return trained::why_none(learner, classes, rows); }
};

}  // namespace quern
