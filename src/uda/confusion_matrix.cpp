#include "uda/confusion_matrix.hpp"

#include <algorithm>
#include <vector>

#include "base/error.hpp"

namespace quern {

std::size_t ConfusionMatrix::number_of(std::string_view argument, ClassLabel label) {
  const std::size_t number = classes.find_or_add("confusion_matrix", argument, label, max_classes);
  counts.resize(classes.size() * classes.size());
  return number;
}

void ConfusionMatrix::accumulate(ClassLabel actual, ClassLabel predicted) {
  const std::size_t from = number_of("actual", actual), to = number_of("predicted", predicted);
  counts[position(from, to)] += 1;
}

void ConfusionMatrix::merge(const ConfusionMatrix& other) {
  skipped += other.skipped;
  if (classes.size() == 0) {
    classes = other.classes;
    counts = other.counts;
    return;
  }
  const std::size_t k = other.classes.size();
  std::vector<std::size_t> number(k);
  for (std::size_t c = 0; c < k; ++c) number[c] = number_of("actual", other.classes.label(c));
  for (std::size_t actual = 0; actual < k; ++actual) {
    for (std::size_t predicted = 0; predicted < k; ++predicted)
      counts[position(number[actual], number[predicted])] += other.counts[position(actual, predicted)];
    checkpoint();
  }
}

bool ConfusionMatrix::valid() const {
  const std::size_t k = classes.size();
  return skipped >= 0 && skipped <= max_rows && k <= max_classes && counts.size() == k * k &&
         std::all_of(counts.begin(), counts.end(), [](std::int64_t rows) { return rows >= 0 && rows <= max_rows; });
}

std::optional<Vec<ConfusionCell>> ConfusionMatrix::cells() const {
  if (classes.size() == 0) return std::nullopt;
  const std::vector<std::size_t> order = classes.sorted();
  Vec<ConfusionCell> result;
  result.reserve(order.size() * order.size());
  for (const std::size_t actual : order) {
    for (const std::size_t predicted : order)
      result.push_back({classes.labels[actual], classes.labels[predicted], counts[position(actual, predicted)]});
    checkpoint();
  }
  return result;
}

}  // namespace quern
