// A model asked about stored rows, for a metric.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "model/model.hpp"
#include "search/metric.hpp"
#include "train/objective.hpp"
#include "train/row_format.hpp"
#include "train/scorer_kind.hpp"

namespace quern {

// Throws InvalidInput if models of the algorithm cannot give what the metric needs, or score no rows.
void check_metric(std::string_view function, std::string_view algorithm, MetricKind metric, std::size_t classes);

class RowScorer {
 public:
  // `objective` is for MetricKind::loss alone, else null. Both outlive it.
  RowScorer(const Model& model, MetricKind metric, std::size_t classes, const Objective* objective);
  ~RowScorer();
  RowScorer(const RowScorer&) = delete;

  // y is the index of the class, or the number.
  void add(const RowFormat& format, const std::byte* row, double y, double weight, MetricSums& sums);

 private:
  const ScorerKind& kind_;
  const MetricKind metric_;
  const std::size_t classes_;
  const Objective* const objective_;
  std::unique_ptr<double[]> scorer_;
  std::vector<double> values_, dense_, out_;
  std::size_t linear_ = 0;  // outputs of the objective, behind which its constants are in out_
};

}  // namespace quern
