#include "train/kernels.hpp"

#include "linalg/symmetric_rank_update.hpp"

namespace quern {

void targets_of(const Batch& batch, bool binary, double* y, double* v) {
  for (std::size_t i = 0; i < batch.rows.size(); ++i) {
    const double target = target_of(batch.rows[i]);
    y[i] = binary ? 2 * target - 1 : target;
    v[i] = weight_of(*batch.format, batch.rows[i]);
  }
}

namespace naive {

namespace {

// visit(j, x_j) for each entry of a row, the intercept last.
template <class T, class Visit>
void visit_terms(const RowFormat& format, const PredictorShape& shape, const std::byte* row, const Visit& visit) {
  if (format.sparse) {
    const auto x = sparse_values<T>(format, row);
    for (std::size_t e = 0; e < x.entries; ++e) visit(x.indices[e], static_cast<double>(x.values[e]));
  } else {
    const auto x = dense_values<T>(format, row);
    for (std::size_t j = 0; j < x.size(); ++j) visit(j, static_cast<double>(x[j]));
  }
  if (shape.intercept) visit(shape.features, 1.0);
}

template <class Visit>
void visit_terms(const Batch& batch, const PredictorShape& shape, std::size_t i, const Visit& visit) {
  if (batch.format->narrow)
    visit_terms<float>(*batch.format, shape, batch.rows[i], visit);
  else
    visit_terms<double>(*batch.format, shape, batch.rows[i], visit);
}

}  // namespace

void predict_batch(const Batch& batch, const PredictorShape& shape, const double* parameters, double* f) {
  for (std::size_t i = 0; i < batch.rows.size(); ++i)
    for (std::size_t k = 0; k < shape.outputs; ++k) {
      double sum = 0;
      visit_terms(batch, shape, i, [&](std::size_t j, double x) { sum += parameters[k * shape.terms() + j] * x; });
      f[i * shape.outputs + k] = sum;
    }
}

void add_gradient(const Batch& batch, const PredictorShape& shape, const double* g, double* gradient) {
  for (std::size_t i = 0; i < batch.rows.size(); ++i)
    for (std::size_t k = 0; k < shape.outputs; ++k)
      visit_terms(batch, shape, i,
                  [&](std::size_t j, double x) { gradient[k * shape.terms() + j] += g[i * shape.outputs + k] * x; });
}

void add_gram(const Batch& batch, const PredictorShape& shape, const double* h, double* triangle) {
  for (std::size_t i = 0; i < batch.rows.size(); ++i)
    visit_terms(batch, shape, i, [&](std::size_t j, double x_j) {
      visit_terms(batch, shape, i, [&](std::size_t k, double x_k) {
        if (j <= k) triangle[linalg::triangle_row(j, shape.terms()) + k] += h[i] * x_j * x_k;
      });
    });
}

}  // namespace naive

// Until there are faster ones.
void predict_batch(const Batch& batch, const PredictorShape& shape, const double* parameters, double* f) {
  naive::predict_batch(batch, shape, parameters, f);
}
void add_gradient(const Batch& batch, const PredictorShape& shape, const double* g, double* gradient) {
  naive::add_gradient(batch, shape, g, gradient);
}
void add_gram(const Batch& batch, const PredictorShape& shape, const double* h, double* triangle) {
  naive::add_gram(batch, shape, h, triangle);
}

}  // namespace quern
