#include "model/ids.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/split_mix.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

constexpr double half_word = 0x1p32, largest_exact = 0x1p53;
constexpr std::size_t bytes_in_number = 6;

[[noreturn]] void refuse(std::string_view name) {
  throw InvalidInput(concat("model: \"", name, "\" holds no ids"), {}, Fault::malformed_binary);
}

bool is_whole(double value, double low, double high) {
  return value >= low && value <= high && value == std::floor(value);
}

}  // namespace

Parameter ids_parameter(Name name, std::span<const std::int64_t> numbers) {
  Parameter parameter{std::move(name), 1, {}};
  const auto exact = [](std::int64_t id) {
    return id >= -static_cast<std::int64_t>(largest_exact) && id <= static_cast<std::int64_t>(largest_exact);
  };
  if (std::all_of(numbers.begin(), numbers.end(), exact)) {
    parameter.values.assign(numbers.begin(), numbers.end());
    return parameter;
  }
  parameter.rows = static_cast<std::int64_t>(numbers.size());
  parameter.values.reserve(2 * numbers.size());
  for (const std::int64_t id : numbers) {
    parameter.values.push_back(static_cast<double>(id >> 32));
    parameter.values.push_back(static_cast<double>(id & 0xffffffff));
  }
  return parameter;
}

Parameter ids_parameter(Name name, std::span<const std::string> texts) {
  Parameter parameter{std::move(name), 1, {}};
  std::uint64_t word = 0;
  std::size_t filled = 0;
  const auto put = [&](char c) {
    word |= std::uint64_t{static_cast<unsigned char>(c)} << (8 * filled);
    if (++filled < bytes_in_number) return;
    parameter.values.push_back(static_cast<double>(word));
    word = filled = 0;
  };
  for (const std::string& text : texts) {
    for (const char c : text) put(c);
    put('\0');
  }
  if (filled > 0) parameter.values.push_back(static_cast<double>(word));
  return parameter;
}

Ids::Ids(const Model& model, std::string_view numbers, std::string_view texts, std::size_t count) : count_(count) {
  const Parameter* const as_numbers = model.find_parameter(numbers);
  const Parameter* const as_texts = model.find_parameter(texts);
  if (!as_numbers == !as_texts || count == 0 || count >= std::numeric_limits<std::uint32_t>::max()) refuse(numbers);
  if (as_numbers)
    read_numbers(*as_numbers);
  else
    read_texts(*as_texts);
  hash();
}

void Ids::read_numbers(const Parameter& parameter) {
  const Vec<double>& values = parameter.values;
  if (values.size() != count_ && (values.size() % 2 != 0 || values.size() / 2 != count_)) refuse(parameter.name);
  numbers_.resize(count_);
  if (values.size() == count_) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (!is_whole(values[i], -largest_exact, largest_exact)) refuse(parameter.name);
      numbers_[i] = static_cast<std::int64_t>(values[i]);
    }
  } else {
    for (std::size_t i = 0; i < count_; ++i) {
      const double high = values[2 * i], low = values[2 * i + 1];
      if (!is_whole(high, -0x1p31, 0x1p31 - 1) || !is_whole(low, 0, half_word - 1)) refuse(parameter.name);
      numbers_[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(static_cast<std::int64_t>(high)) << 32 |
                                              static_cast<std::uint64_t>(low));
    }
  }
  for (std::size_t i = 1; i < count_; ++i)
    if (numbers_[i - 1] >= numbers_[i]) refuse(parameter.name);
}

void Ids::read_texts(const Parameter& parameter) {
  texts_ = true;
  if (parameter.values.size() > std::numeric_limits<std::uint32_t>::max()) refuse(parameter.name);
  bytes_.reserve(parameter.values.size() * bytes_in_number);
  for (const double value : parameter.values) {
    if (!is_whole(value, 0, 0x1p48 - 1)) refuse(parameter.name);
    const auto word = static_cast<std::uint64_t>(value);
    for (std::size_t b = 0; b < bytes_in_number; ++b) bytes_.push_back(static_cast<char>(word >> (8 * b) & 0xff));
  }
  if (count_ > bytes_.size()) refuse(parameter.name);
  starts_.reserve(count_ + 1);
  starts_.push_back(0);
  for (std::size_t at = 0; starts_.size() <= count_; ++at) {
    if (at == bytes_.size()) refuse(parameter.name);
    if (bytes_[at] == '\0') starts_.push_back(at + 1);
  }
  if (bytes_.size() - starts_.back() >= bytes_in_number) refuse(parameter.name);
  for (std::size_t at = starts_.back(); at < bytes_.size(); ++at)
    if (bytes_[at] != '\0') refuse(parameter.name);
  for (std::size_t i = 1; i < count_; ++i)
    if (text(i - 1) >= text(i)) refuse(parameter.name);
}

std::size_t Ids::hash_of(std::size_t i) const { return texts_ ? hash_of_id(text(i)) : hash_of_id(numbers_[i]); }

void Ids::hash() {
  slots_.resize(std::bit_ceil(2 * count_));
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < count_; ++i) {
    std::size_t slot = hash_of(i) & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

std::optional<std::size_t> Ids::find(std::int64_t id) const {
  if (texts_) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, id).ptr;
    return find(std::string_view(digits, static_cast<std::size_t>(end - digits)));
  }
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash_of_id(id) & mask; slots_[slot] != 0; slot = (slot + 1) & mask)
    if (numbers_[slots_[slot] - 1] == id) return slots_[slot] - 1;
  return {};
}

std::optional<std::size_t> Ids::find(std::string_view id) const {
  if (!texts_) {
    std::int64_t number = 0;
    const auto end = std::from_chars(id.data(), id.data() + id.size(), number);
    return end.ec == std::errc() && end.ptr == id.data() + id.size() ? find(number) : std::nullopt;
  }
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash_of_id(id) & mask; slots_[slot] != 0; slot = (slot + 1) & mask)
    if (text(slots_[slot] - 1) == id) return slots_[slot] - 1;
  return {};
}

std::string Ids::written(std::size_t i) const { return texts_ ? std::string(text(i)) : concat(numbers_[i]); }

}  // namespace quern
