// Gaussian naive Bayes: every feature is normal within a class, independent of the others.
//
// One pass keeps, for each class, the weight, means and centred sums of squares (West's weighted update, Chan's merge),
// so that neither a large mean nor the split of the rows over workers costs digits. A weight acts as that many rows;
// rows of weight 0 are left out.
//
// As scikit-learn's GaussianNB (Chan et al. 1982 underneath): variances have divisor n, priors are the shares of the
// classes, and var_smoothing times the largest variance of any feature over all rows is added to every variance. With
// weights, that largest variance is weighted too. Where all features are constant it counts as 1, so that a single row
// makes a model. A variance that is still 0 (var_smoothing = 0) is an error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/options.hpp"
#include "model/model.hpp"
#include "uda/aggregate.hpp"
#include "uda/class_dictionary.hpp"

namespace quern {

struct GaussianNaiveBayesOptions {
  double var_smoothing = 1e-9;  // share of the largest feature variance added to all; 0 or more; scikit-learn's
  std::vector<std::string> feature_names;  // one for each feature

  static constexpr auto options =
      std::tuple{Option("var_smoothing", &GaussianNaiveBayesOptions::var_smoothing, at_least(0)),
                 Option("feature_names", &GaussianNaiveBayesOptions::feature_names)};
};

struct GaussianNaiveBayes {
  using Options = GaussianNaiveBayesOptions;
  static constexpr std::size_t max_parameters = 56'000'000;  // classes x features: 900 MB of state

  Vec<char> options;
  std::int64_t skipped = 0;
  std::int64_t width = 0;  // p; 0 before the first row
  ClassDictionary classes;
  Vec<std::int64_t> count;  // rows of each class
  Vec<double> weight;       // their weight
  Vec<double> mean, m2;     // classes x p; m2: sum of w (x - mean)^2

  void configure();
  void accumulate(ClassLabel y, Features x, Weight w);
  void skip() { skipped += 1; }
  void merge(const GaussianNaiveBayes& other);
  bool valid() const;

  std::optional<Model> fit() const;

 private:
  std::size_t class_of(ClassLabel y, std::size_t p);
  double largest_variance(double total) const;
};

}  // namespace quern
