#include "train/techniques/factorization_machine_worker.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/clones.hpp"
#include "base/error.hpp"
#include "train/order.hpp"

namespace quern {

namespace {

constexpr std::size_t blocks_at_once = 32;  // rows of so many blocks are shuffled together
constexpr std::size_t rows_between_checkpoints = 256;

// sums += x v; returns x^2 |v|^2.
QUERN_CLONES double add_scaled(double* sums, const double* v, double x, std::size_t n) noexcept {
  double squares = 0;
  for (std::size_t k = 0; k < n; ++k) {
    const double vx = v[k] * x;
    sums[k] += vx;
    squares += vx * vx;
  }
  return squares;
}

// to += g x (sums - x v)
QUERN_CLONES void add_slopes(double* to, const double* sums, const double* v, double x, double g,
                             std::size_t n) noexcept {
  const double gx = g * x, gxx = gx * x;
  for (std::size_t k = 0; k < n; ++k) to[k] += gx * sums[k] - gxx * v[k];
}

}  // namespace

FactorizationMachineWorker::FactorizationMachineWorker(const FactorizationMachineJob& job, RowStore& store,
                                                       std::span<double> board)
    : job_(job), store_(store), board_(board), reader_({}, store, {}), sums_(job.rank) {}

void FactorizationMachineWorker::perform(const Command& command, std::size_t task) {
  switch (static_cast<MachineStep>(command.step)) {
    case MachineStep::measure:
      return measure(task);
    case MachineStep::gradient:
      return differentiate(task, true);
    case MachineStep::value:
      return differentiate(task, false);
    case MachineStep::descend:
      return descend(command, task);
  }
}

double FactorizationMachineWorker::target(const std::byte* row) const {
  const double y = target_of(row);
  return job_.classifies ? 2 * board_[job_.classes + static_cast<std::size_t>(y)] - 1 : y;
}

// The entries of the row, scaled.
void FactorizationMachineWorker::read(const std::byte* row) {
  const RowFormat& format = store_.format();
  const double* const scale = board_.data() + job_.scale;
  entries_.clear();
  const auto add = [&](std::uint32_t j, double x) {
    if (x != 0) entries_.push_back({j, x * scale[j]});
  };
  const auto take = [&]<class T>(T) {
    if (format.sparse) {
      const auto x = sparse_values<T>(format, row);
      for (std::uint32_t e = 0; e < x.entries; ++e) add(x.indices[e], x.values[e]);
    } else {
      const auto x = dense_values<T>(format, row);
      for (std::size_t j = 0; j < x.size(); ++j) add(static_cast<std::uint32_t>(j), x[j]);
    }
  };
  format.narrow ? take(float{}) : take(double{});
}

double FactorizationMachineWorker::predict(const double* point) {
  std::fill(sums_.begin(), sums_.end(), 0.0);
  double f = point[0], squares = 0;
  for (const Entry& e : entries_) {
    f += point[job_.slope_at(e.feature)] * e.value;
    squares += add_scaled(sums_.data(), point + job_.factor_at(e.feature), e.value, job_.rank);
  }
  double product = 0;
  for (const double sum : sums_) product += sum * sum;
  return f + (product - squares) / 2;
}

// The derivative of the loss.
double FactorizationMachineWorker::slope(double f, double y, double& loss) const {
  if (!job_.classifies) {
    loss = (f - y) * (f - y) / 2;
    return f - y;
  }
  const double u = std::exp(-std::abs(f)), margin = y * f;
  loss = std::log1p(u) + (margin < 0 ? -margin : 0);
  return -y * (margin < 0 ? 1 / (1 + u) : u / (1 + u));
}

// visit(row, v) for each row of the shard.
template <class Visit>
void FactorizationMachineWorker::each_row(std::size_t task, const Visit& visit) {
  const Shard& shard = job_.shards[task];
  std::size_t done = 0;
  for (std::size_t b = shard.from; b < shard.to; ++b) {
    const auto block = static_cast<std::uint32_t>(b);
    for (const std::byte* const row : reader_.gather(std::span(&block, 1), Rows::all)) {
      if (done++ % rows_between_checkpoints == 0) checkpoint();
      visit(row, weight_of(store_.format(), row));
    }
  }
}

void FactorizationMachineWorker::measure(std::size_t task) {
  double* const slot = board_.data() + job_.slots + task * job_.slot_size;
  std::fill_n(slot, machine_head + job_.parameters, 0.0);
  double* const squares = slot + machine_head;
  double* const counts = squares + job_.features;
  MachineSums sums;
  each_row(task, [&](const std::byte* row, double v) {
    const double y = target(row);
    sums.weight += v;
    sums.target += v * y;
    read(row);
    for (const Entry& e : entries_) {
      squares[e.feature] += e.value * e.value;
      ++counts[e.feature];
    }
  });
  *reinterpret_cast<MachineSums*>(slot) = sums;
}

void FactorizationMachineWorker::add_gradient(const double* point, double g, double* gradient) {
  gradient[0] += g;
  for (const Entry& e : entries_) {
    gradient[job_.slope_at(e.feature)] += g * e.value;
    add_slopes(gradient + job_.factor_at(e.feature), sums_.data(), point + job_.factor_at(e.feature), e.value, g,
               job_.rank);
  }
}

void FactorizationMachineWorker::differentiate(std::size_t task, bool gradient) {
  double* const slot = board_.data() + job_.slots + task * job_.slot_size;
  const double* const point = board_.data() + job_.point;
  if (gradient) std::fill_n(slot + machine_head, job_.parameters, 0.0);
  MachineSums sums;
  each_row(task, [&](const std::byte* row, double v) {
    read(row);
    double loss;
    const double y = target(row), f = predict(point), g = slope(f, y, loss);
    sums.loss += v * loss;
    sums.weight += v;
    sums.squares += v * (job_.classifies ? y * f > 0 : (f - y) * (f - y));
    if (gradient) add_gradient(point, v * g, slot + machine_head);
  });
  *reinterpret_cast<MachineSums*>(slot) = sums;
}

// What the penalty has to take from a feature since its last step, at the rate of each number.
void FactorizationMachineWorker::settle(double* point, const double* squares, double eta, std::size_t feature) {
  const std::uint32_t since = steps_ - stamps_[feature];
  stamps_[feature] = steps_;
  if (since == 0) return;
  const double scale = board_[job_.scale + feature], time = eta * since * scale * scale;
  const auto shrink = [&](std::size_t at, double l2) {
    if (l2 > 0) point[at] /= 1 + time * l2 / (squares ? std::sqrt(squares[at]) + 1e-10 : 1);
  };
  shrink(job_.slope_at(feature), job_.options.l2);
  for (std::size_t k = 0; k < job_.rank; ++k) shrink(job_.factor_at(feature) + k, job_.options.l2_factors);
}

// The features of the row that is read are to be stepped for.
void FactorizationMachineWorker::touch(double* point, const double* squares, double eta) {
  for (const Entry& e : entries_) {
    if (is_touched_[e.feature]) continue;
    is_touched_[e.feature] = true;
    touched_.push_back(e.feature);
    settle(point, squares, eta, e.feature);
  }
}

// Down the gradient of a batch, which is 0 afterwards. The square of a number in `squares` is from steps of the mean.
void FactorizationMachineWorker::step(double* point, double* squares, double eta, double weight) {
  const auto move = [&](std::size_t at) {
    const double g = gradient_[at] / weight;
    gradient_[at] = 0;
    if (squares) {
      squares[at] += g * g;
      point[at] -= eta * g / (std::sqrt(squares[at]) + 1e-10);
    } else {
      point[at] -= eta * g;
    }
  };
  if (job_.options.fit_intercept) move(0);
  gradient_[0] = 0;
  for (const std::uint32_t feature : touched_) {
    move(job_.slope_at(feature));
    for (std::size_t k = 0; k < job_.rank; ++k) move(job_.factor_at(feature) + k);
    is_touched_[feature] = false;
  }
  touched_.clear();
  ++steps_;
}

void FactorizationMachineWorker::descend(const Command& command, std::size_t task) {
  const double eta = command.numbers[0];
  double* const slot = board_.data() + job_.slots + task * job_.slot_size;
  double* const point = slot + machine_head;
  double* const squares = job_.options.solver == "adagrad" ? point + job_.parameters : nullptr;
  std::copy_n(board_.data() + job_.point, job_.parameters, point);
  if (squares && command.numbers[1] != 0) std::fill_n(squares, job_.parameters, 0.0);
  gradient_.assign(job_.parameters, 0);
  stamps_.assign(job_.features, 0);
  is_touched_.assign(job_.features, false);
  touched_.clear();
  steps_ = 0;

  const Shard& shard = job_.shards[task];
  const auto seed = static_cast<std::uint64_t>(job_.options.seed), epoch = static_cast<std::uint64_t>(command.epoch);
  std::vector<std::uint32_t> blocks(shard.to - shard.from);
  std::iota(blocks.begin(), blocks.end(), static_cast<std::uint32_t>(shard.from));
  shuffle(std::span(blocks), RandomStream(seed, epoch, 2 * task + 1));
  const auto batch_rows = static_cast<std::size_t>(job_.options.batch_size);
  MachineSums sums;
  std::size_t in_batch = 0;
  double batch_weight = 0;
  std::vector<const std::byte*> rows;
  for (std::size_t from = 0; from < blocks.size(); from += blocks_at_once) {
    const auto group = std::span(blocks).subspan(from, std::min(blocks_at_once, blocks.size() - from));
    const auto stored = reader_.gather(group, Rows::all);
    rows.assign(stored.begin(), stored.end());
    shuffle(std::span(rows), RandomStream(seed, epoch, (from << 8 | task) * 2));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i % rows_between_checkpoints == 0) checkpoint();
      const double v = weight_of(store_.format(), rows[i]);
      read(rows[i]);
      touch(point, squares, eta);
      double loss;
      const double g = slope(predict(point), target(rows[i]), loss);
      sums.loss += v * loss;
      sums.weight += v;
      batch_weight += v;
      add_gradient(point, v * g, gradient_.data());
      if (++in_batch < batch_rows) continue;
      step(point, squares, eta, batch_weight);
      in_batch = 0;
      batch_weight = 0;
    }
  }
  if (in_batch > 0)
    step(point, squares, eta * static_cast<double>(in_batch) / static_cast<double>(batch_rows), batch_weight);
  for (std::size_t j = 0; j < job_.features; ++j) settle(point, squares, eta, j);
  *reinterpret_cast<MachineSums*>(slot) = sums;
}

}  // namespace quern
