// Principal components of the rows of a table, in one pass.
//
// Methods:
//   covariance   means and centred cross-products (linalg/weighted_moments.hpp), whose eigenvectors are the components.
//   Variances
//                are good to about 1e-16 of the largest one.
//   qr           R of the rows behind a column of ones (linalg/tall_factor.hpp), without its first row and column the
//   factor
//                of the centred rows, whose singular vectors are the components: small deviations are good to 1e-16 of
//                the largest one, so that variances are to 1e-32. About three times the time.
//   randomized   a sketch of the covariance (linalg/covariance_sketch.hpp) for thousands of columns and few components:
//   p
//                (n_components + oversampling) numbers instead of p^2 / 2.
//
// Signs: of the loadings of a component the one that is largest in size is positive. The divisor of variances is the
// sum of weights less 1, that is n - 1 without weights.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/options.hpp"
#include "linalg/covariance_sketch.hpp"
#include "linalg/tall_factor.hpp"
#include "linalg/weighted_moments.hpp"
#include "model/model.hpp"
#include "uda/aggregate.hpp"

namespace quern {

struct PcaOptions {
  double n_components = 0;  // a count from 1; or a share of the variance, below 1; 0: all
  bool scale = false;       // columns to deviation 1
  bool whiten = false;      // transform() to components of deviation 1
  std::string method = "covariance";
  std::int64_t oversampling = 10;  // columns of the sketch beyond n_components
  std::int64_t seed = 0;           // of the sketch
  std::vector<std::string> feature_names;

  static constexpr auto options =
      std::tuple{Option("n_components", &PcaOptions::n_components, above(0)),
                 Option("scale", &PcaOptions::scale),
                 Option("whiten", &PcaOptions::whiten),
                 Option("method", &PcaOptions::method, OneOf{{"covariance", "qr", "randomized"}}),
                 Option("oversampling", &PcaOptions::oversampling, within(0, 1000)),
                 Option("seed", &PcaOptions::seed, within(0, 0x1p53)),
                 Option("feature_names", &PcaOptions::feature_names)};
};

struct Pca {
  using Options = PcaOptions;
  static constexpr std::size_t max_features = 4000;

  Vec<char> options;
  std::int64_t skipped = 0;
  std::int64_t width = 0;   // p; 0 before the first row
  std::int32_t method = 0;  // as options has it
  double weight = 0;        // of qr
  WeightedMoments moments;  // of covariance
  TallFactor factor;        // of qr: the root of the weight, and the row times it
  CovarianceSketch sketch;  // of randomized

  void configure();
  void accumulate(Features x, Weight w);
  void merge(const Pca& other);
  void skip() { ++skipped; }
  bool valid() const;

  std::optional<Model> fit() const;  // none for fewer than two rows
  std::string why_none() const;

 private:
  std::int64_t count() const;
  void start(std::size_t features);
};

}  // namespace quern
