// What a training minimises, as solvers see it:
//
//   F(W) = sum_i v_i loss(f_i, y_i) / sum_i v_i  +  l1 |W|_1  +  l2 / 2 |W|^2,      f_i = W x_i + b,
//
// over rows i of weight v_i, with K outputs f_i (1 for most; one for each class of a multinomial or one-vs-rest
// problem) and intercepts b, which are not penalised. The last outputs may be constants, the same for all rows and not
// penalised: thresholds, a dispersion (the vector generalized linear models of Yee, 2015). An objective knows the loss
// and its derivatives in f, for many rows at a time; it knows neither rows nor weights nor solvers. A solver sees this
// class and nothing of a particular objective.
//
// An objective of one output is a small struct, an include and a line in registry.def; ScalarObjective
// (scalar_objective.hpp) makes it an Objective:
//
//   struct HuberRegression {
//     struct Options { ... };                  // its own options, see base/options.hpp; may be absent
//     Options options;                         // or a constructor that takes them
//     static constexpr TargetKind target = TargetKind::number;
//     Traits traits() const;
//     // Of one number or of a vector of them, see linalg/elementary.hpp: no branches, [[gnu::always_inline]].
//     template <class V> V loss(const V& f, const V& y) const;
//     template <class V> V slope(const V& f, const V& y) const;      // d loss / d f, at a kink any subgradient
//     template <class V> V curvature(const V& f, const V& y) const;  // d2 loss / d f2, where it exists
//     void smooth(double width);               // if it has kinks, see Objective::smooth
//     double start(double mean_y) const;       // if not 0, see Objective::start
//     Conjugate conjugate() const;             // if it is to be minimised in the dual too
//   };
//
// A binary classifier is given y = -1 and +1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "train/target.hpp"

namespace quern {

struct Traits {
  bool smooth = true;             // the loss has a continuous derivative
  bool likelihood = false;        // the loss is a negative log-likelihood (up to dispersion): standard errors exist
  bool dispersion = false;        // ... of a family whose scale is estimated
  double greatest_curvature = 0;  // of the loss in f; 0: unbounded
  bool coupled = false;           // the curvature has entries off its diagonal: one loss of all outputs
  bool symmetric = false;         // adding one number to all outputs changes nothing
  bool floating = false;          // adding one number to the linear outputs and all constants: there is no intercept
  double expected_curvature = 0;  // of a likelihood whose curvature depends on y: its expectation; 0: itself
  bool informed = false;          // ... that is no such constant: see Objective::information
  bool convex = true;             // else not in the constants: Newton's method takes their curvature without its sign
  bool quadratic = false;         // the curvature is a constant
  bool ordered = false;           // rows are coupled: all of a stratum at once, ordered as in ordered_rows.hpp
};

// The convex conjugate of a loss of one number f, for descent in the dual (dual_coordinate_descent.hpp), by t = minus
// its argument, in [low, high]:
//
//   loss*(-t) = -y t + epsilon |t| + curvature / 2 t^2,     or, of two classes with s = y t,     s log s + (1 - s)
//   log(1 - s)
//
// Of two classes low and high bound y t.
struct Conjugate {
  double low = 0, high = 1, epsilon = 0, curvature = 0;
  bool entropy = false;
};

// Sums over the rows of a likelihood.
struct LikelihoodSums {
  double loss = 0;        // v loss
  double saturated = 0;   // v times the loss of a perfect fit
  double constant = 0;    // v constant(y)
  double weight = 0;      // v
  double log_weight = 0;  // log v, over rows of v > 0
  double rows = 0;        // of v > 0
};

// Of an ordered loss: a place in the order, and who is at risk there.
struct RiskStep {
  std::size_t end;       // rows 0 .. end - 1 are,
  std::size_t from, to;  // but of rows from .. to - 1
  double share;          // this share is not
  double weight;         // of the events
  double sum;            // of p over those at risk
};

// Columns that rows need beside y, the weight and the features, by name; empty: the usual one, or none.
struct NeededColumns {
  std::string y, event, stratum;
};

class Objective {
 public:
  virtual ~Objective() = default;

  virtual std::size_t outputs() const = 0;
  virtual std::size_t constants() const { return 0; }  // how many of the outputs, the last, are
  virtual TargetKind target() const = 0;
  virtual Traits traits() const = 0;

  // The sum of v loss(f, y) over n rows: f is n x outputs, y and v are n numbers.
  virtual double value(const double* f, const double* y, const double* v, std::size_t n) const = 0;
  // The same, and v d loss / d f to g, n x outputs. g may be f.
  virtual double differentiate(const double* f, const double* y, const double* v, std::size_t n, double* g) const = 0;
  // That alone.
  virtual void slopes(const double* f, const double* y, const double* v, std::size_t n, double* g) const {
    differentiate(f, y, v, n, g);
  }
  // v d2 loss / d f d f' to h, n x outputs x outputs; one-vs-rest losses have zeros off the diagonal.
  virtual void curvature(const double* f, const double* y, const double* v, std::size_t n, double* h) const = 0;

  // Of a likelihood: what standard errors are taken from, in the shape of curvature().
  virtual void information(const double* f, const double* y, const double* v, std::size_t n, double* h) const {
    (void)f, (void)y;
    for (std::size_t i = 0; i < n; ++i) h[i] = v[i] * traits().expected_curvature;
  }

  // Of an ordered loss: p, n numbers, all relative to exp of what is returned, and the steps of a stratum. The
  // curvature is that of curvature(), a diagonal, less sum over steps of weight (d sum / df)(d sum / df)' / sum^2.
  virtual double risk(const double* f, const double* y, const double* v, std::size_t n, double* p,
                      std::vector<RiskStep>& steps) const {
    (void)f, (void)y, (void)v, (void)n, (void)p, (void)steps;
    return 0;
  }
  virtual NeededColumns columns() const { return {}; }

  // The loss smoothed at its kinks to within `width`, for solvers that need a derivative; the loss itself if it is
  // smooth. value, differentiate and curvature are those of the smoothed loss until it is set to 0 again.
  virtual void smooth(double width) { (void)width; }

  // d loss / d f of one row, if there is one output: what descent row by row needs.
  virtual double slope(double f, double y) const {
    const double v = 1;
    double g;
    differentiate(&f, &y, &v, 1, &g);
    return g;
  }

  // Where to start: the intercept that is best without features, given the mean of y as rows have it (of -1 and +1
  // for a binary classifier), and constants to begin with. Finite. Adds nothing to the answer.
  virtual void start(double mean_y, double* intercepts) const {
    (void)mean_y;
    for (std::size_t k = 0; k < outputs(); ++k) intercepts[k] = 0;
  }

  // Of a classifier with constants: how clearly f is right about y, above 0 if it is; homogeneous in f.
  virtual double margin(const double* f, double y) const {
    (void)f, (void)y;
    return 0;
  }

  // Of a likelihood: what minus the log-likelihood of a row has beyond the loss, at dispersion 1.
  virtual double constant(double y) const {
    (void)y;
    return 0;
  }
  // Of the loss of one output, if it is of that form.
  virtual std::optional<Conjugate> conjugate() const { return std::nullopt; }
  // The log-likelihood of all rows; for a family with a dispersion at its maximum likelihood estimate, the deviance by
  // the weights.
  virtual double log_likelihood(const LikelihoodSums& sums) const { return -sums.loss - sums.constant; }
};

}  // namespace quern
