#include "train/sgd_probe.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "train/descent.hpp"

namespace quern {

namespace {

constexpr std::size_t most_blocks = 32, most_rows = 2048;

std::vector<const std::byte*> sample(const RowStore& store, RowReader& reader) {
  const std::size_t blocks = store.blocks().size(), count = std::min(blocks, most_blocks);
  std::vector<std::uint32_t> chosen;
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(static_cast<std::uint32_t>(i * blocks / count));
  const auto rows = reader.gather(chosen, Rows::trained_on);
  const std::size_t wanted = std::min(rows.size(), most_rows);
  std::vector<const std::byte*> result;
  for (std::size_t i = 0; i < wanted; ++i) result.push_back(rows[i * rows.size() / wanted]);
  return result;
}

template <class F>
void for_batches(const RowFormat& format, const std::vector<const std::byte*>& rows, F&& f) {
  for (std::size_t at = 0; at < rows.size(); at += largest_batch) {
    checkpoint();
    f(Batch{&format, std::span(rows).subspan(at, std::min(largest_batch, rows.size() - at))});
  }
}

double largest_eigenvalue(const Job& job, const RowFormat& format, const std::vector<const std::byte*>& rows) {
  const PredictorShape shape{1, job.features, job.options.fit_intercept};
  std::vector<double> direction(shape.terms()), product(shape.terms()), f(largest_batch);
  for (std::size_t j = 0; j < direction.size(); ++j) direction[j] = 1 + 0.5 * std::sin(static_cast<double>(j));
  double eigenvalue = 0;
  for (int iteration = 0; iteration < 12; ++iteration) {
    double norm = 0;
    for (double d : direction) norm += d * d;
    if (norm == 0) return eigenvalue;
    for (double& d : direction) d /= std::sqrt(norm);
    std::fill(product.begin(), product.end(), 0);
    for_batches(format, rows, [&](const Batch& batch) {
      predict_batch(batch, shape, direction.data(), f.data());
      add_gradient(batch, shape, f.data(), product.data());
    });
    eigenvalue = 0;
    for (std::size_t j = 0; j < direction.size(); ++j)
      eigenvalue += direction[j] * product[j] / static_cast<double>(rows.size());
    direction.swap(product);
  }
  return 1.1 * eigenvalue;
}

double sum_curvature(const Job& job, const Batch& batch, const double* point) {
  const std::size_t n = batch.rows.size(), outputs = job.outputs;
  std::vector<double> f(n * outputs), y(n), v(n), h(n * outputs * outputs);
  predict_batch(batch, {outputs, job.features, job.options.fit_intercept}, point, f.data());
  targets_of(batch, job.objective->target() == TargetKind::binary, y.data(), v.data());
  std::fill(v.begin(), v.end(), 1);
  job.objective->curvature(f.data(), y.data(), v.data(), n, h.data());
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double most = 0;
    for (std::size_t k = 0; k < outputs; ++k) most = std::max(most, h[(i * outputs + k) * outputs + k]);
    sum += most;
  }
  return sum;
}

}  // namespace

void probe_rows(const Job& job, const RowStore& store, RowReader& reader, const double* point, double* sums) {
  const RowFormat& format = store.format();
  const auto rows = sample(store, reader);
  for (const std::byte* row : rows) {
    const double square = square_of(format, row, job.options.fit_intercept), y = target_of(row);
    sums[probe_count] += 1;
    sums[probe_weight] += weight_of(format, row);
    sums[probe_square] += square;
    sums[probe_fourth] += square * square;
    sums[probe_y] += y;
    sums[probe_y_square] += y * y;
  }
  for_batches(format, rows, [&](const Batch& batch) { sums[probe_curvature] += sum_curvature(job, batch, point); });
  if (!rows.empty()) sums[probe_largest] = largest_eigenvalue(job, format, rows);
}

void probe_weights(const Job& job, const RowStore& store, RowReader& reader, const Shard& shard, double* sums) {
  for (std::size_t b = shard.from; b < shard.to; ++b) {
    const auto block = static_cast<std::uint32_t>(b);
    (void)job;
    for (const std::byte* row : reader.gather({&block, 1}, Rows::trained_on)) {
      sums[probe_count] += 1;
      sums[probe_weight] += weight_of(store.format(), row);
    }
  }
}

double first_step(const Job& job, const double* sums, double rows, double greatest_l2) {
  const double count = std::max(sums[probe_count], 1.0);
  const double mean_y = sums[probe_y] / count;
  const double deviation_y = std::sqrt(std::max(sums[probe_y_square] / count - mean_y * mean_y, 0.0));
  const TargetKind target = job.objective->target();
  const Traits traits = job.objective->traits();
  // Of f, where the loss does not say it.
  const double spread = target == TargetKind::number && deviation_y > 0 ? deviation_y : 1;

  const Optimizer optimizer = optimizer_of(job.options.optimizer);
  const double length = sums[probe_square] > 0 ? std::sqrt(sums[probe_square] / count) : 1;
  if (optimizer == Optimizer::adagrad) return spread / length;
  if (optimizer == Optimizer::adam) return 0.1 * spread / length;

  const double curvature = !traits.smooth                  ? 1 / spread
                           : traits.greatest_curvature > 0 ? traits.greatest_curvature
                                                           : std::max(sums[probe_curvature] / count, 1e-10);
  const double square = sums[probe_square] > 0 ? sums[probe_fourth] / sums[probe_square] : 1;
  const double eigenvalue = std::min(sums[probe_largest], square);
  const double bound = curvature * (square + (rows - 1) * eigenvalue) / rows;
  return 0.5 / (bound + greatest_l2) / StepRule{optimizer, job.options.momentum}.reach(1, 1);
}

}  // namespace quern
