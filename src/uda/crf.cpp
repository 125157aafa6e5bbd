#include "uda/crf.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "train/row_store.hpp"
#include "train/training.hpp"
#include "uda/row_checks.hpp"
#include "uda/train_alone.hpp"
#include "uda/trained.hpp"

namespace quern {

namespace {

constexpr std::string_view learner = "crf";

std::string_view text_of(const Vec<char>& options) { return {options.data(), options.size()}; }

void check_size(const CrfState& state) {
  if (state.indices.size() * 12 + state.ends.size() * 16 + state.features.bytes.size() + state.features.size() * 16 >
      CrfState::max_bytes)
    throw InvalidInput(concat(learner, ": the sequences of a group take more than 900 MB"),
                       "Use quern.train, which has no such limit.", Fault::limit_exceeded);
}

// Labels that there may be, those that only the options have included.
std::size_t known_labels(const CrfState& state) {
  CrfOptions options;
  read_options(learner, text_of(state.options), options);
  return std::max(state.labels.size(), options.labels.size());
}

std::uint32_t number_of(NameDictionary& features, const SequenceEntry& entry) {
  if (entry.size != SequenceEntry::id) return features.find_or_add({entry.name, static_cast<std::size_t>(entry.size)});
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, entry.number).ptr;
  return features.find_or_add({digits, static_cast<std::size_t>(end - digits)});
}

}  // namespace

void CrfState::configure() { trained::check_options(learner, options); }

void CrfState::accumulate(SequenceLabels y, SequenceFeatures x, Weight w) {
  check_weight(learner, w.value);
  if (y.texts.size() != x.positions)
    throw InvalidInput(
        concat(learner, ": a row has ", y.texts.size(), " labels and features of ", x.positions, " positions"),
        "Each position has one label; an array of names without offsets has one feature for each.");
  if (w.value == 0) return;
  std::size_t position = 0;
  for (const SequenceEntry& entry : x.entries) {
    const bool opens = entry.size == SequenceEntry::position;
    if (opens) {
      values.push_back(
          static_cast<double>(labels.find_or_add(learner, "a label", {y.texts[position++], ClassLabel::Type::text})));
      indices.push_back(0);
    } else {
      indices.push_back(number_of(features, entry) + 1);
      values.push_back(entry.value);
    }
  }
  ends.push_back(static_cast<std::int64_t>(indices.size()));
  weights.push_back(w.value);
  check_size(*this);
}

void CrfState::merge(const CrfState& other) {
  const bool empty = ends.empty() && skipped == 0, other_empty = other.ends.empty() && other.skipped == 0;
  if (empty)
    options.assign(other.options.begin(), other.options.end());
  else if (!other_empty && options != other.options)
    throw InvalidInput(concat(learner, ": states with different options cannot be merged"));
  skipped += other.skipped;
  std::vector<double> label(other.labels.size());
  for (std::size_t c = 0; c < label.size(); ++c)
    label[c] = static_cast<double>(labels.find_or_add(learner, "a label", other.labels.label(c)));
  std::vector<std::uint32_t> feature(other.features.size());
  for (std::size_t f = 0; f < feature.size(); ++f) feature[f] = features.find_or_add(other.features[f]);
  const auto before = static_cast<std::int64_t>(indices.size());
  for (std::size_t e = 0; e < other.indices.size(); ++e) {
    const std::uint32_t index = other.indices[e];
    indices.push_back(index == 0 ? 0 : feature[index - 1] + 1);
    values.push_back(index == 0 ? label[static_cast<std::size_t>(other.values[e])] : other.values[e]);
  }
  for (const std::int64_t end : other.ends) ends.push_back(before + end);
  weights.insert(weights.end(), other.weights.begin(), other.weights.end());
  check_size(*this);
}

bool CrfState::valid() const {
  if (skipped < 0 || skipped > max_rows || !labels.valid() || !features.valid() || indices.size() != values.size() ||
      ends.size() != weights.size())
    return false;
  if (labels.size() > 0 && labels.type != static_cast<std::int32_t>(ClassLabel::Type::text)) return false;
  std::int64_t from = 0;
  for (const std::int64_t end : ends) {
    if (end < from || end > static_cast<std::int64_t>(indices.size())) return false;
    if (end > from && indices[static_cast<std::size_t>(from)] != 0) return false;
    from = end;
  }
  if (from != static_cast<std::int64_t>(indices.size())) return false;
  for (std::size_t e = 0; e < indices.size(); ++e) {
    const double value = values[e];
    if (indices[e] > features.size() || !std::isfinite(value)) return false;
    if (indices[e] == 0 && !(value >= 0 && value < static_cast<double>(labels.size()) && value == std::floor(value)))
      return false;
  }
  return std::all_of(weights.begin(), weights.end(), [](double w) { return w > 0 && std::isfinite(w); });
}

std::string CrfState::why_none() const {
  if (ends.empty()) return {};
  if (labels.size() == 0) return concat(learner, ": all sequences are empty, so there is no model");
  return concat(learner, ": the label is \"", std::string_view(labels.labels[0]),
                "\" at all positions, so there is no model");
}

std::optional<Model> CrfState::fit() const {
  if (labels.size() == 0 || known_labels(*this) < 2) return std::nullopt;
  MemoryStore store({.features = 0, .sparse = true, .weighted = true});
  std::size_t from = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const auto end = static_cast<std::size_t>(ends[i]);
    store.append(0, weights[i],
                 SparseFeatures{0, {indices.data() + from, end - from}, {values.data() + from, end - from}});
    from = end;
    if (i % 4096 == 0) checkpoint();
  }
  Description description;
  description.skipped = skipped;
  std::vector<double> map(labels.size());
  for (const std::int32_t number : labels.order) {
    map[static_cast<std::size_t>(number)] = static_cast<double>(description.classes.size());
    description.classes.emplace_back(labels.labels[static_cast<std::size_t>(number)]);
  }
  for (std::size_t f = 0; f < features.size(); ++f) description.feature_names.emplace_back(features[f]);
  const JobSpec spec{std::string(learner), std::string(text_of(options)), labels.size()};
  return train_alone(spec, store, std::move(description), map);
}

}  // namespace quern
