#include "pg/read_query.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/guard.hpp"

namespace quern::pg {

namespace {

// The position that an error in the query has is one in the query, not in the statement of the client.
struct Source {
  const char* function;
  const char* sql;
};
void place_error(void* text) {
  const auto& [function, sql] = *static_cast<const Source*>(text);
  const int position = geterrposition();
  if (position > 0) {
    errposition(0);
    internalerrposition(position);
    internalerrquery(sql);
  } else {
    errcontext("query of quern.%s", function);
  }
}

const char* kind_of_statement(Node* statement) {
  if (IsA(statement, SelectStmt)) return nullptr;
  return GetCommandTagName(CreateCommandTag(statement));
}

// May ereport.
Query* analyze(const char* function, const char* text, RawStmt*& statement, std::string_view& mistake) {
  Source source{function, text};
  ErrorContextCallback callback{error_context_stack, place_error, &source};
  error_context_stack = &callback;
  List* const statements = pg_parse_query(text);
  statement = nullptr;
  Query* query = nullptr;
  if (list_length(statements) != 1) {
    mistake = statements == NIL ? "is empty" : "has more than one statement";
  } else {
    statement = linitial_node(RawStmt, statements);
    if (const char* const kind = kind_of_statement(statement->stmt)) {
      mistake = kind;
    } else {
      List* const queries = analyze_and_rewrite(statement, text);
      query = list_length(queries) == 1 ? linitial_node(Query, queries) : nullptr;
      if (query && query->commandType != CMD_SELECT) mistake = "SELECT INTO";
      if (query && query->commandType == CMD_SELECT && query->rowMarks != NIL) mistake = "SELECT FOR UPDATE";
      if (query && query->hasModifyingCTE) mistake = "a statement that writes";
      if (!query) mistake = "a statement that rules rewrite";
    }
  }
  error_context_stack = callback.previous;
  return query;
}

}  // namespace

ReadQuery read_query(const char* function, std::string_view sql) {
  const std::string text(sql);
  RawStmt* statement = nullptr;
  std::string_view mistake;
  ReadQuery query;
  query.tree = call([&] { return analyze(function, text.c_str(), statement, mistake); });
  if (mistake == "is empty" || mistake == "has more than one statement")
    throw InvalidInput(concat(function, ": the query ", mistake), "It must be one SELECT.");
  if (!mistake.empty())
    throw InvalidInput(concat(function, ": the query must be a SELECT that only reads, not ", mistake),
                       "Write to a table first, and SELECT from it.");
  query.sql = text.substr(static_cast<std::size_t>(std::max(statement->stmt_location, 0)),
                          statement->stmt_len > 0 ? static_cast<std::size_t>(statement->stmt_len) : std::string::npos);
  return query;
}

}  // namespace quern::pg
