#include "uda/linear_regression.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <new>
#include <numbers>
#include <span>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "linalg/double_double.hpp"
#include "linalg/householder.hpp"
#include "linalg/least_squares.hpp"
#include "model/feature_names.hpp"
#include "model/inference.hpp"
#include "train/penalty_options.hpp"
#include "uda/elastic_net.hpp"
#include "uda/robust_covariance.hpp"
#include "uda/row_checks.hpp"

namespace quern {

namespace {

constexpr std::string_view learner = "linear_regression";

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t block_rows = narrow_block_rows;
static_assert(block_rows == wide_block_rows);

template <class T>
constexpr double alias_tolerance = std::is_same_v<T, double> ? 0x1p-36 : 0x1p-46;

// How the body of a state is divided; [1? x y] is the row that is factored, x y w the row that waits.
struct Layout {
  std::size_t columns;  // 1? x y
  std::size_t waiting;  // numbers of a waiting row
  bool robust;

  explicit Layout(const LinearRegression& state)
      : columns(static_cast<std::size_t>(state.features) + state.fit_intercept + 1),
        waiting(static_cast<std::size_t>(state.features) + 2),
        robust(state.robust) {}

  bool narrow() const { return columns <= narrow_columns; }
  bool intercept() const { return columns == waiting; }
  std::size_t triangle() const { return triangle_size(columns) * (narrow() ? 2 : 1); }
  // The triangle, and then the fourth moments.
  std::size_t factor() const { return triangle() + (robust ? 2 * fourth_moments(columns) : 0); }
};

std::size_t factor_size(const LinearRegression& state) { return state.folded ? Layout(state).factor() : 0; }

std::span<const double> waiting_rows(const LinearRegression& state) {
  return std::span<const double>(state.body).subspan(factor_size(state));
}

struct AlignedDelete {
  void operator()(double* block) const { ::operator delete[](block, std::align_val_t{64}); }
};
using AlignedBlock = std::unique_ptr<double[], AlignedDelete>;

AlignedBlock wide_block(std::size_t columns) {
  const std::size_t size = wide_block_rows * wide_block_stride(columns);
  return AlignedBlock(static_cast<double*>(::operator new[](size * sizeof(double), std::align_val_t{64})));
}

// put(column, number) for each number of a waiting row, scaled by the root of its weight. That is rounded, a relative
// change of the weight by 2^-52; the products are exact.
template <class Put>
void scale(const Layout& layout, const double* row, Put put) {
  const std::size_t numbers = layout.waiting - 1, intercept = layout.intercept();
  if (row[numbers] == 1) {
    if (intercept) put(0, DoubleDouble(1));
    for (std::size_t c = 0; c < numbers; ++c) put(intercept + c, DoubleDouble(row[c]));
  } else {
    const double root = std::sqrt(row[numbers]);
    if (intercept) put(0, DoubleDouble(root));
    for (std::size_t c = 0; c < numbers; ++c) put(intercept + c, two_product(row[c], root));
  }
}

void fold_narrow(const Layout& layout, std::span<const double> rows, std::span<double> factor) {
  NarrowBlock block;
  const std::size_t count = rows.size() / layout.waiting, padded = (count + 7) / 8 * 8;
  for (std::size_t c = 0; c < layout.columns; ++c) {
    std::fill(&block.high[c][count], &block.high[c][0] + padded, 0.0);
    std::fill(&block.low[c][0], &block.low[c][0] + padded, 0.0);
  }
  for (std::size_t r = 0; r < count; ++r)
    scale(layout, &rows[r * layout.waiting], [&](std::size_t c, DoubleDouble x) {
      block.high[c][r] = x.high;
      if (x.low != 0) block.low[c][r] = x.low;
    });
  if (layout.robust) add_fourth_moments(factor.subspan(layout.triangle()), layout.columns, block, count);
  fold_rows(factor, layout.columns, block, count);
}

void fold_wide(const Layout& layout, std::span<const double> rows, std::span<double> factor) {
  const AlignedBlock block = wide_block(layout.columns);
  const std::size_t stride = wide_block_stride(layout.columns);
  const std::size_t numbers = layout.waiting - 1, intercept = layout.intercept();
  const std::size_t count = rows.size() / layout.waiting;
  for (std::size_t r = 0; r < count; ++r) {
    const double* const row = &rows[r * layout.waiting];
    double* const to = &block[r * stride];
    const double root = std::sqrt(row[numbers]);
    if (intercept) to[0] = root;
    for (std::size_t c = 0; c < numbers; ++c) to[intercept + c] = row[c] * root;
    std::fill(to + layout.columns, to + stride, 0.0);
  }
  std::fill_n(block.get() + count * stride, (wide_block_rows - count) * stride, 0.0);
  fold_rows(factor, layout.columns, block.get());
}

// At most block_rows rows.
void fold(const Layout& layout, std::span<const double> rows, std::span<double> factor) {
  if (layout.narrow())
    fold_narrow(layout, rows, factor);
  else
    fold_wide(layout, rows, factor);
}

void fold_waiting(LinearRegression& state) {
  const Layout layout(state);
  const std::size_t factor = layout.factor();
  if (state.folded) {
    fold(layout, waiting_rows(state), std::span(state.body).first(factor));
    state.body.resize(factor);
  } else {
    Vec<double> body(state.body.get_allocator());
    body.reserve(factor + block_rows * layout.waiting);
    body.resize(factor);
    fold(layout, state.body, body);
    state.body.swap(body);
    state.folded = true;
  }
}

// Room for one more waiting row: exactly one at first, then twice as many, up to a block.
void make_room(LinearRegression& state, const Layout& layout) {
  if (state.body.capacity() - state.body.size() >= layout.waiting) return;
  const std::size_t waiting = waiting_rows(state).size() / layout.waiting;
  const std::size_t room = std::clamp<std::size_t>(2 * waiting, 1, block_rows);
  state.body.reserve(factor_size(state) + room * layout.waiting);
}

void after_append(LinearRegression& state, const Layout& layout) {
  if (waiting_rows(state).size() == block_rows * layout.waiting) fold_waiting(state);
}

// Folds another factor of the same layout into this one: its rows are the block, zero left of their diagonal.
void fold_factor(const Layout& layout, std::span<const double> other, std::span<double> factor) {
  const std::size_t columns = layout.columns;
  if (layout.narrow()) {
    NarrowBlock block = {};
    const auto low = other.subspan(triangle_size(columns));
    for (std::size_t i = 0; i < columns; ++i)
      for (std::size_t j = i; j < columns; ++j) {
        block.high[j][i] = other[triangle_row(columns, i) + j];
        block.low[j][i] = low[triangle_row(columns, i) + j];
      }
    fold_rows(factor, columns, block, columns);
    const std::size_t moments = layout.robust ? fourth_moments(columns) : 0;
    for (std::size_t high = layout.triangle(); high < layout.triangle() + moments; ++high) {
      const std::size_t low = high + moments;
      const DoubleDouble sum = DoubleDouble(factor[high], factor[low]) + DoubleDouble(other[high], other[low]);
      factor[high] = sum.high;
      factor[low] = sum.low;
    }
    return;
  }
  const AlignedBlock block = wide_block(columns);
  const std::size_t stride = wide_block_stride(columns);
  for (std::size_t first = 0; first < columns; first += wide_block_rows) {
    std::fill_n(block.get(), wide_block_rows * stride, 0.0);
    for (std::size_t i = first; i < std::min(first + wide_block_rows, columns); ++i)
      std::copy_n(&other[triangle_row(columns, i) + i], columns - i, &block[(i - first) * stride + i]);
    fold_rows(factor, columns, block.get(), first);
  }
}

// The factor of the penalty: a diagonal of `root` below the features, nothing below the intercept and y.
Vec<double> penalty_factor(const Layout& layout, DoubleDouble root) {
  Vec<double> penalty(layout.factor());
  for (std::size_t i = layout.intercept(); i + 1 < layout.columns; ++i) {
    penalty[triangle_row(layout.columns, i) + i] = root.high;
    if (layout.narrow()) penalty[triangle_size(layout.columns) + triangle_row(layout.columns, i) + i] = root.low;
  }
  return penalty;
}

// One row is its own factor, unless its first number is one that a fold takes for zero or refuses.
bool is_factor(const Layout& layout, const double* row) {
  return layout.narrow() && !layout.robust &&
         (layout.intercept() || (std::abs(row[0]) > 0x1p-400 && std::abs(row[0]) < 0x1p400));
}

// The factor of all rows.
Vec<double> factor_of(const LinearRegression& state) {
  const Layout layout(state);
  Vec<double> factor(layout.factor());
  const auto waiting = waiting_rows(state);
  if (state.folded) std::copy_n(state.body.begin(), factor.size(), factor.begin());
  if (state.rows == 1 && is_factor(layout, waiting.data()))
    scale(layout, waiting.data(), [&](std::size_t c, DoubleDouble x) {
      factor[c] = x.high;
      factor[triangle_size(layout.columns) + c] = x.low;
    });
  else if (!waiting.empty())
    fold(layout, waiting, factor);
  return factor;
}

template <class T>
Vec<T> numbers_of(const Layout& layout, Vec<double>&& factor) {
  if constexpr (std::is_same_v<T, double>) {
    return std::move(factor);
  } else {
    Vec<T> result(triangle_size(layout.columns));
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = T(factor[i], factor[i + result.size()]);
    return result;
  }
}

[[noreturn]] void refuse(std::string message, std::string hint = {}, Fault fault = Fault::invalid_parameter) {
  throw InvalidInput(concat(learner, ": ", message), std::move(hint), fault);
}

std::size_t terms_of(const LinearRegression& state) {
  return static_cast<std::size_t>(state.features) + state.fit_intercept;
}

template <class T>
void fill_std_errors(const LeastSquares<T>& fit, std::string_view robust, std::span<const double> moments, double n,
                     double variance, std::span<double> errors) {
  if constexpr (std::is_same_v<T, DoubleDouble>) {
    if (robust != "none" && variance > 0) {
      const double factor = robust == "hc1" ? std::sqrt(n / (n - static_cast<double>(fit.rank))) : 1;
      std::ranges::transform(robust_errors(fit, moments), errors.begin(), [&](double e) { return e * factor; });
      return;
    }
  }
  const double sigma = std::sqrt(variance);
  const Vec<T> norms = fit.inverse_norms();
  for (std::size_t i = 0; i < fit.terms; ++i) errors[i] = sigma * static_cast<double>(norms[i]);
}

struct Solution {
  double rank, explained, rss, r2;
  double variance;  // of y; NaN without degrees of freedom
  double condition;
  Vec<double> estimate, std_error;
};

void add_inference(Model& model, const LinearRegression& state, const Solution& fit) {
  const double n = static_cast<double>(state.rows), intercept = state.fit_intercept, log_n = std::log(n);
  const double df_model = fit.rank - intercept, df_residual = n - fit.rank, parameters = fit.rank + 1;
  const double f = fit.explained / df_model / fit.variance;
  const double log_likelihood =
      0.5 * (state.log_weight_sum - n * (std::log(2 * std::numbers::pi) + 1 - log_n + std::log(fit.rss)));
  model.add_metrics({{"adj_r2", df_residual > 0 ? 1 - (1 - fit.r2) * ((n - intercept) / df_residual) : nan},
                     {"sigma", std::sqrt(fit.variance)},
                     {"f_statistic", df_model > 0 ? f : nan},
                     {"f_p_value", df_model > 0 ? f_upper_p(f, df_model, df_residual) : nan},
                     {"df_model", df_model},
                     {"df_residual", df_residual},
                     {"log_likelihood", log_likelihood},
                     {"aic", -2 * log_likelihood + 2 * parameters},
                     {"bic", -2 * log_likelihood + log_n * parameters}});
}

// Of a factor; T is its arithmetic. The factor is that of the data alone.
template <class T>
Solution solve(const LinearRegression& state, const LinearRegressionOptions& options, Vec<double> factor) {
  const Layout layout(state);
  const std::size_t terms = terms_of(state), intercept = state.fit_intercept;
  const double n = static_cast<double>(state.rows);
  const std::span<const double> moments = std::span(factor).subspan(layout.triangle());  // none if T is double
  Vec<T> of_data;
  if (options.l2 > 0) {
    of_data = numbers_of<T>(layout, Vec<double>(factor));
    fold_factor(layout, penalty_factor(layout, sqrt(two_product(options.l2, state.weight_sum))), factor);
  }
  const LeastSquares<T> fit(numbers_of<T>(layout, std::move(factor)), terms, alias_tolerance<T>);

  const SumsOfSquares<T> sums =
      options.l2 > 0 ? sums_of_squares<T>(of_data, terms, intercept, residual_squares<T>(of_data, fit.estimate))
                     : sums_of_squares<T>(fit.triangle, terms, intercept, fit.rss, fit.aliased);
  Solution result = {.rank = static_cast<double>(fit.rank),
                     .explained = static_cast<double>(sums.explained),
                     .rss = static_cast<double>(sums.rss),
                     .r2 = sums.r2,
                     .variance = nan,
                     .condition = fit.condition(),
                     .estimate = Vec<double>(terms),
                     .std_error = Vec<double>(terms, nan)};
  for (std::size_t i = 0; i < terms; ++i)
    result.estimate[i] = fit.aliased[i] ? nan : static_cast<double>(fit.estimate[i]);
  if (const double df = n - result.rank; options.l2 == 0 && df > 0) {
    result.variance = static_cast<double>(sums.rss / T(df));
    fill_std_errors<T>(fit, state.robust ? options.robust : "none", moments, n, result.variance, result.std_error);
  }
  return result;
}

// One row is its intercept and says nothing about the features: what solve() gives, without its arithmetic. Tables of
// many groups have many of one row.
Solution solve_one_row(const LinearRegression& state, double y) {
  Solution result = {.rank = 1,
                     .explained = 0,
                     .rss = 0,
                     .r2 = nan,
                     .variance = nan,
                     .condition = 1,
                     .estimate = Vec<double>(terms_of(state), nan),
                     .std_error = Vec<double>(terms_of(state), nan)};
  result.estimate[0] = y;
  return result;
}

void fill_model(Model& model, const LinearRegression& state, bool penalized, Solution&& fit) {
  model.add_metric("r2", fit.r2);
  if (!penalized) add_inference(model, state, fit);
  model.add_metrics(
      {{"rss", fit.rss}, {"rank", fit.rank}, {"condition", fit.condition}, {"weight_sum", state.weight_sum}});
  model.add_parameter("estimate", std::move(fit.estimate));
  model.add_parameter("std_error", std::move(fit.std_error));
}

[[noreturn]] void refuse_range() {
  refuse("numbers are too large: their squares leave the range of double precision", "Divide y or x by a power of ten.",
         Fault::out_of_range);
}

bool all_finite(std::span<const double> numbers) {
  return std::ranges::all_of(numbers, [](double number) { return std::isfinite(number); });
}

// Of a factor too: with a penalty on absolute values there are no standard errors, nor a rank.

template <class T>
void fill_sparse_model(Model& model, const LinearRegression& state, const LinearRegressionOptions& options,
                       Vec<double> factor) {
  const std::size_t terms = terms_of(state), intercept = state.fit_intercept;
  const std::span<const double> triangle = std::span(factor).first(triangle_size(terms + 1));
  std::vector<double> estimate;
  if (options.path()) {
    const ElasticNetPath path = elastic_net_path(triangle, terms, intercept, state.weight_sum, options);
    estimate = path.estimate;
    model.add_metric("alpha", path.alpha);
    add_path(model, path.points, path.null_loss, 0, terms, terms - intercept);
  } else {
    estimate = elastic_net(triangle, terms, intercept, state.weight_sum, options.l1, options.l2);
  }
  if (estimate.empty() && terms > 0)
    refuse("columns of x depend on each other, and the lasso does not choose between them",
           "Give the option l2 a value above 0, or leave a column out.");
  const Vec<T> of_data = numbers_of<T>(Layout(state), std::move(factor));
  const Vec<T> b(estimate.begin(), estimate.end());
  const SumsOfSquares<T> sums = sums_of_squares<T>(of_data, terms, intercept, residual_squares<T>(of_data, b));
  model.add_metric("r2", sums.r2);
  model.add_metric("rss", static_cast<double>(sums.rss));
  model.add_metric("nonzero",
                   static_cast<double>(std::ranges::count_if(estimate.begin() + static_cast<std::ptrdiff_t>(intercept),
                                                             estimate.end(), [](double slope) { return slope != 0; })));
  model.add_metric("weight_sum", state.weight_sum);
  model.add_parameter("estimate", estimate);
}

LinearRegressionOptions options_of(const LinearRegression& state) {
  auto given =
      parse_options<LinearRegressionOptions>(learner, std::string_view(state.options.data(), state.options.size()));
  settle_penalty(learner, given);
  return given;
}

// The first row says how many features there are; every other has to agree.
void take_width(LinearRegression& state, std::size_t width) {
  if (state.features >= 0) refuse_widths(learner, state.features, static_cast<std::int64_t>(width));
  if (width > 0) check_width(learner, width, LinearRegression::max_features);
  if (width == 0 && !state.fit_intercept) refuse("x is empty and there is no intercept: nothing to estimate");
  if (state.robust && width + state.fit_intercept > LinearRegression::max_robust_columns)
    refuse(concat("robust standard errors are for designs of at most ", LinearRegression::max_robust_columns,
                  " columns, not ", width + state.fit_intercept),
           "Use robust \"none\".", Fault::limit_exceeded);
  if (!state.options.empty()) check_feature_names(learner, options_of(state).feature_names, width);
  state.features = static_cast<std::int32_t>(width);
}

}  // namespace

void LinearRegression::configure() {
  if (!options.empty()) {
    const Json json = parse_json(std::string_view(options.data(), options.size()));
    const Json* const robust_option = json.find("robust");
    if (robust_option && (robust_option->string == "hc2" || robust_option->string == "hc3"))
      refuse(concat("robust \"", robust_option->string, "\" needs the leverage of every row, hence a second pass"),
             "Use \"hc1\", which one pass can give.");
  }
  const LinearRegressionOptions given = options_of(*this);
  fit_intercept = given.fit_intercept;
  if (fit_intercept) refuse_intercept_name(learner, given.feature_names);
  robust = given.robust != "none";
  if (robust && (given.l1 > 0 || given.l2 > 0))
    refuse("robust standard errors are for l1 = 0 and l2 = 0",
           "Penalised estimates are biased and have no standard errors.");
}

void LinearRegression::accumulate(double y, Features x, Weight w) {
  if (static_cast<std::int64_t>(x.size()) != features) [[unlikely]]
    take_width(*this, x.size());
  if (!std::isfinite(y)) [[unlikely]]
    refuse(concat("y must be finite, not ", y), "Leave such rows out with WHERE or FILTER, or by a NULL.");
  check_finite(learner, x);
  if (w.value != 1) [[unlikely]] {
    check_weight(learner, w.value);
    if (w.value == 0) return;
    log_weight_sum += std::log(w.value);
  }
  const Layout layout(*this);
  make_room(*this, layout);
  x.visit([&](auto values) { body.insert(body.end(), values.begin(), values.end()); });
  body.push_back(y);
  body.push_back(w.value);
  rows += 1;
  weight_sum += w.value;
  after_append(*this, layout);
}

void LinearRegression::merge(const LinearRegression& other) {
  if (other.rows == 0 && other.skipped == 0) return;
  if (rows == 0 && skipped == 0) {
    *this = other;
    return;
  }
  if (options != other.options || fit_intercept != other.fit_intercept || robust != other.robust)
    refuse("states with different options cannot be merged");
  if (features >= 0 && other.features >= 0 && features != other.features)
    refuse_widths(learner, features, other.features);
  skipped += other.skipped;
  if (other.rows == 0) return;
  rows += other.rows;
  weight_sum += other.weight_sum;
  log_weight_sum += other.log_weight_sum;
  if (rows == other.rows) {
    features = other.features;
    folded = other.folded;
    body = other.body;
    return;
  }
  const Layout layout(*this);
  if (other.folded) {
    if (!folded) fold_waiting(*this);
    fold_factor(layout, std::span(other.body).first(layout.factor()), std::span(body).first(layout.factor()));
  }
  for (auto rest = waiting_rows(other); !rest.empty(); rest = rest.subspan(layout.waiting)) {
    make_room(*this, layout);
    body.insert(body.end(), rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(layout.waiting));
    after_append(*this, layout);
  }
}

bool LinearRegression::valid() const {
  if (rows < 0 || rows > max_rows || skipped < 0 || skipped > max_rows) return false;
  if (features < -1 || features > max_features || !std::isfinite(weight_sum) || !std::isfinite(log_weight_sum))
    return false;
  if (rows == 0) return body.empty() && !folded && weight_sum == 0;
  if (features < 0 || features + fit_intercept == 0 || !(weight_sum > 0)) return false;
  if (robust && static_cast<std::size_t>(features) + fit_intercept > max_robust_columns) return false;
  const Layout layout(*this);
  if (folded && body.size() < layout.factor()) return false;
  const std::size_t waiting = body.size() - factor_size(*this);
  if (waiting % layout.waiting != 0 || waiting >= block_rows * layout.waiting) return false;
  const std::int64_t count = static_cast<std::int64_t>(waiting / layout.waiting);
  return folded ? count < rows : count == rows;
}

std::optional<Model> LinearRegression::fit() const {
  if (rows == 0) return std::nullopt;
  const LinearRegressionOptions given = options_of(*this);
  const Layout layout(*this);
  std::optional<Model> result(std::in_place,
                              Name("linear_regression"));  // in_place alone writes zeros all over it first
  Model& model = *result;
  model.metrics.reserve(16);
  model.parameters.reserve(2);
  model.options.assign(options.begin(), options.end());
  model.target = static_cast<std::int32_t>(Target::number);
  model.rows = rows;
  model.skipped = skipped;
  model.features = features;
  if (given.feature_names.size() == static_cast<std::size_t>(features))
    for (const std::string& name : given.feature_names) model.feature_names.emplace_back(name);
  if (rows == 1 && !folded && fit_intercept && given.l1 == 0 && given.l2 == 0) {
    if (!all_finite(body)) refuse_range();
    fill_model(model, *this, false, solve_one_row(*this, body[static_cast<std::size_t>(features)]));
    return result;
  }
  Vec<double> factor = factor_of(*this);
  if (!all_finite(factor)) refuse_range();
  const bool sparse = given.l1 > 0 || given.path();
  if (sparse && layout.narrow())
    fill_sparse_model<DoubleDouble>(model, *this, given, std::move(factor));
  else if (sparse)
    fill_sparse_model<double>(model, *this, given, std::move(factor));
  else if (layout.narrow())
    fill_model(model, *this, given.l2 > 0, solve<DoubleDouble>(*this, given, std::move(factor)));
  else
    fill_model(model, *this, given.l2 > 0, solve<double>(*this, given, std::move(factor)));
  return result;
}

}  // namespace quern
