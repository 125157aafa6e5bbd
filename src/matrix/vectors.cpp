#include "matrix/vectors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"
#include "linalg/sparse_vector.hpp"
#include "matrix/matrix.hpp"
#include "matrix/reductions.hpp"

namespace quern {

namespace {

MatrixView view(const Vec<double>& x) { return {{static_cast<std::int64_t>(x.size()), 1}, x.data()}; }

void require_same_size(std::string_view function, std::size_t a, std::size_t b) {
  if (a != b) throw InvalidInput(concat(function, ": the vectors have different sizes (", a, " and ", b, ")"));
}

template <class F>
Vec<double> combine(std::string_view function, const Features& a, const Features& b, F f) {
  require_same_size(function, a.size(), b.size());
  Vec<double> x = numbers_of(a);
  b.visit([&](auto y) {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = f(x[i], static_cast<double>(y[i]));
  });
  if (!Features(x).finite() && a.finite() && b.finite())
    throw InvalidInput(concat(function, ": result out of range"), {}, Fault::out_of_range);
  return x;
}

double required_length(std::string_view function, double length, const FeatureRow& x) {
  if (std::isinf(length) && x.finite())
    throw InvalidInput(concat(function, ": result out of range"), {}, Fault::out_of_range);
  return length;
}

// A vector times the power of two that brings `largest`, its largest magnitude, near 1.
struct Rescaled {
  FeatureRow from;
  Vec<double> values;

  Rescaled(const FeatureRow& x, double largest)
      : from(x), values(x.is_sparse() ? Vec<double>(x.sparse().values.begin(), x.sparse().values.end())
                                      : numbers_of(x.dense())) {
    const int exponent = std::ilogb(largest);
    for (double& v : values) v = std::ldexp(v, -exponent);
  }
  FeatureRow row() const {
    if (from.is_sparse()) return SparseFeatures{from.size(), from.sparse().indices, values};
    return Features(values);
  }
};

// |a - b|.
double distance(const FeatureRow& a, const FeatureRow& b) {
  if (a.is_sparse() && b.is_sparse()) return l2_norm(subtract(a.sparse(), b.sparse()).view());
  const auto dense = [](const FeatureRow& x) {
    if (!x.is_sparse()) return numbers_of(x.dense());
    Vec<double> numbers(x.size());
    copy_to_dense(x.sparse(), numbers.data());
    return numbers;
  };
  const Vec<double> x = dense(a), y = dense(b);
  return l2_norm(Features(subtract_vectors(Features(x), Features(y))));
}

}  // namespace

Vec<double> numbers_of(const Features& x) {
  Vec<double> numbers(x.size());
  x.copy_to(numbers.data());
  return numbers;
}

Vec<double> add_vectors(const Features& a, const Features& b) {
  return combine("add", a, b, [](double x, double y) { return x + y; });
}
Vec<double> subtract_vectors(const Features& a, const Features& b) {
  return combine("subtract", a, b, [](double x, double y) { return x - y; });
}
Vec<double> multiply_vectors(const Features& a, const Features& b) {
  return combine("multiply", a, b, [](double x, double y) { return x * y; });
}
Vec<double> divide_vectors(const Features& a, const Features& b) {
  for (std::size_t i = 0; i < b.size(); ++i)
    if (b[i] == 0) throw InvalidInput("divide: division by zero", {}, Fault::out_of_range);
  return combine("divide", a, b, [](double x, double y) { return x / y; });
}

Vec<double> scale_vector(const Features& x, double factor) {
  Vec<double> scaled = numbers_of(x);
  for (double& v : scaled) v *= factor;
  if (!Features(scaled).finite() && x.finite() && std::isfinite(factor))
    throw InvalidInput("scale: result out of range", {}, Fault::out_of_range);
  return scaled;
}

// Scaled by a power of two first, so that no square leaves the range.
Vec<double> normalize(const Features& x) {
  const double largest = linf_norm(FeatureRow(x));
  if (largest == 0) return numbers_of(x);
  if (!x.finite()) throw InvalidInput("normalize: the vector has a NaN or an infinity");
  Vec<double> unit = Rescaled(x, largest).values;
  const double length = l2_norm(FeatureRow(Features(unit)));
  for (double& v : unit) v /= length;
  return unit;
}

// (a / |a|) (b / |b|), cut to [-1, 1].
std::optional<double> cosine_similarity(const FeatureRow& a, const FeatureRow& b) {
  require_same_size("cosine_similarity", a.size(), b.size());
  const double of_a = linf_norm(a), of_b = linf_norm(b);
  if (of_a == 0 || of_b == 0) return std::nullopt;
  if (!a.finite() || !b.finite()) throw InvalidInput("cosine_similarity: a vector has a NaN or an infinity");
  const auto moderate = [](double v) { return v > 1e-100 && v < 1e100; };
  double cosine;
  if (moderate(of_a) && moderate(of_b)) {
    cosine = dot(a, b) / (l2_norm(a) * l2_norm(b));
  } else {
    const Rescaled u(a, of_a), v(b, of_b);
    cosine = dot(u.row(), v.row()) / (l2_norm(u.row()) * l2_norm(v.row()));
  }
  return std::clamp(cosine, -1.0, 1.0);
}

double euclidean_distance(const FeatureRow& a, const FeatureRow& b) {
  require_same_size("euclidean_distance", a.size(), b.size());
  const double length = distance(a, b);
  return a.finite() && b.finite() ? required_length("euclidean_distance", length, a) : length;
}

double vector_norm(const FeatureRow& x, std::string_view kind) {
  if (kind == "2" || kind == "fro") return l2_norm(x);
  if (kind == "1") return l1_norm(x);
  if (kind == "inf" || kind == "max") return linf_norm(x);
  throw InvalidInput(concat("norm: unknown kind of a vector's norm \"", kind, "\""), "Kinds are 1, 2 and inf.");
}

std::optional<std::int64_t> argmax(const Features& x) {
  const Vec<double> numbers = numbers_of(x);
  const auto at = place_of_maximum(view(numbers));
  return at ? std::optional(static_cast<std::int64_t>(*at + 1)) : std::nullopt;
}
std::optional<std::int64_t> argmin(const Features& x) {
  const Vec<double> numbers = numbers_of(x);
  const auto at = place_of_minimum(view(numbers));
  return at ? std::optional(static_cast<std::int64_t>(*at + 1)) : std::nullopt;
}

}  // namespace quern
