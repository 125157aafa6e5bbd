#include "search/many_worker.hpp"

#include <algorithm>
#include <cmath>

#include "base/clones.hpp"
#include "base/error.hpp"
#include "linalg/symmetric_rank_update.hpp"
#include "search/many_kernels.hpp"
#include "train/objectives.hpp"

namespace quern {

namespace {

constexpr std::size_t hessian_budget = 4 << 20;  // numbers in a slot
constexpr std::size_t bytes_together = 256 * 1024;

}  // namespace

ManyJob::ManyJob(const ManySpec& given, const RowStore& store)
    : spec(given), base({given.algorithm, given.options.at(0), given.classes}, store) {
  for (const std::string& text : spec.options) {
    options.emplace_back();
    objectives.push_back(make_objective(spec.algorithm, text, spec.classes, options.back()));
  }
  const std::size_t stride = stride_of(fits());
  head_size = fit_numbers + MetricSums::size(spec.metric, spec.classes);
  const std::size_t triangle = linalg::triangle_size(base.terms);
  hessians = std::clamp<std::size_t>(hessian_budget / triangle, 1, fits());
  gradient_at = fits() * head_size;
  hessian_at = gradient_at + base.terms * stride;
  const std::size_t targets = spec.folds.folds * (3 + spec.classes);
  slot_size = std::max(targets, std::max(hessian_at, gradient_at + hessians * triangle));
  std::size_t end = base.layout.size;
  const auto take = [&](std::size_t numbers) { return std::exchange(end, end + (numbers + 7) / 8 * 8); };
  active = take(1 + fits());
  points = take(base.terms * stride);
  slot_size = (slot_size + 7) / 8 * 8;
  slots = take(base.shards.size() * slot_size);
  board_size = end;
}

ManyWorker::ManyWorker(const ManyJob& job, RowStore& store, std::span<const std::uint8_t> parts,
                       std::span<double> board)
    : job_(job),
      store_(store),
      parts_(parts),
      board_(board),
      batch_(job.base, store, board.first(job.base.layout.size)),
      first_(first_rows(store)) {
  for (std::size_t f = 0; f < job.spec.folds.folds; ++f) roles_.push_back(job.spec.folds.roles(f));
}

// When the board says how rows are transformed.
void ManyWorker::prepare() {
  if (reader_) return;
  RowTransform transform = transform_of(job_.base, board_);
  transform.class_map = {};
  if (!transform.scale.empty() && store_.resident()) {
    std::array<bool, 256> all;
    all.fill(true);
    copies_ = std::make_unique<PartStore>(store_, parts_, all);
  }
  reader_.emplace(Holdout{}, copies_ ? *copies_ : store_, transform);
}

std::array<bool, 256> ManyWorker::parts_of(Role role, bool any) const {
  std::array<bool, 256> parts{};
  for (const Roles& roles : roles_)
    for (std::size_t p = 0; p < parts.size(); ++p) parts[p] |= any ? roles[p] != Role::none : roles[p] == role;
  return parts;
}

template <class Visit>
void ManyWorker::each_batch(std::size_t task, std::size_t stride, const std::array<bool, 256>& wanted, Visit&& visit) {
  prepare();
  const Shard& shard = job_.base.shards[task];
  const auto class_map = board_.subspan(job_.base.layout.classes, job_.spec.classes);
  const bool binary = job_.base.objective->target() == TargetKind::binary;
  std::size_t n = 0;
  rows_.resize(largest_batch);
  const auto flush = [&] {
    if (n > 0) visit(Rows{Batch{&store_.format(), {rows_.data(), n}}, batch_parts_, y_, v_});
    n = 0;
  };
  std::size_t next = (shard.from + stride - 1) / stride * stride;
  while (next < shard.to) {
    std::size_t bytes = 0;
    blocks_.clear();
    for (; next < shard.to && (blocks_.empty() || bytes < bytes_together); next += stride) {
      blocks_.push_back(static_cast<std::uint32_t>(next));
      bytes += store_.blocks()[next].bytes;
    }
    const auto gathered = reader_->gather(blocks_, quern::Rows::all);
    const std::byte* const* row = gathered.data();
    for (const std::uint32_t block : blocks_) {
      checkpoint();
      const std::uint8_t* const parts = parts_.data() + first_[block];
      for (std::size_t i = 0; i < store_.blocks()[block].rows; ++i, ++row) {
        if (!wanted[parts[i]]) continue;
        const double y = target_of(*row);
        rows_[n] = *row;
        batch_parts_[n] = parts[i];
        y_[n] = class_map.empty() ? y : class_map[static_cast<std::size_t>(y)];
        if (binary) y_[n] = 2 * y_[n] - 1;
        v_[n] = weight_of(store_.format(), *row);
        if (++n == largest_batch) flush();
      }
    }
    flush();  // what was gathered lies there until the next time
  }
}

void ManyWorker::mask(const Rows& rows) {
  const std::size_t n = rows.batch.rows.size();
  masked_.resize(roles_.size() * largest_batch);
  mask_sum_.assign(roles_.size(), 0);
  for (std::size_t f = 0; f < roles_.size(); ++f)
    for (std::size_t i = 0; i < n; ++i) {
      const double v = roles_[f][rows.parts[i]] == Role::train ? rows.v[i] : 0;
      masked_[f * largest_batch + i] = v;
      mask_sum_[f] += v;
    }
}

namespace {

// by_fit[k * rows_apart + i] = f[i * stride + k], and back.
QUERN_CLONES void transpose(const double* f, std::size_t stride, std::size_t n, double* by_fit) {
  for (std::size_t k = 0; k < stride; k += lanes_together)
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t c = 0; c < lanes_together; ++c) by_fit[(k + c) * largest_batch + i] = f[i * stride + k + c];
}
QUERN_CLONES void transpose_back(const double* by_fit, std::size_t stride, std::size_t n, double* f) {
  for (std::size_t k = 0; k < stride; k += lanes_together)
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t c = 0; c < lanes_together; ++c) f[i * stride + k + c] = by_fit[(k + c) * largest_batch + i];
}

}  // namespace

void ManyWorker::perform(const Command& command, std::size_t task) {
  if (command.operation != Operation::technique) return batch_.perform(command, task);
  switch (command.step) {
    case many_targets:
      return measure_targets(task);
    case many_gradient:
      return differentiate(command, task);
    case many_hessian:
      return add_hessians(command, task);
    default:
      return score(command, task);
  }
}

void ManyWorker::measure_targets(std::size_t task) {
  const std::size_t classes = job_.spec.classes, size = 3 + classes;
  const bool binary = job_.base.objective->target() == TargetKind::binary;
  double* const slot = board_.data() + job_.slot(task);
  std::fill_n(slot, roles_.size() * size, 0.0);
  each_batch(task, 1, parts_of(Role::train, false), [&](const Rows& rows) {
    for (std::size_t f = 0; f < roles_.size(); ++f) {
      double* const sums = slot + f * size;
      for (std::size_t i = 0; i < rows.batch.rows.size(); ++i) {
        if (roles_[f][rows.parts[i]] != Role::train || !(rows.v[i] > 0)) continue;
        sums[0] += rows.v[i];
        sums[1] += 1;
        sums[2] += rows.v[i] * rows.y[i];
        if (classes > 0) sums[3 + static_cast<std::size_t>(binary ? rows.y[i] > 0 : rows.y[i])] += 1;
      }
    }
  });
}

void ManyWorker::differentiate(const Command& command, std::size_t task) {
  const std::size_t count = static_cast<std::size_t>(board_[job_.active]), stride = stride_of(count);
  const bool intercept = job_.base.options.fit_intercept;
  double* const slot = board_.data() + job_.slot(task);
  double* const gradient = slot + job_.gradient_at;
  std::fill_n(slot, count * job_.head_size, 0.0);
  std::fill_n(gradient, job_.base.terms * stride, 0.0);
  f_.resize(largest_batch * stride);
  by_fit_.assign(largest_batch * stride, 0);
  each_batch(task, static_cast<std::size_t>(command.numbers[0]), parts_of(Role::train, false), [&](const Rows& rows) {
    const std::size_t n = rows.batch.rows.size();
    predict_many(rows.batch, intercept, board_.data() + job_.points, stride, f_.data());
    transpose(f_.data(), stride, n, by_fit_.data());
    mask(rows);
    for (std::size_t a = 0; a < count; ++a) {
      const auto fit = static_cast<std::size_t>(board_[job_.active + 1 + a]);
      const std::size_t fold = job_.fold_of(fit);
      const double* const v = &masked_[fold * largest_batch];
      double* const f = &by_fit_[a * largest_batch];
      if (!(mask_sum_[fold] > 0)) {
        std::fill_n(f, n, 0.0);
        continue;
      }
      double* const head = slot + job_.head_of(a);
      head[fit_weight] += mask_sum_[fold];
      head[fit_loss] += job_.objectives[job_.setting_of(fit)]->differentiate(f, rows.y, v, n, f);
      for (std::size_t i = 0; i < n; ++i) f[i] = v[i] > 0 ? f[i] : 0;
    }
    transpose_back(by_fit_.data(), stride, n, f_.data());
    add_gradients(rows.batch, intercept, f_.data(), stride, gradient);
  });
}

void ManyWorker::add_hessians(const Command& command, std::size_t task) {
  const std::size_t count = static_cast<std::size_t>(board_[job_.active]), stride = stride_of(count);
  const bool intercept = job_.base.options.fit_intercept, of_folds = command.numbers[1] != 0;
  const std::size_t triangle = linalg::triangle_size(job_.base.terms);
  const PredictorShape shape{1, job_.base.features, intercept};
  double* const slot = board_.data() + job_.slot(task);
  double* const hessian = slot + job_.gradient_at;
  std::fill_n(slot, count * job_.head_size, 0.0);
  std::fill_n(hessian, count * triangle, 0.0);
  f_.resize(largest_batch * stride);
  by_fit_.assign(largest_batch * stride, 0);
  h_.resize(largest_batch);
  each_batch(task, static_cast<std::size_t>(command.numbers[0]), parts_of(Role::train, !of_folds),
             [&](const Rows& rows) {
               const std::size_t n = rows.batch.rows.size();
               predict_many(rows.batch, intercept, board_.data() + job_.points, stride, f_.data());
               transpose(f_.data(), stride, n, by_fit_.data());
               if (of_folds) mask(rows);
               for (std::size_t a = 0; a < count; ++a) {
                 const auto fit = static_cast<std::size_t>(board_[job_.active + 1 + a]);
                 const double* const v = of_folds ? &masked_[job_.fold_of(fit) * largest_batch] : rows.v;
                 double sum = 0;
                 for (std::size_t i = 0; i < n; ++i) sum += v[i];
                 if (!(sum > 0)) continue;
                 slot[job_.head_of(a) + fit_weight] += sum;
                 job_.objectives[job_.setting_of(fit)]->curvature(&by_fit_[a * largest_batch], rows.y, v, n, h_.data());
                 for (std::size_t i = 0; i < n; ++i) h_[i] = v[i] > 0 ? h_[i] : 0;
                 add_gram(rows.batch, shape, h_.data(), hessian + a * triangle);
               }
             });
}

// The points as models in the worker's own columns, whose names and options are nobody's affair.
void ManyWorker::score(const Command&, std::size_t task) {
  const std::size_t terms = job_.base.terms, features = job_.base.features;
  const std::size_t count = static_cast<std::size_t>(board_[job_.active]), stride = stride_of(count);
  const bool intercept = job_.base.options.fit_intercept;
  const bool binary = job_.base.objective->target() == TargetKind::binary;
  const double* const points = board_.data() + job_.points;
  double* const slot = board_.data() + job_.slot(task);
  std::vector<Model> models(count);
  std::vector<std::unique_ptr<RowScorer>> scorers;
  std::vector<MetricSums> sums;
  std::vector<const Roles*> roles;
  for (std::size_t a = 0; a < count; ++a) {
    const auto fit = static_cast<std::size_t>(board_[job_.active + 1 + a]);
    Model& model = models[a];
    model.algorithm = Name(std::string_view(job_.spec.algorithm));
    model.features = static_cast<std::int64_t>(features);
    for (std::size_t c = 0; c < job_.spec.classes; ++c) model.classes.emplace_back(std::to_string(c));
    std::vector<double> estimate(terms);
    for (std::size_t t = 0; t < terms; ++t) {
      const std::size_t from = !intercept ? t : t == 0 ? features : t - 1;
      estimate[t] = points[from * stride + a];
    }
    model.add_parameter("estimate", estimate);
    scorers.push_back(std::make_unique<RowScorer>(model, job_.spec.metric, job_.spec.classes,
                                                  job_.objectives[job_.setting_of(fit)].get()));
    sums.emplace_back(job_.spec.metric, job_.spec.classes);
    roles.push_back(&roles_[job_.fold_of(fit)]);
  }
  each_batch(task, 1, parts_of(Role::test, false), [&](const Rows& rows) {
    for (std::size_t a = 0; a < count; ++a)
      for (std::size_t i = 0; i < rows.batch.rows.size(); ++i) {
        if ((*roles[a])[rows.parts[i]] != Role::test) continue;
        const double y = binary ? rows.y[i] > 0 : rows.y[i];
        scorers[a]->add(store_.format(), rows.batch.rows[i], y, rows.v[i], sums[a]);
      }
  });
  for (std::size_t a = 0; a < count; ++a) sums[a].put(slot + job_.head_of(a) + fit_numbers);
}

}  // namespace quern
