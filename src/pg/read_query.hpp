// A query that a function is given as text: exactly one SELECT that only reads.
#pragma once

#include <string>
#include <string_view>

#include "pg/postgres.hpp"

namespace quern::pg {

struct ReadQuery {
  Query* tree = nullptr;  // with the rules of the rewriter and row security applied
  std::string sql;        // without a semicolon
};

// Parses, analyses and checks; runs nothing. `function` is what messages start with. To be called inside guarded().
// Throws InvalidInput or ServerError, which tells the position in the query.
ReadQuery read_query(const char* function, std::string_view sql);

// While this lives, nothing in this transaction writes: not a function either that a query calls.
class ReadOnly {
 public:
  ReadOnly() : before_(XactReadOnly) { XactReadOnly = true; }
  ~ReadOnly() { XactReadOnly = before_; }
  ReadOnly(const ReadOnly&) = delete;

 private:
  bool before_;
};

}  // namespace quern::pg
