// The aggregates of the learners of src/train/, for GROUP BY: the state gathers rows, Finalize runs the solver that
// quern.train would choose, over the rows of the state, in one process. Same options, same objective, same model.
//
// Where it breaks: the rows of one group have to fit into a state of 900 MB; beyond that use quern.train. Options that
// say where rows come from or how processes share them (target, weight, precision, store, parallel, max_seconds) belong
// to quern.train alone: a model of an aggregate is a function of its rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/model.hpp"
#include "train/options.hpp"
#include "train/techniques/gaussian_mixture_options.hpp"
#include "train/techniques/kmeans_options.hpp"
#include "uda/aggregate.hpp"
#include "uda/class_dictionary.hpp"
#include "uda/collected_rows.hpp"

namespace quern {

// What all of them share; the learner is named as in train/registry.def.
namespace trained {

void check_options(std::string_view learner, const Vec<char>& options);
void check_row(std::string_view learner, const Vec<char>& options, const CollectedRows& rows, const FeatureRow& x,
               const Weight& w);
void check_number(std::string_view learner, double y);
void check_survival(std::string_view learner, double time);
void check_event(std::string_view learner, double event);
void check_label(std::string_view learner, const ClassLabel& y);
// The number of the class, in the order in which classes came.
double class_of(std::string_view learner, ClassDictionary& classes, const ClassLabel& y);
void merge(std::string_view learner, ClassDictionary& classes, CollectedRows& rows, const ClassDictionary& from,
           const CollectedRows& more);
std::optional<Model> fit(std::string_view learner, const Vec<char>& options, const ClassDictionary& classes,
                         const CollectedRows& rows, std::int64_t skipped);
std::string why_none(std::string_view learner, const ClassDictionary& classes, const CollectedRows& rows);

// Of a learner that takes both: what y is.
enum Task : std::int32_t { by_type, classification, regression };
Task task_of(std::string_view learner, const Vec<char>& options);
// y where it is to be taken as a number.
std::optional<double> number_for(std::string_view learner, std::int32_t task, const ClassLabel& y);
// Throws InvalidInput if one has classes and the other numbers.
void check_alike(std::string_view learner, const ClassDictionary& classes, const CollectedRows& rows,
                 const ClassDictionary& from, const CollectedRows& more);

// The options, and the rows left out, of two states of one learner.
template <class State>
void merge_options(State& state, const State& other) {
  if (state.rows.rows == 0 && state.skipped == 0)
    state.options.assign(other.options.begin(), other.options.end());
  else if ((other.rows.rows > 0 || other.skipped > 0) && state.options != other.options)
    throw InvalidInput(std::string(State::learner) + ": states with different options cannot be merged");
  state.skipped += other.skipped;
}
// Of a learner without y: nothing if there are rows, but too few for the model.
std::optional<Model> fit(std::string_view learner, const Vec<char>& options, const CollectedRows& rows,
                         std::int64_t skipped);
std::string why_none(std::string_view learner, const Vec<char>& options, const CollectedRows& rows);

}  // namespace trained

// Y is double for a regression, ClassLabel for a classifier.
template <class Name, class Y>
struct Trained {
  using Options = TrainOptions;
  static constexpr std::string_view learner = Name::text;

  Vec<char> options;
  std::int64_t skipped = 0;
  ClassDictionary classes;  // of a classifier
  CollectedRows rows;

  void configure() { trained::check_options(learner, options); }

  void accumulate(Y y, FeatureRow x, Weight w) {
    trained::check_row(learner, options, rows, x, w);
    if constexpr (std::is_same_v<Y, ClassLabel>) {
      trained::check_label(learner, y);
      if (w.value > 0) rows.append(learner, trained::class_of(learner, classes, y), w.value, x);
    } else {
      trained::check_number(learner, y);
      if (w.value > 0) rows.append(learner, y, w.value, x);
    }
  }

  void merge(const Trained& other) {
    trained::merge_options(*this, other);
    trained::merge(learner, classes, rows, other.classes, other.rows);
  }

  void skip() { ++skipped; }

  bool valid() const {
    constexpr bool classifier = std::is_same_v<Y, ClassLabel>;
    return skipped >= 0 && skipped <= max_rows && rows.rows <= max_rows && classes.valid() &&
           (classifier ? rows.rows == 0 || classes.size() > 0 : classes.size() == 0) &&
           rows.valid(classifier ? classes.size() : 0);
  }

  std::optional<Model> fit() const { return trained::fit(learner, options, classes, rows, skipped); }
  std::string why_none() const { return trained::why_none(learner, classes, rows); }
};

// Of a learner without y.
template <class Name>
struct TrainedWithoutTarget {
  using Options = typename Name::Options;
  static constexpr std::string_view learner = Name::text;

  Vec<char> options;
  std::int64_t skipped = 0;
  CollectedRows rows;

  void configure() { trained::check_options(learner, options); }

  void accumulate(FeatureRow x, Weight w) {
    trained::check_row(learner, options, rows, x, w);
    if (w.value > 0) rows.append(learner, 0, w.value, x);
  }

  void merge(const TrainedWithoutTarget& other) {
    trained::merge_options(*this, other);
    ClassDictionary none;
    trained::merge(learner, none, rows, none, other.rows);
  }

  void skip() { ++skipped; }

  bool valid() const { return skipped >= 0 && skipped <= max_rows && rows.rows <= max_rows && rows.valid(0); }

  std::optional<Model> fit() const { return trained::fit(learner, options, rows, skipped); }
  std::string why_none() const { return trained::why_none(learner, options, rows); }
};

// Of a learner that takes classes and numbers: text and booleans are classes and numbers are numbers, unless option
// task says otherwise.
template <class Name>
struct TrainedOnEither {
  using Options = TrainOptions;
  static constexpr std::string_view learner = Name::text;

  Vec<char> options;
  std::int32_t task = trained::by_type;
  std::int64_t skipped = 0;
  ClassDictionary classes;  // none of a regression
  CollectedRows rows;

  void configure() {
    trained::check_options(learner, options);
    task = trained::task_of(learner, options);
  }

  void accumulate(ClassLabel y, FeatureRow x, Weight w) {
    trained::check_row(learner, options, rows, x, w);
    trained::check_label(learner, y);
    const std::optional<double> number = trained::number_for(learner, task, y);
    if (w.value > 0) rows.append(learner, number ? *number : trained::class_of(learner, classes, y), w.value, x);
  }

  void merge(const TrainedOnEither& other) {
    trained::merge_options(*this, other);
    if (options == other.options) task = other.task;
    trained::check_alike(learner, classes, rows, other.classes, other.rows);
    trained::merge(learner, classes, rows, other.classes, other.rows);
  }

  void skip() { ++skipped; }

  bool valid() const {
    return skipped >= 0 && skipped <= max_rows && rows.rows <= max_rows && classes.valid() &&
           task >= trained::by_type && task <= trained::regression &&
           (classes.size() == 0 || (task != trained::regression && rows.rows > 0)) &&
           (classes.size() > 0 || rows.rows == 0 || task != trained::classification) && rows.valid(classes.size());
  }

  std::optional<Model> fit() const { return trained::fit(learner, options, classes, rows, skipped); }
  std::string why_none() const { return trained::why_none(learner, classes, rows); }
};

namespace trained {

struct Mlp {
  static constexpr std::string_view text = "mlp";
};
struct FactorizationMachine {
  static constexpr std::string_view text = "factorization_machine";
};
struct KMeans {
  static constexpr std::string_view text = "kmeans";
  using Options = KMeansOptions;
};
struct GaussianMixture {
  static constexpr std::string_view text = "gaussian_mixture";
  using Options = MixtureOptions;
};
struct Multinomial {
  static constexpr std::string_view text = "multinomial_regression";
};
struct LinearSvm {
  static constexpr std::string_view text = "linear_svm";
};
struct SvmRegression {
  static constexpr std::string_view text = "svm_regression";
};
struct Poisson {
  static constexpr std::string_view text = "poisson_regression";
};
struct Gamma {
  static constexpr std::string_view text = "gamma_regression";
};
struct Huber {
  static constexpr std::string_view text = "huber_regression";
};
struct Ordinal {
  static constexpr std::string_view text = "ordinal_regression";
};
struct NegativeBinomial {
  static constexpr std::string_view text = "negative_binomial_regression";
};
struct Quantile {
  static constexpr std::string_view text = "quantile_regression";
};
struct Kalman {
  static constexpr std::string_view text = "kalman_smoothing";
};

}  // namespace trained

using MultinomialRegressionState = Trained<trained::Multinomial, ClassLabel>;
using LinearSvmState = Trained<trained::LinearSvm, ClassLabel>;
using SvmRegressionState = Trained<trained::SvmRegression, double>;
using PoissonRegressionState = Trained<trained::Poisson, double>;
using GammaRegressionState = Trained<trained::Gamma, double>;
using MlpState = TrainedOnEither<trained::Mlp>;
using FactorizationMachineState = TrainedOnEither<trained::FactorizationMachine>;
using KMeansState = TrainedWithoutTarget<trained::KMeans>;
using GaussianMixtureState = TrainedWithoutTarget<trained::GaussianMixture>;
using HuberRegressionState = Trained<trained::Huber, double>;
using QuantileRegressionState = Trained<trained::Quantile, double>;
using OrdinalRegressionState = Trained<trained::Ordinal, ClassLabel>;
using NegativeBinomialRegressionState = Trained<trained::NegativeBinomial, double>;

// Of times, with the sign bit where the event was not seen by then.
struct CoxRegressionState {
  using Options = TrainOptions;
  static constexpr std::string_view learner = "cox_regression";

  Vec<char> options;
  std::int64_t skipped = 0;
  CollectedRows rows;

  void configure() { trained::check_options(learner, options); }
  void accumulate(double time, Outcome event, FeatureRow x, Weight w) {
    trained::check_row(learner, options, rows, x, w);
    trained::check_survival(learner, time);
    trained::check_event(learner, event.value);
    if (w.value > 0) rows.append(learner, event.value == 1 ? time : -time, w.value, x);
  }
  void merge(const CoxRegressionState& other) {
    trained::merge_options(*this, other);
    ClassDictionary none;
    trained::merge(learner, none, rows, none, other.rows);
  }
  void skip() { ++skipped; }
  bool valid() const { return skipped >= 0 && skipped <= max_rows && rows.rows <= max_rows && rows.valid(0); }
  std::optional<Model> fit() const { return trained::fit(learner, options, {}, rows, skipped); }
};

using KalmanSmoothingState = Trained<trained::Kalman, double>;  // y is t

}  // namespace quern
