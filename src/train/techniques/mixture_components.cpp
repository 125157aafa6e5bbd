#include "train/techniques/mixture_components.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/text.hpp"
#include "linalg/cholesky.hpp"
#include "linalg/symmetric_rank_update.hpp"
#include "train/techniques/centroids.hpp"

namespace quern {

namespace {

constexpr double least_share = 1e-14;         // of the rows; a component of less has none
constexpr double least_start = 1e-3;          // variance of a start, in that of all rows
constexpr std::size_t start_iterations = 20;  // of k-means over the sample

[[noreturn]] void refuse(const std::string& what, std::string hint = {}, Fault fault = Fault::invalid_parameter) {
  throw InvalidInput(concat("gaussian_mixture: ", what), std::move(hint), fault);
}

const char* parameter_name(Covariance covariance) {
  return covariance == Covariance::full   ? "covariance"
         : covariance == Covariance::tied ? "shared_covariance"
                                          : "variance";
}

// Entry (i, j), i <= j, of a packed triangle over (z, 1).
double entry(std::span<const double> triangle, std::size_t terms, std::size_t i, std::size_t j) {
  return triangle[linalg::triangle_row(i, terms) + j];
}

// The rows of the inverse of the lower factor, and log |L|.
double invert_factor(const Cholesky& factor, std::span<double> inverse) {
  const std::size_t n = factor.size;
  double log_determinant = 0;
  std::fill(inverse.begin(), inverse.end(), 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    checkpoint();
    double* const row = &inverse[i * n];
    row[i] = 1;
    for (std::size_t m = 0; m < i; ++m) {
      const double multiple = factor.upper[m * n + i];
      const double* const above = &inverse[m * n];
      for (std::size_t j = 0; j <= m; ++j) row[j] -= multiple * above[j];
    }
    const double pivot = factor.upper[i * n + i];
    for (std::size_t j = 0; j <= i; ++j) row[j] /= pivot;
    log_determinant += std::log(pivot);
  }
  return log_determinant;
}

}  // namespace

double MixtureColumns::log_scale() const {
  double sum = 0;
  for (const double s : scale) sum += std::log(s);
  return sum;
}

// Scales of a spherical covariance are all the same, or it would be one of other columns.
MixtureColumns mixture_columns(const MixtureJob& job, const RowSample& sample) {
  const std::size_t features = job.features;
  MixtureColumns columns{std::vector<double>(features), std::vector<double>(features, 1.0),
                         std::vector<double>(features)};
  double weight = 0;
  std::vector<double> x(features);
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double v = sample.weight(i);
    weight += v;
    write_row(sample.format(), sample.row(i), x);
    for (std::size_t j = 0; j < features; ++j) {  // Welford
      const double step = x[j] - columns.shift[j];
      columns.shift[j] += step * (v / weight);
      columns.variance[j] += v * step * (x[j] - columns.shift[j]);
    }
  }
  double mean = 0;
  for (double& variance : columns.variance) {
    variance /= weight;
    mean += variance / static_cast<double>(features);
  }
  for (std::size_t j = 0; j < features; ++j) {
    const double variance = job.covariance == Covariance::spherical ? mean : columns.variance[j];
    if (!std::isfinite(variance) || !std::isfinite(columns.shift[j]))
      refuse("squares of the features leave the range of double precision", "Scale the columns.", Fault::out_of_range);
    if (variance > 0) columns.scale[j] = std::ldexp(1.0, -std::clamp(std::ilogb(std::sqrt(variance)), -500, 500));
    columns.variance[j] *= columns.scale[j] * columns.scale[j];
    if (!(columns.variance[j] > 0)) columns.variance[j] = 1;  // constant
  }
  return columns;
}

void MixtureComponents::maximize(const MixtureJob& job, const MixtureColumns& columns, std::span<const double> part) {
  const std::size_t features = job.features, terms = features + 1;
  const double total = part[head_weight], reg = job.options.reg_covar;
  const auto sums = part.subspan(head_sums, job.components * job.sum_terms());
  const auto triangles = part.subspan(head_sums + sums.size());
  auto of = [&](std::size_t c) { return triangles.subspan(c * job.triangle(), job.triangle()); };

  for (std::size_t c = 0; c < job.components; ++c) {
    const bool full = job.covariance == Covariance::full;
    const double* const sum = full ? nullptr : &sums[c * job.sum_terms()];
    const double n = full ? entry(of(c), terms, features, features) : sum[job.score_terms()];
    double* const m = &mean[c * features];
    const bool none = !(n > least_share * total);
    weight[c] = none ? 0 : n / total;
    if (none) continue;
    for (std::size_t j = 0; j < features; ++j) m[j] = (full ? entry(of(c), terms, j, features) : sum[j]) / n;
    if (job.separable()) {
      double* const variance = &covariance[c * features];
      double mean_variance = 0;
      for (std::size_t j = 0; j < features; ++j) {
        variance[j] = std::max(sum[features + j] / n - m[j] * m[j], 0.0) + reg * columns.variance[j];
        mean_variance += variance[j] / static_cast<double>(features);
      }
      if (job.covariance == Covariance::spherical) std::fill_n(variance, features, mean_variance);
    } else if (full) {
      double* const to = &covariance[c * features * features];
      for (std::size_t i = 0; i < features; ++i)
        for (std::size_t j = i; j < features; ++j)
          to[i * features + j] = to[j * features + i] =
              entry(of(c), terms, i, j) / n - m[i] * m[j] + (i == j ? reg * columns.variance[j] : 0);
    }
  }
  if (job.covariance != Covariance::tied) return;
  for (std::size_t i = 0; i < features; ++i)
    for (std::size_t j = i; j < features; ++j) {
      double value = entry(of(0), terms, i, j) / total;
      for (std::size_t c = 0; c < job.components; ++c)
        value -= weight[c] * mean[c * features + i] * mean[c * features + j];
      covariance[i * features + j] = covariance[j * features + i] = value + (i == j ? reg * columns.variance[j] : 0);
    }
}

void MixtureComponents::write_tables(const MixtureJob& job, std::span<double> table) const {
  const std::size_t features = job.features, terms = job.score_terms();
  double* const constants = table.data();
  double* const products = constants + job.components;
  double* const factors = products + job.components * terms;
  const double density = -static_cast<double>(features) / 2 * std::log(2 * std::numbers::pi);
  auto refuse_singular = [&](std::size_t c) {
    refuse(job.covariance == Covariance::tied ? std::string("the covariance is singular")
                                              : concat("the covariance of component ", c, " is singular"),
           "Raise the option reg_covar, use \"covariance\": \"diagonal\", or fewer components.", Fault::out_of_range);
  };

  for (std::size_t c = 0; c < job.components; ++c) constants[c] = std::log(weight[c]) + density;
  if (job.separable()) {
    for (std::size_t c = 0; c < job.components; ++c)
      for (std::size_t j = 0; j < features; ++j) {
        const double variance = covariance[c * features + j], m = mean[c * features + j];
        if (!(variance > 0)) refuse_singular(c);
        products[c * terms + j] = m / variance;
        products[c * terms + features + j] = -0.5 / variance;
        constants[c] -= (std::log(variance) + m * (m / variance)) / 2;
      }
    return;
  }
  for (std::size_t f = 0; f < job.factors(); ++f) {
    Cholesky cholesky;
    cholesky.factor(std::span(covariance).subspan(f * features * features, features * features), features, 1e-14);
    if (cholesky.rank < features) refuse_singular(f);
    const std::span<double> inverse(factors + f * job.factor(), features * features);
    const double log_determinant = invert_factor(cholesky, inverse);
    double* const offset = inverse.data() + inverse.size();
    if (job.covariance == Covariance::full) {
      constants[f] -= log_determinant;
      for (std::size_t i = 0; i < features; ++i) {
        offset[i] = 0;
        for (std::size_t j = 0; j <= i; ++j) offset[i] -= inverse[i * features + j] * mean[f * features + j];
      }
      continue;
    }
    std::fill_n(offset, features, 0.0);
    for (std::size_t c = 0; c < job.components; ++c) {
      std::vector<double> m(mean.begin() + static_cast<std::ptrdiff_t>(c * features),
                            mean.begin() + static_cast<std::ptrdiff_t>((c + 1) * features));
      cholesky.solve(m);
      double form = 0;
      for (std::size_t j = 0; j < features; ++j) form += m[j] * mean[c * features + j];
      std::ranges::copy(m, products + c * terms);
      constants[c] -= log_determinant + form / 2;
    }
  }
}

MixtureComponents start_components(const MixtureJob& job, const MixtureColumns& columns, const RowSample& sample,
                                   std::size_t run) {
  const std::size_t features = job.features, k = job.components;
  MixtureComponents start{std::vector<double>(k, 1 / static_cast<double>(k)), std::vector<double>(k * features), {}};
  std::vector<double> variance(k * features);
  for (std::size_t i = 0; i < k * features; ++i) variance[i] = columns.variance[i % features];

  std::vector<double> x(features);
  if (!job.options.means.empty()) {
    for (std::size_t c = 0; c < k; ++c)
      for (std::size_t j = 0; j < features; ++j)
        start.mean[c * features + j] = (job.options.means[c][j] - columns.shift[j]) * columns.scale[j];
  } else {
    // Clusters of the sample, in z.
    RowFormat format{.features = static_cast<std::uint32_t>(features), .weighted = true};
    MemoryStore store(format);
    for (std::size_t i = 0; i < sample.size(); ++i) {
      write_row(sample.format(), sample.row(i), x);
      for (std::size_t j = 0; j < features; ++j) x[j] = (x[j] - columns.shift[j]) * columns.scale[j];
      store.append(0, sample.weight(i), Features(std::span<const double>(x)));
    }
    const RowSample rows(store, store.rows(), store.rows(), 0);
    start.mean = spread_centroids(rows, k, {static_cast<std::uint64_t>(job.options.seed), run, 3});
    improve_centroids(rows, start.mean, start_iterations);
    const std::vector<std::uint32_t> labels = nearest_centroids(rows, start.mean);
    std::vector<double> squares(k * features), weight(k);
    double total = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::size_t c = labels[i];
      weight[c] += rows.weight(i);
      total += rows.weight(i);
      const auto z = dense_values<double>(format, rows.row(i));
      for (std::size_t j = 0; j < features; ++j) {
        const double difference = z[j] - start.mean[c * features + j];
        squares[c * features + j] += rows.weight(i) * difference * difference;
      }
    }
    for (std::size_t c = 0; c < k; ++c) {
      start.weight[c] = weight[c] / total;
      for (std::size_t j = 0; j < features && weight[c] > 0; ++j)
        variance[c * features + j] = std::max(squares[c * features + j] / weight[c], least_start * columns.variance[j]);
    }
  }

  if (job.covariance == Covariance::spherical)
    for (std::size_t c = 0; c < k; ++c) {
      double mean = 0;
      for (std::size_t j = 0; j < features; ++j) mean += variance[c * features + j] / static_cast<double>(features);
      std::fill_n(&variance[c * features], features, mean);
    }
  if (job.separable()) {
    start.covariance = std::move(variance);
  } else {
    const std::size_t matrices = job.triangles();
    start.covariance.resize(matrices * features * features);
    for (std::size_t c = 0; c < k; ++c)
      for (std::size_t j = 0; j < features; ++j)
        start.covariance[((matrices == 1 ? 0 : c) * features + j) * features + j] +=
            variance[c * features + j] * (job.covariance == Covariance::tied ? start.weight[c] : 1);
  }
  return start;
}

MixtureComponents components_of(const MixtureJob& job, const MixtureColumns& columns, const Model& model) {
  const std::size_t features = job.features, k = job.components;
  if (std::string_view(model.algorithm) != "gaussian_mixture")
    refuse(concat("the model to continue from is of ", model.algorithm));
  const Parameter *const weight = model.find_parameter("weight"), *const mean = model.find_parameter("mean"),
                         *const covariance = model.find_parameter(parameter_name(job.covariance));
  const std::size_t size = job.separable() ? k * features : job.triangles() * features * features;
  if (!weight || !mean || !covariance || weight->values.size() != k || mean->values.size() != k * features ||
      covariance->values.size() != size)
    refuse("the model to continue from has other components",
           "It needs the same n_components, features and covariance.");
  MixtureComponents components{{weight->values.begin(), weight->values.end()}, {}, {}};
  for (std::size_t i = 0; i < k * features; ++i)
    components.mean.push_back((mean->values[i] - columns.shift[i % features]) * columns.scale[i % features]);
  for (std::size_t i = 0; i < size; ++i) {
    const double s = columns.scale[i % features];
    components.covariance.push_back(covariance->values[i] * s *
                                    (job.separable() ? s : columns.scale[i / features % features]));
  }
  return components;
}

void add_components(const MixtureJob& job, const MixtureColumns& columns, const MixtureComponents& components,
                    Model& model) {
  const std::size_t features = job.features;
  std::vector<double> mean = components.mean, covariance = components.covariance;
  for (std::size_t i = 0; i < mean.size(); ++i)
    mean[i] = mean[i] / columns.scale[i % features] + columns.shift[i % features];
  for (std::size_t i = 0; i < covariance.size(); ++i) {
    const double s = columns.scale[i % features];
    covariance[i] /= s * (job.separable() ? s : columns.scale[i / features % features]);
  }
  const auto rows = static_cast<std::int64_t>(job.components);
  model.add_parameter("weight", components.weight);
  model.add_parameter("mean", mean, rows);
  model.add_parameter(Name(std::string_view(parameter_name(job.covariance))), covariance,
                      static_cast<std::int64_t>(covariance.size() / features));
}

}  // namespace quern
