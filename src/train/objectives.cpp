#include "train/objectives.hpp"

#include <concepts>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/feature_names.hpp"
#include "train/registry.def"
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

template <class T, class... Arguments>
T made_of(const NoOptions&, const Arguments&... arguments) {
  return T{arguments...};
}
template <class T, class Options, class... Arguments>
T made_of(const Options& options, const Arguments&... arguments) {
  return T{options, arguments...};
}

// l1 and l2 out of alpha, where there is one.
void settle_penalty(std::string_view name, TrainOptions& o) {
  auto refuse = [&](std::string_view what, std::string hint) {
    throw InvalidInput(concat(name, ": ", what), std::move(hint));
  };
  const bool strength = o.alpha > 0 || o.path();
  if (!o.alphas.empty() && o.n_alphas > 0)
    refuse("options \"alphas\" and \"n_alphas\" do not go together", "Give the alphas, or how many there are to be.");
  if (o.alphas.size() > 1000)
    refuse(concat("option \"alphas\" has ", o.alphas.size(), " numbers, more than 1000"), "A path of 50 is usual.");
  if (strength && (o.l1 > 0 || o.l2 > 0))
    refuse(concat("option \"", o.l1 > 0 ? "l1" : "l2", "\" does not go with alpha, alphas or n_alphas"),
           "Their penalty is alpha l1_ratio |w|_1 + alpha (1 - l1_ratio) / 2 |w|^2.");
  if (!strength && o.l1_ratio != 1)
    refuse("option \"l1_ratio\" needs alpha, alphas or n_alphas", "Or give the penalties themselves: l1 and l2.");
  if (!strength) return;
  const double alpha = o.path() ? 1 : o.alpha;
  o.l1 = alpha * o.l1_ratio;
  o.l2 = alpha * (1 - o.l1_ratio);
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
