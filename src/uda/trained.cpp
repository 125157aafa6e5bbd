#include "uda/trained.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "train/objectives.hpp"
#include "train/target.hpp"
#include "train/training.hpp"
#include "uda/row_checks.hpp"
#include "uda/train_alone.hpp"

namespace quern::trained {

namespace {

constexpr std::string_view of_train_alone[] = {"target", "weight",      "precision", "store", "parallel",
                                               "time",   "max_seconds", "event",     "strata"};

std::string_view text_of(const Vec<char>& options) { return {options.data(), options.size()}; }

[[noreturn]] void refuse_infinite_row(std::string_view learner, const FeatureRow& x) {
  if (!x.is_sparse()) refuse_infinite(learner, x.dense());
  const SparseFeatures& entries = x.sparse();
  std::size_t e = 0;
  while (std::isfinite(entries.values[e])) ++e;
  throw InvalidInput(concat(learner, ": x must be finite, but x[", entries.indices[e] + 1, "] is ", entries.values[e]),
                     "Leave such rows out with WHERE or FILTER, or by a NULL.");
}

}  // namespace

void check_options(std::string_view learner, const Vec<char>& options) {
  plan_training(learner, text_of(options));
  if (options.empty()) return;
  const Json given = parse_json(text_of(options));
  for (const std::string_view name : of_train_alone)
    if (given.find(name))
      throw InvalidInput(concat(learner, ": option \"", name, "\" is of quern.train, not of the aggregate"));
}

void check_row(std::string_view learner, const Vec<char>& options, const CollectedRows& rows, const FeatureRow& x,
               const Weight& w) {
  check_weight(learner, w.value);
  if (!x.finite()) refuse_infinite_row(learner, x);
  if (rows.features == 0) {
    check_width(learner, x.size(), std::numeric_limits<std::int32_t>::max());
    if (options.empty()) return;
    check_feature_names(learner, plan_training(learner, text_of(options)).rows.feature_names, x.size());
  } else if (x.size() != static_cast<std::size_t>(rows.features)) {
    refuse_widths(learner, rows.features, static_cast<std::int64_t>(x.size()));
  }
}

void check_number(std::string_view learner, double y) {
  check_target(learner, is_regression(learner) ? target_of(learner) : TargetKind::number, y);
}

void check_label(std::string_view learner, const ClassLabel& y) {
  if (y.type == ClassLabel::Type::number && (y.text == "NaN" || y.text == "Infinity" || y.text == "-Infinity"))
    throw InvalidInput(concat(learner, ": y must be finite, not ", y.text),
                       "Leave such rows out with WHERE or FILTER, or by a NULL.");
}

double class_of(std::string_view learner, ClassDictionary& classes, const ClassLabel& y) {
  return static_cast<double>(classes.find_or_add(learner, "y", y));
}

Task task_of(std::string_view learner, const Vec<char>& options) {
  const TargetKind target = plan_training(learner, text_of(options)).target;
  return target == TargetKind::either ? by_type : target == TargetKind::number ? regression : classification;
}

std::optional<double> number_for(std::string_view learner, std::int32_t task, const ClassLabel& y) {
  const bool is_number = y.type == ClassLabel::Type::number;
  if (task == regression && !is_number)
    throw InvalidInput(concat(learner, ": y is \"", y.text, "\", and task is regression"),
                       "Cast y to a number, or leave the option task out.");
  if (task == classification || !is_number) return std::nullopt;
  double value = 0;
  std::from_chars(y.text.data(), y.text.data() + y.text.size(), value);
  return value;
}

void check_alike(std::string_view learner, const ClassDictionary& classes, const CollectedRows& rows,
                 const ClassDictionary& from, const CollectedRows& more) {
  if (rows.rows > 0 && more.rows > 0 && (classes.size() > 0) != (from.size() > 0))
    throw InvalidInput(concat(learner, ": states of classes and of numbers cannot be merged"));
}

void merge(std::string_view learner, ClassDictionary& classes, CollectedRows& rows, const ClassDictionary& from,
           const CollectedRows& more) {
  if (more.rows == 0) return;
  if (rows.features != 0 && rows.features != more.features) refuse_widths(learner, rows.features, more.features);
  std::vector<double> map;
  for (std::size_t c = 0; c < from.size(); ++c) map.push_back(class_of(learner, classes, from.label(c)));
  rows.append(learner, more, map);
}

void check_survival(std::string_view learner, double time) {
  if (!std::isfinite(time) || time < 0)
    throw InvalidInput(concat(learner, ": time must be finite and at least 0, not ", time),
                       "Leave such rows out with WHERE or FILTER, or by a NULL.");
}

void check_event(std::string_view learner, double event) {
  if (event != 0 && event != 1)
    throw InvalidInput(concat(learner, ": event must be 0 or 1, not ", event),
                       "1 where the event was seen, 0 where it was not.");
}

std::string why_none(std::string_view learner, const ClassDictionary& classes, const CollectedRows& rows) {
  if (rows.rows == 0 || classes.size() != 1) return {};
  return concat(learner, ": y is ", std::string_view(classes.labels[0]), " in all ", rows.rows,
                " rows, so there is no model");
}

std::optional<Model> fit(std::string_view learner, const Vec<char>& options, const ClassDictionary& classes,
                         const CollectedRows& rows, std::int64_t skipped) {
  if (rows.rows == 0 || classes.size() == 1) return std::nullopt;
  Description description;
  description.skipped = skipped;
  description.target = classes.type;  // the numbers of ClassLabel::Type are those of Target
  std::vector<std::size_t> order = classes.sorted();
  order_as_asked<Text>(learner, classes.labels, plan_training(learner, text_of(options)).classes, order);
  std::vector<double> map(classes.size());
  for (std::size_t place = 0; place < order.size(); ++place) {
    map[order[place]] = static_cast<double>(place);
    description.classes.emplace_back(classes.labels[order[place]]);
  }

  CollectedStore store(rows);
  const JobSpec spec{std::string(learner), std::string(text_of(options)), classes.size()};
  return train_alone(spec, store, std::move(description), map);
}

std::optional<Model> fit(std::string_view learner, const Vec<char>& options, const CollectedRows& rows,
                         std::int64_t skipped) {
  if (rows.rows < plan_training(learner, text_of(options)).least_rows) return std::nullopt;
  return fit(learner, options, ClassDictionary(), rows, skipped);
}

std::string why_none(std::string_view learner, const Vec<char>& options, const CollectedRows& rows) {
  const std::int64_t least = plan_training(learner, text_of(options)).least_rows;
  if (rows.rows == 0 || rows.rows >= least) return {};
  return concat(learner, ": there are ", rows.rows, rows.rows == 1 ? " row" : " rows", ", and at least ", least,
                " are needed, so there is no model");
}

}  // namespace quern::trained
