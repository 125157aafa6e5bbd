// What an update takes from the model that it continues from: where its features are in the query, and its options.
#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "model/feature_names.hpp"
#include "pg/guard.hpp"
#include "pg/training.hpp"

extern "C" {
#include <executor/spi.h>
#include <utils/plancache.h>
}

namespace quern::pg {

namespace {

struct Statement {
  std::string sql;  // without a semicolon
  std::vector<std::string> columns;
};

// Of a query that gives rows; without columns for anything else, which is refused elsewhere.
Statement statement_of(const std::string& query) {
  TupleDesc columns = nullptr;
  int location = 0, length = 0;
  call([&] {
    MemoryContext const context = CurrentMemoryContext;
    if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
    SPIPlanPtr const plan = SPI_prepare(query.c_str(), 0, nullptr);
    if (plan && list_length(SPI_plan_get_plan_sources(plan)) == 1) {
      const auto* const source = static_cast<CachedPlanSource*>(linitial(SPI_plan_get_plan_sources(plan)));
      if (source->raw_parse_tree) {
        location = std::max(source->raw_parse_tree->stmt_location, 0);
        length = source->raw_parse_tree->stmt_len;
      }
      MemoryContext const own = MemoryContextSwitchTo(context);
      if (source->resultDesc) columns = CreateTupleDescCopy(source->resultDesc);
      MemoryContextSwitchTo(own);
    }
    SPI_finish();
  });
  Statement statement{query.substr(static_cast<std::size_t>(location),
                                   length > 0 ? static_cast<std::size_t>(length) : std::string::npos),
                      {}};
  for (int i = 0; columns && i < columns->natts; ++i)
    statement.columns.emplace_back(NameStr(TupleDescAttr(columns, i)->attname));
  return statement;
}

std::string column(std::string_view name) {
  std::string out = "q.\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

struct Columns {
  const std::vector<std::string>& names;
  const Model& model;

  bool has(std::string_view name) const { return std::find(names.begin(), names.end(), name) != names.end(); }
  void demand(std::string_view name) const {
    if (has(name)) return;
    std::string list;
    for (const std::string& known : names) list.append(list.empty() ? "" : ", ").append(known);
    throw InvalidInput(concat(model.algorithm, ": the query has no column \"", name, "\", a feature of the model"),
                       concat("The query has the columns ", list, "."));
  }
};

}  // namespace

std::string query_for_model(const std::string& query, const Model& model, const TrainingPlan& plan) {
  const FeatureNames features(model.feature_names, static_cast<std::uint64_t>(model.features));
  if (features.columns().empty()) return query;
  const auto [sql, names] = statement_of(query);
  if (names.empty()) return query;
  const Columns columns{names, model};
  const RowOptions& options = plan.rows;
  std::vector<std::string> wanted;
  if (plan.target != TargetKind::none) wanted.push_back(options.target.empty() ? names.front() : options.target);
  if (!options.weight.empty()) wanted.push_back(options.weight);
  const RowColumns& others = plan.columns;
  if (plan.target == TargetKind::survival && others.event.empty()) {  // the first left
    const auto event = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
      return name != wanted.front() && name != options.weight && name != others.stratum;
    });
    if (event != names.end()) wanted.push_back(*event);
  }
  if (!others.event.empty()) wanted.push_back(others.event);
  if (!others.stratum.empty()) wanted.push_back(others.stratum);
  std::string list;
  for (const std::string& name : wanted) list += (list.empty() ? "" : ", ") + column(name);
  // Names that the option gave need not be those of columns.
  const bool named = !options.feature_names.empty();
  for (const FeatureColumn& feature : features.columns()) {
    if (named && !columns.has(feature.name)) return query;
    if (feature.is_array() && !columns.has(feature.name) &&
        columns.has(concat(feature.name, "[", feature.element, "]"))) {
      for (std::uint64_t i = 0; i < feature.count; ++i) {
        const std::string name = concat(feature.name, "[", feature.element + i, "]");
        columns.demand(name);
        wanted.push_back(name);
        list += (list.empty() ? "" : ", ") + column(name);
      }
      continue;
    }
    columns.demand(feature.name);
    wanted.emplace_back(feature.name);
    list += (list.empty() ? "" : ", ") + column(feature.name);
    const auto parts = std::count_if(features.columns().begin(), features.columns().end(),
                                     [&](const FeatureColumn& other) { return other.name == feature.name; });
    if (feature.is_array() && (parts > 1 || feature.element > 1))
      list += concat("[", feature.element, ":", feature.element + feature.count - 1, "]");
  }
  if (wanted == names) return query;
  return concat("SELECT ", list, " FROM (", sql, "\n) AS q");
}

std::string merge_options(std::string_view first, std::string_view second) {
  if (first.empty()) return std::string(second);
  if (second.empty()) return std::string(first);
  Json merged = parse_json(first);
  for (auto& [name, value] : parse_json(second).members) {
    const auto found = std::find_if(merged.members.begin(), merged.members.end(),
                                    [&](const Json::Member& member) { return member.first == name; });
    if (found == merged.members.end())
      merged.members.emplace_back(name, value);
    else
      found->second = value;
  }
  return write_json(merged);
}

}  // namespace quern::pg
