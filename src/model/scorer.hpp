// What makes a model of one algorithm score rows: a struct built once from the Model and then asked row by row.
//
//   struct LinearScorer {
//     explicit LinearScorer(const Model&);            // checks every shape it will rely on; throws InvalidInput
//     std::size_t features() const;                   // width of a row; the caller has checked it
//     double predict(const Features& x) const;        // a regressor
//     static std::vector<Coefficient> coefficients(const Model&);
//   };
//
// A classifier has, instead of predict,
//     std::size_t classify(const Features& x) const;                          // index into model.classes
//     void probabilities(const Features& x, std::span<double> out) const;     // one for each class, summing to 1; or
//     not
//
// Both may have
//     std::size_t decisions() const;                                    // how many numbers decide() gives
//     void decide(const Features& x, std::span<double> out) const;      // what is compared or linked: of two classes
//     one
//                                                                       // number, above 0 for the second; of more the
//                                                                       // largest wins
//
// A scorer whose functions take a FeatureRow too is given sparse rows as they are; for others they are written out.
//
// A scorer may point into the Model, which outlives it, and owns memory only through Vec.
#pragma once

#include <array>
#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/features.hpp"
#include "model/model.hpp"

namespace quern {

// One row of quern.coefficients(model). What does not apply, or was not estimated (an aliased term), is empty.
struct Coefficient {
  std::optional<std::string> of_class;
  std::string term;
  std::optional<double> estimate, std_error, statistic, p_value, conf_low, conf_high;

  static constexpr std::array columns{"class",     "term",    "estimate", "std_error",
                                      "statistic", "p_value", "conf_low", "conf_high"};
};

template <class S>
concept Scorer = std::constructible_from<S, const Model&> && requires(const S& s, const Model& model) {
  { s.features() } -> std::same_as<std::size_t>;
  { S::coefficients(model) } -> std::same_as<std::vector<Coefficient>>;
};

template <class S>
concept Regressor = Scorer<S> && requires(const S& s, const Features& x) {
  { s.predict(x) } -> std::same_as<double>;
};

template <class S>
concept Classifier = Scorer<S> && requires(const S& s, const Features& x) {
  { s.classify(x) } -> std::same_as<std::size_t>;
};

template <class S>
concept HasProbabilities = Classifier<S> && requires(const S& s, const Features& x, std::span<double> out) {
  s.probabilities(x, out);
};

template <class S>
concept HasDecisions = Scorer<S> && requires(const S& s, const Features& x, std::span<double> out) {
  { s.decisions() } -> std::same_as<std::size_t>;
  s.decide(x, out);
};

template <class S>
concept TakesSparseRows = requires(const S& s, const FeatureRow& x) {
  s.predict(x);
}
|| requires(const S& s, const FeatureRow& x) { s.classify(x); };

inline std::size_t decisions_of(std::size_t classes) { return classes == 2 ? 1 : classes; }

}  // namespace quern
