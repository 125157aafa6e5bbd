// Settings to try: from a grid in JSON, all of them, some drawn at random, or points of the unit cube for whoever
// searches on.
//
//   {"l2": [0.01, 0.1, 1], "fit_intercept": true}        3 settings; a value that is no array is the same in all
//   [{"l2": [0.1, 1]}, {"l1": [0.01]}]                   of several grids one after the other
//   {"l2": {"log_uniform": [1e-6, 1]}}                   a distribution, for random and Bayesian search
//
// Distributions: uniform [low, high], log_uniform [low, high], integer [low, high] (whole numbers), log_integer,
// normal [mean, standard deviation], log_normal [of the logarithm], choice [values]. An array is a choice.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace quern {

class Grid {
 public:
  // Throws InvalidInput: no object, an empty array, a distribution that does not exist or has unfit bounds. `function`
  // is the name that messages start with.
  Grid(std::string_view function, std::string_view text);

  // All settings, the last option varying fastest. Throws InvalidInput if there is a distribution, or more than
  // most_settings.
  std::vector<Json> all() const;
  // True if no option has a distribution over numbers.
  bool finite() const;
  // Of a finite grid; at most most_settings + 1.
  std::size_t size() const;

  // Coordinates of a setting: numbers of the unit cube. A choice of k values is k coordinates, the largest wins.
  std::size_t dimensions() const;
  Json at(const std::vector<double>& point) const;
  // The same setting's coordinates with choices as 0 and 1: what a distance between settings is measured in.
  std::vector<double> canonical(const std::vector<double>& point) const;

  static constexpr std::size_t most_settings = 10'000;

 private:
  enum class Kind { fixed, choice, uniform, log_uniform, integer, log_integer, normal, log_normal };
  struct Option {
    std::string name;
    Kind kind = Kind::fixed;
    std::vector<Json> values;  // of a choice; one if fixed
    double a = 0, b = 0;       // of a distribution
  };
  struct Part {
    std::vector<Option> options;
  };

  Part read_part(const Json& object) const;
  Option read_option(const std::string& name, const Json& value) const;
  static std::size_t dimensions_of(const Option& option);
  static Json value_at(const Option& option, const double* point);

  std::string function_;
  std::vector<Part> parts_;
};

}  // namespace quern
