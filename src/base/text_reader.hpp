// Reads the text form of a value from left to right: white space is skipped, numbers are what float8 accepts.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

class TextReader {
 public:
  // `type` and `hint` are for messages.
  TextReader(std::string_view type, std::string_view hint, std::string_view text)
      : type_(type), hint_(hint), text_(text) {}

  [[noreturn]] void refuse() const {
    const bool quoted = text_.size() <= 100;
    throw InvalidInput(concat("invalid input syntax for type ", type_, quoted ? concat(": \"", text_, "\"") : "",
                              " at position ", at_ + 1),
                       std::string(hint_), Fault::malformed_text);
  }

  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\n\r\v\f").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  bool accept(char c) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) refuse();
  }
  void expect_end() {
    skip_space();
    if (at_ != text_.size()) refuse();
  }
  bool at_end() {
    skip_space();
    return at_ == text_.size();
  }

  std::int64_t whole() {
    skip_space();
    return read<std::int64_t>();
  }
  double number() {
    if (accept('+') && at_ < text_.size() && text_[at_] == '-') refuse();
    skip_space();
    return read<double>();
  }

 private:
  template <class Number>
  Number read() {
    Number number{};
    const char* const end = text_.data() + text_.size();
    const auto [stop, error] = std::from_chars(text_.data() + at_, end, number);
    if (error == std::errc::invalid_argument) refuse();
    if (error == std::errc::result_out_of_range)
      throw InvalidInput(
          concat("invalid input for type ", type_, ": the number at position ", at_ + 1, " is out of range"), {},
          Fault::out_of_range);
    at_ = static_cast<std::size_t>(stop - text_.data());
    return number;
  }

  std::string_view type_, hint_, text_;
  std::size_t at_ = 0;
};

}  // namespace quern
