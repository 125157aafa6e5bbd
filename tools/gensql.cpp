// Prints the CREATE and COMMENT statements of every registered aggregate. An ordinary program: no server needed.
//
//   X(row)                     trains or computes      a learner's row is (y, x), (y, x, options) or
//   X_state(row), (state)      stops before the end                       (y, x, weight, options);
//                                                      Dimensions may be left out, all of them, and
//                                                      arrays of SequenceFeatures have offsets
//   X_merge(state)             finishes many states
//   X_final(state)             finishes one
//
// and Y(row) where Y is another name of X (ALIAS); and the functions of a graph, for ids of either kind.
#include <algorithm>
#include <cstdio>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "uda/all.hpp"
#include "uda/sql_type.hpp"

namespace quern {

struct Argument {
  std::string name, type;
};
using Form = std::vector<Argument>;

std::string list(const Form& form, bool names) {
  std::string text;
  for (const Argument& p : form) {
    if (!text.empty()) text += ", ";
    if (names) text += p.name + " ";
    text += p.type;
  }
  return text;
}

Form with_state(Form form) {
  form.insert(form.begin(), {"state", "state"});
  return form;
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

void comment(const char* kind, const std::string& name, const Form& form, const std::string& what) {
  std::printf("COMMENT ON %s %s(%s) IS %s;\n", kind, name.c_str(), list(form, false).c_str(), quoted(what).c_str());
}

void function(const std::string& name, const Form& form, const std::string& result, const std::string& symbol,
              const std::string& what) {
  std::printf("CREATE FUNCTION %s(%s) RETURNS %s\n  AS 'MODULE_PATHNAME', '%s' LANGUAGE C IMMUTABLE PARALLEL SAFE;\n",
              name.c_str(), list(form, true).c_str(), result.c_str(), symbol.c_str());
  comment("FUNCTION", name, form, what);
}

std::vector<std::string> split(const std::string& names) {
  std::vector<std::string> parts;
  std::stringstream stream(names);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part.substr(part.find_first_not_of(' ')));
  return parts;
}

// A form of the data, and those that it has beside.
template <class S, class... A>
void add_forms(Form form, std::vector<Form>& to) {
  to.push_back(form);
  if constexpr ((std::is_same_v<A, Dimension> || ...)) {
    form.resize(form.size() - (std::size_t{std::is_same_v<A, Dimension>} + ...));
    to.push_back(form);
  }
  if constexpr (Learner<S>) {
    const Argument options{"options", "jsonb"};
    form.push_back(options);
    to.push_back(form);
    form.back() = {"weight", "double precision"};
    form.push_back(options);
    to.push_back(form);
  }
}

// The forms of a row of state S: one for each type that y may have, for a learner also with options and weight.
template <class S>
std::vector<Form> forms(const std::string& argument_names) {
  const std::vector<std::string> names = split(argument_names);
  std::vector<Form> result;
  [&]<class... A>(std::tuple<A...>*) {
    const std::size_t overloads = std::max({argument_types<A>.size()...});
    for (std::size_t i = 0; i < overloads; ++i) {
      Form form;
      auto add = [&](const auto& types) {
        if (form.size() < names.size()) form.push_back({names[form.size()], types[std::min(i, types.size() - 1)]});
      };
      (add(argument_types<A>), ...);
      add_forms<S, A...>(form, result);
      if constexpr ((std::is_same_v<A, SequenceFeatures> || ...))
        if (form.back().type != "jsonb") {
          form.push_back({"offsets", "integer[]"});
          add_forms<S, A...>(form, result);
        }
    }
  }(static_cast<Args<S>*>(nullptr));
  return result;
}

template <class S>
void state(const std::string& name, const std::string& arguments) {
  for (const Form& form : forms<S>(arguments)) {
    function(name + "_accumulate", with_state(form), "state", name + "_accumulate",
             "Transition function of quern." + name + ": the state with one more row.");
    if constexpr (Removable<S>)
      function(name + "_remove", with_state(form), "state", name + "_remove",
               "Inverse transition function of quern." + name +
                   ": the state with one row less, or NULL where that would cost accuracy.");
  }
  function(name + "_combine", {{"state", "state"}, {"other", "state"}}, "state", name + "_combine",
           "Combine function of quern." + name + ": both states in one.");
  std::printf("\n");
}

// The SQL type of result R; creates the composite type that a plain struct needs.
template <class R>
std::string result_name(const std::string& aggregate) {
  if constexpr (result_type<R> != nullptr) {
    return result_type<R>;
  } else if constexpr (Sequence<R>) {
    return result_name<typename R::value_type>(aggregate) + "[]";
  } else {
    static_assert(R::columns.size() == field_count<R>);
    std::string columns;
    [&]<class... F>(std::tuple<F&...>*) {
      std::size_t i = 0;
      ((columns += (i ? ", " : "") + std::string(R::columns[i]) + " " + result_type<std::remove_cvref_t<F>>, ++i), ...);
    }(static_cast<decltype(tie_fields(std::declval<R&>()))*>(nullptr));
    std::printf("CREATE TYPE %s_result AS (%s);\n", aggregate.c_str(), columns.c_str());
    std::printf("COMMENT ON TYPE %s_result IS 'What quern.%s returns.';\n", aggregate.c_str(), aggregate.c_str());
    return aggregate + "_result";
  }
}

struct Steps {
  std::string accumulate, combine, remove, final;
  std::size_t space;
};

void create_aggregate(const std::string& name, const Form& form, const std::string& step, const std::string& final,
                      const Steps& steps, bool moving, const std::string& what) {
  std::string moves;
  if (moving) {
    moves = ",\n  MSFUNC = " + step + ", MINVFUNC = " + steps.remove +
            ", MSTYPE = state, MSSPACE = " + std::to_string(steps.space);
    if (!final.empty()) moves += ", MFINALFUNC = " + final;
  }
  std::printf(
      "CREATE AGGREGATE %s(%s) (\n  SFUNC = %s, STYPE = state, SSPACE = %zu, COMBINEFUNC = %s%s%s,\n  PARALLEL = "
      "SAFE);\n",
      name.c_str(), list(form, true).c_str(), step.c_str(), steps.space, steps.combine.c_str(),
      final.empty() ? "" : (", FINALFUNC = " + final).c_str(), moves.c_str());
  comment("AGGREGATE", name, form, what);
}

struct Alias {
  const char *sql_name, *aggregate;
};
constexpr Alias aliases[] = {
#define ALIAS(sql_name, aggregate) {#sql_name, #aggregate},
#include "uda/registry.def"
};

template <auto final, class S>
void aggregate(const std::string& name, const std::string& state_name, const std::string& arguments,
               const std::string& what) {
  using Result = typename ResultOf<final>::value_type;
  const Steps steps{state_name + "_accumulate", state_name + "_combine", state_name + "_remove", name + "_final",
                    sizeof(S) + 112};
  const Form one_state{{"state", "state"}};
  function(steps.final, one_state, result_name<Result>(name), steps.final,
           "The result of quern." + name + " from one state. NULL if no rows went into it.");
  for (const Form& form : forms<S>(arguments)) {
    create_aggregate(name, form, steps.accumulate, steps.final, steps, Removable<S>, what);
    for (const Alias& alias : aliases)
      if (alias.aggregate == name)
        create_aggregate(alias.sql_name, form, steps.accumulate, steps.final, steps, Removable<S>, what);
    create_aggregate(name + "_state", form, steps.accumulate, "", steps, false,
                     "The state of quern." + name + " over the same rows, to store, ship and merge.");
  }
  create_aggregate(name + "_state", one_state, steps.combine, "", steps, false,
                   "Many states of quern." + name + " as one.");
  create_aggregate(name + "_merge", one_state, steps.combine, steps.final, steps, false,
                   "The result of quern." + name + " over the rows of many states.");
  std::printf("\n");
}

template <class S>
const char* arguments_of = "";
#define STATE(name, type, arguments) \
  template <>                        \
  const char* arguments_of<type> = arguments;
#include "uda/registry.def"

}  // namespace quern

namespace quern {

// Without the defaults of arguments.
std::string types_of(const std::string& arguments) {
  std::string types;
  for (const std::string& argument : split(arguments)) {
    const std::size_t name_end = argument.find(' ');
    types += ", " + argument.substr(name_end + 1, argument.find(" DEFAULT ") - name_end - 1);
  }
  return types;
}

// By symbol, the sentence about memory that a COMMENT ends with.
const std::map<std::string, std::string> memory_of = [] {
  std::map<std::string, std::string> sentences;
  const auto method = [&](const char* symbol, std::string_view lists, double per_vertex, double per_entry) {
    std::string takes;
    const auto add = [&](double bytes, const char* of) {
      if (bytes > 0) takes += concat(takes.empty() ? "" : " and ", bytes, takes.empty() ? " bytes " : " ", of);
    };
    add(per_vertex, "a vertex");
    add(per_entry, "an entry of a list");
    if (lists != "out")
      takes += concat(takes.empty() ? "the lists of " : ", and the lists of ",
                      lists == "simple" ? "neighbours"
                      : lists == "both" ? "edges both ways of a directed graph"
                                        : "incoming edges of a directed graph");
    if (!takes.empty()) sentences[symbol] = concat(" Takes ", takes, ".");
  };
#define METHOD(name, symbol, lists, per_vertex, per_entry, how) method(#symbol, #lists, per_vertex, per_entry);
#include "graph/registry.def"
  return sentences;
}();

// A function of a graph, for ids of either kind.
void graph_function(const std::string& name, const std::string& symbol, const std::string& arguments,
                    const std::string& result, const std::string& what) {
  for (const auto& [graph, id] : {std::pair("graph", "bigint"), std::pair("text_graph", "text")}) {
    const auto of = [&](std::string text) {
      for (std::size_t at; (at = text.find('@')) != std::string::npos;) text.replace(at, 1, id);
      return text;
    };
    const bool rows = result.starts_with("TABLE");
    std::printf(
        "CREATE FUNCTION %s(graph %s%s)\n  RETURNS %s\n  AS 'MODULE_PATHNAME', '%s' LANGUAGE C STABLE STRICT PARALLEL "
        "RESTRICTED COST 10000%s;\n",
        name.c_str(), graph, of(arguments.empty() ? "" : ", " + arguments).c_str(), of(result).c_str(), symbol.c_str(),
        rows ? " ROWS 10000" : "");
    std::printf("COMMENT ON FUNCTION %s(%s%s) IS %s;\n", name.c_str(), graph, of(types_of(arguments)).c_str(),
                quoted(what + (memory_of.contains(symbol) ? memory_of.at(symbol) : "")).c_str());
  }
}

}  // namespace quern

int main() {
  std::printf("-- Generated by tools/gensql.cpp from src/uda/registry.def.\n\n");
#define STATE(name, type, arguments) quern::state<type>(#name, arguments);
#define AGGREGATE(name, state, final, what) \
  quern::aggregate<final, quern::StateOf<final>>(#name, #state, quern::arguments_of<quern::StateOf<final>>, what);
#include "uda/registry.def"
  std::printf("-- Generated by tools/gensql.cpp from src/graph/registry.def.\n\n");
#define FUNCTION(name, symbol, arguments, result, what) quern::graph_function(#name, #symbol, arguments, result, what);
#include "graph/registry.def"
}
