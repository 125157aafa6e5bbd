#include "pg/training_query.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/feature_names.hpp"
#include "pg/guard.hpp"
#include "pg/read_query.hpp"
#include "pg/sequences.hpp"
#include "pg/svec.hpp"

namespace quern::pg {

namespace {

struct ColumnType {
  Oid type;          // as the query gives it
  Oid base;          // without domains
  Oid element;       // of an array, without domains
  const char* name;  // of the type
  const char* column;
};

struct ColumnTypes {
  int n;
  ColumnType columns[MaxTupleAttributeNumber];
};

// The kind of a feature column, or of y or weight where they are numbers; nothing if the type is none of these.
std::optional<ColumnKind> kind_of(const ColumnType& column, Oid svec) {
  switch (column.base) {
    case BOOLOID:
      return ColumnKind::boolean;
    case INT2OID:
      return ColumnKind::int2;
    case INT4OID:
      return ColumnKind::int4;
    case INT8OID:
      return ColumnKind::int8;
    case FLOAT4OID:
      return ColumnKind::float4;
    case FLOAT8OID:
      return ColumnKind::float8;
    case NUMERICOID:
      return ColumnKind::numeric;
    default:
      break;
  }
  switch (column.element) {
    case FLOAT8OID:
    case FLOAT4OID:
    case INT2OID:
    case INT4OID:
    case INT8OID:
    case NUMERICOID:
      return ColumnKind::array;
    default:
      break;
  }
  if (svec != InvalidOid && column.base == svec) return ColumnKind::svec;
  return {};
}

// As a label or an id: what is no number by its text.
std::optional<ColumnKind> label_kind_of(const ColumnType& column) {
  const Oid base = column.base;
  if (base == TEXTOID || base == VARCHAROID || base == UNKNOWNOID) return ColumnKind::text;
  if (base == BPCHAROID || base == NAMEOID || base == CHAROID || base == UUIDOID ||
      call([&] { return type_is_enum(base); }))
    return ColumnKind::printable;
  const auto kind = kind_of(column, InvalidOid);
  return kind == ColumnKind::array ? std::nullopt : kind;
}

bool is_number(ColumnKind kind) { return kind >= ColumnKind::int2 && kind <= ColumnKind::numeric; }

// May ereport.
ColumnTypes* types_of(const Query* query) {
  auto* const types = static_cast<ColumnTypes*>(palloc(sizeof(ColumnTypes)));
  types->n = 0;
  ListCell* cell;
  foreach (cell, query->targetList) {
    const auto* const target = lfirst_node(TargetEntry, cell);
    if (target->resjunk) continue;
    const Oid type = exprType(reinterpret_cast<Node*>(target->expr));
    const Oid base = getBaseType(type);
    const Oid element = get_element_type(base);
    types->columns[types->n++] = {type, base, element == InvalidOid ? InvalidOid : getBaseType(element),
                                  format_type_be(type), target->resname ? target->resname : "?column?"};
  }
  return types;
}

// Of the type quern.svec in the schema of this extension. May ereport.
Oid type_of_svec() {
  const Oid schema = get_namespace_oid("quern", true);
  return schema == InvalidOid
             ? InvalidOid
             : GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, PointerGetDatum("svec"), ObjectIdGetDatum(schema));
}

// The place of the column that an option names.
std::size_t find_column(const char* function, const ColumnTypes& types, std::string_view option,
                        std::string_view name) {
  std::optional<std::size_t> found;
  std::string all;
  for (int i = 0; i < types.n; ++i) {
    all.append(i ? ", " : "").append(types.columns[i].column);
    if (name != types.columns[i].column) continue;
    if (found)
      throw InvalidInput(concat(function, ": the query has more than one column \"", name, "\""),
                         "Give each its own name with AS.");
    found = static_cast<std::size_t>(i);
  }
  if (!found)
    throw InvalidInput(
        concat(function, ": option \"", option, "\" names \"", name, "\", which is no column of the query"),
        concat("Its columns are ", all, "."));
  return *found;
}

}  // namespace

TrainingQuery::TrainingQuery(const char* function, std::string_view algorithm, const TrainingPlan& plan,
                             std::string_view sql)
    : function_(function) {
  const RowOptions& options = plan.rows;
  TargetKind target = plan.target;
  ReadQuery query = read_query(function, sql);
  tree_ = query.tree;
  sql_ = std::move(query.sql);

  Oid svec = InvalidOid;
  const ColumnTypes& types = *call([&] {
    svec = type_of_svec();
    return types_of(tree_);
  });
  const auto n = static_cast<std::size_t>(types.n);
  columns_.learner.assign(algorithm);
  for (std::size_t i = 0; i < n; ++i) columns_.types.push_back(types.columns[i].type);
  if (!plan.ids.empty()) {
    take_ids(plan, &types);
    return;
  }
  const std::size_t y = target == TargetKind::none ? n
                        : options.target.empty()   ? 0
                                                   : find_column(function, types, "target", options.target);
  const std::size_t weight = options.weight.empty() ? n : find_column(function, types, "weight", options.weight);
  const RowColumns& others = plan.columns;
  std::vector<std::size_t> tags;
  if (!others.stratum.empty()) tags.push_back(find_column(function, types, "strata", others.stratum));
  for (const std::string& name : others.tags) tags.push_back(find_column(function, types, "tag", name));
  const bool censored = target == TargetKind::survival;
  const auto taken = [&](std::size_t i) {
    return i == y || i == weight || std::find(tags.begin(), tags.end(), i) != tags.end();
  };
  std::size_t event = n;
  if (censored) {
    event = 0;
    if (!others.event.empty())
      event = find_column(function, types, "event", others.event);
    else
      while (event < n && taken(event)) ++event;
  }
  std::size_t used = (y < n) + (weight < n) + censored;
  for (std::size_t t = 0; t < tags.size(); ++t)
    used += std::find(tags.begin(), tags.begin() + static_cast<std::ptrdiff_t>(t), tags[t]) ==
            tags.begin() + static_cast<std::ptrdiff_t>(t);
  if (n <= used || (y < n && y == weight)) {
    std::string wanted;
    const auto want = [&](bool wants, const char* what) {
      if (wants) wanted += concat(wanted.empty() ? "" : ", ", what);
    };
    want(y < n, "a column y");
    want(censored, "one of events");
    want(weight < n, "a weight");
    want(!others.stratum.empty(), "a stratum");
    throw InvalidInput(concat(function, ": the query must have ", wanted,
                              wanted.empty() ? "at least one column of" : " and at least one of", " features, but has ",
                              n, n == 1 ? " column" : " columns"));
  }
  if (censored && (event == n || event == y || event == weight || (!tags.empty() && event == tags[0])))
    throw InvalidInput(concat(function, ": time, event, weight and stratum must be different columns"));
  if (!others.stratum.empty() && (tags[0] == y || tags[0] == weight))
    throw InvalidInput(concat(function, ": time, event, weight and stratum must be different columns"));

  const auto column = [&](std::size_t i, ColumnKind kind) {
    return TrainingColumn{static_cast<std::int32_t>(kind), static_cast<std::int32_t>(i), Text(types.columns[i].column)};
  };
  const auto refuse_type = [&](std::size_t i, std::string_view what, std::string_view hint) {
    throw InvalidInput(concat(algorithm, ": column \"", types.columns[i].column, "\" is of type ",
                              types.columns[i].name, ", which is no ", what),
                       std::string(hint));
  };

  // The features of a sequence, and their offsets.
  const auto sequence_column = [&](std::size_t i) {
    if (columns_.features.empty()) {
      FeatureForm form;
      if (!call([&] { return feature_form(types.columns[i].type, form); }))
        refuse_type(i, "feature of a sequence", "Features are a column of type jsonb, text[] or integer[].");
      return form == FeatureForm::json    ? ColumnKind::json
             : form == FeatureForm::names ? ColumnKind::names
                                          : ColumnKind::ids;
    }
    if (columns_.features.size() > 1 || static_cast<ColumnKind>(columns_.features[0].kind) == ColumnKind::json)
      throw InvalidInput(concat(function, ": the query has a column \"", types.columns[i].column, "\" too many"),
                         "A query for sequences gives labels, features, offsets of features if they are arrays of one "
                         "dimension, and the weight that the option names.");
    if (!call([&] { return is_offsets(types.columns[i].type); }))
      refuse_type(i, "array of offsets", "Cast it to integer[].");
    return ColumnKind::offsets;
  };

  columns_.narrow = options.precision == "float4";
  streamed_ = options.store == "none";
  feature_names_ = options.feature_names;
  classes_ = plan.classes;
  for (std::size_t i = 0; i < feature_names_.size(); ++i)
    if (std::find(feature_names_.begin(), feature_names_.begin() + static_cast<std::ptrdiff_t>(i), feature_names_[i]) !=
        feature_names_.begin() + static_cast<std::ptrdiff_t>(i))
      throw InvalidInput(concat(algorithm, ": option \"feature_names\" has \"", feature_names_[i], "\" more than once"),
                         "Rows are predicted by these names: give each feature its own.");

  if (y < n && target == TargetKind::sequence) {
    if (!call([&] { return is_text_array(types.columns[y].type); }))
      refuse_type(y, "array of labels", "Cast it to text[], or name another column with the option \"target\".");
    columns_.y = column(y, ColumnKind::labels);
  } else if (y < n) {
    auto kind = kind_of(types.columns[y], svec);
    if (target == TargetKind::either)
      target = kind && *kind != ColumnKind::boolean ? TargetKind::number : TargetKind::classes;
    if (is_classifier(target)) {
      kind = label_kind_of(types.columns[y]);
      if (!kind) refuse_type(y, "class", "Cast it to text, to a number or to boolean.");
    } else if (!kind || !is_number(*kind)) {
      refuse_type(y, "number to be predicted",
                  "Cast it to double precision, or name another column with the option \"target\".");
    }
    columns_.y = column(y, *kind);
  }
  columns_.target = static_cast<std::int32_t>(target);
  columns_.sparse = target == TargetKind::sequence;

  if (weight < n) {
    const auto kind = kind_of(types.columns[weight], svec);
    if (!kind || !is_number(*kind)) refuse_type(weight, "weight", "Cast it to double precision.");
    columns_.weighted = true;
    columns_.weight = column(weight, *kind);
  }

  if (censored) {
    const auto kind = kind_of(types.columns[event], svec);
    if (!kind || (*kind != ColumnKind::boolean && !is_number(*kind)))
      refuse_type(event, "event", "It must be boolean, or 1 where the event was seen and 0 where it was not.");
    columns_.censored = true;
    columns_.event = column(event, *kind);
  }
  columns_.stratified = !others.stratum.empty();
  for (const std::size_t i : tags) {
    const auto kind = label_kind_of(types.columns[i]);
    if (!kind) refuse_type(i, "label", "Cast it to text, to a number or to boolean.");
    columns_.tags.push_back(column(i, *kind));
  }

  for (std::size_t i = 0; i < n; ++i) {
    if (taken(i) || i == event) continue;
    if (target == TargetKind::sequence) {
      columns_.features.push_back(column(i, sequence_column(i)));
      continue;
    }
    const auto kind = kind_of(types.columns[i], svec);
    if (!kind) refuse_type(i, "feature", "Leave it out, or cast it to a number.");
    columns_.sparse |= *kind == ColumnKind::svec;
    columns_.features.push_back(column(i, *kind));
    if (!options.feature_names.empty()) continue;
    const std::string_view name = types.columns[i].column;
    if (name == "?column?")
      throw InvalidInput(concat(algorithm, ": feature column ", i + 1, " of the query has no name"),
                         "Give it one with AS.");
    if (plan.fit_intercept && *kind != ColumnKind::array && *kind != ColumnKind::svec)
      refuse_intercept_name(algorithm, std::array{name});
    for (std::size_t other = 0; other < i; ++other)
      if (name == types.columns[other].column)
        throw InvalidInput(concat(algorithm, ": the query has more than one column \"", name, "\""),
                           "Give each its own name with AS.");
  }
}

// Ids, y and a weight, each from the column that an option names, or from the next one that is left.
void TrainingQuery::take_ids(const TrainingPlan& plan, const void* given) {
  const ColumnTypes& types = *static_cast<const ColumnTypes*>(given);
  const auto n = static_cast<std::size_t>(types.n);
  const std::string_view algorithm = columns_.learner;
  std::vector<IdColumn> roles = plan.ids;
  roles.push_back({"rating", plan.rows.target});
  roles.push_back({"weight", plan.rows.weight});
  const std::size_t y = plan.ids.size(), weight = y + 1;
  std::vector<std::size_t> place(roles.size(), n);
  std::vector<bool> taken(n);
  const auto take = [&](std::size_t role, std::size_t column) {
    if (taken[column])
      throw InvalidInput(concat(algorithm, ": column \"", types.columns[column].column, "\" is named by two options"));
    taken[column] = true;
    place[role] = column;
  };
  std::string names;
  for (std::size_t role = 0; role < roles.size(); ++role) {
    names += concat(role == 0 ? "" : role == weight ? " and " : ", ", roles[role].option);
    if (!roles[role].column.empty()) take(role, find_column(function_, types, roles[role].option, roles[role].column));
  }
  for (std::size_t role = 0; role < roles.size(); ++role) {
    std::size_t column = 0;
    while (column < n && taken[column]) ++column;
    if (place[role] == n && column < n) take(role, column);
    if (place[role] < n || role == weight || (role == y && plan.y_optional)) continue;
    throw InvalidInput(
        concat(algorithm, ": the query has no column for the ", roles[role].option),
        concat("Its columns are ", names, ", in this order or named by options; the weight may be left out."));
  }
  for (std::size_t column = 0; column < n; ++column)
    if (!taken[column])
      throw InvalidInput(concat(algorithm, ": the query has ", n, " columns, and \"", types.columns[column].column,
                                "\" is one too many"),
                         concat("Its columns are ", names, "."));

  const auto column = [&](std::size_t role, ColumnKind kind) {
    return TrainingColumn{static_cast<std::int32_t>(kind), static_cast<std::int32_t>(place[role]),
                          Text(types.columns[place[role]].column)};
  };
  const auto refuse_type = [&](std::size_t role, std::string_view hint) {
    const ColumnType& type = types.columns[place[role]];
    throw InvalidInput(concat(algorithm, ": column \"", type.column, "\" is of type ", type.name, ", which is no ",
                              roles[role].option),
                       std::string(hint));
  };
  columns_.ids = true;
  for (std::size_t role = 0; role < y; ++role) {
    const auto kind = label_kind_of(types.columns[place[role]]);
    if (!kind || (*kind != ColumnKind::int2 && *kind != ColumnKind::int4 && *kind != ColumnKind::int8 &&
                  *kind != ColumnKind::text && *kind != ColumnKind::printable))
      refuse_type(role, "Cast it to bigint or to text.");
    columns_.features.push_back(column(role, *kind));
  }
  columns_.target = static_cast<std::int32_t>(place[y] < n ? plan.target : TargetKind::none);
  for (const std::size_t role : {y, weight}) {
    if (place[role] == n) continue;
    const auto kind = kind_of(types.columns[place[role]], InvalidOid);
    if (!kind || !is_number(*kind)) refuse_type(role, "Cast it to double precision.");
    (role == y ? columns_.y : columns_.weight) = column(role, *kind);
  }
  columns_.weighted = place[weight] < n;
}

Target TrainingQuery::target() const {
  if (columns_.is_sequence()) return Target::text_class;
  return is_classifier(static_cast<TargetKind>(columns_.target)) ? labels() : Target::number;
}

Target TrainingQuery::labels() const {
  switch (static_cast<ColumnKind>(columns_.labels().kind)) {
    case ColumnKind::boolean:
      return Target::boolean_class;
    case ColumnKind::text:
    case ColumnKind::printable:
      return Target::text_class;
    default:
      return Target::number_class;
  }
}

}  // namespace quern::pg
