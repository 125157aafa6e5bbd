#include "train/batch_worker.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "linalg/symmetric_rank_update.hpp"
#include "train/row_batches.hpp"
#include "train/sgd.hpp"
#include "train/train.hpp"

namespace quern {

namespace {

bool is_identity(std::span<const double> map) {
  for (std::size_t i = 0; i < map.size(); ++i)
    if (map[i] != static_cast<double>(i)) return false;
  return true;
}

bool all_are(std::span<const double> values, double value) {
  return std::all_of(values.begin(), values.end(), [&](double v) { return v == value; });
}

}  // namespace

RowTransform transform_of(const Job& job, std::span<const double> board) {
  RowTransform transform{board.subspan(job.layout.shift, job.features), board.subspan(job.layout.scale, job.features),
                         board.subspan(job.layout.classes, job.spec.classes),
                         board.subspan(job.layout.classes, job.spec.strata)};
  if (all_are(transform.shift, 0) && all_are(transform.scale, 1)) transform.shift = transform.scale = {};
  if (is_identity(transform.class_map)) transform.class_map = {};
  if (is_identity(transform.strata_map)) transform.strata_map = {};
  return transform;
}

BatchWorker::BatchWorker(const Job& job, RowStore& store, std::span<double> board)
    : job_(job),
      store_(store),
      board_(board),
      shape_{job.outputs, job.features, job.options.fit_intercept},
      coupled_(job.objective->traits().coupled),
      binary_(job.objective->target() == TargetKind::binary),
      classifier_(binary_ || job.objective->target() == TargetKind::classes),
      f_(largest_batch * job.columns()),
      g_(largest_batch * job.columns()),
      pair_(largest_batch),
      linear_(job.constants > 0 ? largest_batch * job.outputs : 0) {}

// Made when the board says how rows are transformed.
RowReader& BatchWorker::reader() {
  if (!reader_) reader_.emplace(job_.holdout(), store_, transform_of(job_, board_));
  return *reader_;
}

template <class Visit>
void BatchWorker::each_batch(const Command& command, const Shard& shard, RowReader& reader, Rows which, Visit&& visit) {
  const auto stride = std::max<std::size_t>(1, static_cast<std::size_t>(command.numbers[command_stride]));
  quern::each_batch(store_, reader, shard, stride, which, visit);
}

void BatchWorker::perform(const Command& command, std::size_t task) {
  switch (command.operation) {
    case Operation::measure:
      std::fill_n(slot(task), job_.layout.slot_size, 0.0);
      if (command.step == measure_means || command.step == measure_deviations)
        measure_columns(command, task);
      else
        measure_each_row(command, task);
      break;
    case Operation::standardize:
      standardize(task);
      break;
    default:
      evaluate(command, task);
  }
}

void BatchWorker::measure_columns(const Command& command, std::size_t task) {
  const RowFormat& format = store_.format();
  const std::size_t features = job_.features;
  if (!raw_) raw_.emplace(job_.holdout(), store_, RowTransform{});
  double* const head = slot(task);
  double* const sum = head + slot_gradient;
  double* const entries = sum + features;
  const auto shift = on_board(job_.layout.shift, features);
  std::vector<double> first;

  auto add = [&]<class T>(const std::byte* row, T) {
    if (format.sparse) {
      const auto x = sparse_values<T>(format, row);
      for (std::size_t e = 0; e < x.entries; ++e) {
        sum[x.indices[e]] += std::abs(static_cast<double>(x.values[e]));
        entries[x.indices[e]] += 1;
      }
      return;
    }
    const auto x = dense_values<T>(format, row);
    if (command.step == measure_deviations) {
      for (std::size_t j = 0; j < features; ++j) sum[j] += std::abs(static_cast<double>(x[j]) - shift[j]);
      return;
    }
    if (first.empty()) first.assign(x.begin(), x.end());
    for (std::size_t j = 0; j < features; ++j) sum[j] += static_cast<double>(x[j]) - first[j];
  };
  each_batch(command, job_.shards[task], *raw_, Rows::trained_on, [&](const Batch& batch) {
    for (const std::byte* row : batch.rows) {
      if (format.narrow)
        add(row, float{});
      else
        add(row, double{});
      head[slot_rows] += 1;
    }
  });
  for (std::size_t j = 0; j < first.size(); ++j) sum[j] = first[j] + sum[j] / head[slot_rows];
}

// Only y, v and the intercepts at the point matter.
void BatchWorker::measure_each_row(const Command& command, std::size_t task) {
  const Objective& objective = *job_.objective;
  const bool null = command.step == measure_null;
  const bool saturated = !null && !classifier_ && objective.traits().likelihood && !objective.traits().ordered;
  const auto point = on_board(job_.layout.point, job_.parameters);
  double* const head = slot(task);
  double* const of_class = head + slot_gradient;
  std::vector<double> intercepts(job_.columns()), perfect(job_.columns());
  if (shape_.intercept)
    for (std::size_t k = 0; k < job_.outputs; ++k) intercepts[k] = point[(k + 1) * job_.terms - 1];
  std::copy(point.end() - static_cast<std::ptrdiff_t>(job_.constants), point.end(),
            intercepts.begin() + static_cast<std::ptrdiff_t>(job_.outputs));

  each_batch(command, job_.shards[task], reader(), Rows::trained_on, [&](const Batch& batch) {
    const std::size_t n = batch.rows.size();
    targets_of(batch, binary_, y_, v_);
    for (std::size_t i = 0; i < n; ++i) {
      if (null) std::copy(intercepts.begin(), intercepts.end(), &f_[i * job_.columns()]);
      head[slot_weight] += v_[i];
      head[slot_rows] += v_[i] > 0;
      head[slot_target] += v_[i] * y_[i];
      if (store_.format().weighted && v_[i] > 0) head[slot_log_weight] += std::log(v_[i]);
      if (!null && classifier_) {
        const auto c = static_cast<std::size_t>(binary_ ? y_[i] > 0 : y_[i]);
        of_class[c] += v_[i];
        of_class[job_.spec.classes + c] += v_[i] > 0;
      }
      if (saturated) {
        objective.start(y_[i], perfect.data());
        std::copy(intercepts.begin() + static_cast<std::ptrdiff_t>(job_.outputs), intercepts.end(),
                  perfect.begin() + static_cast<std::ptrdiff_t>(job_.outputs));
        if (v_[i] > 0) head[slot_saturated] += objective.value(perfect.data(), &y_[i], &v_[i], 1);
        head[slot_constant] += v_[i] * objective.constant(y_[i]);
      }
    }
    if (null) head[slot_loss] += objective.value(f_.data(), y_, v_, n);
  });
}

void BatchWorker::standardize(std::size_t task) {
  const RowTransform transform = transform_of(job_, board_);
  if (!store_.resident() || transform.none()) return;
  for (std::size_t b = job_.shards[task].from; b < job_.shards[task].to; ++b) {
    checkpoint();
    transform_block(store_.format(), transform, store_.resident_block(b), store_.blocks()[b].bytes);
  }
}

// A classifier is right about a row, and how clearly, if the margin is above 0.
void BatchWorker::note_margins(const double* f, std::size_t n, double* head) {
  const std::size_t outputs = job_.outputs;
  for (std::size_t i = 0; i < n; ++i, f += job_.columns()) {
    if (!(v_[i] > 0)) continue;
    double margin;
    if (binary_) {
      margin = y_[i] * f[0];
    } else if (job_.constants > 0) {
      margin = job_.objective->margin(f, y_[i]);
    } else {
      const auto own = static_cast<std::size_t>(y_[i]);
      double other = -std::numeric_limits<double>::infinity();
      for (std::size_t k = 0; k < outputs; ++k)
        if (k != own) other = std::max(other, f[k]);
      margin = f[own] - other;
    }
    head[slot_least_margin] = std::min(head[slot_least_margin], margin);
    head[slot_greatest_margin] = std::max(head[slot_greatest_margin], margin);
  }
}

// f, n x columns: the constants are the same in every row.
void BatchWorker::predict(const Batch& batch, const double* parameters, double* f) {
  if (job_.constants == 0) return predict_batch(batch, shape_, parameters, f);
  const double* const constants = parameters + job_.outputs * job_.terms;
  predict_batch(batch, shape_, parameters, linear_.data());
  for (std::size_t i = 0; i < batch.rows.size(); ++i, f += job_.columns()) {
    std::copy_n(&linear_[i * job_.outputs], job_.outputs, f);
    std::copy_n(constants, job_.constants, f + job_.outputs);
  }
}

// The other way round, from slopes in f to those in the parameters.
void BatchWorker::add_slopes(const Batch& batch, const double* g, double* gradient) {
  if (job_.constants == 0) return add_gradient(batch, shape_, g, gradient);
  double* const constants = gradient + job_.outputs * job_.terms;
  for (std::size_t i = 0; i < batch.rows.size(); ++i, g += job_.columns()) {
    std::copy_n(g, job_.outputs, &linear_[i * job_.outputs]);
    for (std::size_t c = 0; c < job_.constants; ++c) constants[c] += g[job_.outputs + c];
  }
  add_gradient(batch, shape_, linear_.data(), gradient);
}

// Rows without curvature, of which losses with flat parts have many, are left out.
void BatchWorker::add_hessian(const Batch& batch, const double* h, double* hessian) {
  const std::size_t outputs = job_.outputs, columns = job_.columns(), triangle = linalg::triangle_size(job_.terms);
  const PredictorShape one{1, shape_.features, shape_.intercept};
  kept_.reserve(largest_batch);
  for (std::size_t k = 0; k < outputs; ++k)
    for (std::size_t l = k; l < (coupled_ ? outputs : k + 1); ++l, hessian += triangle) {
      kept_.clear();
      for (std::size_t i = 0; i < batch.rows.size(); ++i) {
        const double value = h[(i * columns + k) * columns + l];
        if (value == 0) continue;
        pair_[kept_.size()] = value;
        kept_.push_back(batch.rows[i]);
      }
      if (!kept_.empty()) add_gram(Batch{batch.format, kept_}, one, pair_.data(), hessian);
    }
  for (std::size_t c = outputs; c < columns; ++c, hessian += outputs * job_.terms) {
    for (std::size_t i = 0; i < batch.rows.size(); ++i)
      std::copy_n(h + (i * columns + c) * columns, outputs, &linear_[i * outputs]);
    add_gradient(batch, shape_, linear_.data(), hessian);
  }
  for (std::size_t c = outputs; c < columns; ++c)
    for (std::size_t d = c; d < columns; ++d, ++hessian)
      for (std::size_t i = 0; i < batch.rows.size(); ++i) *hessian += h[(i * columns + c) * columns + d];
}

void BatchWorker::evaluate(const Command& command, std::size_t task) {
  Objective& objective = *job_.objective;
  const Traits traits = objective.traits();
  if (traits.ordered) {
    if (!ordered_) ordered_.emplace(job_, store_, board_);
    return ordered_->evaluate(command, slot(task));
  }
  const Operation operation = command.operation;
  const bool hessian = operation == Operation::hessian, product = operation == Operation::hessian_product;
  const std::size_t columns = job_.columns(), gradient_end = slot_gradient + job_.parameters;
  const double* const point = board_.data() + job_.layout.point;
  const double* const direction = board_.data() + job_.layout.direction;
  double* const head = slot(task);
  double* const gradient = head + slot_gradient;
  const std::size_t used = operation == Operation::value || operation == Operation::validate ? slot_gradient
                           : hessian ? gradient_end + hessian_size(job_)
                                     : gradient_end;
  std::fill_n(head, used, 0.0);
  head[slot_least_margin] = std::numeric_limits<double>::infinity();
  head[slot_greatest_margin] = -std::numeric_limits<double>::infinity();
  if (hessian || product) h_.resize(largest_batch * columns * columns);
  if (product) along_.resize(largest_batch * columns);

  objective.smooth(command.numbers[command_width]);
  const Rows which = operation == Operation::validate ? Rows::held_out : Rows::trained_on;
  each_batch(command, job_.shards[task], reader(), which, [&](const Batch& batch) {
    const std::size_t n = batch.rows.size();
    targets_of(batch, binary_, y_, v_);
    for (std::size_t i = 0; i < n; ++i) {
      head[slot_weight] += v_[i];
      head[slot_rows] += v_[i] > 0;
    }
    if (!product || !traits.quadratic) predict(batch, point, f_.data());
    if (hessian || product) {
      if (command.numbers[command_expected] != 0)
        objective.information(f_.data(), y_, v_, n, h_.data());
      else
        objective.curvature(f_.data(), y_, v_, n, h_.data());
    }
    if (product) {
      predict(batch, direction, along_.data());
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < columns; ++k) {
          double sum = 0;
          for (std::size_t l = 0; l < columns; ++l)
            sum += h_[(i * columns + k) * columns + l] * along_[i * columns + l];
          g_[i * columns + k] = sum;
        }
      add_slopes(batch, g_.data(), gradient);
      return;
    }
    if (classifier_ && traits.likelihood) note_margins(f_.data(), n, head);
    if (operation == Operation::value || operation == Operation::validate) {
      head[slot_loss] += objective.value(f_.data(), y_, v_, n);
      return;
    }
    head[slot_loss] += objective.differentiate(f_.data(), y_, v_, n, g_.data());
    add_slopes(batch, g_.data(), gradient);
    if (traits.dispersion)
      for (std::size_t i = 0; i < n; ++i)
        if (v_[i] > 0) head[slot_squares] += g_[i] * g_[i] / v_[i];
    if (!hessian) return;
    add_hessian(batch, h_.data(), head + gradient_end);
  });
  objective.smooth(0);
}

namespace {

// Batch and stochastic operations; a training uses one kind beyond measuring.
class TrainWorker final : public Worker {
 public:
  TrainWorker(const Job& job, RowStore& store, std::span<double> board)
      : job_(job), store_(store), board_(board), batch_(job, store, board) {}

  void perform(const Command& command, std::size_t task) override {
    switch (command.operation) {
      case Operation::epoch:
      case Operation::shared_epoch:
      case Operation::minibatch_gradient:
        if (!stochastic_) stochastic_.emplace(job_, store_, board_);
        return stochastic_->perform(command, task);
      default:
        return batch_.perform(command, task);
    }
  }

 private:
  const Job& job_;
  RowStore& store_;
  std::span<double> board_;
  BatchWorker batch_;
  std::optional<SgdWorker> stochastic_;
};

}  // namespace

std::unique_ptr<Worker> make_worker(const Job& job, RowStore& store, std::span<double> board) {
  return std::make_unique<TrainWorker>(job, store, board);
}

}  // namespace quern
