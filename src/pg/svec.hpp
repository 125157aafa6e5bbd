// quern.svec as a varlena: the bytes after the length word are
//
//   int32 mark, uint32 size, uint32 entries, double values[entries], uint32 indices[entries]
//
// The mark lies where an array has its number of dimensions, and no array has that many: a value of type quern.features
// says by its bytes whether it is dense. Read packed: up to nine entries may have a one-byte header and no alignment.
#pragma once

#include <cstring>

#include "linalg/sparse_vector.hpp"
#include "pg/bytes.hpp"

namespace quern::pg {

inline constexpr std::int32_t svec_mark = -0x53564543;

struct SvecHead {
  std::int32_t mark;
  std::uint32_t size, entries;
};

inline bool is_svec(Bytes bytes) {
  std::int32_t mark = 0;
  std::memcpy(&mark, bytes.data(), std::min(sizeof mark, bytes.size()));
  return mark == svec_mark;
}

// May ereport.
Datum svec_datum(const SparseFeatures& x);

// I/O, also of a quern.features that is an svec.
Datum svec_in(FunctionCallInfo fcinfo);
Datum svec_out(FunctionCallInfo fcinfo);
Datum svec_recv(FunctionCallInfo fcinfo);
Datum svec_send(FunctionCallInfo fcinfo);
void append_svec(StringInfo message, const SparseFeatures& x);

// Reads an svec where it lies, or a copy in the reader where that is not aligned. Bytes that are no svec are an error.
class SvecReader {
 public:
  SvecReader() {}  // leaves local_ as it is

  SparseFeatures read(Bytes bytes);

 private:
  double local_[16];
};

}  // namespace quern::pg
