// Arithmetic and geometry of vectors: arrays of numbers, and sparse vectors where they are short enough to be written
// out. Different sizes are an error, and so are results out of range.
#pragma once

#include <optional>
#include <string_view>

#include "base/features.hpp"
#include "base/vec.hpp"

namespace quern {

Vec<double> numbers_of(const Features& x);

Vec<double> add_vectors(const Features& a, const Features& b);
Vec<double> subtract_vectors(const Features& a, const Features& b);
Vec<double> multiply_vectors(const Features& a, const Features& b);
Vec<double> divide_vectors(const Features& a, const Features& b);
Vec<double> scale_vector(const Features& x, double factor);
// x / |x|_2; a vector of zeros stays as it is.
Vec<double> normalize(const Features& x);

// Nothing where one of them has length 0.
std::optional<double> cosine_similarity(const FeatureRow& a, const FeatureRow& b);
double euclidean_distance(const FeatureRow& a, const FeatureRow& b);
// kind: 1, 2 (or fro), inf.
double vector_norm(const FeatureRow& x, std::string_view kind);

// The first place of the extreme, from 1, in the order of float8, where NaN is above all; nothing if x is empty.
std::optional<std::int64_t> argmax(const Features& x);
std::optional<std::int64_t> argmin(const Features& x);

}  // namespace quern
