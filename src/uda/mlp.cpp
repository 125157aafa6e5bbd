#include "uda/mlp.hpp"

#include <charconv>

#include "base/text.hpp"
#include "train/techniques/mlp_setup.hpp"

namespace quern {

void MlpState::configure() {
  trained::check_options(learner, options);
  const std::string named = network::read_mlp_options({options.data(), options.size()}).task;
  task = named == "classification" ? classification : named == "regression" ? regression : by_type;
}

void MlpState::accumulate(ClassLabel y, FeatureRow x, Weight w) {
  trained::check_row(learner, options, rows, x, w);
  trained::check_label(learner, y);
  const bool number = y.type == ClassLabel::Type::number;
  if (task == regression && !number)
    throw InvalidInput(concat("mlp: y is \"", y.text, "\", and task is regression"),
                       "Cast y to a number, or leave the option task out.");
  if (!(w.value > 0)) return;
  double value = 0;
  if (task == classification || !number)
    value = trained::class_of(learner, classes, y);
  else
    std::from_chars(y.text.data(), y.text.data() + y.text.size(), value);
  rows.append(learner, value, w.value, x);
}

void MlpState::merge(const MlpState& other) {
  const bool empty = rows.rows == 0 && skipped == 0, other_empty = other.rows.rows == 0 && other.skipped == 0;
  if (empty) {
    options.assign(other.options.begin(), other.options.end());
    task = other.task;
  } else if (!other_empty && (options != other.options || task != other.task)) {
    throw InvalidInput("mlp: states with different options cannot be merged");
  }
  if (rows.rows > 0 && other.rows.rows > 0 && (classes.size() > 0) != (other.classes.size() > 0))
    throw InvalidInput("mlp: states of classes and of numbers cannot be merged");
  skipped += other.skipped;
  trained::merge(learner, classes, rows, other.classes, other.rows);
}

bool MlpState::valid() const {
  return skipped >= 0 && skipped <= max_rows && rows.rows <= max_rows && classes.valid() && task >= by_type &&
         task <= regression && (classes.size() == 0 || (task != regression && rows.rows > 0)) &&
         (classes.size() > 0 || rows.rows == 0 || task != classification) && rows.valid(classes.size());
}

}  // namespace quern
