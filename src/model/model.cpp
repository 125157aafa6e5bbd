#include "model/model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/json.hpp"
#include "base/label.hpp"
#include "base/text.hpp"
#include "model/feature_names.hpp"
#include "model/formats.hpp"

namespace quern {

const Metric* Model::find_metric(std::string_view name) const {
  for (const Metric& m : metrics)
    if (m.name == name) return &m;
  return nullptr;
}

double Model::metric(std::string_view name) const {
  const Metric* const found = find_metric(name);
  return found ? found->value : std::numeric_limits<double>::quiet_NaN();
}

const Parameter* Model::find_parameter(std::string_view name) const {
  for (const Parameter& p : parameters)
    if (p.name == name) return &p;
  return nullptr;
}

std::span<const double> Model::parameter(std::string_view name, std::size_t size) const {
  const Parameter* const found = find_parameter(name);
  if (!found || found->values.size() != size)
    throw InvalidInput(concat("model: a ", algorithm, " model needs ", size, " values of \"", name, "\", not ",
                              found ? found->values.size() : 0));
  return found->values;
}

std::string Model::feature_name(std::size_t i) const {
  return FeatureNames(feature_names, static_cast<std::uint64_t>(features))[i];
}

bool Model::valid() const {
  constexpr std::int64_t max_count = std::int64_t{1} << 53;
  const auto counts = [](std::int64_t n) { return n >= 0 && n <= max_count; };
  const bool rectangular = std::all_of(parameters.begin(), parameters.end(), [](const Parameter& p) {
    const auto rows = static_cast<std::uint64_t>(p.rows);
    return p.rows >= 1 && rows <= std::max<std::size_t>(p.values.size(), 1) && p.values.size() % rows == 0;
  });
  return !algorithm.empty() && (options.empty() || parse_json(options).kind == Json::Kind::object) && target >= 0 &&
         target <= static_cast<int>(Target::text_class) && counts(rows) && counts(skipped) && counts(features) &&
         rectangular &&
         (feature_names.empty() || names_stand_for(feature_names, static_cast<std::uint64_t>(features))) &&
         (target == static_cast<int>(Target::number) || !classes.empty());
}

namespace {

constexpr const char* target_names[] = {"number", "boolean", "numeric class", "text class"};

void append_key(std::string& out, std::string_view name) {
  if (out.back() != '{') out += ", ";
  append_json_string(out, name);
  out += ": ";
}

void append_texts(std::string& out, const Vec<Text>& texts) {
  const char* separator = "[";
  for (const Text& text : texts) {
    out += std::exchange(separator, ", ");
    append_json_string(out, text);
  }
  out += texts.empty() ? "[]" : "]";
}

void append_numbers(std::string& out, std::span<const double> numbers) {
  const char* separator = "[";
  for (const double number : numbers) {
    out += std::exchange(separator, ", ");
    append_json_number(out, number);
  }
  out += numbers.empty() ? "[]" : "]";
}

void append_parameter(std::string& out, const Parameter& p) {
  if (p.rows == 1) return append_numbers(out, p.values);
  const std::size_t columns = p.values.size() / p.rows;
  for (std::int64_t row = 0; row < p.rows; ++row) {
    out += row ? ", " : "[";
    append_numbers(out, std::span(p.values).subspan(row * columns, columns));
  }
  out += "]";
}

}  // namespace

std::string write_model_text(const Model& model) {
  std::string out = "{";
  append_key(out, "format");
  append_number(out, Model::current_format);
  append_key(out, "algorithm");
  append_json_string(out, model.algorithm);
  append_key(out, "options");
  out += model.options.empty() ? std::string_view("{}") : std::string_view(model.options);
  append_key(out, "target");
  append_json_string(out, target_names[model.target]);
  append_key(out, "rows");
  append_number(out, model.rows);
  append_key(out, "skipped");
  append_number(out, model.skipped);
  append_key(out, "features");
  append_number(out, model.features);
  append_key(out, "feature_names");
  append_texts(out, model.feature_names);
  append_key(out, "classes");
  append_texts(out, model.classes);
  append_key(out, "metrics");
  out += '{';
  for (const Metric& m : model.metrics) {
    append_key(out, m.name);
    append_json_number(out, m.value);
  }
  out += '}';
  append_key(out, "parameters");
  out += '{';
  for (const Parameter& p : model.parameters) {
    append_key(out, p.name);
    append_parameter(out, p);
  }
  out += "}}";
  return out;
}

namespace {

[[noreturn]] void refuse(std::string what) {
  throw InvalidInput(concat("invalid input for type quern.model: ", what),
                     "The text form of a model is the JSON object that quern itself prints.", Fault::malformed_text);
}

const Json& member(const Json& json, const char* name, Json::Kind kind) {
  const Json* const value = json.find(name);
  if (!value) refuse(concat("\"", name, "\" is missing"));
  if (value->kind != kind) refuse(concat("\"", name, "\" must be ", describe(kind)));
  return *value;
}

std::int64_t read_count(const Json& json, const char* name) {
  const double number = member(json, name, Json::Kind::number).number;
  if (!(number >= 0 && number <= 0x1p53 && number == std::floor(number)))
    refuse(concat("\"", name, "\" must be a count"));
  return static_cast<std::int64_t>(number);
}

double read_model_number(const Json& json, std::string_view owner) {
  double number;
  if (!read_number(json, number)) refuse(concat("\"", owner, "\" must hold numbers"));
  return number;
}

void read_texts(const Json& json, const char* name, Vec<Text>& texts) {
  const Json& array = member(json, name, Json::Kind::array);
  if (!array.numbers.empty()) refuse(concat("\"", name, "\" must hold strings"));
  for (const Json& item : array.items) {
    if (item.kind != Json::Kind::string) refuse(concat("\"", name, "\" must hold strings"));
    texts.emplace_back(item.string);
  }
}

void read_values(const Json& array, std::string_view name, Vec<double>& values) {
  values.insert(values.end(), array.numbers.begin(), array.numbers.end());
  for (const Json& item : array.items) values.push_back(read_model_number(item, name));
}

std::size_t length(const Json& array) { return array.numbers.size() + array.items.size(); }

void read_parameter(const std::string& name, const Json& json, Model& model) {
  if (json.kind != Json::Kind::array) refuse(concat("parameter \"", name, "\" must be an array"));
  Parameter& p = model.parameters.emplace_back(Parameter{name, 1, {}});
  if (json.items.empty() || json.items[0].kind != Json::Kind::array) return read_values(json, name, p.values);
  p.rows = static_cast<std::int64_t>(json.items.size());
  for (const Json& row : json.items) {
    if (row.kind != Json::Kind::array || length(row) != length(json.items[0]))
      refuse(concat("the rows of parameter \"", name, "\" differ in length"));
    read_values(row, name, p.values);
  }
}

void refuse_unknown_keys(const Json& json) {
  static constexpr std::string_view known[] = {"format",  "algorithm", "options",   "target",
                                               "rows",    "skipped",   "features",  "feature_names",
                                               "classes", "metrics",   "parameters"};
  for (const auto& [name, value] : json.members)
    if (std::find(std::begin(known), std::end(known), name) == std::end(known))
      refuse(concat("unknown key \"", name, "\""));
}

}  // namespace

void read_model_text(std::string_view text, Model& model) {
  Json json;
  try {
    json = parse_json(text);
  } catch (const InvalidInput& e) {
    refuse(e.what());
  }
  if (json.kind != Json::Kind::object) refuse(concat("expected a JSON object, not ", describe(json.kind)));
  const double format = member(json, "format", Json::Kind::number).number;
  if (format != 1 && format != Model::current_format) refuse(concat("format ", format, " is not known"));
  refuse_unknown_keys(json);
  model.algorithm = member(json, "algorithm", Json::Kind::string).string;
  const Json& options = member(json, "options", Json::Kind::object);
  if (!options.members.empty()) model.options = write_json(options);
  model.rows = read_count(json, "rows");
  model.features = read_count(json, "features");
  read_texts(json, "feature_names", model.feature_names);
  read_texts(json, "classes", model.classes);
  for (const auto& [name, value] : member(json, "metrics", Json::Kind::object).members)
    model.metrics.emplace_back(name, read_model_number(value, name));
  for (const auto& [name, value] : member(json, "parameters", Json::Kind::object).members)
    read_parameter(name, value, model);
  if (format == 1) {
    model.target = target_of_classes(model.classes);
  } else {
    model.skipped = read_count(json, "skipped");
    const std::string& target = member(json, "target", Json::Kind::string).string;
    const auto* const found = std::find(std::begin(target_names), std::end(target_names), target);
    if (found == std::end(target_names)) refuse(concat("unknown target \"", target, "\""));
    model.target = static_cast<std::int32_t>(found - target_names);
  }
  if (!model.valid()) refuse("its parts do not go together");
}

void read_model_bytes(Bytes bytes, Model& model) {
  if (read_label(bytes) == label_of<ModelFormat1>) {
    ModelFormat1 old;
    unpack_labelled(bytes, old);
    upgrade(old, model);
    if (!model.valid()) detail::refuse_bytes("packed value is inconsistent");
  } else {
    unpack_labelled(bytes, model);
  }
}

}  // namespace quern
