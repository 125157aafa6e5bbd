// What functions of matrices take and return beside one matrix: many matrices, vectors, several columns.
#pragma once

#include <array>

#include "pg/matrix.hpp"

namespace quern::pg {

// A variadic argument of matrices; a NULL among them makes the result NULL.
template <>
struct Reader<std::span<const MatrixView>> {
  std::span<const MatrixView> operator()(FunctionCallInfo fcinfo, int arg);
  bool null() const { return null_; }

 private:
  bool null_ = false;
};

// Inside guarded().
template <>
struct Returned<Vec<double>> {
  static Datum datum(FunctionCallInfo, const Vec<double>& v) {
    return call([&] { return array_datum(v); });
  }
};

inline NullableDatum column_of(Matrix&& a) { return {matrix_datum(std::move(a)), false}; }
inline NullableDatum column_of(const Vec<double>& v) {
  return {call([&] { return array_datum(v); }), false};
}
template <class T>
NullableDatum column_of(std::optional<T>&& v) {
  return v ? column_of(std::move(*v)) : NullableDatum{Datum{0}, true};
}

// The OUT arguments of the function called. Inside guarded().
Datum return_columns(FunctionCallInfo fcinfo, std::span<const NullableDatum> columns);

template <class... Part>
Datum return_parts(FunctionCallInfo fcinfo, Part&&... parts) {
  return return_columns(fcinfo, std::array{column_of(std::move(parts))...});
}

}  // namespace quern::pg
