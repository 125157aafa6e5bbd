#include "train/techniques/network.hpp"

#include <algorithm>
#include <cmath>

namespace quern::network {

namespace {

constexpr std::size_t rows_of_tile = 128, numbers_of_tile = 1 << 20;

}  // namespace

Shape::Shape(std::span<const std::size_t> widths, Activation activation) : activation(activation) {
  std::size_t numbers = 0;
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    Layer layer{widths[l], widths[l + 1], false, size, 0};
    layer.narrow = l + 2 == widths.size() && layer.outputs <= most_narrow;
    size += layer.narrow ? layer.outputs * padded(layer.inputs) : padded(layer.inputs) * padded(layer.outputs);
    layer.bias = size;
    size += padded(layer.outputs);
    parameters += (layer.inputs + 1) * layer.outputs;
    numbers += padded(layer.inputs) + padded(layer.outputs);
    layers.push_back(layer);
  }
  tile = std::clamp(numbers_of_tile / std::max<std::size_t>(numbers, 1) / row_padding * row_padding, row_padding,
                    rows_of_tile);
}

double Shape::multiplications() const {
  double sum = 0;
  for (const Layer& layer : layers) sum += static_cast<double>(layer.inputs) * static_cast<double>(layer.outputs);
  return sum;
}

template <class T>
Tiles<T>::Tiles(const Shape& shape) : shape_(shape) {
  std::size_t widest = 0;
  for (const Layer& layer : shape.layers) {
    activations_.emplace_back(shape.tile * padded(layer.inputs));
    masks_.emplace_back();
    transposed_.emplace_back();
    widest = std::max({widest, padded(layer.inputs), padded(layer.outputs)});
  }
  z_.resize(shape.tile * padded(shape.outputs()));
  g_.resize(shape.tile * widest);
  back_.resize(shape.tile * widest);
  outputs_.resize(shape.tile * shape.outputs());
}

template <class T>
void Tiles<T>::prepare(const T* weights) {
  for (std::size_t l = 1; l < shape_.layers.size(); ++l) {
    const Layer& layer = shape_.layers[l];
    if (layer.narrow) continue;
    const std::size_t columns = padded(layer.outputs), rows = padded(layer.inputs);
    std::vector<T>& to = transposed_[l];
    to.resize(layer.outputs * rows);
    constexpr std::size_t block = 16;
    for (std::size_t o = 0; o < layer.outputs; o += block)
      for (std::size_t i = 0; i < layer.inputs; i += block)
        for (std::size_t b = o; b < std::min(o + block, layer.outputs); ++b)
          for (std::size_t a = i; a < std::min(i + block, layer.inputs); ++a)
            to[b * rows + a] = weights[layer.at + a * columns + b];
  }
}

template <class T>
double* Tiles<T>::forward(const T* weights, std::size_t n, Dropout* dropout) {
  const std::size_t m = padded_rows(n);
  masked_ = dropout && dropout->rate > 0;
  keep_ = masked_ ? static_cast<T>(1 - dropout->rate) : T{1};
  for (std::size_t l = 0; l < shape_.layers.size(); ++l) {
    const Layer& layer = shape_.layers[l];
    const bool last = l + 1 == shape_.layers.size();
    const T* const a = activations_[l].data();
    const T* const w = weights + layer.at;
    const T* const bias = weights + layer.bias;
    T* const out = last ? z_.data() : activations_[l + 1].data();
    if (layer.narrow)
      multiply_narrow(a, w, bias, n, padded(layer.inputs), layer.outputs, out);
    else
      multiply<T>({a, padded(layer.inputs), 1}, w, bias, m, padded(layer.outputs), layer.inputs, out);
    if (last) break;
    const std::size_t count = m * padded(layer.outputs);
    activate(shape_.activation, out, count);
    if (!masked_) continue;
    std::vector<T>& mask = masks_[l + 1];
    mask.resize(shape_.tile * padded(layer.outputs));
    const auto dropped = static_cast<std::uint64_t>(dropout->rate * 0x1p32);
    for (std::size_t i = 0; i < count; i += 2) {
      const std::uint64_t bits = dropout->random.next();
      mask[i] = (bits & 0xffffffff) < dropped ? T{0} : 1 / keep_;
      mask[i + 1] = (bits >> 32) < dropped ? T{0} : 1 / keep_;
    }
    for (std::size_t i = 0; i < count; ++i) out[i] *= mask[i];
  }
  const Layer& layer = shape_.layers.back();
  const std::size_t stride = layer.narrow ? layer.outputs : padded(layer.outputs);
  for (std::size_t i = 0; i < n; ++i)
    std::copy_n(z_.data() + i * stride, layer.outputs, outputs_.data() + i * layer.outputs);
  return outputs_.data();
}

template <class T>
void Tiles<T>::backward(const T* weights, std::size_t n, const double* g, T* gradient) {
  const std::size_t m = padded_rows(n);
  const Layer& end = shape_.layers.back();
  const std::size_t stride = end.narrow ? end.outputs : padded(end.outputs);
  std::fill_n(g_.data(), m * stride, T{0});
  for (std::size_t i = 0; i < n; ++i) std::copy_n(g + i * end.outputs, end.outputs, g_.data() + i * stride);
  for (std::size_t l = shape_.layers.size(); l-- > 0;) {
    const Layer& layer = shape_.layers[l];
    const std::size_t width = padded(layer.inputs);
    const T* const a = activations_[l].data();
    T* const back = l > 0 ? back_.data() : nullptr;
    if (layer.narrow) {
      return_narrow(a, weights + layer.at, g_.data(), n, width, layer.outputs, back, gradient + layer.at);
      for (std::size_t o = 0; o < layer.outputs; ++o)
        std::fill(gradient + layer.place(layer.inputs, o), gradient + layer.place(0, o + 1), T{0});
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t o = 0; o < layer.outputs; ++o) gradient[layer.bias + o] += g_[i * layer.outputs + o];
    } else {
      const std::size_t columns = padded(layer.outputs);
      multiply<T>({a, 1, width}, g_.data(), nullptr, width, columns, n, gradient + layer.at);
      std::fill(gradient + layer.place(layer.inputs, 0), gradient + layer.bias, T{0});
      add_rows(g_.data(), n, columns, gradient + layer.bias);
      if (back) {
        std::fill_n(back, m * width, T{0});
        multiply<T>({g_.data(), columns, 1}, transposed_[l].data(), nullptr, m, width, layer.outputs, back);
      }
    }
    if (!back) break;
    if (layer.narrow) std::fill(back + n * width, back + m * width, T{0});
    through_activation(shape_.activation, a, keep_, masked_ ? masks_[l].data() : nullptr, back, m * width);
    std::swap(g_, back_);
  }
}

template class Tiles<float>;
template class Tiles<double>;

}  // namespace quern::network
