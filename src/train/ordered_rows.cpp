#include "train/ordered_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "train/batch_worker.hpp"

namespace quern {

OrderedRows::OrderedRows(const Job& job, RowStore& store, const RowTransform& transform, Rows which)
    : store_(store), reader_(job.holdout(), store, transform) {
  struct Key {
    double stratum, y;
    const std::byte* row;
  };
  std::vector<std::uint32_t> blocks(store.blocks().size());
  std::iota(blocks.begin(), blocks.end(), 0u);
  std::vector<Key> keys;
  for (const std::byte* row : reader_.gather(blocks, which)) {
    if (keys.size() % 65536 == 0) checkpoint();
    keys.push_back({format().tags > 0 ? tag_of(format(), row) : 0, target_of(row), row});
  }
  std::size_t compared = 0;
  std::stable_sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    if (++compared % 65536 == 0) checkpoint();
    if (a.stratum != b.stratum) return a.stratum < b.stratum;
    const double time = std::abs(a.y), other = std::abs(b.y);
    return time != other ? time > other : !std::signbit(a.y) && std::signbit(b.y);
  });
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i % 65536 == 0) checkpoint();
    if (i == 0 || keys[i].stratum != keys[i - 1].stratum)
      strata_.push_back({i, i, static_cast<std::size_t>(std::max(keys[i].stratum, 0.0))});
    strata_.back().to = i + 1;
    rows_.push_back(keys[i].row);
    y.push_back(keys[i].y);
    v.push_back(weight_of(format(), keys[i].row));
  }
}

OrderedWorker::OrderedWorker(const Job& job, RowStore& store, std::span<double> board)
    : job_(job), store_(store), board_(board), shape_{job.outputs, job.features, job.options.fit_intercept} {}

OrderedRows& OrderedWorker::rows(Rows which) {
  std::optional<OrderedRows>& rows = which == Rows::held_out ? held_out_ : trained_on_;
  if (!rows) rows.emplace(job_, store_, transform_of(job_, board_), which);
  return *rows;
}

void OrderedWorker::evaluate(const Command& command, double* head) {
  const Objective& objective = *job_.objective;
  const Operation operation = command.operation;
  const bool hessian = operation == Operation::hessian;
  const bool value = operation == Operation::value || operation == Operation::validate;
  const OrderedRows& all = rows(operation == Operation::validate ? Rows::held_out : Rows::trained_on);
  double* const gradient = head + slot_gradient;
  std::fill_n(head, slot_gradient + (value ? 0 : job_.parameters + (hessian ? hessian_size(job_) : 0)), 0.0);
  head[slot_least_margin] = std::numeric_limits<double>::infinity();
  head[slot_greatest_margin] = -std::numeric_limits<double>::infinity();
  f_.resize(all.size());
  g_.resize(all.size());
  all.each_batch([&](std::size_t from, const Batch& batch) {
    predict_batch(batch, shape_, board_.data() + job_.layout.point, &f_[from]);
    for (std::size_t i = from; i < from + batch.rows.size(); ++i) {
      head[slot_weight] += all.v[i];
      head[slot_rows] += all.v[i] > 0;
    }
  });
  for (const OrderedRows::Stratum& stratum : all.strata()) {
    const std::size_t at = stratum.from, n = stratum.to - at;
    head[slot_loss] += value ? objective.value(&f_[at], &all.y[at], &all.v[at], n)
                             : objective.differentiate(&f_[at], &all.y[at], &all.v[at], n, &g_[at]);
  }
  if (value) return note_margins(all, head);
  all.each_batch([&](std::size_t from, const Batch& batch) { add_gradient(batch, shape_, &g_[from], gradient); });
  if (hessian) add_hessian(all, gradient + job_.parameters);
}

// sum of h x x' less sum of c m m' over the steps of the objective, m being sums over the rows before the end of a
// step. The m are rows themselves, a batch of them at a time.
void OrderedWorker::add_hessian(const OrderedRows& all, double* hessian) {
  const Objective& objective = *job_.objective;
  const auto terms = static_cast<std::uint32_t>(job_.terms);
  for (const OrderedRows::Stratum& stratum : all.strata())
    objective.curvature(&f_[stratum.from], &all.y[stratum.from], &all.v[stratum.from], stratum.to - stratum.from,
                        &g_[stratum.from]);
  all.each_batch([&](std::size_t from, const Batch& batch) { add_gram(batch, shape_, &g_[from], hessian); });

  const RowFormat of_sums{.features = terms};
  const PredictorShape whole{1, job_.terms, false};
  const std::size_t words = of_sums.dense_row_size() / sizeof(double);
  std::vector<double> records(largest_batch * words), at_risk(job_.terms), leaving(job_.terms),
      coefficients(largest_batch);
  std::vector<const std::byte*> pointers(largest_batch);
  for (std::size_t i = 0; i < largest_batch; ++i) pointers[i] = reinterpret_cast<const std::byte*>(&records[i * words]);
  std::size_t filled = 0;
  const auto flush = [&] {
    checkpoint();
    add_gram(Batch{&of_sums, std::span(pointers).first(filled)}, whole, coefficients.data(), hessian);
    filled = 0;
  };
  std::vector<double>& p = g_;
  std::vector<RiskStep> steps;
  for (const OrderedRows::Stratum& stratum : all.strata()) {
    const std::size_t base = stratum.from;
    steps.clear();
    objective.risk(&f_[base], &all.y[base], &all.v[base], stratum.to - base, &p[base], steps);
    const auto add = [&](std::size_t from, std::size_t to, std::vector<double>& sum) {
      for (; from < to; from += largest_batch) {
        const auto part = all.rows().subspan(base + from, std::min(largest_batch, to - from));
        add_gradient(Batch{&all.format(), part}, shape_, &p[base + from], sum.data());
      }
    };
    std::fill(at_risk.begin(), at_risk.end(), 0.0);
    std::size_t end = 0, left = stratum.to;  // left: the first row of those in `leaving`
    for (const RiskStep& step : steps) {
      add(std::exchange(end, step.end), step.end, at_risk);
      if (step.share > 0 && step.from != left) {
        std::fill(leaving.begin(), leaving.end(), 0.0);
        add(step.from, step.to, leaving);
        left = step.from;
      }
      double* const m = &records[filled * words + 1];  // behind y
      for (std::size_t j = 0; j < job_.terms; ++j) m[j] = at_risk[j] - (step.share > 0 ? step.share * leaving[j] : 0);
      coefficients[filled] = -step.weight / (step.sum * step.sum);
      if (++filled == largest_batch) flush();
    }
  }
  flush();
}

// Of an event, how far f is above those at risk with it: never above 0, and 0 in a direction along which the
// likelihood rises without end. The greatest is that over the least of them.
void OrderedWorker::note_margins(const OrderedRows& all, double* head) const {
  for (const OrderedRows::Stratum& stratum : all.strata()) {
    double most = -std::numeric_limits<double>::infinity(), least = -most;
    for (std::size_t from = stratum.from, to; from < stratum.to; from = to) {
      for (to = from; to < stratum.to && std::abs(all.y[to]) == std::abs(all.y[from]); ++to) {
        if (!(all.v[to] > 0)) continue;
        most = std::max(most, f_[to]);
        least = std::min(least, f_[to]);
      }
      for (std::size_t i = from; i < to && !std::signbit(all.y[i]); ++i) {
        if (!(all.v[i] > 0)) continue;
        head[slot_least_margin] = std::min(head[slot_least_margin], f_[i] - most);
        head[slot_greatest_margin] = std::max(head[slot_greatest_margin], f_[i] - least);
      }
    }
  }
}

}  // namespace quern
