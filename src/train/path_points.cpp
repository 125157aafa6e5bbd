#include "train/path_points.hpp"

#include <algorithm>

namespace quern {

PathPoint make_point(double alpha, const PathStep& fit, double validation_loss, std::span<const double> parameters,
                     std::size_t terms, std::size_t features) {
  PathPoint point{alpha, 0, fit, validation_loss, {}};
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i] == 0) continue;
    point.estimates.emplace_back(i, parameters[i]);
    point.nonzero += i % terms < features;
  }
  return point;
}

void add_path(Model& model, std::span<const PathPoint> points, double null_loss, double saturated, std::size_t terms,
              std::size_t features) {
  const double null = null_loss - saturated;
  std::vector<double> alphas, summary, start{0}, term, estimate;
  for (const PathPoint& point : points) {
    alphas.push_back(point.alpha);
    const double ratio = null > 0 ? 1 - (point.fit.loss - saturated) / null : 0;
    summary.insert(summary.end(), {point.nonzero, point.fit.loss, ratio, point.validation_loss, point.fit.violation});
    std::vector<std::pair<std::size_t, double>> entries = point.estimates;  // a model has the intercept first
    for (auto& [i, value] : entries) i = i % terms == features ? i - features : i + (terms - features);
    std::ranges::sort(entries);
    for (const auto& [i, value] : entries) {
      term.push_back(static_cast<double>(i));
      estimate.push_back(value);
    }
    start.push_back(static_cast<double>(estimate.size()));
  }
  model.add_parameter("path_alpha", alphas);
  model.add_parameter("path_summary", summary, static_cast<std::int64_t>(alphas.size()));
  model.add_parameter("path_start", start);
  model.add_parameter("path_term", term);
  model.add_parameter("path_estimate", estimate);
}

}  // namespace quern
