// The arithmetic of a network over a tile of rows: small matrix products and activations, of floats or of doubles.
//
// Matrices are row-major, their columns padded to a multiple of `padding` numbers, and the rows of a product to a
// multiple of row_padding: what lies in padding is computed with and means nothing. A product keeps a tile of the
// result in registers while the inner dimension passes by; nothing is packed, because the matrices of a tile fit the
// second-level cache. Sums are added in an order that depends on the sizes and the kind of processor alone.
#pragma once

#include <cstddef>

namespace quern::network {

inline constexpr std::size_t padding = 16, row_padding = 8;

constexpr std::size_t padded(std::size_t columns) { return (columns + padding - 1) / padding * padding; }
constexpr std::size_t padded_rows(std::size_t rows) { return (rows + row_padding - 1) / row_padding * row_padding; }

enum class Activation : int { relu, tanh, sigmoid };

// a(i, k) is at data[i row_step + k column_step]: a matrix or its transpose.
template <class T>
struct Left {
  const T* data;
  std::size_t row_step, column_step;
};

// c (m x n) = a b + bias, with a (m x k), b (k x n) and bias n numbers for every row; null: c += a b. m is a multiple
// of row_padding, n of padding; b and c have n columns.
template <class T>
void multiply(const Left<T>& a, const T* b, const T* bias, std::size_t m, std::size_t n, std::size_t k, T* c);

// z (m x outputs, compact) = a w' + bias for a few outputs: a is m x n, w outputs x n, n a multiple of padding.
template <class T>
void multiply_narrow(const T* a, const T* w, const T* bias, std::size_t m, std::size_t n, std::size_t outputs, T* z);
// back (m x n) = g w and gradient (outputs x n) += g' a, with g m x outputs; `back` may be null.
template <class T>
void return_narrow(const T* a, const T* w, const T* g, std::size_t m, std::size_t n, std::size_t outputs, T* back,
                   T* gradient);

// sums (n) += the rows of g (m x n).
template <class T>
void add_rows(const T* g, std::size_t m, std::size_t n, T* sums);

// f(z) in place, of `count` numbers, a multiple of padding.
template <class T>
void activate(Activation f, T* z, std::size_t count);
// g *= f'(z), told by a = f(z) keep; with `mask`, g *= mask too (keep = 1 where there is none).
template <class T>
void through_activation(Activation f, const T* a, T keep, const T* mask, T* g, std::size_t count);

// The same by the definition: what the fast ones are tested against.
namespace naive {
template <class T>
void multiply(const Left<T>& a, const T* b, const T* bias, std::size_t m, std::size_t n, std::size_t k, T* c);
}  // namespace naive

}  // namespace quern::network
