#include "train/descent.hpp"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>

#include "base/error.hpp"
#include "train/sgd_kernel.hpp"
#include "train/sgd_slot.hpp"

namespace quern {

namespace {

constexpr std::size_t most_chunk_rows = 32;
constexpr double most_chunk_decay = 0.05;  // of the strongest l2 in the time of a chunk
constexpr std::size_t loss_every = 8;      // chunks of descent row by row, where the loss is not free
constexpr std::size_t work_between_checks = 1 << 21;
constexpr double averaging_eta = 3;

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <class T>
double sum_of_squares(std::span<const T> values) {
  double sums[4] = {};
  std::size_t j = 0;
  for (; j + 4 <= values.size(); j += 4)
    for (std::size_t lane = 0; lane < 4; ++lane) {
      const double x = values[j + lane];
      sums[lane] += x * x;
    }
  for (; j < values.size(); ++j) sums[0] += static_cast<double>(values[j]) * values[j];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

template <class T>
double square_as(const RowFormat& format, const std::byte* row) {
  if (!format.sparse) return sum_of_squares(dense_values<T>(format, row));
  const SparseValues<T> x = sparse_values<T>(format, row);
  return sum_of_squares(std::span(x.values, x.entries));
}

}  // namespace

double square_of(const RowFormat& format, const std::byte* row, bool intercept) {
  return (format.narrow ? square_as<float>(format, row) : square_as<double>(format, row)) + intercept;
}

SlopeDamping::SlopeDamping(const Job& job, const RowFormat& format)
    : job_(job),
      format_(format),
      needed_(job.objective->traits().smooth && job.objective->traits().greatest_curvature == 0) {
  const Optimizer optimizer = optimizer_of(job.options.optimizer);
  if (optimizer == Optimizer::adagrad || optimizer == Optimizer::adam) needed_ = false;  // they bound steps themselves
  if (needed_) curvature_.resize(largest_batch * job.outputs * job.outputs);
}

void SlopeDamping::damp(const Batch& batch, const double* f, const double* y, const double* v, double eta, double* g) {
  const std::size_t outputs = job_.outputs, n = batch.rows.size();
  job_.objective->curvature(f, y, v, n, curvature_.data());
  for (std::size_t i = 0; i < n; ++i) {
    double trace = 0;
    for (std::size_t k = 0; k < outputs; ++k) trace += curvature_[(i * outputs + k) * outputs + k];
    const double square = square_of(format_, batch.rows[i], job_.options.fit_intercept);
    for (std::size_t k = 0; k < outputs; ++k) {
      double& slope = g[i * outputs + k];
      slope = std::isinf(trace) ? std::copysign(1 / (eta * square), slope) : slope / (1 + eta * trace * square);
    }
  }
}

BoardLock::BoardLock(double* lock) : lock_(lock) {
  if (!lock_) return;
  std::atomic_ref word(*lock_);
  for (int tries = 0;; ++tries) {
    double free = 0;
    if (word.load(std::memory_order_relaxed) == 0 &&
        word.compare_exchange_weak(free, 1, std::memory_order_acquire, std::memory_order_relaxed))
      return;
    if (tries < 100) continue;
    sched_yield();
    checkpoint();
    tries = 0;
  }
}

BoardLock::~BoardLock() {
  if (lock_) std::atomic_ref(*lock_).store(0, std::memory_order_release);
}

Descent::Descent(const Job& job, const RowFormat& format, std::span<const double> scale)
    : job_(job),
      format_(format),
      shape_{.outputs = job.outputs,
             .features = job.features,
             .intercept = job.options.fit_intercept,
             .single_precision = format.narrow && job.options.batch_size > 1},
      penalties_(job, scale),
      damping_(job, format),
      batch_(static_cast<std::size_t>(job.options.batch_size)),
      binary_(job.objective->target() == TargetKind::binary),
      descends_rows_(batch_ == 1 && job.outputs == 1 && !format.sparse && !damping_.needed() &&
                     job.options.optimizer == "sgd"),
      f_(largest_batch * job.outputs),
      y_(largest_batch),
      v_(largest_batch),
      g_(largest_batch * job.outputs) {}

void Descent::begin(const DescentTask& task) {
  task_ = task;
  entry_wise_ = format_.sparse || task.access != Access::alone;
  entries_.access = task.access;
  entries_.format = &format_;
  entries_.shape = shape_;
  entries_.rule = {optimizer_of(job_.options.optimizer), job_.options.momentum};
  entries_.w = task.w;
  entries_.first = task.first;
  entries_.second = task.second;
  entries_.l1 = penalties_.l1.data();
  entries_.l2 = penalties_.l2.data();
  clock_ = 0;
  entries_.clock = task.clock ? task.clock : &clock_;
  entries_.stamps = nullptr;
  if (format_.sparse && penalties_.any) {
    if (!task.stamps) stamps_.assign(shape_.features, 0);
    entries_.stamps = task.stamps ? task.stamps : stamps_.data();
  }
  if (!descends_rows_ && !entry_wise_) gradient_.assign(job_.parameters, 0);
  pending_ = done_ = chunks_ = since_sample_ = 0;
  stored_done_ = loss_ = loss_weight_ = 0;
}

std::size_t Descent::chunk_rows(double eta) const {
  if (batch_ > 1) return std::min(batch_, largest_batch);
  const double time = eta * penalties_.greatest_l2 * entries_.rule.reach(1, 1);
  if (time * most_chunk_rows <= most_chunk_decay) return most_chunk_rows;
  return std::max<std::size_t>(static_cast<std::size_t>(most_chunk_decay / time), 1);
}

bool Descent::time_is_up() {
  if (work_ < work_between_checks) return false;
  work_ = 0;
  checkpoint();
  return task_.deadline > 0 && seconds_now() > task_.deadline;
}

bool Descent::visit(std::span<const std::byte* const> rows, std::span<const std::byte* const> later,
                    std::size_t stored) {
  const double share = rows.empty() ? 0 : static_cast<double>(stored) / static_cast<double>(rows.size());
  for (std::size_t at = 0; at < rows.size();) {
    if (time_is_up()) return false;
    const double epochs = task_.epoch + (stored_done_ + share * static_cast<double>(at)) / std::max(task_.rows, 1.0);
    entries_.rule.eta = task_.schedule.at(epochs);
    std::size_t count = chunk_rows(entries_.rule.eta);
    if (batch_ > largest_batch) count = std::min(count, batch_ - pending_);
    count = std::min(count, rows.size() - at);
    const auto next = at < later.size() ? later.subspan(at, std::min(count, later.size() - at)) : later.first(0);
    chunk({&format_, rows.subspan(at, count), next}, rows.size() - at);
    at += count;
    done_ += count;
  }
  stored_done_ += static_cast<double>(stored);
  return true;
}

void Descent::chunk(const Batch& batch, std::size_t listed) {
  const BoardLock lock(task_.lock);
  const auto rows = batch.rows;
  if (descends_rows_ && !entry_wise_) {
    const DescentRun run{&format_,           rows.data(),       rows.size(),          listed,
                         shape_.intercept,   binary_,           job_.objective.get(), entries_.rule.eta,
                         task_.weight_scale, batch.next.data(), batch.next.size()};
    descend(run, task_.w, f_.data(), y_.data());
    task_.head[sgd_steps] += static_cast<double>(rows.size());
    if (chunks_ % loss_every == 0) {
      for (std::size_t i = 0; i < rows.size(); ++i) loss_weight_ += v_[i] = weight_of(format_, rows[i]);
      loss_ += job_.objective->value(f_.data(), y_.data(), v_.data(), rows.size());
    }
    work_ += rows.size() * (shape_.features + 16);
  } else {
    const std::size_t bytes = format_.sparse ? 256 : format_.dense_row_size();
    if (format_.sparse || !batch.next.empty())
      for (std::size_t i = rows.size(); i < std::min(2 * rows.size(), listed); ++i) prefetch_row(rows.data()[i], bytes);
    if (batch_ == 1) {
      for (std::size_t i = 0; i < rows.size(); ++i)
        step({&format_, rows.subspan(i, 1), i < batch.next.size() ? batch.next.subspan(i, 1) : batch.next.first(0)},
             true);
    } else {
      pending_ += rows.size();
      step(batch, batch_ <= largest_batch || pending_ == batch_);
    }
  }
  finish_chunk(rows.size());
}

// Leaves the slopes of the rows in g_.
void Descent::slopes(const Batch& batch) {
  const auto rows = batch.rows;
  const Objective& objective = *job_.objective;
  if (entry_wise_)
    predict_entries(entries_, rows, f_.data());
  else
    predict_batch(batch, shape_, task_.w, f_.data());
  targets_of(batch, binary_, y_.data(), v_.data());
  if (rows.size() == 1 && shape_.outputs == 1 && !damping_.needed() && chunks_ % loss_every != 0) {
    g_[0] = v_[0] * objective.slope(f_[0], y_[0]);
    return;
  }
  if (chunks_ % loss_every == 0) {
    loss_ += objective.differentiate(f_.data(), y_.data(), v_.data(), rows.size(), g_.data());
    for (std::size_t i = 0; i < rows.size(); ++i) loss_weight_ += v_[i];
  } else {
    objective.slopes(f_.data(), y_.data(), v_.data(), rows.size(), g_.data());
  }
  if (!damping_.needed()) return;
  const double eta = entries_.rule.eta * entries_.rule.reach(1, 1) * task_.weight_scale;
  damping_.damp(batch, f_.data(), y_.data(), v_.data(), eta, g_.data());
}

// With take, the step of the mini-batch that these rows end.
void Descent::step(const Batch& batch, bool take) {
  const auto rows = batch.rows;
  const std::size_t slopes_count = rows.size() * shape_.outputs;
  slopes(batch);
  StepRule& rule = entries_.rule;
  const double scale = task_.weight_scale / static_cast<double>(batch_);
  const bool direct = rule.kind == Optimizer::sgd && batch_ <= largest_batch;
  for (std::size_t i = 0; i < slopes_count; ++i) g_[i] *= direct ? -rule.eta * scale : scale;
  work_ += slopes_count * (shape_.terms() + 16);
  if (take) rule.correct(++task_.head[sgd_steps]);
  if (direct) {
    if (entry_wise_)
      add_entries(entries_, rows, g_.data());
    else
      add_gradient(batch, shape_, g_.data(), task_.w);
    return;
  }
  if (entry_wise_)
    collect_entries(entries_, rows, g_.data());
  else
    add_gradient(batch, shape_, g_.data(), gradient_.data());
  if (take) flush();
}

// Takes the step along the gradient that was collected.
void Descent::flush() {
  pending_ = 0;
  if (entry_wise_) {
    take_step(entries_);
    return;
  }
  step_along(entries_.rule, gradient_.data(), 1, {task_.w, task_.first, task_.second, job_.parameters});
  std::fill(gradient_.begin(), gradient_.end(), 0);
  work_ += 4 * job_.parameters;
}

void Descent::finish_chunk(std::size_t rows) {
  ++chunks_;
  const double time = entries_.rule.eta * static_cast<double>(rows) / static_cast<double>(batch_);
  if (penalties_.any) {
    if (entries_.stamps) {
      advance(entries_, time);
    } else if (entry_wise_) {
      apply_penalties_now(entries_, time);
    } else {
      apply_penalties(entries_.rule, penalties_, time, {task_.w, task_.first, task_.second, job_.parameters});
    }
    if (!entries_.stamps) work_ += job_.parameters;
  }
  if (!task_.average) return;
  since_sample_ += rows;
  const std::size_t interval = entry_wise_ ? std::max(most_chunk_rows, job_.parameters / most_chunk_rows) : 0;
  if (since_sample_ < interval) return;
  sample();
}

void Descent::sample() {
  since_sample_ = 0;
  const double* w = task_.w;
  if (entries_.stamps) apply_all_penalties(entries_);
  if (task_.access != Access::alone) {
    snapshot_.resize(job_.parameters);
    copy_parameters(entries_, job_.parameters, snapshot_.data());
    w = snapshot_.data();
  }
  const double share = (averaging_eta + 1) / (++task_.head[sgd_samples] + averaging_eta);
  move_average(share, w, job_.parameters, task_.average);
  work_ += 2 * job_.parameters;
}

void Descent::end() {
  const BoardLock lock(task_.lock);
  if (pending_ > 0 && batch_ > largest_batch) {
    entries_.rule.correct(++task_.head[sgd_steps]);
    flush();
  }
  if (entries_.stamps && !task_.stamps) apply_all_penalties(entries_);
  if (task_.average) sample();
}

}  // namespace quern
