// A network of dense layers over a tile of rows: a_0 = x, a_l = f(a_(l-1) W_l + b_l), and outputs z = a_(L-1) W_L +
// b_L, to which a loss is applied elsewhere. Forward, and backward from d loss / d z to the gradient in all W and b
// (back- propagation: Rumelhart, Hinton, Williams, Nature 323, 1986). Dropout multiplies a_l by 0 or by 1 / (1 - rate),
// so that its expectation stays (Srivastava et al., JMLR 15, 2014).
//
// Weights lie as the products want them: W_l is inputs x padded outputs, rows padded; where a last layer has only a few
// outputs it is outputs x padded inputs. Padding of weights is 0 and stays so, because those who change weights ask
// each_weight() where the true ones are.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "train/order.hpp"
#include "train/techniques/network_kernels.hpp"

namespace quern::network {

struct Layer {
  std::size_t inputs, outputs;
  bool narrow;           // outputs x padded inputs
  std::size_t at, bias;  // where weights and biases start

  // Of weight (i, o).
  std::size_t place(std::size_t i, std::size_t o) const {
    return narrow ? at + o * padded(inputs) + i : at + i * padded(outputs) + o;
  }
};

struct Shape {
  static constexpr std::size_t most_narrow = 4;

  // widths: of the features, the hidden layers, the outputs.
  Shape(std::span<const std::size_t> widths, Activation activation);

  std::vector<Layer> layers;
  Activation activation;
  std::size_t size = 0;        // numbers of all weights and biases, with their padding
  std::size_t parameters = 0;  // without
  std::size_t tile = 0;        // rows of a tile, at most

  std::size_t features() const { return layers.front().inputs; }
  std::size_t outputs() const { return layers.back().outputs; }
  double multiplications() const;  // of a row, forward

  // f(place, layer, input, output) for every weight; the input of a bias is layer.inputs. In the order of layers,
  // inputs, outputs.
  template <class F>
  void each_weight(F&& f) const {
    for (std::size_t l = 0; l < layers.size(); ++l)
      for (std::size_t i = 0; i <= layers[l].inputs; ++i)
        for (std::size_t o = 0; o < layers[l].outputs; ++o)
          f(i < layers[l].inputs ? layers[l].place(i, o) : layers[l].bias + o, l, i, o);
  }
};

struct Dropout {
  double rate = 0;
  RandomStream random;
};

// What a process needs to work on tiles. T is float or double.
template <class T>
class Tiles {
 public:
  explicit Tiles(const Shape& shape);  // which outlives it

  // Where row i of the next tile goes: features() numbers. What is behind them stays 0.
  T* row(std::size_t i) { return activations_[0].data() + i * padded(shape_.features()); }
  // Transposes what `weights` has; to be called whenever they have changed, before backward().
  void prepare(const T* weights);
  // z of n rows, n x outputs, in double precision, valid until the next call. `dropout` may be null.
  double* forward(const T* weights, std::size_t n, Dropout* dropout);
  // Adds to the gradient, which lies as the weights do, the sum over the rows of the last forward(). g: n x outputs.
  // Its padding stays 0.
  void backward(const T* weights, std::size_t n, const double* g, T* gradient);

 private:
  const Shape& shape_;
  std::vector<std::vector<T>> activations_;  // a_0 to a_(L-1), tile x padded width
  std::vector<std::vector<T>> masks_;        // of a_1 to a_(L-1), while there is dropout
  std::vector<std::vector<T>> transposed_;   // W_l' of layers but the first and a narrow one
  std::vector<T> z_, g_, back_;
  std::vector<double> outputs_;
  T keep_ = 1;
  bool masked_ = false;
};

}  // namespace quern::network
