// JSON: a small tree, a strict reader and a writer.
//
// The reader takes RFC 8259 text from anywhere: depth and size are bounded, duplicate keys and anything after the value
// are refused, strings are UTF-8 as given. An array of nothing but numbers is kept as numbers: a tree node is sixteen
// times as large. Numbers are read and written as the nearest double, so they round-trip; NaN and
// infinities, which JSON lacks, travel as the strings "NaN", "Infinity" and "-Infinity".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quern {

struct Json {
  enum class Kind { null, boolean, number, string, array, object };
  using Member = std::pair<std::string, Json>;

  Kind kind = Kind::null;
  bool boolean = false;
  double number = 0;
  std::string string;
  std::vector<double> numbers;  // of an array of nothing but numbers
  std::vector<Json> items;      // of any other array
  std::vector<Member> members;  // of an object, in the order given

  // The member of that name, or null if there is none or this is no object.
  const Json* find(std::string_view name) const;
};

// "null", "a boolean", "a number", "a string", "an array", "an object": for messages.
const char* describe(Json::Kind kind);

// Throws InvalidInput (malformed_text) with the position, counted in bytes from 1.
Json parse_json(std::string_view text);

// The one text that every text of the same value becomes: parse_json reads it back unchanged.
std::string write_json(const Json& value);

// A number, or one of the strings that stand for NaN and the infinities; false if it is neither.
bool read_number(const Json& value, double& number);

// The text of `value` as a JSON string, quotes included.
void append_json_string(std::string& out, std::string_view value);
void append_json_number(std::string& out, double value);

}  // namespace quern
