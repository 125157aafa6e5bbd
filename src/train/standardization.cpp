#include "train/standardization.hpp"

#include <algorithm>
#include <cmath>

#include "train/batch_worker.hpp"

namespace quern {

namespace {

constexpr std::uint64_t rows_measured = 16384;

// Newton's method is nearly as good in any columns; the others want them alike.
struct Tolerance {
  double mean, low, high;  // of |mean| in deviations; of deviations
};
Tolerance tolerance_of(const Job& job) {
  return job.solver == Solver::newton || job.coordinates == CoordinateSpace::covariances
             ? Tolerance{10, 0x1p-20, 0x1p20}
             : Tolerance{1, 0.5, 2};
}

Command measure_command(Measure what, std::size_t stride) {
  Command command{.operation = Operation::measure, .step = what};
  command.numbers[command_stride] = static_cast<double>(stride);
  return command;
}

}  // namespace

Standardization choose_columns(const Job& job, const RowStore& store, Crew& crew) {
  const std::size_t features = job.features, tasks = job.shards.size();
  const std::span<double> board = crew.board();
  const bool sparse = store.format().sparse,
             shifts = !sparse && (job.options.fit_intercept || job.objective->traits().floating);
  const auto stride = static_cast<std::size_t>(std::max<std::uint64_t>(1, store.rows() / rows_measured));
  Standardization columns{std::vector<double>(features, 0.0), std::vector<double>(features, 1.0)};
  auto put = [&] {
    std::copy(columns.shift.begin(), columns.shift.end(), &board[job.layout.shift]);
    std::copy(columns.scale.begin(), columns.scale.end(), &board[job.layout.scale]);
  };
  put();

  crew.run(measure_command(measure_means, stride), tasks);
  std::vector<double> mean(features), size(features), entries(features);
  double rows = 0;
  for (std::size_t t = 0; t < tasks; ++t) {
    const double* const slot = &board[job.slot(t)];
    rows += slot[slot_rows];
    for (std::size_t j = 0; j < features; ++j) {
      if (slot[slot_rows] == 0) continue;
      mean[j] += (slot[slot_gradient + j] - mean[j]) * (slot[slot_rows] / rows);
      size[j] += slot[slot_gradient + j];
      entries[j] += slot[slot_gradient + features + j];
    }
  }

  bool needed = false;
  const Tolerance tolerance = tolerance_of(job);
  if (job.options.standardize) {
    if (sparse) {
      for (std::size_t j = 0; j < features; ++j) size[j] /= entries[j] > 0 ? entries[j] : 1;
    } else {
      if (shifts)
        for (std::size_t j = 0; j < features; ++j) columns.shift[j] = std::isfinite(mean[j]) ? mean[j] : 0;
      put();
      crew.run(measure_command(measure_deviations, stride), tasks);
      std::fill(size.begin(), size.end(), 0.0);
      for (std::size_t t = 0; t < tasks; ++t)
        for (std::size_t j = 0; j < features; ++j) size[j] += board[job.slot(t) + slot_gradient + j] / rows;
    }
    for (std::size_t j = 0; j < features; ++j) {
      const bool constant = size[j] == 0;
      if (constant) size[j] = std::abs(columns.shift[j]);
      if (size[j] == 0) continue;
      needed = needed || (!constant && std::abs(columns.shift[j]) > tolerance.mean * size[j]) ||
               !(size[j] >= tolerance.low && size[j] <= tolerance.high);
      const int exponent = std::isfinite(size[j]) ? std::ilogb(size[j]) : 1000;
      columns.scale[j] = std::ldexp(1.0, -std::clamp(exponent, -500, 500));
    }
  }
  // The penalty's units are those of the dual: w is a sum of rows.
  if (job.coordinates == CoordinateSpace::rows) columns.scale.assign(features, 1.0);
  if (!needed) {
    columns.shift.assign(features, 0.0);
    columns.scale.assign(features, 1.0);
  }
  put();
  return columns;
}

Standardization standardize(const Job& job, const RowStore& store, Crew& crew) {
  Standardization columns = choose_columns(job, store, crew);
  crew.run({.operation = Operation::standardize}, job.shards.size());
  return columns;
}

std::vector<double> to_user(const Job& job, const Standardization& columns, std::vector<double> parameters) {
  const bool floating = job.objective->traits().floating;
  double* const constants = parameters.data() + job.outputs * job.terms;
  for (std::size_t k = 0; k < job.outputs; ++k) {
    double* const row = &parameters[k * job.terms];
    for (std::size_t j = 0; j < job.features; ++j) {
      row[j] *= columns.scale[j];
      if (job.options.fit_intercept) row[job.features] -= columns.shift[j] * row[j];
      if (floating)
        for (std::size_t c = 0; c < job.constants; ++c) constants[c] += columns.shift[j] * row[j];
    }
  }
  return parameters;
}

std::vector<double> from_user(const Job& job, const Standardization& columns, std::vector<double> parameters) {
  const bool floating = job.objective->traits().floating;
  double* const constants = parameters.data() + job.outputs * job.terms;
  for (std::size_t k = 0; k < job.outputs; ++k) {
    double* const row = &parameters[k * job.terms];
    for (std::size_t j = 0; j < job.features; ++j) {
      if (job.options.fit_intercept) row[job.features] += columns.shift[j] * row[j];
      if (floating)
        for (std::size_t c = 0; c < job.constants; ++c) constants[c] -= columns.shift[j] * row[j];
      row[j] /= columns.scale[j];
    }
  }
  return parameters;
}

TargetSums measure_targets(const Job& job, Crew& crew, std::size_t stride) {
  crew.run(measure_command(measure_rows, stride), job.shards.size());
  const std::size_t classes = job.spec.classes;
  TargetSums sums;
  sums.class_weight.resize(classes);
  sums.class_rows.resize(classes);
  for (std::size_t t = 0; t < job.shards.size(); ++t) {
    const double* const slot = &crew.board()[job.slot(t)];
    sums.weight += slot[slot_weight];
    sums.rows += slot[slot_rows];
    sums.target += slot[slot_target];
    sums.saturated += slot[slot_saturated];
    sums.log_weight += slot[slot_log_weight];
    sums.constant += slot[slot_constant];
    for (std::size_t c = 0; c < classes; ++c) {
      sums.class_weight[c] += slot[slot_gradient + c];
      sums.class_rows[c] += slot[slot_gradient + classes + c];
    }
  }
  return sums;
}

double measure_null_loss(const Job& job, Crew& crew) {
  if (job.objective->traits().ordered)
    crew.run({.operation = Operation::value}, job.shards.size());
  else
    crew.run(measure_command(measure_null, 1), job.shards.size());
  double loss = 0;
  for (std::size_t t = 0; t < job.shards.size(); ++t) loss += crew.board()[job.slot(t) + slot_loss];
  return loss;
}

}  // namespace quern
