#include "train/survival.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "train/batch_worker.hpp"
#include "train/ordered_rows.hpp"

namespace quern {

namespace {

// Sums of weights by the rank of f (Fenwick, 1994).
class WeightsByRank {
 public:
  explicit WeightsByRank(std::size_t ranks) : sums_(ranks + 1) {}
  void add(std::size_t rank, double weight) {
    for (std::size_t i = rank + 1; i < sums_.size(); i += i & -i) sums_[i] += weight;
  }
  double below(std::size_t rank) const {  // of ranks 0 .. rank - 1
    double sum = 0;
    for (std::size_t i = rank; i > 0; i -= i & -i) sum += sums_[i];
    return sum;
  }

 private:
  std::vector<double> sums_;
};

struct Pairs {
  double all = 0, right = 0;
};

// Of a stratum: from late to early, each event against those known to have outlived it.
Pairs count_pairs(std::span<const double> f, const double* y, const double* v) {
  std::vector<double> values(f.begin(), f.end());
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  const auto rank_of = [&](double value) {
    return static_cast<std::size_t>(std::lower_bound(values.begin(), values.end(), value) - values.begin());
  };
  WeightsByRank outlived(values.size());
  double total = 0;
  Pairs pairs;
  for (std::size_t from = 0, to; from < f.size(); from = to) {
    checkpoint();
    std::size_t censored = from;
    for (to = from; to < f.size() && std::abs(y[to]) == std::abs(y[from]); ++to)
      if (!std::signbit(y[to])) censored = to + 1;
    const auto add = [&](std::size_t i) {
      outlived.add(rank_of(f[i]), v[i]);
      total += v[i];
    };
    for (std::size_t i = censored; i < to; ++i) add(i);
    for (std::size_t i = from; i < censored; ++i) {
      const std::size_t rank = rank_of(f[i]);
      const double lower = outlived.below(rank), ties = outlived.below(rank + 1) - lower;
      pairs.all += v[i] * total;
      pairs.right += v[i] * (lower + ties / 2);
    }
    for (std::size_t i = from; i < censored; ++i) add(i);
  }
  return pairs;
}

}  // namespace

Survival describe_survival(const Job& job, RowStore& store, std::span<double> board, std::span<const double> point,
                           double shift) {
  const OrderedRows rows(job, store, transform_of(job, board), Rows::trained_on);
  const PredictorShape shape{job.outputs, job.features, job.options.fit_intercept};
  std::vector<double> f(rows.size()), p(rows.size());
  rows.each_batch([&](std::size_t from, const Batch& batch) { predict_batch(batch, shape, point.data(), &f[from]); });
  Survival survival;
  double weight = 0;
  for (std::size_t i = 0; i < f.size(); ++i) {
    weight += rows.v[i];
    survival.center += (f[i] - survival.center) * (weight > 0 ? rows.v[i] / weight : 0);
    survival.events += rows.v[i] > 0 && !std::signbit(rows.y[i]);
  }

  Pairs pairs;
  struct Jump {
    double stratum, time, hazard;
  };
  std::vector<Jump> jumps;
  std::vector<RiskStep> steps;
  for (const OrderedRows::Stratum& stratum : rows.strata()) {
    const std::size_t at = stratum.from, n = stratum.to - at;
    const Pairs more = count_pairs(std::span(f).subspan(at, n), &rows.y[at], &rows.v[at]);
    pairs.all += more.all;
    pairs.right += more.right;
    steps.clear();
    const double most = job.objective->risk(&f[at], &rows.y[at], &rows.v[at], n, &p[at], steps);
    const double scale = std::exp(survival.center - most);
    double hazard = 0;
    for (std::size_t k = steps.size(); k-- > 0;) {  // by rising time
      hazard += steps[k].weight / steps[k].sum * scale;
      if (k > 0 && steps[k - 1].end == steps[k].end) continue;
      jumps.push_back({static_cast<double>(stratum.label), std::abs(rows.y[at + steps[k].from]), hazard});
    }
  }
  survival.concordance = pairs.all > 0 ? pairs.right / pairs.all : std::numeric_limits<double>::quiet_NaN();
  survival.center += shift;
  const std::size_t every = (jumps.size() + most_times - 1) / most_times;
  for (std::size_t i = 0; i < jumps.size(); ++i) {
    const bool last = i + 1 == jumps.size() || jumps[i + 1].stratum != jumps[i].stratum;
    if (i % every == 0 || last)
      survival.baseline.insert(survival.baseline.end(), {jumps[i].stratum, jumps[i].time, jumps[i].hazard});
  }
  return survival;
}

}  // namespace quern
