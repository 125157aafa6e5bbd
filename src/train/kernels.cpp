#include "train/kernels.hpp"

#include "linalg/symmetric_rank_update.hpp"
#include "train/dense_kernels.hpp"

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

namespace {

// Entries of a sparse row are independent of each other: four sums.
template <class T>
double dot(const SparseValues<T>& x, const double* w) {
  double sum[4] = {};
  std::uint32_t e = 0;
  for (; e + 4 <= x.entries; e += 4)
    for (std::uint32_t lane = 0; lane < 4; ++lane) sum[lane] += w[x.indices[e + lane]] * x.values[e + lane];
  for (; e < x.entries; ++e) sum[0] += w[x.indices[e]] * x.values[e];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

template <class T>
void predict_sparse(const Batch& batch, const PredictorShape& shape, const double* w, double* f) {
  for (const std::byte* row : batch.rows) {
    const auto x = sparse_values<T>(*batch.format, row);
    for (std::size_t k = 0; k < shape.outputs; ++k) {
      const double* const w_k = w + k * shape.terms();
      *f++ = dot(x, w_k) + (shape.intercept ? w_k[shape.features] : 0);
    }
  }
}

template <class T>
void add_sparse_gradient(const Batch& batch, const PredictorShape& shape, const double* g, double* gradient) {
  for (const std::byte* row : batch.rows) {
    const auto x = sparse_values<T>(*batch.format, row);
    for (std::size_t k = 0; k < shape.outputs; ++k) {
      const double g_k = *g++;
      if (g_k == 0) continue;
      double* const to = gradient + k * shape.terms();
      for (std::uint32_t e = 0; e < x.entries; ++e) to[x.indices[e]] += g_k * x.values[e];
      if (shape.intercept) to[shape.features] += g_k;
    }
  }
}

template <class T>
void add_sparse_gram(const Batch& batch, const PredictorShape& shape, const double* h, double* triangle) {
  const std::size_t terms = shape.terms();
  for (const std::byte* row : batch.rows) {
    const auto x = sparse_values<T>(*batch.format, row);
    const double h_i = *h++;
    if (h_i == 0) continue;
    for (std::uint32_t e = 0; e < x.entries; ++e) {
      double* const to = triangle + linalg::triangle_row(x.indices[e], terms);
      const double left = h_i * x.values[e];
      for (std::uint32_t other = e; other < x.entries; ++other) to[x.indices[other]] += left * x.values[other];
      if (shape.intercept) to[shape.features] += left;
    }
    if (shape.intercept) triangle[linalg::triangle_row(shape.features, terms) + shape.features] += h_i;
  }
}

}  // namespace

void predict_batch(const Batch& batch, const PredictorShape& shape, const double* parameters, double* f) {
  if (!batch.format->sparse)
    dense::predict_batch(batch, shape, parameters, f);
  else if (batch.format->narrow)
    predict_sparse<float>(batch, shape, parameters, f);
  else
    predict_sparse<double>(batch, shape, parameters, f);
}

void add_gradient(const Batch& batch, const PredictorShape& shape, const double* g, double* gradient) {
  if (!batch.format->sparse)
    dense::add_gradient(batch, shape, g, gradient);
  else if (batch.format->narrow)
    add_sparse_gradient<float>(batch, shape, g, gradient);
  else
    add_sparse_gradient<double>(batch, shape, g, gradient);
}

void add_gram(const Batch& batch, const PredictorShape& shape, const double* h, double* triangle) {
  if (!batch.format->sparse)
    dense::add_gram(batch, shape, h, triangle);
  else if (batch.format->narrow)
    add_sparse_gram<float>(batch, shape, h, triangle);
  else
    add_sparse_gram<double>(batch, shape, h, triangle);
}

}  // namespace quern
