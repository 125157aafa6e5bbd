// Conditional random fields of the sequences of a group, for GROUP BY: the state gathers them, Finalize runs the
// training of quern.train('crf', ...) over them, in one process. Same options, same objective, same model.
//
// Where it breaks: the sequences of one group, 12 bytes for each position and each of its features, and the names of
// the features have to fit into a state of 900 MB; beyond that use quern.train.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/model.hpp"
#include "train/techniques/crf_layout.hpp"
#include "uda/aggregate.hpp"
#include "uda/class_dictionary.hpp"
#include "base/name_dictionary.hpp"

namespace quern {

struct CrfState {
  using Options = CrfOptions;
  static constexpr std::size_t max_bytes = 900'000'000;

  Vec<char> options;
  std::int64_t skipped = 0;
  ClassDictionary labels;
  NameDictionary features;
  // Of all sequences, one after the other, as train/techniques/crf_layout.hpp has them.
  Vec<std::uint32_t> indices;
  Vec<double> values;
  Vec<std::int64_t> ends;  // of each sequence
  Vec<double> weights;

  void configure();
  void accumulate(SequenceLabels y, SequenceFeatures x, Weight w);
  void merge(const CrfState& other);
  void skip() { ++skipped; }
  bool valid() const;

  std::optional<Model> fit() const;
  std::string why_none() const;
};

}  // namespace quern
