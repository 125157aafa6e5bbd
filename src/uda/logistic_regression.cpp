#include "uda/logistic_regression.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "linalg/weighted_gram.hpp"
#include "model/feature_names.hpp"
#include "model/inference.hpp"
#include "train/newton.hpp"
#include "uda/row_checks.hpp"
#include "train/penalty_options.hpp"
#include "uda/train_alone.hpp"

namespace quern {

namespace {

constexpr std::string_view learner = "logistic_regression";

LogisticRegressionOptions parsed(const Vec<char>& options) {
  auto given = parse_options<LogisticRegressionOptions>(learner, {options.data(), options.size()});
  settle_penalty(learner, given);
  return given;
}

// z = (x - shift) scale.
struct Standardization {
  std::vector<double> shift, scale;
};

// Calls visit(rows, count) with every `stride`-th block of rows, in order.
template <class Visit>
void visit_blocks(const RowChunks& rows, std::size_t stride, Visit&& visit) {
  const auto width = static_cast<std::size_t>(rows.width);
  std::size_t block = 0;
  for (const Vec<double>& chunk : rows.chunks) {
    const std::size_t count = chunk.size() / width;
    if (stride == 1) {
      visit(chunk.data(), count);
      continue;
    }
    for (std::size_t from = 0; from < count; from += LogisticPass::block_rows, ++block)
      if (block % stride == 0) visit(chunk.data() + from * width, std::min(LogisticPass::block_rows, count - from));
  }
}

// Means and mean absolute deviations of evenly spaced blocks are as good as those of all rows, because any shift and
// scale give the same model. Without an intercept nothing can make up for a shift.
Standardization standardize(const RowChunks& rows, bool intercept) {
  const auto features = static_cast<std::size_t>(rows.width) - 1;
  const std::size_t stride = 1 + static_cast<std::size_t>(rows.rows) / 16384;
  const double* const first = rows.chunks.front().data() + 1;
  std::vector<double> sum(features), deviation(features), shift(features), scale(features);
  double n = 0;
  auto each_row = [&](auto&& take) {
    visit_blocks(rows, stride, [&](const double* row, std::size_t count) {
      for (std::size_t i = 0; i < count; ++i, row += features + 1) {
        if (i % LogisticPass::block_rows == 0) checkpoint();
        take(row + 1);
      }
    });
  };
  if (intercept) {
    each_row([&](const double* x) {
      n += 1;
      for (std::size_t j = 0; j < features; ++j) sum[j] += x[j] - first[j];
    });
    for (std::size_t j = 0; j < features; ++j) shift[j] = first[j] + sum[j] / n;
  }
  for (double& value : shift)
    if (!std::isfinite(value)) value = 0;
  n = 0;
  each_row([&](const double* x) {
    n += 1;
    for (std::size_t j = 0; j < features; ++j) deviation[j] += std::abs(x[j] - shift[j]);
  });
  for (std::size_t j = 0; j < features; ++j) {
    double size = deviation[j] / n;
    if (size == 0) size = std::abs(shift[j]);
    const int exponent = size > 0 && std::isfinite(size) ? std::ilogb(size) : size > 0 ? 1000 : 0;
    scale[j] = std::ldexp(1.0, -std::clamp(exponent, -500, 500));
  }
  return {std::move(shift), std::move(scale)};
}

// The objective x sum of weights, over every stride-th block, of b = (intercept, w_1 / scale_1, ...).
class LogisticObjective final : public ConvexObjective {
 public:
  LogisticObjective(const RowChunks& rows, std::size_t stride, const Standardization& columns, bool intercept,
                    double l2)
      : rows_(rows),
        stride_(stride),
        scale_(columns.scale),
        l2_(l2),
        intercept_(intercept),
        pass_(columns.shift, columns.scale, intercept) {}

  std::size_t size() const override { return pass_.size(); }

  double value(std::span<const double> b) override {
    run(b, false);
    return pass_.sums().loss + penalty(b);
  }

  void differentiate(std::span<const double> b, Derivatives& at) override {
    run(b, true);
    const std::size_t n = size();
    at.value = pass_.sums().loss + penalty(b);
    at.unbounded = l2_ == 0 && pass_.sums().least_margin > 1e-10 * std::max(1.0, pass_.sums().greatest_margin);
    for (std::size_t i = 0; i < n; ++i) {
      at.gradient[i] = pass_.gradient(column(i));
      for (std::size_t j = i; j < n; ++j) at.hessian[i * n + j] = pass_.hessian(column(i), column(j));
      if (is_intercept(i)) continue;
      const double curvature = penalty_curvature(i);
      at.gradient[i] += curvature * b[i];
      at.hessian[i * n + i] += curvature;
    }
  }

  bool recedes(std::span<const double> direction) override {
    if (l2_ > 0) return false;
    run(direction, false);
    return pass_.sums().greatest_margin >= 0.1 && pass_.sums().least_margin >= -1e-6 * pass_.sums().greatest_margin;
  }

  // Of the weights that the last pass summed.
  double penalty(std::span<const double> b) const {
    double sum = 0;
    for (std::size_t i = 0; i < b.size(); ++i)
      if (!is_intercept(i)) sum += penalty_curvature(i) * b[i] * b[i];
    return sum / 2;
  }

 private:
  bool is_intercept(std::size_t i) const { return intercept_ && i == 0; }
  // Where the pass, which has the intercept last, keeps term i.
  std::size_t column(std::size_t i) const { return !intercept_ ? i : i == 0 ? size() - 1 : i - 1; }
  double penalty_curvature(std::size_t i) const {
    const double scale = scale_[column(i)];
    return l2_ == 0 ? 0 : l2_ * pass_.sums().weight * scale * scale;
  }

  void run(std::span<const double> b, bool derivatives) {
    std::vector<double> in_columns(b.size());
    for (std::size_t i = 0; i < b.size(); ++i) in_columns[column(i)] = b[i];
    pass_.start(in_columns);
    visit_blocks(rows_, stride_, [&](const double* rows, std::size_t count) { pass_.add(rows, count, derivatives); });
  }

  const RowChunks& rows_;
  std::size_t stride_;
  std::span<const double> scale_;
  double l2_;
  bool intercept_;
  LogisticPass pass_;
};

// Where to start over all rows: the solution on a part of them, to a precision that its own sampling error makes good
// enough; 0 if there are too few rows, or the part has no solution.
std::vector<double> warm_start(const RowChunks& rows, const Standardization& columns,
                               const LogisticRegressionOptions& options) {
  const std::size_t terms = columns.shift.size() + options.fit_intercept;
  std::vector<double> b(terms);
  for (std::size_t stride : {64, 8}) {
    if (static_cast<std::size_t>(rows.rows) / stride < std::max<std::size_t>(2048, 30 * terms)) continue;
    LogisticObjective part(rows, stride, columns, options.fit_intercept, options.l2);
    NewtonResult result = minimize_newton(part, b, {.max_iter = 12, .tol = 0.1});
    if (result.end != NewtonResult::End::converged) return std::vector<double>(terms);
    b = std::move(result.b);
  }
  return b;
}

double log_likelihood_null(double positive, double negative, bool intercept) {
  const double all = positive + negative;
  if (!intercept) return -all * std::log(2.0);
  return positive * std::log(positive / all) + negative * std::log(negative / all);
}

bool is_separated(const NewtonResult& fit) {
  return fit.end == NewtonResult::End::unbounded || fit.end == NewtonResult::End::recedes;
}

// Adds "estimate" and "std_error" in the units of x: w_j = scale_j b_j and the intercept takes the shifts out.
void add_terms(Model& model, const NewtonResult& fit, const Standardization& columns,
               const LogisticRegressionOptions& options) {
  const std::size_t n = fit.b.size();
  const bool intercept = options.fit_intercept;
  const bool inference = options.l2 == 0 && !is_separated(fit);
  std::vector<double> estimate(n), std_error(n), of_intercept(n);
  for (std::size_t i = 0; i < n; ++i) {
    const bool is_intercept = intercept && i == 0;
    const double scale = is_intercept ? 1 : columns.scale[i - intercept];
    estimate[i] = fit.b[i] * scale;
    of_intercept[i] = is_intercept ? 1 : -columns.shift[i - intercept] * scale;
    std::vector<double> unit(n);
    unit[i] = scale;
    std_error[i] = inference ? std::sqrt(fit.hessian.inverse_form(std::move(unit), i)) : NAN;
    if (fit.hessian.aliased[i]) estimate[i] = std_error[i] = NAN;
  }
  if (intercept) {
    for (std::size_t i = 1; i < n; ++i) estimate[0] += of_intercept[i] * fit.b[i];
    if (inference) std_error[0] = std::sqrt(fit.hessian.inverse_form(of_intercept));
  }
  model.add_parameter("estimate", estimate);
  model.add_parameter("std_error", std_error);
}

void add_metrics(Model& model, const LogisticRegression& state, const NewtonResult& fit, double penalty,
                 const LogisticRegressionOptions& options) {
  using End = NewtonResult::End;
  const bool intercept = options.fit_intercept;
  const double if_unpenalized = options.l2 == 0 ? 1 : NAN;
  const double n = state.positive_weight + state.negative_weight;
  const double rank = static_cast<double>(fit.hessian.rank);
  const double log_likelihood = -(fit.at.value - penalty);
  const double null = log_likelihood_null(state.positive_weight, state.negative_weight, intercept);
  const double lr_statistic = 2 * (log_likelihood - null), lr_df = rank - intercept;
  double gradient_norm = 0;
  for (double g : fit.at.gradient) gradient_norm = std::max(gradient_norm, std::abs(g) / n);
  model.add_metric("loss", fit.at.value / n);
  model.add_metric("log_likelihood", log_likelihood);
  model.add_metric("log_likelihood_null", null);
  model.add_metric("deviance", -2 * log_likelihood);
  model.add_metric("null_deviance", -2 * null);
  model.add_metric("aic", if_unpenalized * (2 * rank - 2 * log_likelihood));
  model.add_metric("bic", if_unpenalized * (std::log(n) * rank - 2 * log_likelihood));
  model.add_metric("mcfadden_r2", 1 - log_likelihood / null);
  model.add_metric("lr_statistic", lr_statistic);
  model.add_metric("lr_p_value", if_unpenalized * chi_squared_upper_p(lr_statistic, lr_df));
  model.add_metric("df", n - rank);
  model.add_metric("rank", rank);
  model.add_metric("positives", static_cast<double>(state.positives));
  model.add_metric("iterations", static_cast<double>(fit.iterations));
  model.add_metric("converged", fit.end == End::converged);
  model.add_metric("separation", fit.end == End::unbounded ? 1 : fit.end == End::recedes ? 2 : 0);
  model.add_metric("gradient_norm", gradient_norm);
  model.add_metric("weight_sum", n);
}

[[noreturn]] void refuse(const std::string& what, std::string hint = {}, Fault fault = Fault::invalid_parameter) {
  throw InvalidInput(concat(learner, ": ", what), std::move(hint), fault);
}

// The rows of a state as training reads them.
class ChunkStore final : public RowStore {
 public:
  explicit ChunkStore(const RowChunks& rows) : width_(static_cast<std::size_t>(rows.width)) {
    format_ = {.features = static_cast<std::uint32_t>(rows.width - 1), .weighted = true};
    rows_ = static_cast<std::uint64_t>(rows.rows);
    const std::size_t row_size = format_.dense_row_size();
    const std::size_t most = std::max<std::size_t>(1, usual_block_bytes / row_size);
    for (const Vec<double>& chunk : rows.chunks)
      for (std::size_t from = 0; from < chunk.size(); from += most * width_) {
        const std::size_t count = std::min(most, (chunk.size() - from) / width_);
        blocks_.push_back(
            {static_cast<std::uint32_t>(count), static_cast<std::uint32_t>(sizeof(BlockHeader) + count * row_size)});
        first_.push_back(chunk.data() + from);
      }
  }

  const std::byte* load(std::size_t block, std::byte* room) override {
    BlockWriter writer(format_, {room, blocks_[block].bytes});
    for (std::uint32_t i = 0; i < blocks_[block].rows; ++i) {
      const double* const row = first_[block] + i * width_;
      writer.append(row[0] > 0, std::abs(row[0]), Features(std::span(row + 1, width_ - 1)));
    }
    return room;
  }
  bool resident() const override { return false; }
  std::byte* resident_block(std::size_t) override { return nullptr; }

 private:
  std::size_t width_;
  std::vector<const double*> first_;
};

void check_size(double rows, std::int64_t width) {
  if (rows * static_cast<double>(width) * sizeof(double) > LogisticRegression::max_bytes)
    refuse(concat("more than ", LogisticRegression::max_bytes / 1'000'000, " MB of rows in one state (",
                  static_cast<std::int64_t>(rows), " rows of ", width - 1, " features)"),
           "Train on a sample, or on fewer features.", Fault::limit_exceeded);
}

}  // namespace

void LogisticRegression::configure() {
  const LogisticRegressionOptions chosen = parsed(options);
  if (chosen.fit_intercept) refuse_intercept_name(learner, chosen.feature_names);
}

void LogisticRegression::accumulate(Outcome y, Features x, Weight w) {
  const auto features = static_cast<std::int64_t>(x.size());
  const auto y_target = static_cast<std::int32_t>(y.boolean ? Target::boolean_class : Target::number_class);
  if (!(y.value == 0 || y.value == 1)) refuse(concat("y must be 0 or 1, or boolean, not ", y.value));
  check_weight(learner, w.value);
  check_finite(learner, x);
  if (rows.width == 0) {
    const LogisticRegressionOptions chosen = parsed(options);
    check_width(learner, x.size(), max_features);
    check_feature_names(learner, chosen.feature_names, x.size());
    rows.width = features + 1;
    target = y_target;
  }
  if (features != rows.width - 1) refuse_widths(learner, rows.width - 1, features);
  if (y_target != target) refuse("y is boolean in some rows and a number in others");
  if (w.value == 0) return;
  check_size(static_cast<double>(rows.rows) + 1, rows.width);
  rows.append(y.value == 1 ? w.value : -w.value, x);
  positives += y.value == 1;
  (y.value == 1 ? positive_weight : negative_weight) += w.value;
}

void LogisticRegression::merge(const LogisticRegression& other) {
  const bool empty = rows.width == 0 && skipped == 0, other_empty = other.rows.width == 0 && other.skipped == 0;
  if (empty)
    options.assign(other.options.begin(), other.options.end());
  else if (!other_empty && options != other.options)
    refuse("states with different options cannot be merged");
  skipped += other.skipped;
  if (other.rows.width == 0) return;
  if (rows.width == 0) {
    rows.width = other.rows.width;
    target = other.target;
  }
  if (rows.width != other.rows.width) refuse_widths(learner, rows.width - 1, other.rows.width - 1);
  if (target != other.target) refuse("y is boolean in some rows and a number in others");
  check_size(static_cast<double>(rows.rows) + static_cast<double>(other.rows.rows), rows.width);
  rows.append(other.rows);
  positives += other.positives;
  positive_weight += other.positive_weight;
  negative_weight += other.negative_weight;
}

bool LogisticRegression::valid() const {
  const bool seen = rows.width > 0;
  const bool classes = target == static_cast<std::int32_t>(Target::boolean_class) ||
                       target == static_cast<std::int32_t>(Target::number_class);
  return rows.valid() && (seen ? rows.width >= 2 && rows.width <= max_features + 1 && classes : target == 0) &&
         skipped >= 0 && skipped <= max_rows && rows.rows <= max_rows && positives >= 0 && positives <= rows.rows &&
         positive_weight >= 0 && negative_weight >= 0 && (positives > 0 || positive_weight == 0) &&
         (positives < rows.rows || negative_weight == 0);
}

std::string LogisticRegression::why_none() const {
  if (rows.rows == 0) return {};
  const bool boolean = target == static_cast<std::int32_t>(Target::boolean_class);
  return concat(learner, ": y is ", boolean ? (positives ? "true" : "false") : (positives ? "1" : "0"), " in all ",
                rows.rows, " rows, so there is no model");
}

std::optional<Model> LogisticRegression::fit() const {
  if (rows.rows == 0) return std::nullopt;
  const LogisticRegressionOptions chosen = parsed(options);
  const bool boolean = target == static_cast<std::int32_t>(Target::boolean_class);
  if (!std::isfinite(positive_weight + negative_weight)) refuse("the weights are too large", {}, Fault::out_of_range);
  if (one_class()) return std::nullopt;
  if (chosen.l1 > 0 || chosen.path()) {
    ChunkStore store(rows);
    Description description;
    description.target = target;
    description.skipped = skipped;
    description.classes = {boolean ? "false" : "0", boolean ? "true" : "1"};
    return train_alone({std::string(learner), {options.data(), options.size()}, 2}, store, std::move(description),
                       std::vector<double>{0, 1});
  }

  const Standardization columns = standardize(rows, chosen.fit_intercept);
  LogisticObjective objective(rows, 1, columns, chosen.fit_intercept, chosen.l2);
  const NewtonResult result =
      minimize_newton(objective, warm_start(rows, columns, chosen),
                      {.max_iter = chosen.max_iter, .tol = chosen.tol, .rank_tolerance = chosen.l2 > 0 ? 0 : 1e-12});
  if (result.end == NewtonResult::End::overflow)
    refuse("the values of x are too far apart in scale", "Rescale the features.", Fault::out_of_range);

  Model model;
  model.algorithm = "logistic_regression";
  model.options.assign(options.begin(), options.end());
  model.target = target;
  model.rows = rows.rows;
  model.skipped = skipped;
  model.features = rows.width - 1;
  for (const std::string& name : chosen.feature_names) model.feature_names.emplace_back(name);
  model.classes.emplace_back(boolean ? "false" : "0");
  model.classes.emplace_back(boolean ? "true" : "1");
  add_terms(model, result, columns, chosen);
  add_metrics(model, *this, result, objective.penalty(result.b), chosen);
  return model;
}

}  // namespace quern
