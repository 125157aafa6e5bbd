#include "matrix/show.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "base/text.hpp"

namespace quern {

namespace {

constexpr std::size_t gap = static_cast<std::size_t>(-1);  // where ... stands

// Which of n are shown when at most `most` are.
std::vector<std::size_t> shown(std::size_t n, std::size_t most) {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < n; ++i) {
    if (n > most && i == (most + 1) / 2) {
      all.push_back(gap);
      i = n - most / 2;
    }
    all.push_back(i);
  }
  return all;
}

std::string number_text(double value, int digits) {
  if (!(value - value == 0)) return concat(value);
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::general, digits).ptr};
}

void require_within(std::string_view what, std::int64_t value, std::int64_t low, std::int64_t high) {
  if (value < low || value > high)
    throw InvalidInput(concat("show: ", what, " must be between ", low, " and ", high, ", not ", value));
}

}  // namespace

std::string show(const MatrixView& a, std::int64_t rows, std::int64_t columns, std::int64_t digits) {
  require_within("rows", rows, 2, 100000);
  require_within("cols", columns, 2, 1000);
  require_within("digits", digits, 1, 17);
  std::string out = to_text(a.shape());
  const auto lines = shown(a.rows(), static_cast<std::size_t>(rows)),
             places = shown(a.columns(), static_cast<std::size_t>(columns));
  std::vector<std::string> cells;
  std::vector<std::size_t> widths(places.size());
  for (const std::size_t i : lines)
    for (std::size_t p = 0; p < places.size(); ++p) {
      cells.push_back(i == gap || places[p] == gap ? "..." : number_text(a(i, places[p]), static_cast<int>(digits)));
      widths[p] = std::max(widths[p], cells.back().size());
    }
  if (places.empty()) return out;
  std::size_t cell = 0;
  for (std::size_t line = 0; line < lines.size(); ++line) {
    out += '\n';
    for (std::size_t p = 0; p < places.size(); ++p, ++cell) {
      out.append((p > 0 ? 2 : 1) + widths[p] - cells[cell].size(), ' ');
      out += cells[cell];
    }
    checkpoint();
  }
  return out;
}

}  // namespace quern
