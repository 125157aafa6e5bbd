// Which weights a conditional random field has, and where they lie among the numbers that its workers compute with.
//
// A sequence is a sparse row: an entry of index 0 opens a position, its value is the number of the label; entries of
// index f + 1 follow, of the position's feature f. Numbers of labels and features are those of the gathering; labels
// get their places in the model from the board, features keep their numbers.
//
// A feature has weights for the labels that it was seen with (Okazaki's CRFsuite does the same): if they are few a
// list, else a row for all labels, of which those not seen stay 0.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "train/row_options.hpp"
#include "train/row_store.hpp"

namespace quern {

struct CrfOptions : RowOptions {
  double l1 = 0, l2 = -1;  // l2 below 0: 2 / n if there is no l1
  bool ends = true;        // weights for the first and the last label
  bool all_possible_states = false, all_possible_transitions = false;
  std::int64_t min_feature_count = 1;
  std::vector<std::string> labels;  // all there are; empty: those of the rows

  std::string solver = "auto";
  std::int64_t seed = 0;
  std::int64_t max_iter = 0;
  double tol = 0;
  double max_seconds = 0;
  double step_size = 0;

  static constexpr auto options = std::tuple{Option("target", &CrfOptions::target),
                                             Option("weight", &CrfOptions::weight),
                                             Option("precision", &CrfOptions::precision, OneOf{{"float8", "float4"}}),
                                             Option("store", &CrfOptions::store, OneOf{{"memory", "none"}}),
                                             Option("l1", &CrfOptions::l1, at_least(0)),
                                             Option("l2", &CrfOptions::l2, at_least(0)),
                                             Option("ends", &CrfOptions::ends),
                                             Option("all_possible_states", &CrfOptions::all_possible_states),
                                             Option("all_possible_transitions", &CrfOptions::all_possible_transitions),
                                             Option("min_feature_count", &CrfOptions::min_feature_count, at_least(1)),
                                             Option("labels", &CrfOptions::labels),
                                             Option("solver", &CrfOptions::solver, OneOf{{"auto", "lbfgs", "sgd"}}),
                                             Option("seed", &CrfOptions::seed, within(0, 0x1p53)),
                                             Option("max_iter", &CrfOptions::max_iter, within(1, 1e9)),
                                             Option("tol", &CrfOptions::tol, above(0)),
                                             Option("max_seconds", &CrfOptions::max_seconds, above(0)),
                                             Option("step_size", &CrfOptions::step_size, above(0))};
};

// What there is in the rows, by the numbers of the gathering.
struct CrfCounts {
  std::size_t features = 0, labels = 0;  // labels beyond those of the rows come after them
  double weight = 0, sequences = 0, positions = 0, entries = 0;
  std::vector<std::uint32_t> occurrences;  // of each feature
  std::vector<std::uint64_t> seen;         // features x words, a bit for each label
  std::vector<std::uint8_t> pairs;         // labels x labels: seen one after the other
  std::vector<std::uint8_t> first, last;   // labels

  std::size_t words() const { return (labels + 63) / 64; }
  bool was_seen(std::size_t feature, std::size_t label) const {
    return seen[feature * words() + label / 64] >> (label % 64) & 1;
  }
};

// One pass over the rows. With the options that say what counts as seen.
CrfCounts count_features(RowStore& store, std::size_t labels, const CrfOptions& options);

struct CrfLayout {
  static constexpr std::uint32_t row = 0xffffffff;
  struct Feature {
    std::uint32_t at = 0;
    std::uint32_t labels = 0;  // in its list, or row
  };

  // `rows`: features may have a row of which some labels were not seen.
  CrfLayout(const CrfCounts& counts, bool rows);

  // place[c]: of label number c.
  void place_labels(const CrfCounts& counts, const std::vector<std::size_t>& place);

  std::size_t labels, width;
  std::vector<Feature> features;
  std::vector<std::uint16_t> list_labels;  // in ascending order, from `lists` on
  // Transitions at 0, labels x width
  std::size_t first, last;  // width each
  std::size_t lists;        // after the rows
  std::size_t size;
};

}  // namespace quern
