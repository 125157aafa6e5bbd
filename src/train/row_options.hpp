// What any training is told about its rows: which columns of the query they come from, and how they are kept.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "base/options.hpp"

namespace quern {

struct RowOptions {
  std::string target;                      // column that is y; empty: the first
  std::string weight;                      // column of row weights; empty: all 1
  std::vector<std::string> feature_names;  // instead of those of the columns
  std::string precision = "float8";        // of stored features
  std::string store = "memory";            // "none": run the query again for each pass

  static constexpr auto options =
      std::tuple{Option("target", &RowOptions::target), Option("weight", &RowOptions::weight),
                 Option("feature_names", &RowOptions::feature_names),
                 Option("precision", &RowOptions::precision, OneOf{{"float8", "float4"}}),
                 Option("store", &RowOptions::store, OneOf{{"memory", "none"}})};
};

// Columns beside y, the weight and the features, by their names. What rows carry is described in row_format.hpp.
struct RowColumns {
  std::string event;              // of survival times: was the event seen, or the row censored? Empty: the first left
  std::string stratum;            // the first tag, by the order of its values; empty: none
  std::vector<std::string> tags;  // more of them: numbers and booleans as they are, others as a number of 52 bits
};

}  // namespace quern
