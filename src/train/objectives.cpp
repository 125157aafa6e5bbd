#include "train/objectives.hpp"

#include <concepts>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/feature_names.hpp"
#include "train/partial_likelihood.hpp"
#include "train/penalty_options.hpp"
#include "train/registry.def"
#include "train/row_objective.hpp"
#include "train/scalar_objective.hpp"

namespace quern {

namespace {

// A loss without options of its own.
struct NoOptions {
  static constexpr std::tuple<> options{};
};
template <class T>
struct OptionsOf {
  using Type = NoOptions;
};
template <class T>
requires requires { typename T::Options; }
struct OptionsOf<T> {
  using Type = typename T::Options;
};

template <class T>
constexpr bool one_vs_rest = requires {
  requires T::one_vs_rest;
};

template <class T>
concept LossOfOrder = requires(const T& loss) {
  loss.columns();
};

template <class T>
concept LossOfRow = requires(const T& loss) {
  loss.constants();
};

template <class T, class... Arguments>
T made_of(const NoOptions&, const Arguments&... arguments) {
  return T{arguments...};
}
template <class T, class Options, class... Arguments>
T made_of(const Options& options, const Arguments&... arguments) {
  return T{options, arguments...};
}

template <class T>
std::unique_ptr<Objective> make(std::string_view name, std::string_view text, std::size_t classes,
                                TrainOptions& common) {
  typename OptionsOf<T>::Type own;
  read_options(name, text, common, own);
  if (common.fit_intercept) refuse_intercept_name(name, common.feature_names);
  settle_penalty(name, common);
  if constexpr (std::derived_from<T, Objective>) {
    return std::make_unique<T>(made_of<T>(own, classes));
  } else if constexpr (LossOfOrder<T>) {
    return std::make_unique<PartialLikelihood<T>>(made_of<T>(own));
  } else if constexpr (LossOfRow<T>) {
    if constexpr (std::constructible_from<T, std::size_t>)
      return std::make_unique<RowObjective<T>>(T(classes));
    else if constexpr (std::constructible_from<T, typename OptionsOf<T>::Type, std::size_t>)
      return std::make_unique<RowObjective<T>>(T(own, classes));
    else
      return std::make_unique<RowObjective<T>>(made_of<T>(own));
  } else {
    if constexpr (one_vs_rest<T>)
      if (classes > 2) return std::make_unique<OneVsRest<T>>(made_of<T>(own), classes);
    return std::make_unique<ScalarObjective<T>>(made_of<T>(own));
  }
}

template <class T>
constexpr TargetKind target_kind() {
  if constexpr (std::derived_from<T, Objective>)
    return T::target_kind;
  else
    return one_vs_rest<T> ? TargetKind::classes : T::target;
}

struct Entry {
  std::string_view name;
  TargetKind target;
  std::unique_ptr<Objective> (*make)(std::string_view, std::string_view, std::size_t, TrainOptions&);
};

constexpr Entry entries[] = {
#define OBJECTIVE(name, type) {#name, target_kind<objectives::type>(), make<objectives::type>},
#include "train/registry.def"
};

const Entry& entry_of(std::string_view algorithm) {
  std::string names;
  for (const Entry& entry : entries) {
    if (entry.name == algorithm) return entry;
    names += concat(names.empty() ? "" : ", ", entry.name);
  }
  throw InvalidInput(concat("train: unknown algorithm \"", algorithm, "\""), concat("Algorithms are ", names, "."));
}

}  // namespace

std::unique_ptr<Objective> make_objective(std::string_view algorithm, std::string_view options, std::size_t classes,
                                          TrainOptions& common) {
  return entry_of(algorithm).make(algorithm, options, classes, common);
}

TargetKind target_of(std::string_view algorithm) { return entry_of(algorithm).target; }

bool is_regression(std::string_view algorithm) {
  for (const Entry& entry : entries)
    if (entry.name == algorithm) return entry.target != TargetKind::binary && entry.target != TargetKind::classes;
  return false;
}

std::vector<std::string_view> objective_names() {
  std::vector<std::string_view> names;
  for (const Entry& entry : entries) names.push_back(entry.name);
  return names;
}

}  // namespace quern
