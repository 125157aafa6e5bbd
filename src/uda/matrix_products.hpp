// Products of a tall matrix whose rows lie in a table, in one scan: X'X, X'Y and X'(Xv).
//
// Rows wait until they are a block, which is multiplied as a whole; until a block is full a group costs its rows, not p
// (p
// + 1) / 2 products. Sums of blocks are added, so that rounding grows with the number of blocks. The products are raw:
// an offset of the data is squared with the rest; quern.moments centres.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "matrix/matrix.hpp"
#include "matrix/sparse_gram.hpp"
#include "uda/aggregate.hpp"

namespace quern {

struct Gram {
  static constexpr std::size_t max_features = 11000;  // p x p is just below 1 GB

  std::int64_t width = 0;  // p; 0 before the first row
  Vec<double> product;     // upper triangle of X'X, row by row, of the rows folded; empty before the first block
  Vec<double> waiting;     // rows not folded yet, less than a block
  SparseGram sparse;       // of the rows that are sparse

  void accumulate(const FeatureRow& x);
  void merge(const Gram& other);
  bool valid() const;

  std::optional<Matrix> matrix() const;

 private:
  void fold();
  void add_dense(const Features& x);
};

struct Cross {
  static constexpr std::size_t max_elements = 100'000'000;  // of X'Y

  std::int64_t width = 0, responses = 0;  // p and q; 0 before the first row
  Vec<double> product;                    // p x q; empty before the first block
  Vec<double> waiting_x, waiting_y;       // rows not folded yet, less than a block

  // A sparse row is not written out.
  void accumulate(FeatureRow x, Responses y);
  void merge(const Cross& other);
  bool valid() const;

  std::optional<Matrix> matrix() const;

 private:
  void check(const FeatureRow& x, const Features& y) const;
  void fold();
};

struct MatrixChain {
  static constexpr std::size_t max_features = 50'000'000;

  Vec<double> sum;  // p; empty before the first row

  // A sparse row costs its entries.
  void accumulate(FeatureRow x, std::span<const double> v);
  void merge(const MatrixChain& other);

  std::optional<Vec<double>> product() const;
};

}  // namespace quern
