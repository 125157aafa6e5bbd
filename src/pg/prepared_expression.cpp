#include "pg/prepared_expression.hpp"

#include <exception>
#include <vector>

#include "base/text.hpp"
#include "pg/guard.hpp"

extern "C" {
#include <catalog/pg_collation.h>
#include <nodes/makefuncs.h>
#include <nodes/params.h>
#include <optimizer/optimizer.h>
#include <parser/parse_coerce.h>
#include <parser/parse_collate.h>
#include <parser/parse_expr.h>
#include <parser/parse_node.h>
#include <utils/fmgrprotos.h>
}

namespace quern::pg {

namespace {

using pregel::Block;
using pregel::Column;
using pregel::Expression;
using pregel::Name;
using pregel::Names;
using pregel::Source;

// What the hook of the parser knows, and learns. Trivial: errors jump over it.
struct Lookup {
  Names names;
  const char* list;
  bool text_ids;
  Names used;
};

bool is_id(Name name) { return name == Name::id || name == Name::target; }

// A name of the program is a parameter, numbered as the names are.
Node* find_parameter(ParseState* state, ColumnRef* reference) {
  auto* const lookup = static_cast<Lookup*>(state->p_ref_hook_state);
  char written[64] = "";
  ListCell* cell;
  foreach (cell, reference->fields) {
    if (!IsA(lfirst(cell), String)) return nullptr;
    if (written[0]) strlcat(written, ".", sizeof written);
    strlcat(written, strVal(lfirst(cell)), sizeof written);
  }
  Name name{};
  if (!pregel::find_name(written, lookup->names, name))
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                    errmsg("pregel: there is no \"%s\"", NameListToString(reference->fields)),
                    errhint("Names are %s.", lookup->list), parser_errposition(state, reference->location)));
  lookup->used.add(name);
  const bool is_text = lookup->text_ids && is_id(name);
  Param* const parameter = makeNode(Param);
  parameter->paramkind = PARAM_EXTERN;
  parameter->paramid = static_cast<int>(name) + 1;
  parameter->paramtype = is_text ? TEXTOID : FLOAT8OID;
  parameter->paramtypmod = -1;
  parameter->paramcollid = is_text ? DEFAULT_COLLATION_OID : InvalidOid;
  parameter->location = reference->location;
  return reinterpret_cast<Node*>(parameter);
}

// The expression in a text that is to be nothing else. May ereport.
Node* only_expression(const char* text) {
  List* const statements = raw_parser(text, RAW_PARSE_PLPGSQL_EXPR);
  auto* const select = castNode(SelectStmt, linitial_node(RawStmt, statements)->stmt);
  if (list_length(select->targetList) != 1 || select->distinctClause || select->fromClause || select->whereClause ||
      select->groupClause || select->havingClause || select->windowClause || select->sortClause ||
      select->limitOffset || select->limitCount || select->lockingClause)
    ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("pregel: the text must be one expression")));
  Node* const expression = linitial_node(ResTarget, select->targetList)->val;
  // The server reads no further than that a list of columns may hold a star, where it looks up one column.
  if (IsA(expression, ColumnRef) && IsA(llast(reinterpret_cast<ColumnRef*>(expression)->fields), A_Star))
    ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("pregel: \"%s\" is not an expression", text)));
  return expression;
}

// May ereport.
Expr* planned(const char* text, Oid type, Lookup* lookup) {
  Node* const raw = only_expression(text);
  ParseState* const state = make_parsestate(nullptr);
  state->p_sourcetext = text;
  state->p_pre_columnref_hook = find_parameter;
  state->p_ref_hook_state = lookup;
  Node* node = transformExpr(state, raw, EXPR_KIND_SELECT_TARGET);
  if (state->p_hasSubLinks || state->p_hasAggs || state->p_hasWindowFuncs || state->p_hasTargetSRFs)
    ereport(
        ERROR,
        (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
         errmsg(
             "pregel: an expression has no subqueries, aggregates, window functions or functions that return sets")));
  const Oid seen = exprType(node);
  node = coerce_to_target_type(state, node, seen, type, -1, COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST, -1);
  if (!node)
    ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                    errmsg("pregel: the value must be of type %s, not %s", format_type_be(type), format_type_be(seen)),
                    parser_errposition(state, exprLocation(raw))));
  assign_expr_collations(state, node);
  free_parsestate(state);
  return expression_planner(reinterpret_cast<Expr*>(node));
}

// Errors tell which expression they are of, and where in it.
struct Context {
  const char* role;
  const char* text;
};

void tell(void* argument) {
  const auto* const context = static_cast<const Context*>(argument);
  if (const int position = geterrposition(); position > 0) {
    errposition(0);
    internalerrposition(position);
    internalerrquery(context->text);
  }
  errcontext("expression \"%s\" of a vertex program", context->role);
}

// call(f), with that context.
template <class F>
auto call_within(const Context& context, F&& f) {
  return call([&] {
    ErrorContextCallback callback{error_context_stack, tell, const_cast<Context*>(&context)};
    error_context_stack = &callback;
    if constexpr (std::is_void_v<decltype(f())>) {
      f();
      error_context_stack = callback.previous;
    } else {
      const auto result = f();
      error_context_stack = callback.previous;
      return result;
    }
  });
}

class Prepared final : public Expression {
 public:
  Prepared(const Source& source, const graph::Ids& ids)
      : role_(source.role),
        text_(source.text),
        is_truth_(source.condition),
        text_ids_(source.text_ids),
        ids_(ids),
        numbers_(pregel::block),
        nulls_(pregel::block),
        exceptions_(std::uncaught_exceptions()) {
    const std::string list = pregel::list_of(source.names);
    Lookup lookup{source.names, list.c_str(), text_ids_, {}};
    call_within(context(), [&] {
      Expr* const expression = planned(text_.c_str(), is_truth_ ? BOOLOID : FLOAT8OID, &lookup);
      parameters_ = makeParamList(pregel::name_count);
      for (std::size_t i = 0; i < pregel::name_count; ++i) {
        parameters_->params[i] = {0, true, 0, FLOAT8OID};
        if (text_ids_ && is_id(static_cast<Name>(i))) parameters_->params[i].ptype = TEXTOID;
      }
      state_ = ExecInitExprWithParams(expression, parameters_);
      runs_in_ = CreateStandaloneExprContext();
      runs_in_->ecxt_param_list_info = parameters_;
    });
    uses_ = lookup.used;
  }

  // In order, unless an exception is on its way: then the transaction frees it.
  ~Prepared() override {
    if (std::uncaught_exceptions() > exceptions_) return;
    try {
      call([&] { FreeExprContext(runs_in_, true); });
    } catch (const ServerError& error) {
      call([&] { FreeErrorData(error.data); });
    }
  }

  Names uses() const override { return uses_; }

  Column evaluate(const Block& block) override {
    call_within(context(), [&] {
      CHECK_FOR_INTERRUPTS();
      for (std::size_t i = 0; i < block.size; ++i) evaluate(block, i);
    });
    return {numbers_.data(), nulls_.data()};
  }

 private:
  Context context() const { return {role_.c_str(), text_.c_str()}; }

  // May ereport.
  void evaluate(const Block& block, std::size_t i) {
    for (std::size_t name = 0; name < pregel::name_count; ++name) {
      if (!uses_.has(static_cast<Name>(name))) continue;
      const Column& column = block.columns[name];
      ParamExternData& parameter = parameters_->params[name];
      parameter.isnull = column.null_at(i);
      if (parameter.ptype == TEXTOID) {
        MemoryContext const previous = MemoryContextSwitchTo(runs_in_->ecxt_per_tuple_memory);
        const std::string_view id = ids_.text(static_cast<graph::Vertex>(column.at(i)));
        parameter.value = PointerGetDatum(cstring_to_text_with_len(id.data(), static_cast<int>(id.size())));
        MemoryContextSwitchTo(previous);
      } else {
        parameter.value = Float8GetDatum(column.at(i));
      }
    }
    bool null;
    const Datum value = ExecEvalExprSwitchContext(state_, runs_in_, &null);
    numbers_[i] = null ? 0 : is_truth_ ? static_cast<double>(DatumGetBool(value)) : DatumGetFloat8(value);
    nulls_[i] = null;
    ResetExprContext(runs_in_);
  }

  std::string role_, text_;
  bool is_truth_, text_ids_;
  const graph::Ids& ids_;
  Names uses_;
  ParamListInfo parameters_ = nullptr;
  ExprState* state_ = nullptr;
  ExprContext* runs_in_ = nullptr;
  std::vector<double> numbers_;
  std::vector<std::uint8_t> nulls_;
  int exceptions_;
};

}  // namespace

std::unique_ptr<Expression> prepare(const Source& source, const graph::Ids& ids) {
  return std::make_unique<Prepared>(source, ids);
}

}  // namespace quern::pg
