// The SQL names of the C++ types an aggregate may take or return. The server side of the same list is src/pg/datum.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "linalg/sparse_vector.hpp"
#include "matrix/matrix.hpp"
#include "matrix/sparse_matrix.hpp"
#include "model/model.hpp"
#include "uda/aggregate.hpp"

namespace quern {

struct Moments;

// What an argument may be in SQL. An argument of more than one type gives an overload for each.
template <class T>
inline constexpr std::array<const char*, 0> argument_types{};
template <>
inline constexpr std::array argument_types<double>{"double precision"};
template <>
inline constexpr std::array argument_types<std::int64_t>{"bigint"};
template <>
inline constexpr std::array argument_types<Dimension>{"bigint"};
template <>
inline constexpr std::array argument_types<Weight>{"double precision"};
template <>
inline constexpr std::array argument_types<Features>{"features"};
template <>
inline constexpr std::array argument_types<SparseFeatures>{"svec"};
template <>
inline constexpr std::array argument_types<FeatureRow>{"features"};
template <>
inline constexpr std::array argument_types<Outcome>{"boolean", "double precision"};
template <>
inline constexpr std::array argument_types<Id>{"bigint", "text"};
template <>
inline constexpr std::array argument_types<SequenceLabels>{"text[]"};
template <>
inline constexpr std::array argument_types<SequenceFeatures>{"jsonb", "text[]", "integer[]", "bigint[]"};
template <>
inline constexpr std::array argument_types<ClassLabel>{"text", "boolean", "bigint", "double precision"};
template <>
inline constexpr std::array argument_types<Responses>{"double precision", "features"};
template <>
inline constexpr std::array argument_types<std::span<const double>>{"double precision[]"};
template <>
inline constexpr std::array argument_types<MatrixView>{"matrix"};

template <class T>
inline constexpr const char* result_type = nullptr;
template <>
inline constexpr const char* result_type<double> = "double precision";
template <>
inline constexpr const char* result_type<std::int64_t> = "bigint";
template <>
inline constexpr const char* result_type<bool> = "boolean";
template <>
inline constexpr const char* result_type<Text> = "text";
template <>
inline constexpr const char* result_type<SparseVector> = "svec";
template <>
inline constexpr const char* result_type<SparseMatrix> = "smatrix";
template <>
inline constexpr const char* result_type<Model> = "model";
template <>
inline constexpr const char* result_type<Matrix> = "matrix";
template <>
inline constexpr const char* result_type<Vec<double>> = "double precision[]";
template <>
inline constexpr const char* result_type<Moments> = "comoments";
template <class T>
inline constexpr const char* result_type<std::optional<T>> = result_type<T>;

}  // namespace quern
