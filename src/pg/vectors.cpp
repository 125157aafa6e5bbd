// Arithmetic and geometry of vectors: arrays, literals, and sparse vectors written out.
#include "matrix/vectors.hpp"

#include "pg/matrix_results.hpp"

namespace quern::pg {

namespace {

template <auto function>
Datum of_two(FunctionCallInfo fcinfo) {
  return computed<Features, Features>(fcinfo, function);
}

template <auto function>
Datum of_rows(FunctionCallInfo fcinfo) {
  return computed<FeatureRow, FeatureRow>(fcinfo, function);
}

template <auto function>
Datum of_one(FunctionCallInfo fcinfo) {
  return computed<Features>(fcinfo, function);
}

template <std::optional<std::int64_t> place(const Features&)>
Datum place_of(FunctionCallInfo fcinfo) {
  return computed<Features>(fcinfo, [](const Features& x) -> std::optional<std::int32_t> {
    const auto at = place(x);
    return at ? std::optional(static_cast<std::int32_t>(*at)) : std::nullopt;
  });
}

Datum vector_scale(FunctionCallInfo fcinfo) { return computed<Features, double>(fcinfo, scale_vector); }

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(vector_add, quern::pg::of_two<quern::add_vectors>)
QUERN_EXPORT(vector_subtract, quern::pg::of_two<quern::subtract_vectors>)
QUERN_EXPORT(vector_multiply, quern::pg::of_two<quern::multiply_vectors>)
QUERN_EXPORT(vector_divide, quern::pg::of_two<quern::divide_vectors>)
QUERN_EXPORT(vector_scale, quern::pg::vector_scale)
QUERN_EXPORT(vector_normalize, quern::pg::of_one<quern::normalize>)
QUERN_EXPORT(vector_cosine_similarity, quern::pg::of_rows<quern::cosine_similarity>)
QUERN_EXPORT(vector_euclidean_distance, quern::pg::of_rows<quern::euclidean_distance>)
QUERN_EXPORT(vector_argmin, quern::pg::place_of<quern::argmin>)
QUERN_EXPORT(vector_argmax, quern::pg::place_of<quern::argmax>)
