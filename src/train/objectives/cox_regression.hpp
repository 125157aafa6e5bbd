// Cox's proportional hazards: the hazard of a row is exp(f) times one that is common to its stratum and left open. y is
// the time, with the sign bit set where the row was censored then.
//
//   loss = sum over events of  log(sum of exp(f) over those at risk) - f
//
// Rows at risk are those of the stratum whose time is not before that of the event. Of d events at one time, "breslow"
// takes all to be at risk at each; "efron" the l-th of them without the share l / d of these, l = 0 .. d - 1. Cox,
// Regression Models and Life-Tables, JRSS B 34, 1972; Efron, JASA 72, 1977.
#pragma once

#include <string>
#include <tuple>

#include "base/options.hpp"
#include "train/partial_likelihood.hpp"

namespace quern::objectives {

struct CoxRegressionOptions {
  std::string time, event, strata;  // columns; "": the first, the first left, none
  std::string ties = "efron";
  static constexpr auto options =
      std::tuple{Option("time", &CoxRegressionOptions::time), Option("event", &CoxRegressionOptions::event),
                 Option("strata", &CoxRegressionOptions::strata),
                 Option("ties", &CoxRegressionOptions::ties, OneOf{{"efron", "breslow"}})};
};

struct CoxRegression {
  using Options = CoxRegressionOptions;
  Options options;
  static constexpr TargetKind target = TargetKind::survival;
  NeededColumns columns() const { return {options.time, options.event, options.strata}; }

  void steps(std::span<const double> p, const double* y, const double* v, std::vector<RiskStep>& steps) const {
    double at_risk = 0;
    for (std::size_t from = 0, to; from < p.size(); from = to) {
      double weight = 0, tied = 0, events = 0;
      std::size_t censored = from;
      for (to = from; to < p.size() && std::abs(y[to]) == std::abs(y[from]); ++to) {
        at_risk += p[to];
        if (std::signbit(y[to])) continue;
        censored = to + 1;
        weight += v[to], tied += p[to], events += v[to] > 0;
      }
      const double parts = options.ties == "efron" ? events : events > 0;
      for (double l = 0; l < parts; ++l)
        steps.push_back({to, from, censored, l / parts, weight / parts, at_risk - l / parts * tied});
    }
  }
};

}  // namespace quern::objectives
