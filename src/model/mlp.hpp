// Scores rows with a model of mlp. Such a Model has
//   parameter "activation"  of hidden units: 0 relu, 1 tanh, 2 sigmoid
//   parameter "layers"      widths: of the features, the hidden layers, the outputs (1 for a number or two classes,
//   else
//                           one for each class)
//   parameter "weights"     of each layer inputs x outputs, row-major, and behind them the biases
// in the user's columns and units.
#pragma once

#include <span>

#include "base/features.hpp"
#include "model/model.hpp"
#include "model/scorer.hpp"

namespace quern {

class MlpPredictor {
 public:
  struct Layer {
    std::size_t inputs, outputs, at;  // `at` in the weights
  };

  // Throws InvalidInput unless the model is as above.
  explicit MlpPredictor(const Model& model);

  std::size_t features() const { return layers_.front().inputs; }
  std::size_t outputs() const { return layers_.back().outputs; }
  int activation() const { return activation_; }
  std::span<const Layer> layers() const { return layers_; }
  std::span<const double> weights() const { return weights_; }

  // The outputs, valid until the next call. x has features() numbers.
  std::span<const double> operator()(const FeatureRow& x) const;

 private:
  int activation_ = 0;
  Vec<Layer> layers_;
  std::span<const double> weights_;
  mutable Vec<double> in_, out_;
};

std::vector<Coefficient> mlp_coefficients(const Model& model);

// Of a number.
struct MlpRegressor {
  explicit MlpRegressor(const Model& model) : network(model) {}

  std::size_t features() const { return network.features(); }
  double predict(const FeatureRow& x) const { return network(x)[0]; }
  std::size_t decisions() const { return 1; }
  void decide(const FeatureRow& x, std::span<double> out) const { out[0] = network(x)[0]; }
  static std::vector<Coefficient> coefficients(const Model& model) { return mlp_coefficients(model); }

  MlpPredictor network;
};

// Of classes: P = softmax of the outputs, or for two classes 1 / (1 + exp(-z)) of the second.
struct MlpClassifier {
  explicit MlpClassifier(const Model& model) : network(model) {}

  std::size_t features() const { return network.features(); }
  std::size_t classify(const FeatureRow& x) const;
  void probabilities(const FeatureRow& x, std::span<double> out) const;
  std::size_t decisions() const { return network.outputs(); }
  void decide(const FeatureRow& x, std::span<double> out) const;
  static std::vector<Coefficient> coefficients(const Model& model) { return mlp_coefficients(model); }

  MlpPredictor network;
};

}  // namespace quern
