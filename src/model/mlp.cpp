#include "model/mlp.hpp"

#include <algorithm>
#include <cmath>

#include "base/clones.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "model/feature_names.hpp"

namespace quern {

namespace {

constexpr double most_width = 0x1p32;

[[noreturn]] void refuse(const std::string& what) {
  throw InvalidInput(concat("mlp: the model ", what), {}, Fault::malformed_binary);
}

QUERN_CLONES void add_multiple(double factor, const double* row, std::size_t count, double* sums) {
  for (std::size_t i = 0; i < count; ++i) sums[i] += factor * row[i];
}

double activate(int activation, double z) {
  if (activation == 0) return z > 0 ? z : 0;
  if (activation == 1) return std::tanh(z);
  const double e = std::exp(-std::abs(z));
  return z < 0 ? e / (1 + e) : 1 / (1 + e);
}

}  // namespace

MlpPredictor::MlpPredictor(const Model& model) {
  const double activation = model.parameter("activation", 1)[0];
  if (activation != 0 && activation != 1 && activation != 2) refuse("has an unknown activation");
  activation_ = static_cast<int>(activation);
  const Parameter* const widths = model.find_parameter("layers");
  const Parameter* const weights = model.find_parameter("weights");
  if (!widths || !weights || widths->values.size() < 2) refuse("has no layers");
  std::size_t size = 0, widest = 0;
  for (std::size_t l = 0; l < widths->values.size(); ++l) {
    const double width = widths->values[l];
    if (!(width >= 1 && width < most_width) || width != std::floor(width)) refuse("has a layer of no width");
    widest = std::max(widest, static_cast<std::size_t>(width));
    if (l == 0) continue;
    const auto inputs = static_cast<std::size_t>(widths->values[l - 1]), outputs = static_cast<std::size_t>(width);
    if (inputs + 1 > (weights->values.size() - size) / outputs) refuse("has fewer weights than its layers need");
    layers_.push_back({inputs, outputs, size});
    size += (inputs + 1) * outputs;
  }
  if (size != weights->values.size()) refuse("has more weights than its layers need");
  const std::size_t classes = model.classes.size();
  if (model.features != static_cast<std::int64_t>(features()))
    refuse("has another number of features than its network");
  if (classes == 1 || outputs() != (classes > 2 ? classes : 1))
    refuse("has another number of classes than its network");
  weights_ = weights->values;
  in_.resize(widest);
  out_.resize(widest);
}

std::span<const double> MlpPredictor::operator()(const FeatureRow& x) const {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    const double* const w = weights_.data() + layer.at;
    std::copy_n(w + layer.inputs * layer.outputs, layer.outputs, out_.begin());
    if (l > 0) {
      for (std::size_t i = 0; i < layer.inputs; ++i)
        if (in_[i] != 0) add_multiple(in_[i], w + i * layer.outputs, layer.outputs, out_.data());
    } else if (x.is_sparse()) {
      const SparseFeatures& entries = x.sparse();
      for (std::size_t e = 0; e < entries.indices.size(); ++e)
        add_multiple(entries.values[e], w + entries.indices[e] * layer.outputs, layer.outputs, out_.data());
    } else {
      x.dense().visit([&](auto values) {
        for (std::size_t i = 0; i < layer.inputs; ++i)
          add_multiple(values[i], w + i * layer.outputs, layer.outputs, out_.data());
      });
    }
    if (l + 1 < layers_.size())
      for (std::size_t o = 0; o < layer.outputs; ++o) out_[o] = activate(activation_, out_[o]);
    std::swap(in_, out_);
  }
  return {in_.data(), outputs()};
}

std::size_t MlpClassifier::classify(const FeatureRow& x) const {
  const auto z = network(x);
  if (z.size() == 1) return z[0] > 0;
  return static_cast<std::size_t>(std::max_element(z.begin(), z.end()) - z.begin());
}

void MlpClassifier::probabilities(const FeatureRow& x, std::span<double> out) const {
  const auto z = network(x);
  if (z.size() == 1) {
    const double e = std::exp(-std::abs(z[0])), rare = e / (1 + e);
    out[0] = z[0] > 0 ? rare : 1 - rare;
    out[1] = z[0] > 0 ? 1 - rare : rare;
    return;
  }
  const double highest = *std::max_element(z.begin(), z.end());
  double total = 0;
  for (std::size_t k = 0; k < z.size(); ++k) total += out[k] = std::exp(z[k] - highest);
  for (double& p : out) p /= total;
}

void MlpClassifier::decide(const FeatureRow& x, std::span<double> out) const {
  std::ranges::copy(network(x), out.begin());
}

// The class of a row is the unit that the weight leads to.
std::vector<Coefficient> mlp_coefficients(const Model& model) {
  const MlpPredictor network(model);
  const FeatureNames names(model.feature_names, static_cast<std::uint64_t>(model.features));
  std::vector<Coefficient> rows;
  const auto layers = network.layers();
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const auto& layer = layers[l];
    for (std::size_t o = 0; o < layer.outputs; ++o) {
      std::optional<std::string> unit;
      if (l + 1 < layers.size())
        unit = concat("hidden ", l + 1, ".", o + 1);
      else if (!model.classes.empty())
        unit = std::string(model.classes[model.classes.size() == 2 ? 1 : o]);
      auto add = [&](std::string term, std::size_t i) {
        Coefficient row;
        row.of_class = unit;
        row.term = std::move(term);
        row.estimate = network.weights()[layer.at + i * layer.outputs + o];
        rows.push_back(std::move(row));
      };
      checkpoint();
      add("intercept", layer.inputs);
      for (std::size_t i = 0; i < layer.inputs; ++i) add(l == 0 ? names[i] : concat("hidden ", l, ".", i + 1), i);
    }
  }
  return rows;
}

}  // namespace quern
