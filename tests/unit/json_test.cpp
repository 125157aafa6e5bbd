// The JSON reader against nlohmann-json, a library written for that, and options and models on top of it.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "base/json.hpp"
#include "base/label.hpp"
#include "base/options.hpp"
#include "model/formats.hpp"
#include "model/model.hpp"

namespace quern {
namespace {

bool same(const Json& ours, const nlohmann::json& theirs) {
  switch (ours.kind) {
    case Json::Kind::null:
      return theirs.is_null();
    case Json::Kind::boolean:
      return theirs.is_boolean() && theirs.get<bool>() == ours.boolean;
    case Json::Kind::number:
      return theirs.is_number() && theirs.get<double>() == ours.number;
    case Json::Kind::string:
      return theirs.is_string() && theirs.get<std::string>() == ours.string;
    case Json::Kind::array:
      if (!theirs.is_array() || theirs.size() != ours.numbers.size() + ours.items.size()) return false;
      for (std::size_t i = 0; i < ours.numbers.size(); ++i)
        if (!theirs[i].is_number() || theirs[i].get<double>() != ours.numbers[i]) return false;
      for (std::size_t i = 0; i < ours.items.size(); ++i)
        if (!same(ours.items[i], theirs[i])) return false;
      return true;
    case Json::Kind::object:
      if (!theirs.is_object() || theirs.size() != ours.members.size()) return false;
      for (const auto& [key, value] : ours.members)
        if (!theirs.contains(key) || !same(value, theirs[key])) return false;
      return true;
  }
  return false;
}

bool ours_accepts(const std::string& text) {
  try {
    parse_json(text);
    return true;
  } catch (const InvalidInput&) {
    return false;
  }
}

TEST(Json, AgreesWithNlohmann) {
  for (const char* text :
       {R"({"a": [1, -2.5e3, 0.1, true, false, null], "b": {"c": "x\"\\\/\b\f\n\r\té😀"}})", "0", "-0", "1e-400",
        "5e-324", "1.7976931348623157e308", "123456789012345678901234567890", "[]", "{}", " [ 1 , 2 ] ",
        "[1, 2, \"x\", 3, [4], [[]]]", "\"\"", R"("ü€")", "0.30000000000000004"}) {
    const Json ours = parse_json(text);
    EXPECT_TRUE(same(ours, nlohmann::json::parse(text))) << text;
  }
}

TEST(Json, RefusesWhatIsNotJson) {
  for (const char* text : {"",      " ",        "01",         "1.",          ".5",
                           "+1",    "1e",       "-",          "tru",         "[1,]",
                           "[1 2]", "{\"a\"}",  "{\"a\":1,}", "{a:1}",       "'a'",
                           "\"a",   "\"\\x\"",  "\"\\u12\"",  "\"\\ud800\"", "\"\\ud800\\u0041\"",
                           "nan",   "[",        "{",          "1 2",         "{\"a\":1,\"a\":2}",
                           "1e999", "\"\x01\"", "\"\\u0000\""})
    EXPECT_FALSE(ours_accepts(text)) << text;
  EXPECT_FALSE(ours_accepts(std::string(100000, '[')));
}

TEST(Json, RandomEditsAgreeWithNlohmann) {
  constexpr unsigned seed = 7;
  std::mt19937 rng(seed);
  const std::string original =
      R"({"k": [1, -2.5e3, "x\n", true, null], "m": {"n": 1E+2, "o": ""}})";  // ASCII: encoding is the server's
  for (int trial = 0; trial < 20000; ++trial) {
    std::string text = original;
    for (int edits = 1 + trial % 2; edits > 0; --edits) text[rng() % text.size()] = static_cast<char>(32 + rng() % 95);
    if (!nlohmann::json::accept(text)) {
      EXPECT_FALSE(ours_accepts(text)) << text << " seed " << seed;
    } else if (ours_accepts(text)) {  // duplicate keys and lone surrogates we refuse, and it does not
      EXPECT_TRUE(same(parse_json(text), nlohmann::json::parse(text))) << text << " seed " << seed;
    }
  }
}

struct SampleOptions {
  double l2 = 0;
  bool fit_intercept = true;
  std::int64_t max_iter = 100;
  std::string robust = "none";
  std::vector<std::string> feature_names;

  static constexpr auto options =
      std::tuple{Option("l2", &SampleOptions::l2, at_least(0)), Option("fit_intercept", &SampleOptions::fit_intercept),
                 Option("max_iter", &SampleOptions::max_iter, within(1, 1e6)),
                 Option("robust", &SampleOptions::robust, OneOf{{"none", "hc0"}}),
                 Option("feature_names", &SampleOptions::feature_names)};
};

std::string message_of(std::string_view text) {
  try {
    parse_options<SampleOptions>("sample", text);
    return "";
  } catch (const InvalidInput& e) {
    return e.what() + (e.hint.empty() ? "" : " | " + e.hint);
  }
}

TEST(Options, DefaultsAndValues) {
  EXPECT_EQ(parse_options<SampleOptions>("sample", "").max_iter, 100);
  const auto given = parse_options<SampleOptions>(
      "sample", R"({"l2": 0.5, "fit_intercept": false, "max_iter": 7, "robust": "hc0", "feature_names": ["a", "b"]})");
  EXPECT_EQ(given.l2, 0.5);
  EXPECT_FALSE(given.fit_intercept);
  EXPECT_EQ(given.max_iter, 7);
  EXPECT_EQ(given.robust, "hc0");
  EXPECT_EQ(given.feature_names, (std::vector<std::string>{"a", "b"}));
}

TEST(Options, EveryMistakeIsNamed) {
  const std::string hint = " | Leave the option out to have its default.";
  EXPECT_EQ(message_of(R"({"L2": 1})"),
            "sample: unknown option \"L2\" | Options are l2, fit_intercept, max_iter, robust and feature_names.");
  EXPECT_EQ(message_of(R"({"l2": -1})"), "sample: option \"l2\" must be a number, at least 0, not -1" + hint);
  EXPECT_EQ(message_of(R"({"l2": "1"})"), "sample: option \"l2\" must be a number, at least 0, not \"1\"" + hint);
  EXPECT_EQ(message_of(R"({"fit_intercept": 1})"),
            "sample: option \"fit_intercept\" must be true or false, not 1" + hint);
  EXPECT_EQ(message_of(R"({"max_iter": 1.5})"),
            "sample: option \"max_iter\" must be a whole number, at least 1 and at most 1000000, not 1.5" + hint);
  EXPECT_EQ(message_of(R"({"robust": "hc9"})"),
            "sample: option \"robust\" must be one of \"none\", \"hc0\", not \"hc9\"" + hint);
  EXPECT_EQ(message_of(R"({"feature_names": "a"})"),
            "sample: option \"feature_names\" must be an array of non-empty strings, not \"a\"" + hint);
  EXPECT_EQ(message_of("[]"),
            "sample: options must be a JSON object, not an array | Options are l2, fit_intercept, "
            "max_iter, robust and feature_names.");
}

Model sample_model() {
  Model model;
  model.algorithm = "linear_regression";
  model.options = R"({"l2": 0.5, "feature_names": ["a \"quoted\" \\ name", "b"]})";
  model.rows = 12, model.skipped = 3, model.features = 2;
  model.feature_names = {"a \"quoted\" \\ name\n", "b"};
  model.add_metric("r2", 0.1 + 0.2);
  model.add_metric("sigma", NAN);
  model.add_parameter("estimate", Vec<double>{1.0 / 3, -HUGE_VAL, 5e-324});
  model.add_parameter("matrix", Vec<double>{1, 2, 3, 4, 5, 6}, 2);
  return model;
}

std::vector<std::byte> packed(const auto& value) {
  std::vector<std::byte> bytes(labelled_size(value));
  pack_labelled(value, bytes.data());
  return bytes;
}

TEST(Model, TextAndBytesRoundTripToTheBit) {
  const Model model = sample_model();
  ASSERT_TRUE(model.valid());
  Model from_text, from_bytes;
  read_model_text(write_model_text(model), from_text);
  EXPECT_EQ(packed(from_text), packed(model));
  read_model_bytes(packed(model), from_bytes);
  EXPECT_EQ(packed(from_bytes), packed(model));
  EXPECT_TRUE(nlohmann::json::accept(write_model_text(model)));
}

TEST(Model, FormatOneIsRead) {
  ModelFormat1 old;
  old.algorithm = "logistic_regression";
  old.options = "{}";
  old.rows = 10, old.features = 1;
  old.classes = {"false", "true"};
  old.parameters.emplace_back(Name("estimate"), 1, Vec<double>{1, 2});
  Model model;
  read_model_bytes(packed(old), model);
  EXPECT_EQ(model.target, static_cast<int>(Target::boolean_class));
  EXPECT_EQ(model.rows, 10);
  EXPECT_EQ(model.skipped, 0);
  EXPECT_EQ(model.parameter("estimate", 2)[1], 2);

  Model text;
  read_model_text(R"({"format": 1, "algorithm": "logistic_regression", "options": {}, "rows": 10, "features": 1,
                      "feature_names": [], "classes": ["0", "1"], "metrics": {}, "parameters": {"estimate": [1, 2]}})",
                  text);
  EXPECT_EQ(text.target, static_cast<int>(Target::number_class));
}

TEST(Model, RefusesTextThatDoesNotFit) {
  const std::string good = write_model_text(sample_model());
  const auto broken = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    Model model;
    try {
      read_model_text(text, model);
      return false;
    } catch (const InvalidInput&) {
      return true;
    }
  };
  EXPECT_FALSE(broken("\"rows\": 12", "\"rows\": 13"));
  EXPECT_TRUE(broken("\"rows\": 12", "\"rows\": -1"));
  EXPECT_TRUE(broken("\"rows\": 12", "\"rows\": 1.5"));
  EXPECT_TRUE(broken("\"format\": 2", "\"format\": 3"));
  EXPECT_TRUE(broken("\"target\": \"number\"", "\"target\": \"boolean\""));
  EXPECT_TRUE(broken("[4, 5, 6]", "[4, 5]"));
  EXPECT_TRUE(broken("\"features\": 2", "\"features\": 3"));
  EXPECT_TRUE(broken("\"metrics\"", "\"metric\""));
}

TEST(Model, RandomBytesAreRefusedOrHarmless) {
  constexpr unsigned seed = 11;
  std::mt19937 rng(seed);
  const auto bytes = packed(sample_model());
  for (int trial = 0; trial < 10000; ++trial) {
    auto forged = bytes;
    for (int edits = 1 + trial % 3; edits > 0; --edits) forged[rng() % forged.size()] = static_cast<std::byte>(rng());
    try {
      Model model;
      read_model_bytes(forged, model);
      write_model_text(model);
    } catch (const InvalidInput&) {
    }
  }
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    Model model;
    EXPECT_THROW(read_model_bytes(Bytes(bytes).first(cut), model), InvalidInput) << cut;
  }
}

}  // namespace
}  // namespace quern
