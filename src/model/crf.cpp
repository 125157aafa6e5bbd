#include "model/crf.hpp"

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

[[noreturn]] void refuse(std::string_view what) {
  throw InvalidInput(concat("crf: the model has ", what), {}, Fault::malformed_text);
}

double weight_of(double value) {
  if (std::isinf(value)) refuse("an infinite weight");
  return std::isnan(value) ? 0 : value;
}

std::size_t hash(std::string_view text) { return std::hash<std::string_view>()(text); }

}  // namespace

CrfScorer::CrfScorer(const Model& model) : names_(model.feature_names), labels_(model.classes.size()) {
  if (labels_ == 0) refuse("no labels");
  if (labels_ > most_labels) refuse(concat(labels_, " labels, more than ", most_labels));
  if (model.features < 0 || names_.size() != static_cast<std::size_t>(model.features) ||
      names_.size() >= std::numeric_limits<std::uint32_t>::max() / 4)
    refuse("no names of its features");
  width_ = chain_width(labels_);
  const Parameter* const state = model.find_parameter("state");
  if (!state || state->values.size() > std::numeric_limits<std::uint32_t>::max()) refuse("no weights");
  state_ = state->values;
  const std::span<const double> label = model.parameter("state_label", state_.size());
  const std::span<const double> start = model.parameter("state_start", names_.size() + 1);
  const std::span<const double> transition = model.parameter("transition", labels_ * labels_);
  label_.reserve(label.size());
  for (std::size_t k = 0; k < label.size(); ++k) {
    if (!(label[k] >= 0 && label[k] < static_cast<double>(labels_))) refuse("a weight of no label");
    if (!std::isfinite(state_[k])) refuse("a weight that is not finite");
    label_.push_back(static_cast<std::uint32_t>(label[k]));
  }
  start_.reserve(start.size());
  double before = 0;
  for (const double s : start) {
    if (!(s >= before && s <= static_cast<double>(state_.size()))) refuse("weights of no feature");
    start_.push_back(static_cast<std::uint32_t>(before = s));
  }
  if (start[0] != 0 || before != static_cast<double>(state_.size())) refuse("weights of no feature");
  transitions_.assign(labels_ * width_, 0.0);
  for (std::size_t i = 0; i < labels_; ++i)
    for (std::size_t j = 0; j < labels_; ++j) transitions_[i * width_ + j] = weight_of(transition[i * labels_ + j]);
  for (const auto& [name, ends] : {std::pair{"start", &first_}, std::pair{"end", &last_}})
    if (model.find_parameter(name))
      for (const double value : model.parameter(name, labels_)) ends->push_back(weight_of(value));

  std::size_t size = 4;
  while (size < 2 * names_.size()) size *= 2;
  slots_.assign(size, 0);
  for (std::size_t f = 0; f < names_.size(); ++f) {
    std::size_t slot = hash(names_[f]) & (size - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (size - 1);
    slots_[slot] = static_cast<std::uint32_t>(f + 1);
  }
}

std::optional<std::uint32_t> CrfScorer::find(std::string_view feature) const {
  const std::size_t last = slots_.size() - 1;
  for (std::size_t slot = hash(feature) & last; slots_[slot] != 0; slot = (slot + 1) & last)
    if (names_[slots_[slot] - 1] == feature) return slots_[slot] - 1;
  return {};
}

void CrfScorer::add_feature(std::uint32_t feature, double value, double* scores) const {
  for (std::uint32_t k = start_[feature]; k < start_[feature + 1]; ++k) scores[label_[k]] += value * state_[k];
}

void CrfScorer::add_ends(std::span<double> scores) const {
  if (scores.empty()) return;
  for (std::size_t j = 0; j < first_.size(); ++j) scores[j] += first_[j];
  for (std::size_t j = 0; j < last_.size(); ++j) scores[scores.size() - width_ + j] += last_[j];
}

LinearChain CrfScorer::chain() const {
  LinearChain chain(labels_);
  chain.set_transitions(transitions_);
  return chain;
}

std::vector<Coefficient> CrfScorer::coefficients(const Model& model) {
  const CrfScorer scorer(model);
  std::vector<Coefficient> rows;
  const auto add = [&](std::size_t label, std::string term, double estimate) {
    if (!std::isnan(estimate))
      rows.push_back({std::string(model.classes[label]), std::move(term), estimate, {}, {}, {}, {}, {}});
  };
  for (std::size_t f = 0; f < scorer.names_.size(); ++f)
    for (std::uint32_t k = scorer.start_[f]; k < scorer.start_[f + 1]; ++k)
      add(scorer.label_[k], std::string(scorer.names_[f]), scorer.state_[k]);
  const std::size_t labels = scorer.labels_;
  const std::span<const double> transition = model.parameter("transition", labels * labels);
  for (std::size_t i = 0; i < labels; ++i)
    for (std::size_t j = 0; j < labels; ++j)
      add(j, concat("(after ", model.classes[i], ")"), transition[i * labels + j]);
  for (const auto& [name, term] : {std::pair{"start", "(first)"}, std::pair{"end", "(last)"}})
    if (const Parameter* const ends = model.find_parameter(name))
      for (std::size_t j = 0; j < labels; ++j) add(j, term, ends->values[j]);
  return rows;
}

}  // namespace quern
