#include "base/json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

const Json* Json::find(std::string_view name) const {
  for (const auto& [key, value] : members)
    if (key == name) return &value;
  return nullptr;
}

const char* describe(Json::Kind kind) {
  switch (kind) {
    case Json::Kind::null:
      return "null";
    case Json::Kind::boolean:
      return "a boolean";
    case Json::Kind::number:
      return "a number";
    case Json::Kind::string:
      return "a string";
    case Json::Kind::array:
      return "an array";
    case Json::Kind::object:
      return "an object";
  }
  return "a value";
}

namespace {

constexpr int max_depth = 64;
constexpr std::int64_t max_values = 1'000'000;  // other than the numbers of an array: 150 MB of tree

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Json document() {
    Json value = read(0);
    skip_space();
    if (at_ != text_.size()) refuse("text after the value");
    return value;
  }

 private:
  [[noreturn]] void refuse(std::string_view what, Fault fault = Fault::malformed_text) const {
    throw InvalidInput(concat("invalid JSON at byte ", at_ + 1, ": ", what), {}, fault);
  }

  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  bool accept(char c) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void expect(char c) {
    if (!accept(c)) refuse(concat("expected \"", std::string_view(&c, 1), "\""));
  }

  bool accept_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  Json read(int depth) {
    if (depth > max_depth) refuse("nested too deep");
    if (++values_ > max_values) refuse("more than 1000000 values", Fault::limit_exceeded);
    if (values_ % 1024 == 0) checkpoint();
    Json value;
    skip_space();
    if (at_ == text_.size()) refuse("the text ends where a value is expected");
    if (text_[at_] == '"') {
      value.kind = Json::Kind::string;
      value.string = string();
    } else if (accept('[')) {
      value.kind = Json::Kind::array;
      read_items(value, depth);
    } else if (accept('{')) {
      value.kind = Json::Kind::object;
      if (accept('}')) return value;
      do {
        skip_space();
        std::string key = string();
        expect(':');
        value.members.emplace_back(std::move(key), read(depth + 1));
      } while (accept(','));
      expect('}');
      refuse_duplicates(value.members);
    } else if (accept_word("true") || accept_word("false")) {
      value.kind = Json::Kind::boolean;
      value.boolean = text_[at_ - 2] == 'u';
    } else if (!accept_word("null")) {
      value.kind = Json::Kind::number;
      value.number = number();
    }
    return value;
  }

  void read_items(Json& array, int depth) {
    if (accept(']')) return;
    bool more = true;
    while (more && at_number()) {
      array.numbers.push_back(number());
      if (array.numbers.size() % 65536 == 0) checkpoint();
      more = accept(',');
    }
    if (more) {  // something else is among them
      for (const double n : array.numbers) {
        if (++values_ > max_values) refuse("more than 1000000 values", Fault::limit_exceeded);
        array.items.emplace_back().kind = Json::Kind::number;
        array.items.back().number = n;
      }
      array.numbers = {};
      do array.items.push_back(read(depth + 1));
      while (accept(','));
    }
    expect(']');
  }

  bool at_number() {
    skip_space();
    return at_ < text_.size() && (text_[at_] == '-' || (text_[at_] >= '0' && text_[at_] <= '9'));
  }

  void refuse_duplicates(const std::vector<Json::Member>& members) const {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : members) names.push_back(name);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) refuse(concat("key \"", *twice, "\" given twice"));
  }

  double number() {
    const std::size_t start = at_;
    at_ = std::min(text_.find_first_not_of("+-.0123456789eE", at_), text_.size());
    const std::string_view digits = text_.substr(start, at_ - start);
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool wrong = digits.empty() || end != digits.data() + digits.size() || !valid_number(digits);
    if (wrong || (error == std::errc::result_out_of_range && is_too_large(digits))) {
      at_ = start;
      refuse(wrong ? "expected a value" : "number out of range");
    }
    return value;
  }

  // JSON is stricter than from_chars: no leading zeros, no bare point.
  static bool valid_number(std::string_view digits) {
    if (digits.front() == '-') digits.remove_prefix(1);
    const auto is_digit = [&](std::size_t i) { return i < digits.size() && digits[i] >= '0' && digits[i] <= '9'; };
    if (!is_digit(0) || (digits[0] == '0' && is_digit(1))) return false;
    const auto point = digits.find('.');
    return point == std::string_view::npos || is_digit(point + 1);
  }

  // from_chars reports underflow and overflow alike; what underflows is zero.
  static bool is_too_large(std::string_view digits) {
    const auto exponent = digits.find_first_of("eE");
    if (exponent != std::string_view::npos) return digits[exponent + 1] != '-';
    return digits.substr(0, digits.find('.')).find_first_of("123456789") != std::string_view::npos;
  }

  std::string string() {
    if (!accept('"')) refuse("expected a string");
    std::string out;
    while (true) {
      const auto stop = text_.find_first_of("\"\\", at_);
      if (stop == std::string_view::npos) refuse("the text ends inside a string");
      for (char c : text_.substr(at_, stop - at_))
        if (static_cast<unsigned char>(c) < 0x20) refuse("control character inside a string");
      out.append(text_.substr(at_, stop - at_));
      at_ = stop + 1;
      if (text_[stop] == '"') return out;
      escape(out);
    }
  }

  void escape(std::string& out) {
    static constexpr std::string_view names = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    if (at_ == text_.size()) refuse("the text ends inside a string");
    const char c = text_[at_++];
    if (const auto i = names.find(c); i != std::string_view::npos) {
      out += meanings[i];
    } else if (c == 'u') {
      char32_t code = hex4();
      if (code >= 0xD800 && code < 0xDC00) {
        if (!accept_word("\\u")) refuse("unpaired surrogate");
        const char32_t low = hex4();
        if (low < 0xDC00 || low > 0xDFFF) refuse("unpaired surrogate");
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      } else if (code == 0 || (code >= 0xDC00 && code < 0xE000)) {
        refuse("a character that text cannot hold");
      }
      append_utf8(out, code);
    } else {
      refuse("unknown escape");
    }
  }

  char32_t hex4() {
    unsigned code = 0;
    const std::string_view digits = text_.substr(at_, 4);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (digits.size() < 4 || error != std::errc() || end != digits.data() + 4) refuse("expected four hex digits");
    at_ += 4;
    return code;
  }

  static void append_utf8(std::string& out, char32_t code) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 | (code >> 6));
      tail(0);
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0 | (code >> 12));
      tail(6), tail(0);
    } else {
      out += static_cast<char>(0xF0 | (code >> 18));
      tail(12), tail(6), tail(0);
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::int64_t values_ = 0;
};

}  // namespace

Json parse_json(std::string_view text) { return Parser(text).document(); }

bool read_number(const Json& value, double& number) {
  if (value.kind == Json::Kind::number) {
    number = value.number;
    return true;
  }
  if (value.kind != Json::Kind::string) return false;
  if (value.string == "NaN")
    number = std::numeric_limits<double>::quiet_NaN();
  else if (value.string == "Infinity")
    number = std::numeric_limits<double>::infinity();
  else if (value.string == "-Infinity")
    number = -std::numeric_limits<double>::infinity();
  else
    return false;
  return true;
}

void append_json_string(std::string& out, std::string_view value) {
  out += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      static constexpr char hex[] = "0123456789abcdef";
      out += "\\u00";
      out += hex[c >> 4];
      out += hex[c & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_json_number(std::string& out, double value) {
  const bool quoted = !std::isfinite(value);
  if (quoted) out += '"';
  append_number(out, value);
  if (quoted) out += '"';
}

namespace {

void append_json(std::string& out, const Json& json) {
  const char* separator = "";
  switch (json.kind) {
    case Json::Kind::null: out += "null"; break;
    case Json::Kind::boolean: out += json.boolean ? "true" : "false"; break;
    case Json::Kind::number: append_json_number(out, json.number); break;
    case Json::Kind::string: append_json_string(out, json.string); break;
    case Json::Kind::array:
      out += '[';
      for (const double number : json.numbers) {
        out += std::exchange(separator, ", ");
        append_json_number(out, number);
      }
      for (const Json& item : json.items) {
        out += std::exchange(separator, ", ");
        append_json(out, item);
      }
      out += ']';
      break;
    case Json::Kind::object:
      out += '{';
      for (const auto& [name, value] : json.members) {
        out += std::exchange(separator, ", ");
        append_json_string(out, name);
        out += ": ";
        append_json(out, value);
      }
      out += '}';
  }
}

}  // namespace

std::string write_json(const Json& value) {
  std::string out;
  append_json(out, value);
  return out;
}

}  // namespace quern
