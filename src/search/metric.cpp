#include "search/metric.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

constexpr const char* names[] = {"r2",        "mse",    "rmse", "mae",      "accuracy", "balanced_accuracy",
                                 "precision", "recall", "f1",   "log_loss", "roc_auc",  "loss"};
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Of classes: weight, right, sum of losses; then for each class the weights of rows that are of it, are said to be,
// and are both. Of a number: weight, mean, squared deviations from it, squared and absolute errors, sum of losses.
enum ClassSum : std::size_t { class_weight, class_right, class_loss, class_table };
enum NumberSum : std::size_t { number_weight, number_mean, number_spread, number_squares, number_sizes, number_sums };

bool by_class(MetricKind kind) {
  return kind == MetricKind::balanced_accuracy || kind == MetricKind::precision || kind == MetricKind::recall ||
         kind == MetricKind::f1;
}

}  // namespace

MetricKind metric_of(std::string_view function, std::string_view name, std::size_t classes) {
  std::string known;
  for (std::size_t i = 0; i < std::size(names); ++i) {
    const auto kind = static_cast<MetricKind>(i);
    const bool of_number = kind <= MetricKind::mae;
    const bool fits = kind == MetricKind::loss || (classes == 0) == of_number;
    if (name == names[i] && fits && !(kind == MetricKind::roc_auc && classes > 2)) return kind;
    if (fits) known += concat(known.empty() ? "" : ", ", names[i]);
  }
  if (name == "roc_auc" && classes > 2)
    throw InvalidInput(concat(function, ": metric \"roc_auc\" is for 2 classes, not ", classes));
  throw InvalidInput(
      concat(function, ": there is no metric \"", name, "\" for a target that is a ", classes ? "class" : "number"),
      concat("Metrics are ", known, "."));
}

const char* name_of(MetricKind kind) { return names[static_cast<std::size_t>(kind)]; }

MetricSums::MetricSums(MetricKind kind, std::size_t classes)
    : kind_(kind), classes_(classes), sums_(size(kind, classes)) {}

std::size_t MetricSums::size(MetricKind kind, std::size_t classes) {
  return classes == 0 ? number_sums : class_table + (by_class(kind) ? 3 * classes : 0);
}

void MetricSums::add_number(double actual, double predicted, double weight) {
  if (!(weight > 0)) return;
  const double step = weight / (sums_[number_weight] += weight);
  const double from_mean = actual - sums_[number_mean];
  sums_[number_mean] += step * from_mean;
  sums_[number_spread] += weight * from_mean * (actual - sums_[number_mean]);
  const double error = actual - predicted;
  sums_[number_squares] += weight * error * error;
  sums_[number_sizes] += weight * std::abs(error);
}

void MetricSums::add_class(std::size_t actual, std::size_t predicted, double probability, double decision,
                           double weight) {
  if (!(weight > 0)) return;
  sums_[class_weight] += weight;
  if (actual == predicted) sums_[class_right] += weight;
  if (kind_ == MetricKind::log_loss)
    sums_[class_loss] -= weight * std::log(std::clamp(probability, 0x1p-52, 1 - 0x1p-52));
  if (kind_ == MetricKind::roc_auc) decisions.push_back({decision, actual == 1 ? weight : -weight});
  if (!by_class(kind_)) return;
  sums_[class_table + actual] += weight;
  sums_[class_table + classes_ + predicted] += weight;
  if (actual == predicted) sums_[class_table + 2 * classes_ + actual] += weight;
}

void MetricSums::add_loss(double loss, double weight) {
  sums_[classes_ ? std::size_t{class_weight} : std::size_t{number_weight}] += weight;
  sums_[classes_ ? std::size_t{class_loss} : std::size_t{number_squares}] += loss;
}

void MetricSums::put(double* to) const { std::copy(sums_.begin(), sums_.end(), to); }

void MetricSums::add(const double* from) {
  if (classes_ == 0) {
    const double a = sums_[number_weight], b = from[number_weight];
    if (!(b > 0)) return;
    const double apart = from[number_mean] - sums_[number_mean];
    sums_[number_mean] += apart * (b / (a + b));
    sums_[number_spread] += from[number_spread] + apart * apart * (a * b / (a + b));
    sums_[number_weight] += b;
    sums_[number_squares] += from[number_squares];
    sums_[number_sizes] += from[number_sizes];
    return;
  }
  for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += from[i];
}

double MetricSums::value() const {
  const auto ratio = [](double part, double whole) { return whole > 0 ? part / whole : 0; };
  if (!(sums_[0] > 0)) return nan;  // the weight
  if (classes_ == 0) {
    const double mse = sums_[number_squares] / sums_[number_weight];
    switch (kind_) {
      case MetricKind::r2:
        return sums_[number_spread] > 0 ? 1 - sums_[number_squares] / sums_[number_spread] : nan;
      case MetricKind::rmse:
        return std::sqrt(mse);
      case MetricKind::mae:
        return sums_[number_sizes] / sums_[number_weight];
      default:
        return mse;  // or the mean loss
    }
  }
  const double* const of = &sums_[class_table];
  const double *const said = of + classes_, *const both = said + classes_;
  switch (kind_) {
    case MetricKind::accuracy:
      return sums_[class_right] / sums_[class_weight];
    case MetricKind::log_loss:
    case MetricKind::loss:
      return sums_[class_loss] / sums_[class_weight];
    case MetricKind::balanced_accuracy: {
      double sum = 0, seen = 0;
      for (std::size_t c = 0; c < classes_; ++c) {
        if (!(of[c] > 0)) continue;
        sum += both[c] / of[c];
        seen += 1;
      }
      return sum / seen;
    }
    case MetricKind::roc_auc:
      break;
    default: {  // precision, recall, f1
      double sum = 0;
      const std::size_t first = classes_ == 2 ? 1 : 0;
      for (std::size_t c = first; c < classes_; ++c)
        sum += kind_ == MetricKind::precision ? ratio(both[c], said[c])
               : kind_ == MetricKind::recall  ? ratio(both[c], of[c])
                                              : ratio(2 * both[c], said[c] + of[c]);
      return sum / static_cast<double>(classes_ - first);
    }
  }
  // The share of pairs of the two classes in the right order, equal ones counting half.
  std::vector<Decision> sorted = decisions;
  std::sort(sorted.begin(), sorted.end(), [](const Decision& a, const Decision& b) { return a.decision < b.decision; });
  double below = 0, first = 0, second = 0, pairs = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    double first_here = 0, second_here = 0;
    const double decision = sorted[i].decision;
    for (; i < sorted.size() && sorted[i].decision == decision; ++i)
      (sorted[i].signed_weight > 0 ? second_here : first_here) += std::abs(sorted[i].signed_weight);
    pairs += second_here * (below + first_here / 2);
    below += first_here;
    first += first_here;
    second += second_here;
  }
  return first > 0 && second > 0 ? pairs / (first * second) : nan;
}

}  // namespace quern
