#include "uda/pca.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "linalg/householder.hpp"
#include "linalg/spectral.hpp"
#include "model/feature_names.hpp"
#include "uda/row_checks.hpp"

namespace quern {

namespace {

constexpr std::string_view learner = "pca";
enum Method : std::int32_t { covariance, qr, randomized };

[[noreturn]] void refuse(std::string message, std::string hint = {}, Fault fault = Fault::invalid_parameter) {
  throw InvalidInput(concat(learner, ": ", message), std::move(hint), fault);
}

std::string_view text_of(const Vec<char>& options) { return {options.data(), options.size()}; }

PcaOptions read(const Vec<char>& options) { return parse_options<PcaOptions>(learner, text_of(options)); }

// Of the rows: what all methods find.
struct Components {
  double weight = 0;
  std::vector<double> mean, variance, scale;  // p; scale is empty without that option
  linalg::Spectrum spectrum;                  // of the covariance, scaled
};

void require_finite(std::span<const double> values) {
  if (!Features(values).finite())
    refuse("a variance is beyond the range of double precision", "Scale the rows.", Fault::out_of_range);
}

double divisor_of(double weight) {
  if (!(weight > 1))
    refuse(concat("a variance needs rows of a weight above 1 in all, not ", weight), "Give larger weights.");
  return weight - 1;
}

// The deviations by which columns are divided; of a constant column 1.
void set_scale(bool scaled, Components& found) {
  require_finite(found.variance);
  if (!scaled) return;
  for (const double v : found.variance) found.scale.push_back(v > 0 ? std::sqrt(v) : 1);
}

Components by_covariance(const WeightedMoments& given, bool scaled) {
  WeightedMoments all = given;
  all.fold();
  const auto p = static_cast<std::size_t>(all.width);
  const double divisor = divisor_of(all.weight);
  Components found;
  found.weight = all.weight;
  found.mean.assign(all.mean.begin(), all.mean.end());
  for (std::size_t i = 0, at = 0; i < p; at += p - i, ++i) found.variance.push_back(all.comoment[at] / divisor);
  set_scale(scaled, found);
  std::vector<double> matrix(p * p);
  for (std::size_t i = 0, at = 0; i < p; ++i, checkpoint())
    for (std::size_t j = i; j < p; ++j, ++at) {
      double c = all.comoment[at] / divisor;
      if (scaled) c /= found.scale[i] * found.scale[j];
      matrix[i * p + j] = matrix[j * p + i] = c;
    }
  require_finite(matrix);
  found.spectrum = linalg::symmetric_spectrum(std::move(matrix), p);
  for (double& value : found.spectrum.values) value = std::max(value, 0.0);
  return found;
}

Components by_qr(const TallFactor& given, double weight, bool scaled) {
  TallFactor all = given;
  all.fold();
  const auto columns = static_cast<std::size_t>(all.width), p = columns - 1;
  const double divisor = divisor_of(weight);
  Components found;
  found.weight = weight;
  require_finite(all.triangle);
  std::vector<double> r(p * p);
  found.variance.assign(p, 0);
  for (std::size_t j = 0; j < p; ++j) found.mean.push_back(all.triangle[j + 1] / all.triangle[0]);
  for (std::size_t i = 0; i < p; ++i)
    for (std::size_t j = i; j < p; ++j) {
      r[i * p + j] = all.triangle[triangle_row(columns, i + 1) + j + 1] / std::sqrt(divisor);
      found.variance[j] += r[i * p + j] * r[i * p + j];
    }
  set_scale(scaled, found);
  if (scaled)
    for (std::size_t i = 0; i < p * p; ++i) r[i] /= found.scale[i % p];
  found.spectrum = linalg::right_singular_vectors(r, p, p);
  for (double& value : found.spectrum.values) value *= value;
  return found;
}

Components by_sketch(const CovarianceSketch& given, bool scaled) {
  CovarianceSketch all = given;
  all.fold();
  const double divisor = divisor_of(all.weight);
  Components found;
  found.weight = all.weight;
  found.mean.assign(all.mean.begin(), all.mean.end());
  for (const double square : all.square) found.variance.push_back(square / divisor);
  set_scale(scaled, found);
  require_finite(all.product);
  found.spectrum = all.spectrum(found.scale);
  for (double& value : found.spectrum.values) value /= divisor;
  return found;
}

// How many components the model gets.
std::size_t wanted(const PcaOptions& options, const Components& found, double total, std::size_t most) {
  const std::size_t there = std::min(found.spectrum.values.size(), most);
  if (options.n_components == 0) return there;
  if (options.n_components >= 1) {
    const auto count = static_cast<std::size_t>(options.n_components);
    if (count > most)
      refuse(
          concat("option \"n_components\" is ", options.n_components, ", and there are at most ", most, " components"),
          "There are as many as features, or rows if they are fewer.");
    return std::min(count, there);
  }
  double sum = 0;
  for (std::size_t k = 0; k < there; ++k) {
    sum += found.spectrum.values[k];
    if (sum >= options.n_components * total) return k + 1;
  }
  return there;
}

}  // namespace

void Pca::configure() {
  const PcaOptions read_options = read(options);
  const double count = read_options.n_components;
  if (count > 1 && count != std::floor(count))
    refuse(concat("option \"n_components\" must be a whole number from 1, or a share of the variance below 1, not ",
                  count),
           "Leave the option out to have all.");
  method = read_options.method == "qr" ? qr : read_options.method == "randomized" ? randomized : covariance;
  if (method == randomized && (count < 1 || count > 100000))
    refuse("method \"randomized\" needs the option \"n_components\", a count",
           "The sketch has as many columns as components are wanted, and some more.");
  refuse_intercept_name(learner, read_options.feature_names);
}

std::int64_t Pca::count() const {
  return method == qr ? factor.count() : method == randomized ? sketch.count() : moments.count();
}

void Pca::start(std::size_t features) {
  const PcaOptions read_options = read(options);
  check_feature_names(learner, read_options.feature_names, features);
  if (method == randomized) {
    check_width(learner, features, CovarianceSketch::max_elements);
    const std::size_t size = std::min(features, static_cast<std::size_t>(read_options.n_components) +
                                                    static_cast<std::size_t>(read_options.oversampling));
    if (features > CovarianceSketch::max_elements / size)
      refuse(concat("a sketch of ", features, " features and ", size, " columns has more than ",
                    CovarianceSketch::max_elements, " numbers"),
             "Ask for fewer components.", Fault::limit_exceeded);
    sketch.start(features, size, static_cast<std::uint64_t>(read_options.seed));
  } else if (features > max_features) {
    throw InvalidInput(
        concat(learner, ": x has ", features, " features, and at most ", max_features, " are supported by this method"),
        "Use the option \"method\": \"randomized\".", Fault::limit_exceeded);
  } else {
    check_width(learner, features, max_features);
  }
  width = static_cast<std::int64_t>(features);
}

void Pca::accumulate(Features x, Weight w) {
  check_weight(learner, w.value);
  check_finite(learner, x);
  if (width == 0)
    start(x.size());
  else if (x.size() != static_cast<std::size_t>(width))
    refuse_widths(learner, width, static_cast<std::int64_t>(x.size()));
  if (!(w.value > 0)) return;
  if (method == covariance) {
    moments.add(w.value, x);
  } else if (method == randomized) {
    sketch.add(w.value, x);
  } else {
    double* const row = factor.next_row(x.size() + 1);
    row[0] = std::sqrt(w.value);
    x.copy_to(row + 1);
    if (w.value != 1)
      for (std::size_t j = 1; j <= x.size(); ++j) row[j] *= row[0];
    weight += w.value;
    factor.settle();
  }
}

void Pca::merge(const Pca& other) {
  const bool empty = width == 0 && skipped == 0, other_empty = other.width == 0 && other.skipped == 0;
  if (empty) {
    options.assign(other.options.begin(), other.options.end());
    method = other.method;
  } else if (!other_empty && options != other.options) {
    throw InvalidInput("pca: states with different options cannot be merged");
  }
  skipped += other.skipped;
  if (other.width == 0) return;
  if (method != other.method) refuse("states with different methods cannot be merged");
  if (width != 0 && width != other.width) refuse_widths(learner, width, other.width);
  if (method == randomized && width != 0 && sketch.size != other.sketch.size)
    refuse("states with different sketches cannot be merged");
  width = other.width;
  weight += other.weight;
  moments.merge(other.moments);
  factor.merge(other.factor);
  sketch.merge(other.sketch);
}

bool Pca::valid() const {
  if (skipped < 0 || skipped > max_rows || width < 0 || method < covariance || method > randomized) return false;
  if (moments.width != 0 && (method != covariance || moments.width != width)) return false;
  if (factor.width != 0 && (method != qr || factor.width != width + 1)) return false;
  if (sketch.width != (method == randomized ? width : 0)) return false;
  if (!(weight >= 0) || count() > max_rows || moments.rows > max_rows || sketch.rows > max_rows) return false;
  if (method != randomized && static_cast<std::size_t>(width) > max_features) return false;
  return moments.valid() && factor.valid() && sketch.valid();
}

std::optional<Model> Pca::fit() const {
  if (count() < 2) return std::nullopt;
  const PcaOptions given = read(options);
  const Components found = method == qr           ? by_qr(factor, weight, given.scale)
                           : method == randomized ? by_sketch(sketch, given.scale)
                                                  : by_covariance(moments, given.scale);
  const auto p = static_cast<std::size_t>(width);
  double total = 0;
  for (std::size_t j = 0; j < p; ++j) {
    const double scale = found.scale.empty() ? 1 : found.scale[j];
    total += found.variance[j] / (scale * scale);
  }
  const std::size_t most = static_cast<std::size_t>(std::min(count(), width));
  const std::size_t k = wanted(given, found, total, most), there = found.spectrum.values.size();

  Model model;
  model.algorithm = "pca";
  model.options.assign(options.begin(), options.end());
  model.rows = count();
  model.skipped = skipped;
  model.features = width;
  for (const std::string& name : given.feature_names) model.feature_names.emplace_back(name);
  std::vector<double> component(k * p), variance(k), ratio(k), singular(k);
  double explained = 0;
  for (std::size_t c = 0; c < k; ++c) {
    for (std::size_t j = 0; j < p; ++j) component[c * p + j] = found.spectrum.vectors[j * there + c];
    variance[c] = found.spectrum.values[c];
    ratio[c] = total > 0 ? variance[c] / total : 0;
    singular[c] = std::sqrt(variance[c] * (found.weight - 1));
    explained += ratio[c];
  }
  model.add_metrics({{"n_components", static_cast<double>(k)},
                     {"total_variance", total},
                     {"explained_variance_ratio", explained},
                     {"weight_sum", found.weight},
                     {"whiten", given.whiten ? 1.0 : 0.0}});
  model.add_parameter("component", component, static_cast<std::int64_t>(std::max<std::size_t>(k, 1)));
  model.add_parameter("explained_variance", variance);
  model.add_parameter("explained_variance_ratio", ratio);
  model.add_parameter("singular_value", singular);
  model.add_parameter("mean", found.mean);
  if (given.scale) model.add_parameter("scale", found.scale);
  return model;
}

std::string Pca::why_none() const {
  return count() == 1 ? "pca: a variance needs two rows, and there is one" : std::string();
}

}  // namespace quern
