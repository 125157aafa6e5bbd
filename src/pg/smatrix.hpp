// quern.smatrix as a varlena: the bytes after the length word are
//
//   int32 mark, int32 rows, int32 columns, uint32 entries, uint32 0,
//   double values[entries], uint32 offsets[rows + 1], uint32 columns[entries]
//
// so that the numbers are aligned where the datum is. Arguments are read where they lie, or where they were detoasted.
#pragma once

#include "matrix/sparse_matrix.hpp"
#include "pg/matrix.hpp"

namespace quern::pg {

inline constexpr std::int32_t smatrix_mark = -0x534d4154;

struct SmatrixHead {
  std::int32_t mark, rows, columns;
  std::uint32_t entries, zero;
};
static_assert((VARHDRSZ + sizeof(SmatrixHead)) % alignof(double) == 0);

template <>
struct Reader<CsrView> : ReaderOfScalar {
  CsrView operator()(FunctionCallInfo fcinfo, int arg);
};

// An array of matrices; a NULL in it makes the result NULL.
template <>
struct Reader<std::span<const CsrView>> {
  std::span<const CsrView> operator()(FunctionCallInfo fcinfo, int arg);
  bool null() const { return null_; }

 private:
  bool null_ = false;
};

// More than 1 GB is an error. May ereport.
Datum smatrix_datum(const CsrView& a);

// The numbers of a matrix as an array of one dimension.
struct Numbers {
  Matrix of;
};
template <>
struct Returned<Numbers> {
  static Datum datum(FunctionCallInfo, const Numbers& numbers) {
    return call([&] { return array_datum(MatrixView(numbers.of).values()); });
  }
};

}  // namespace quern::pg
