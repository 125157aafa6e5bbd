// The headers behind registry.def, and the names it gives.
#pragma once

#include "base/label.hpp"
#include "uda/classification_metrics.hpp"
#include "uda/confusion_matrix.hpp"
#include "uda/crf.hpp"
#include "uda/describe.hpp"
#include "uda/gaussian_naive_bayes.hpp"
#include "uda/linear_regression.hpp"
#include "uda/logistic_regression.hpp"
#include "uda/matrix_factorization.hpp"
#include "uda/matrix_gather.hpp"
#include "uda/matrix_products.hpp"
#include "uda/matrix_sum.hpp"
#include "uda/moments.hpp"
#include "uda/pca.hpp"
#include "uda/portfolio.hpp"
#include "uda/regression_metrics.hpp"
#include "uda/smatrix_agg.hpp"
#include "uda/sparse_gram_agg.hpp"
#include "uda/svec_agg.hpp"
#include "uda/svec_sum.hpp"
#include "uda/tall_svd.hpp"
#include "uda/trained.hpp"

namespace quern {

#define STATE(name, type, arguments) \
  template <>                        \
  inline constexpr std::string_view registered_name<type> = #name;
#include "uda/registry.def"

// The finished value, which is stored too.
template <>
inline constexpr std::string_view registered_name<Moments> = "moments value";

}  // namespace quern
