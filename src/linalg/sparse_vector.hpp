// The sparse vector behind quern.svec: a size and the entries that are not 0, in the order of their index.
//
// Indices count from 0 here and from 1 in everything a user sees. No entry is 0, so a vector has one form only and
// equality is that of its parts. What is not stored is 0 whatever it meets: 0 times infinity does not become NaN, as it
// does in a dense vector. A result beyond the range of double precision is an error (out_of_range) unless infinity or
// NaN went in.
//
// compare() is the order of the dense vectors as PostgreSQL compares arrays: entry by entry, NaN above all numbers and
// equal to itself, then by size.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/features.hpp"
#include "base/vec.hpp"

namespace quern {

inline constexpr std::int64_t max_sparse_size = 2147483647;
inline constexpr std::size_t max_sparse_entries = 89'000'000;  // of 12 bytes each, in a value of at most 1 GB

struct SparseVector {
  std::int64_t size = 0;
  Vec<std::uint32_t> indices;
  Vec<double> values;

  SparseFeatures view() const { return {static_cast<std::size_t>(size), indices, values}; }
  bool valid() const;
};

// Do the indices increase, and are all of them below the size?
bool is_ordered(const SparseFeatures& x);

// From entries in any order, their indices counted from 1. Duplicate indices, or indices beyond the size, are an error
// of kind `fault`, whose message starts with `where`.
SparseVector sparse_from_entries(std::string_view where, Fault fault, std::int64_t size,
                                 std::span<const std::int64_t> indices, std::span<const double> values);
SparseVector sparse_from_dense(const Features& x);
// Of a vector whose values were computed.
void drop_zeros(SparseVector& x);
// `to` holds x.size numbers.
void copy_to_dense(const SparseFeatures& x, double* to);

// {index:value,...}/size. White space is skipped, the entries come in any order, values are what float8 accepts.
SparseVector parse_sparse(std::string_view text);
std::string print_sparse(const SparseFeatures& x);

// {"size": 100, "indices": [1, 7], "values": [0.5, 2]}
SparseVector parse_sparse_json(std::string_view text);
std::string print_sparse_json(const SparseFeatures& x);

double element(const SparseFeatures& x, std::uint32_t index);  // 0 where nothing is stored
SparseVector add(const SparseFeatures& a, const SparseFeatures& b);
SparseVector subtract(const SparseFeatures& a, const SparseFeatures& b);
SparseVector multiply(const SparseFeatures& a, const SparseFeatures& b);
SparseVector scale(double factor, const SparseFeatures& x);
int compare(const SparseFeatures& a, const SparseFeatures& b);
std::uint64_t hash(const SparseFeatures& x, std::uint64_t seed);

// Of dense and sparse vectors.
double dot(const FeatureRow& a, const FeatureRow& b);
double l1_norm(const FeatureRow& x);
double l2_norm(const FeatureRow& x);
double linf_norm(const FeatureRow& x);

}  // namespace quern
