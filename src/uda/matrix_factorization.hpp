// Matrix factorization of the ratings of a group, for GROUP BY: the state gathers them, Finalize runs the training of
// quern.train('matrix_factorization', ...) over them, in one process. Same options, same objective, same model.
//
// Where it breaks: the ratings of one group, 32 bytes each and the texts of their ids, have to fit into a state of
// 900 MB; beyond that use quern.train.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/model.hpp"
#include "train/techniques/factorization_options.hpp"
#include "uda/aggregate.hpp"

namespace quern {

struct MatrixFactorizationState {
  using Options = FactorizationOptions;
  static constexpr std::size_t max_bytes = 900'000'000;

  // Of one column: the number of each rating, or the end of its text.
  struct Column {
    Vec<std::int64_t> numbers;
    Vec<char> bytes;
  };

  Vec<char> options;
  std::int64_t skipped = 0;
  std::int32_t texts = 0;  // 1 if ids are
  Column users, items;
  Vec<double> ratings, weights;

  void configure();
  void accumulate(Id user, Id item, double rating, Weight w);
  void merge(const MatrixFactorizationState& other);
  void skip() { ++skipped; }
  bool valid() const;

  std::optional<Model> fit() const;
};

}  // namespace quern
