#include "train/row_store.hpp"

namespace quern {

void MemoryStore::append(double y, double weight, const FeatureRow& x, std::span<const double> tags) {
  if (bytes_.empty() || !writer_.append(y, weight, x, tags)) {
    const std::size_t size = block_bytes_for(format_, x);
    blocks_.push_back({0, static_cast<std::uint32_t>(size)});
    bytes_.push_back(std::make_unique_for_overwrite<std::byte[]>(size));
    writer_ = BlockWriter(format_, {bytes_.back().get(), size});
    writer_.append(y, weight, x, tags);
  }
  blocks_.back().rows = writer_.rows();
  ++rows_;
}

}  // namespace quern
