// Singular values and right singular vectors of a tall table, in one pass.
//
// R of a blocked QR of the rows (TSQR: Demmel, Grigori, Hoemmen, Langou, SIAM J. Sci. Comput. 34, 2012), whose singular
// values and right singular vectors are those of the table; never X'X, which would square the condition. The rows of U
// are not kept: each is (x V) / s of its row x.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "linalg/tall_factor.hpp"
#include "matrix/matrix.hpp"
#include "uda/aggregate.hpp"

namespace quern {

struct TallSvd {
  static constexpr std::size_t max_columns = 4000;

  struct Decomposition {
    Vec<double> s;
    Matrix v;

    static constexpr std::array columns{"s", "v"};
  };

  TallFactor factor;

  void accumulate(std::span<const double> x);
  void merge(const TallSvd& other);
  bool valid() const { return factor.count() <= max_rows && factor.valid(); }

  std::optional<Decomposition> decomposition() const;
};

}  // namespace quern
