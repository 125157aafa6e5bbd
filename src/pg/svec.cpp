#include "pg/svec.hpp"

namespace quern::pg {

Datum svec_datum(const SparseFeatures& x) {
  const std::size_t entries = x.indices.size();
  varlena* const datum = new_varlena(sizeof(SvecHead) + entries * (sizeof(double) + sizeof(std::uint32_t)));
  const SvecHead head{svec_mark, static_cast<std::uint32_t>(x.size), static_cast<std::uint32_t>(entries)};
  std::byte* const at = payload(datum);
  std::memcpy(at, &head, sizeof head);
  if (entries > 0) {
    std::memcpy(at + sizeof head, x.values.data(), x.values.size_bytes());
    std::memcpy(at + sizeof head + x.values.size_bytes(), x.indices.data(), x.indices.size_bytes());
  }
  return PointerGetDatum(datum);
}

SparseFeatures SvecReader::read(Bytes bytes) {
  SvecHead head{};
  std::memcpy(&head, bytes.data(), std::min(sizeof head, bytes.size()));
  const Size entries = head.entries;
  bool sound = head.mark == svec_mark && head.size <= max_sparse_size &&
               bytes.size() == sizeof head + entries * (sizeof(double) + sizeof(std::uint32_t));
  SparseFeatures x;
  if (sound) {
    Bytes numbers = bytes.subspan(sizeof head);
    if (reinterpret_cast<std::uintptr_t>(numbers.data()) % alignof(double) != 0) {
      void* const room = numbers.size() <= sizeof local_ ? local_ : palloc(numbers.size());
      numbers = {static_cast<const std::byte*>(std::memcpy(room, numbers.data(), numbers.size())), numbers.size()};
    }
    const auto* const values = reinterpret_cast<const double*>(numbers.data());
    x = {head.size, {reinterpret_cast<const std::uint32_t*>(values + entries), entries}, {values, entries}};
    sound = is_ordered(x);
  }
  if (!sound)
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION), errmsg("value is not a quern.svec, or is damaged")));
  return x;
}

}  // namespace quern::pg
