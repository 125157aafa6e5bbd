#include "uda/gaussian_naive_bayes.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string_view>

#include "base/clones.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "uda/row_checks.hpp"

namespace quern {

namespace {

constexpr std::string_view name = "gaussian_naive_bayes";

GaussianNaiveBayesOptions parse(const Vec<char>& options) {
  return parse_options<GaussianNaiveBayesOptions>(name, {options.data(), options.size()});
}

// West's update of means and centred sums of squares by one row that is `share` of the weight so far, itself included.
template <class Number>
[[gnu::always_inline]] inline void update(const Number* x, std::size_t p, double share, double remainder, double* mean,
                                          double* m2) {
  for (std::size_t j = 0; j < p; ++j) {
    const double delta = static_cast<double>(x[j]) - mean[j];
    mean[j] += delta * share;
    m2[j] += delta * (delta * remainder);
  }
}

QUERN_CLONES void update_double(const double* x, std::size_t p, double share, double remainder, double* __restrict mean,
                                double* __restrict m2) {
  update(x, p, share, remainder, mean, m2);
}

QUERN_CLONES void update_float(const float* x, std::size_t p, double share, double remainder, double* __restrict mean,
                               double* __restrict m2) {
  update(x, p, share, remainder, mean, m2);
}

void check_row(const Features& x, const Weight& w) {
  if (x.size() == 0)
    throw InvalidInput(concat(name, ": x has no features"),
                       "Give at least one number in each row, or leave the row out by a NULL.");
  check_weight(name, w.value);
  check_finite(name, x);
}

void check_label(const ClassLabel& y) {
  if (y.type == ClassLabel::Type::number && (y.text == "NaN" || y.text == "Infinity" || y.text == "-Infinity"))
    throw InvalidInput(concat(name, ": y must be finite, not ", y.text),
                       "Leave such rows out with WHERE or FILTER, or by a NULL.");
}

}  // namespace

void GaussianNaiveBayes::configure() { parse(options); }

std::size_t GaussianNaiveBayes::class_of(ClassLabel y, std::size_t p) {
  if (width == 0 && !options.empty()) check_feature_names(name, parse(options).feature_names, p);
  if (width != 0 && static_cast<std::size_t>(width) != p) refuse_widths(name, width, static_cast<std::int64_t>(p));
  const std::size_t c = classes.find_or_add(name, "y", y);
  if (c == count.size()) {
    if (classes.size() * p > max_parameters)
      throw InvalidInput(
          concat(name, ": ", classes.size(), " classes of ", p, " features are more than fits one state"), {},
          Fault::limit_exceeded);
    count.push_back(0);
    weight.push_back(0);
    mean.resize(count.size() * p);
    m2.resize(count.size() * p);
  }
  width = static_cast<std::int64_t>(p);
  return c;
}

void GaussianNaiveBayes::accumulate(ClassLabel y, Features x, Weight w) {
  check_label(y);
  check_row(x, w);
  if (w.value == 0) return;
  const std::size_t p = x.size(), c = class_of(y, p);
  count[c] += 1;
  weight[c] += w.value;
  const double share = w.value / weight[c];
  const double remainder = w.value * ((weight[c] - w.value) / weight[c]);
  double* class_mean = mean.data() + c * p;
  double* class_m2 = m2.data() + c * p;
  x.visit([&]<class Number>(std::span<const Number> values) {
    if constexpr (std::is_same_v<Number, float>)
      update_float(values.data(), p, share, remainder, class_mean, class_m2);
    else
      update_double(values.data(), p, share, remainder, class_mean, class_m2);
  });
}

void GaussianNaiveBayes::merge(const GaussianNaiveBayes& other) {
  if (other.width == 0 && other.skipped == 0 && other.options.empty()) return;
  if (width == 0 && skipped == 0 && options.empty()) {
    *this = other;
    return;
  }
  if (options != other.options) throw InvalidInput(concat(name, ": states with different options cannot be merged"));
  skipped += other.skipped;
  if (other.width == 0) return;
  if (width != 0 && width != other.width) refuse_widths(name, width, other.width);
  const std::size_t p = static_cast<std::size_t>(other.width);
  for (std::size_t from = 0; from < other.count.size(); ++from) {
    const std::size_t c = class_of(other.classes.label(from), p);
    const double a = weight[c], b = other.weight[from], total = a + b;
    const double share = b / total;
    count[c] += other.count[from];
    weight[c] = total;
    for (std::size_t j = 0; j < p; ++j) {
      const double delta = other.mean[from * p + j] - mean[c * p + j];
      mean[c * p + j] += delta * share;
      m2[c * p + j] += other.m2[from * p + j] + delta * (delta * (a * share));
    }
    if (from % 64 == 0) checkpoint();
  }
}

bool GaussianNaiveBayes::valid() const {
  const std::size_t k = classes.size();
  if (skipped < 0 || skipped > max_rows || width < 0 || (width == 0) != (k == 0)) return false;
  if (k > 0 && static_cast<std::size_t>(width) > max_parameters / k) return false;
  if (count.size() != k || weight.size() != k || mean.size() != k * static_cast<std::size_t>(width) ||
      m2.size() != mean.size())
    return false;
  for (std::size_t c = 0; c < k; ++c)
    if (count[c] < 1 || count[c] > max_rows || !(weight[c] > 0) || !std::isfinite(weight[c])) return false;
  return std::none_of(m2.begin(), m2.end(), [](double s) { return s < 0; });
}

// Over all rows, whatever their class; 1 where every feature is constant.
double GaussianNaiveBayes::largest_variance(double total) const {
  const std::size_t p = static_cast<std::size_t>(width), k = count.size();
  double largest = 0;
  for (std::size_t j = 0; j < p; ++j) {
    double so_far = 0, centre = 0, squares = 0;
    for (std::size_t c = 0; c < k; ++c) {
      const double delta = mean[c * p + j] - centre, share = weight[c] / (so_far + weight[c]);
      squares += m2[c * p + j] + delta * delta * (so_far * share);
      centre += delta * share;
      so_far += weight[c];
    }
    if (!std::isfinite(squares))
      throw InvalidInput(concat(name, ": the variance of feature ", j + 1, " is beyond the range of double precision"),
                         {}, Fault::out_of_range);
    largest = std::max(largest, squares / total);
  }
  return largest > 0 ? largest : 1;
}

std::optional<Model> GaussianNaiveBayes::fit() const {
  if (width == 0) return std::nullopt;
  const GaussianNaiveBayesOptions chosen = parse(options);
  const std::size_t p = static_cast<std::size_t>(width), k = count.size();
  double total = 0;
  for (const double w : weight) total += w;
  const double smoothing = chosen.var_smoothing * largest_variance(total);

  Model model;
  model.algorithm = name;
  model.options.assign(options.begin(), options.end());
  model.target = classes.type;  // ClassLabel::Type counts as Target does
  model.skipped = skipped;
  model.features = width;
  for (const std::string& feature : chosen.feature_names) model.feature_names.emplace_back(feature);

  std::vector<double> prior, counts, weights, means, variances;
  double log_likelihood = 0;
  for (const std::size_t c : classes.sorted()) {
    model.classes.push_back(classes.labels[c]);
    model.rows += count[c];
    prior.push_back(weight[c] / total);
    counts.push_back(static_cast<double>(count[c]));
    weights.push_back(weight[c]);
    log_likelihood += weight[c] * std::log(prior.back());
    for (std::size_t j = 0; j < p; ++j) {
      const double variance = m2[c * p + j] / weight[c] + smoothing;
      if (!(variance > 0))
        throw InvalidInput(concat(name, ": ", model.feature_name(j), " is constant in class \"",
                                  std::string_view(model.classes.back()), "\", so its variance is 0"),
                           "Set the option \"var_smoothing\" above 0.");
      means.push_back(mean[c * p + j]);
      variances.push_back(variance);
      log_likelihood -= (weight[c] * std::log(2 * std::numbers::pi * variance) + m2[c * p + j] / variance) / 2;
    }
    checkpoint();
  }
  model.add_metric("classes", static_cast<double>(k));
  model.add_metric("weight_sum", total);
  model.add_metric("smoothing", smoothing);
  model.add_metric("log_likelihood", log_likelihood);
  model.add_parameter("prior", prior);
  model.add_parameter("count", counts);
  model.add_parameter("weight", weights);
  model.add_parameter("mean", means, static_cast<std::int64_t>(k));
  model.add_parameter("variance", variances, static_cast<std::int64_t>(k));
  return model;
}

}  // namespace quern
