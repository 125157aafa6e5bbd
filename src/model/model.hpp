// What training leaves behind: one value that names its algorithm and carries everything that scoring, inference and
// a reader need. Every algorithm uses the same container, with its own metrics and parameters by name, so that text
// and binary forms, storage and upgrades are solved once.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "base/name.hpp"
#include "base/pack.hpp"
#include "base/vec.hpp"

namespace quern {

using Text = std::pmr::string;

// What y was, hence what classes are: predict() gives a number for the first three, predict_label() text for all but
// the first.
enum class Target : std::int32_t { number, boolean_class, number_class, text_class };

struct Metric {
  Name name;
  double value = 0;
};

struct NewMetric {
  Literal name;
  double value;

  operator Metric() const { return {name, value}; }
};

struct Parameter {
  Name name;
  std::int64_t rows = 1;  // a matrix in row-major order; a vector has one row
  Vec<double> values;
};

struct Model {
  static constexpr std::int32_t current_format = 2;

  Name algorithm;            // the registered name
  Text options;              // JSON object, as the user gave it
  std::int32_t target = 0;   // a Target
  std::int64_t rows = 0;     // rows trained on
  std::int64_t skipped = 0;  // rows left out because something in them was NULL
  std::int64_t features = 0;
  Vec<Text> feature_names;  // none, or as in feature_names.hpp
  Vec<Text> classes;        // of a classifier, in the order of predict_proba; of cox_regression the strata
  Vec<Metric> metrics;
  Vec<Parameter> parameters;

  void add_metric(Name name, double value) { metrics.emplace_back(std::move(name), value); }
  void add_metrics(std::initializer_list<NewMetric> added) {
    metrics.insert(metrics.end(), added.begin(), added.end());
  }
  void add_parameter(Name name, std::span<const double> values, std::int64_t rows = 1) {
    parameters.emplace_back(std::move(name), rows, Vec<double>(values.begin(), values.end()));
  }
  void add_parameter(Name name, Vec<double>&& values) {
    parameters.emplace_back(std::move(name), 1, std::move(values));
  }

  // NaN if there is no such metric.
  double metric(std::string_view name) const;
  const Metric* find_metric(std::string_view name) const;
  // Throws InvalidInput (malformed) unless there is one, with `size` values.
  std::span<const double> parameter(std::string_view name, std::size_t size) const;
  const Parameter* find_parameter(std::string_view name) const;

  // The name of feature i; x1, x2, ... without names. For many of them make a FeatureNames.
  std::string feature_name(std::size_t i) const;

  bool valid() const;
};

// The text form: a JSON object with the fields of the struct and "format". read_model_text reads what write_model_text
// writes, now or in an earlier format, whatever the order of the keys and the white space.
std::string write_model_text(const Model& model);
void read_model_text(std::string_view text, Model& model);

// The binary form of this and every earlier format.
void read_model_bytes(Bytes bytes, Model& model);

}  // namespace quern
