// X'X of rows of features as a sparse matrix.
#pragma once

#include <optional>
#include <vector>

#include "matrix/sparse_gram.hpp"
#include "uda/aggregate.hpp"
#include "uda/row_checks.hpp"

namespace quern {

struct SparseGramState {
  SparseGram gram;

  void accumulate(const FeatureRow& x) {
    if (x.is_sparse()) {
      check_finite("sparse_gram", x.sparse().values);
      return gram.add(x.sparse());
    }
    check_finite("sparse_gram", x.dense());
    std::vector<std::uint32_t> indices;
    std::vector<double> values;
    for (std::size_t j = 0; j < x.size(); ++j) {
      if (x.dense()[j] == 0) continue;
      indices.push_back(static_cast<std::uint32_t>(j));
      values.push_back(x.dense()[j]);
    }
    gram.add({x.size(), indices, values});
  }
  void merge(const SparseGramState& other) { gram.merge(other.gram); }

  std::optional<SparseMatrix> matrix() const { return gram.empty() ? std::nullopt : std::optional(gram.sparse()); }
};

}  // namespace quern
