// quern.matrix as a varlena: the bytes after the length word are
//
//   int32 mark, int32 rows, int32 columns, double values[rows x columns], row-major
//
// so that the numbers are aligned where the datum is. Arguments are read where they lie, or where they were detoasted;
// a Matrix that a function made becomes its result as it is, in the memory where it was computed. An expanded object
// would save nothing: a chain of operations inside one expression copies no element.
#pragma once

#include "matrix/matrix.hpp"
#include "pg/computed.hpp"

namespace quern::pg {

inline constexpr std::int32_t matrix_mark = -0x4d415452;

struct MatrixHead {
  std::int32_t mark, rows, columns;
};
static_assert(VARHDRSZ + sizeof(MatrixHead) == Matrix::headroom);

template <>
struct Reader<MatrixView> : ReaderOfScalar {
  MatrixView operator()(FunctionCallInfo fcinfo, int arg);
};

// A matrix born in a memory context. Inside guarded().
Datum matrix_datum(Matrix&& a);

template <>
struct Returned<Matrix> {
  static Datum datum(FunctionCallInfo, Matrix&& a) { return matrix_datum(std::move(a)); }
};

}  // namespace quern::pg
