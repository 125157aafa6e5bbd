#include "pg/guard.hpp"

extern "C" {
#include <mb/pg_wchar.h>
}

#include <cstring>
#include <new>
#include <stdexcept>

#include "base/arithmetic_error.hpp"
#include "base/error.hpp"

namespace quern::pg::detail {

namespace {

struct Failure {  // trivial: it outlives the handlers and is still there when errfinish jumps away
  ErrorData* server;
  int sqlstate;
  char message[1024];
  char hint[512];
};

constinit Failure noted{};

int sqlstate_of(Fault fault) {
  switch (fault) {
    case Fault::invalid_parameter:
      return ERRCODE_INVALID_PARAMETER_VALUE;
    case Fault::out_of_range:
      return ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
    case Fault::malformed_text:
      return ERRCODE_INVALID_TEXT_REPRESENTATION;
    case Fault::malformed_binary:
      return ERRCODE_INVALID_BINARY_REPRESENTATION;
    case Fault::limit_exceeded:
      return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
    case Fault::malformed_expression:
      return ERRCODE_SYNTAX_ERROR;
    case Fault::unknown_name:
      return ERRCODE_UNDEFINED_COLUMN;
    case Fault::unknown_function:
      return ERRCODE_UNDEFINED_FUNCTION;
  }
  return ERRCODE_INTERNAL_ERROR;
}

int sqlstate_of(ArithmeticError::Kind kind) {
  switch (kind) {
    case ArithmeticError::Kind::division_by_zero:
      return ERRCODE_DIVISION_BY_ZERO;
    case ArithmeticError::Kind::invalid_logarithm:
      return ERRCODE_INVALID_ARGUMENT_FOR_LOG;
    case ArithmeticError::Kind::invalid_power:
      return ERRCODE_INVALID_ARGUMENT_FOR_POWER_FUNCTION;
  }
  return ERRCODE_INTERNAL_ERROR;
}

// As much of `text` as fits, cut between characters.
void copy_text(const char* text, char* to, std::size_t capacity) {
  const std::size_t size = std::strlen(text);
  const std::size_t kept = size < capacity ? size : pg_mbcliplen(text, size, capacity - 1);
  std::memcpy(to, text, kept);
  to[kept] = '\0';
}

void note(int sqlstate, const char* message, const char* hint = "") {
  noted.server = nullptr;
  noted.sqlstate = sqlstate;
  copy_text(message, noted.message, sizeof noted.message);
  copy_text(hint, noted.hint, sizeof noted.hint);
}

}  // namespace

void note_current_exception() noexcept {
  try {
    throw;
  } catch (const ServerError& e) {
    noted.server = e.data;
  } catch (const ArithmeticError& e) {
    note(sqlstate_of(e.kind), e.what(), e.hint.c_str());
  } catch (const InvalidInput& e) {
    note(sqlstate_of(e.fault), e.what(), e.hint.c_str());
  } catch (const std::bad_alloc&) {
    note(ERRCODE_OUT_OF_MEMORY, "out of memory");
  } catch (const std::length_error&) {  // a container asked for more than can be addressed
    note(ERRCODE_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception& e) {
    note(ERRCODE_INTERNAL_ERROR, e.what());
  } catch (...) {
    note(ERRCODE_INTERNAL_ERROR, "unknown C++ exception");
  }
}

void raise() {
  if (noted.server) ReThrowError(noted.server);
  ereport(ERROR, (errcode(noted.sqlstate), errmsg("%s", noted.message), noted.hint[0] ? errhint("%s", noted.hint) : 0));
  pg_unreachable();
}

}  // namespace quern::pg::detail
