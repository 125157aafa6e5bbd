#include "base/place.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace quern {

namespace {

// Characters of UTF-8; bytes of other encodings.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::string marked(std::string_view text, const Place& place) {
  constexpr std::size_t before = 60, after = 60;
  const std::size_t begin = std::min(place.begin, text.size());
  const std::size_t newline = text.substr(0, begin).rfind('\n');
  std::size_t from = newline == std::string_view::npos ? 0 : newline + 1;
  if (begin - from > before) from = begin - before;
  std::size_t to = std::min(text.find('\n', begin), text.size());
  to = std::min(to, begin + after);
  const auto continues = [&](std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  while (from < begin && continues(from)) ++from;
  while (to > begin && continues(to)) --to;
  const std::string_view under = text.substr(begin, std::min(place.end, to) - std::min(begin, to));
  return concat("The place is marked:\n", text.substr(from, to - from), "\n",
                std::string(characters(text.substr(from, begin - from)), ' '),
                std::string(std::max<std::size_t>(1, characters(under)), '^'));
}

std::string placed(std::string_view text, const Place& place, std::string_view what) {
  return concat(what, " at position ", characters(text.substr(0, std::min(place.begin, text.size()))) + 1);
}

void refuse_part(std::string_view text, const Place& place, std::string_view what, Fault fault) {
  throw InvalidInput(placed(text, place, what), marked(text, place), fault);
}

}  // namespace quern
