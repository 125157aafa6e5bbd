#include "model/pca.hpp"

#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/feature_names.hpp"

namespace quern {

namespace {

[[noreturn]] void refuse(std::string_view what) {
  throw InvalidInput(concat("pca: the model has ", what), {}, Fault::malformed_text);
}

std::size_t components_of(const Model& model) {
  const Parameter* const variance = model.find_parameter("explained_variance");
  return variance ? variance->values.size() : 0;
}

}  // namespace

PcaScorer::PcaScorer(const Model& model) : components(components_of(model)) {
  const auto p = static_cast<std::size_t>(model.features);
  if (model.features < 1 || p > (std::size_t{1} << 40) / (components + 1)) refuse("no features");
  if (components > p) refuse("more components than features");
  component = model.parameter("component", components * p);
  variance = model.parameter("explained_variance", components);
  ratio = model.parameter("explained_variance_ratio", components);
  mean = model.parameter("mean", p);
  if (model.find_parameter("scale")) scale = model.parameter("scale", p);
  whiten = model.find_metric("whiten") && model.metric("whiten") != 0;
  for (const std::span<const double> values : {component, variance, mean, scale})
    if (!Features(values).finite()) refuse("a number that is not finite");
  for (const double v : variance)
    if (v < 0) refuse("a variance below 0");
  for (const double s : scale)
    if (!(s > 0)) refuse("a scale that is not above 0");
}

double PcaScorer::deviation(std::size_t c) const {
  if (!whiten) return 1;
  return variance[c] > 0x1p-52 * static_cast<double>(features()) * variance[0] ? std::sqrt(variance[c]) : 0;
}

void PcaScorer::decide(const Features& x, std::span<double> out) const {
  const std::size_t p = features();
  Vec<double> centred(p);
  x.visit([&](auto values) {
    for (std::size_t j = 0; j < p; ++j) centred[j] = static_cast<double>(values[j]) - mean[j];
  });
  for (std::size_t j = 0; j < scale.size(); ++j) centred[j] /= scale[j];
  for (std::size_t c = 0; c < components; ++c) {
    const double* const loading = component.data() + c * p;
    double sum[4] = {};
    std::size_t j = 0;
    for (; j + 4 <= p; j += 4)
      for (std::size_t lane = 0; lane < 4; ++lane) sum[lane] += loading[j + lane] * centred[j + lane];
    for (; j < p; ++j) sum[0] += loading[j] * centred[j];
    const double z = (sum[0] + sum[1]) + (sum[2] + sum[3]), d = deviation(c);
    out[c] = d == 1 ? z : d > 0 ? z / d : 0;
  }
}

void PcaScorer::invert(const Features& z, std::span<double> out) const {
  const std::size_t p = features();
  for (std::size_t j = 0; j < p; ++j) out[j] = 0;
  for (std::size_t c = 0; c < components; ++c) {
    const double* const loading = component.data() + c * p;
    const double factor = z[c] * deviation(c);
    for (std::size_t j = 0; j < p; ++j) out[j] += factor * loading[j];
  }
  for (std::size_t j = 0; j < p; ++j) out[j] = mean[j] + (scale.empty() ? out[j] : out[j] * scale[j]);
}

std::vector<Coefficient> PcaScorer::coefficients(const Model& model) {
  const PcaScorer pca(model);
  const std::size_t p = pca.features();
  const FeatureNames names(model.feature_names, p);
  std::vector<Coefficient> rows;
  rows.reserve(pca.components * p);
  for (std::size_t c = 0; c < pca.components; ++c)
    for (std::size_t j = 0; j < p; ++j)
      rows.push_back({concat(c + 1), names[j], pca.component[c * p + j], {}, {}, {}, {}, {}});
  return rows;
}

}  // namespace quern
