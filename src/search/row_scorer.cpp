#include "search/row_scorer.hpp"

#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"
#include "search/row_view.hpp"

namespace quern {

void check_metric(std::string_view function, std::string_view algorithm, MetricKind metric, std::size_t classes) {
  Model model;
  model.algorithm = Name(algorithm);
  const ScorerKind& kind = scorer_kind(model);
  const bool scores = metric == MetricKind::loss      ? kind.decide != nullptr
                      : classes == 0                  ? kind.predict != nullptr
                      : metric == MetricKind::roc_auc ? kind.decide || kind.probabilities
                                                      : kind.classify != nullptr;
  if (!scores || (needs_probabilities(metric) && !kind.probabilities))
    throw InvalidInput(concat(function, ": metric \"", name_of(metric), "\" cannot be had of a model of ", algorithm),
                       needs_probabilities(metric) ? "It gives no probabilities: take accuracy." : "");
}

RowScorer::RowScorer(const Model& model, MetricKind metric, std::size_t classes, const Objective* objective)
    : kind_(scorer_kind(model)), metric_(metric), classes_(classes), objective_(objective) {
  scorer_ = std::make_unique<double[]>(kind_.size / sizeof(double) + 1);
  kind_.build(model, scorer_.get());
  const std::size_t decisions = kind_.decisions ? kind_.decisions(scorer_.get()) : 0;
  out_.resize(std::max({decisions, classes, std::size_t{1}}));
  if (metric != MetricKind::loss) return;
  const std::size_t constants = objective->constants();
  linear_ = objective->outputs() - constants;
  out_.resize(std::max(out_.size(), objective->outputs()));
  const auto values = constants > 0 ? model.parameter("constants", constants) : std::span<const double>();
  std::copy(values.begin(), values.end(), out_.begin() + static_cast<std::ptrdiff_t>(linear_));
}

RowScorer::~RowScorer() { kind_.destroy(scorer_.get()); }

void RowScorer::add(const RowFormat& format, const std::byte* row, double y, double weight, MetricSums& sums) {
  FeatureRow x = features_of(format, row, values_);
  if (x.is_sparse() && !kind_.sparse) {
    dense_.assign(x.size(), 0);
    for (std::size_t e = 0; e < x.sparse().indices.size(); ++e) dense_[x.sparse().indices[e]] = x.sparse().values[e];
    x = Features(std::span<const double>(dense_));
  }
  const void* const scorer = scorer_.get();
  if (metric_ == MetricKind::loss) {
    kind_.decide(scorer, x, std::span(out_).first(linear_));
    const double target = objective_->target() == TargetKind::binary ? 2 * y - 1 : y;
    return sums.add_loss(objective_->value(out_.data(), &target, &weight, 1), weight);
  }
  if (classes_ == 0) return sums.add_number(y, kind_.predict(scorer, x), weight);
  const auto actual = static_cast<std::size_t>(y);
  double probability = std::numeric_limits<double>::quiet_NaN(), decision = probability;
  if (metric_ == MetricKind::log_loss) {
    kind_.probabilities(scorer, x, std::span(out_).first(classes_));
    probability = out_[actual];
    return sums.add_class(actual, actual, probability, decision, weight);
  }
  if (metric_ == MetricKind::roc_auc) {
    if (kind_.decide && kind_.decisions(scorer) == 1) {
      kind_.decide(scorer, x, std::span(out_).first(1));
      decision = out_[0];
    } else {
      kind_.probabilities(scorer, x, std::span(out_).first(classes_));
      decision = out_[1];
    }
    return sums.add_class(actual, actual, probability, decision, weight);
  }
  sums.add_class(actual, kind_.classify(scorer, x), probability, decision, weight);
}

}  // namespace quern
