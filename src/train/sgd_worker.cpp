// The tasks of stochastic descent, in whatever process: an epoch over a shard's part of the order on a copy of the
// parameters or on those that all share, the gradient of a part of a mini-batch, and what the first step is chosen by.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "train/descent.hpp"
#include "train/sgd.hpp"
#include "train/sgd_probe.hpp"
#include "train/sgd_rows.hpp"
#include "train/sgd_slot.hpp"

namespace quern {

namespace {

std::span<const double> part(std::span<const double> board, std::size_t at, std::size_t count) {
  return board.subspan(at, count);
}

}  // namespace

struct SgdWorker::State {
  const Job& job;
  RowStore& store;
  const std::span<double> board;
  const SgdSlot layout;
  const RowTransform transform;
  GroupReader reader;
  std::unique_ptr<Descent> descent;
  std::unique_ptr<SlopeDamping> damping;
  EpochOrder order;
  bool ordered = false;

  // Of synchronous mini-batches: for each task, where it is.
  struct Part {
    std::unique_ptr<GroupReader> reader;
    std::vector<std::size_t> first_step;  // of each group; and behind the last
    std::size_t group = 0;
    bool gathered = false;
    std::span<const std::byte* const> rows;
  };
  std::vector<Part> parts;
  std::vector<double> f, y, v, g;

  State(const Job& job, RowStore& store, std::span<double> board)
      : job(job),
        store(store),
        board(board),
        layout(sgd_slot(job)),
        transform(transform_of(job, board)),
        reader(job.holdout(), store, transform) {}

  double* slot(std::size_t task, std::size_t at) { return board.data() + job.slot(task) + at; }

  const EpochOrder& order_of(std::int64_t epoch) {
    if (ordered && (order.epoch == epoch || job.options.order == "shuffle_once")) return order;
    order = order_epoch(job.options.order, static_cast<std::uint64_t>(job.options.seed), epoch, store,
                        job.shards.size(), group_bytes_of(job.options.order));
    ordered = true;
    parts.clear();
    return order;
  }

  void probe(const Command& command, std::size_t task);
  void run_epoch(const Command& command, std::size_t task);
  void minibatch(const Command& command, std::size_t task);
  DescentTask task_of(const Command& command, std::size_t task);
  void start_part(Part& part, std::size_t task);
};

std::size_t sgd_slot_size(const Job& job) { return sgd_slot(job).size; }

SgdWorker::SgdWorker(const Job& job, RowStore& store, std::span<double> board)
    : state_(std::make_unique<State>(job, store, board)) {}

SgdWorker::~SgdWorker() = default;

void SgdWorker::perform(const Command& command, std::size_t task) {
  if (command.operation == Operation::minibatch_gradient)
    state_->minibatch(command, task);
  else if (command.epoch < 0)
    state_->probe(command, task);
  else
    state_->run_epoch(command, task);
}

DescentTask SgdWorker::State::task_of(const Command& command, std::size_t task) {
  const bool shared = command.operation == Operation::shared_epoch;
  const std::size_t owner = shared ? 0 : task;
  const Optimizer optimizer = optimizer_of(job.options.optimizer);
  DescentTask result{};
  result.w = shared ? board.data() + job.layout.point : slot(task, layout.copy);
  if (optimizer != Optimizer::sgd) result.first = slot(owner, layout.first);
  if (optimizer == Optimizer::adam) result.second = slot(owner, layout.second);
  if (job.options.averaging) result.average = slot(task, layout.average);
  result.head = slot(task, layout.head);
  if (shared) {
    result.stamps = slot(0, layout.stamps);
    result.clock = slot(0, layout.head) + sgd_clock;
    if (job.parallel == "lock") result.lock = slot(0, layout.head) + sgd_lock;
  }
  result.access = job.parallel == "hogwild" ? Access::unlocked
                  : job.parallel == "aig"   ? Access::compare_exchange
                                            : Access::alone;
  result.schedule = {schedule_of(job.options.schedule), command.numbers[sgd_first_step], command.numbers[sgd_decay]};
  result.epoch = static_cast<double>(command.epoch);
  result.weight_scale = command.numbers[sgd_weight_scale];
  result.deadline = command.numbers[sgd_deadline];
  return result;
}

void SgdWorker::State::run_epoch(const Command& command, std::size_t task) {
  if (!descent) descent = std::make_unique<Descent>(job, store.format(), part(board, job.layout.scale, job.features));
  const EpochOrder& epoch = order_of(command.epoch);
  DescentTask descent_task = task_of(command, task);
  const auto groups = std::span(epoch.groups).subspan(epoch.parts[task], epoch.parts[task + 1] - epoch.parts[task]);
  for (const EpochOrder::Group& group : groups) descent_task.rows += static_cast<double>(group.rows);
  if (command.operation == Operation::epoch)
    std::copy_n(board.data() + job.layout.point, job.parameters, descent_task.w);
  descent->begin(descent_task);
  reader.forget();
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const GroupReader::Rows rows = reader.gather(epoch, groups[g], g + 1 < groups.size() ? &groups[g + 1] : nullptr);
    if (!descent->visit(rows.visited, rows.later, groups[g].rows)) break;
  }
  descent->end();
  *slot(task, slot_loss) = descent->loss();
  *slot(task, slot_weight) = descent->loss_weight();
  *slot(task, slot_rows) = static_cast<double>(descent->rows_done());
}

void SgdWorker::State::probe(const Command& command, std::size_t task) {
  RowReader rows(job.holdout(), store, transform);
  double* const head = slot(task, layout.head);
  std::fill_n(head, sgd_head_size, 0);
  if (command.step == 0)
    probe_rows(job, store, rows, board.data() + job.layout.point, head);
  else
    probe_weights(job, store, rows, job.shards[task], head);
}

void SgdWorker::State::start_part(Part& part, std::size_t task) {
  part.reader = std::make_unique<GroupReader>(job.holdout(), store, transform);
  const std::size_t rows_of_step = minibatch_part(job);
  std::size_t step = 0;
  for (std::size_t g = order.parts[task]; g < order.parts[task + 1]; ++g) {
    part.first_step.push_back(step);
    step += (trained_rows(job.holdout(), store, order, order.groups[g]) + rows_of_step - 1) / rows_of_step;
  }
  part.first_step.push_back(step);
}

void SgdWorker::State::minibatch(const Command& command, std::size_t task) {
  order_of(command.epoch);
  if (parts.empty()) parts.resize(job.shards.size());
  Part& at = parts[task];
  if (!at.reader) start_part(at, task);

  double* const gradient = slot(task, layout.copy);
  std::fill_n(gradient, job.parameters, 0);
  double loss = 0, weight = 0;
  std::size_t done = 0;
  const auto step = static_cast<std::size_t>(command.step);
  if (step < at.first_step.back()) {
    const auto next = std::upper_bound(at.first_step.begin(), at.first_step.end(), step);
    const auto group = static_cast<std::size_t>(next - at.first_step.begin()) - 1;
    if (!at.gathered || group != at.group) {
      at.rows = at.reader->gather(order, order.groups[order.parts[task] + group], nullptr).visited;
      at.group = group;
      at.gathered = true;
    }
    if (!damping) damping = std::make_unique<SlopeDamping>(job, store.format());
    f.resize(largest_batch * job.outputs);
    g.resize(largest_batch * job.outputs);
    y.resize(largest_batch);
    v.resize(largest_batch);
    const std::size_t rows_of_step = minibatch_part(job);
    const std::size_t from = (step - at.first_step[group]) * rows_of_step;
    const auto rows = at.rows.subspan(from, std::min(rows_of_step, at.rows.size() - from));
    const PredictorShape shape{job.outputs, job.features, job.options.fit_intercept};
    const bool binary = job.objective->target() == TargetKind::binary;
    for (; done < rows.size(); done += std::min(largest_batch, rows.size() - done)) {
      checkpoint();
      const Batch batch{&store.format(), rows.subspan(done, std::min(largest_batch, rows.size() - done))};
      predict_batch(batch, shape, board.data() + job.layout.point, f.data());
      targets_of(batch, binary, y.data(), v.data());
      loss += job.objective->differentiate(f.data(), y.data(), v.data(), batch.rows.size(), g.data());
      if (damping->needed())
        damping->damp(batch, f.data(), y.data(), v.data(),
                      command.numbers[sgd_first_step] * command.numbers[sgd_weight_scale], g.data());
      add_gradient(batch, shape, g.data(), gradient);
      weight = std::accumulate(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(batch.rows.size()), weight);
    }
  }
  *slot(task, slot_loss) = loss;
  *slot(task, slot_weight) = weight;
  *slot(task, slot_rows) = static_cast<double>(done);
}

}  // namespace quern
