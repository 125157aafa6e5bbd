// What algorithm code may throw, and how it lets the server interrupt it.
#pragma once

#include <exception>
#include <string>
#include <utility>

namespace quern {

// What kind of mistake the caller made; the server room maps each to its SQLSTATE.
enum class Fault {
  invalid_parameter,     // 22023: an argument or option that does not fit
  out_of_range,          // 22003: a number beyond what can be computed with
  malformed_text,        // 22P02: text that is not what its type expects
  malformed_binary,      // 22P03: bytes that are not what their type expects
  limit_exceeded,        // 54000: more than the method is made for
  malformed_expression,  // 42601: text of an expression that is not one
  unknown_name,          // 42703: a name in an expression that nothing has
  unknown_function,      // 42883: a function in an expression that there is not
};

// The caller's fault: reported to the SQL user as is. Anything else that escapes is a bug or out of memory.
class InvalidInput : public std::exception {
 public:
  explicit InvalidInput(std::string message, std::string hint = {}, Fault fault = Fault::invalid_parameter)
      : fault(fault), hint(std::move(hint)), message_(std::move(message)) {}
  const char* what() const noexcept override { return message_.c_str(); }

  Fault fault;
  std::string hint;

 private:
  std::string message_;
};

// Long loops call checkpoint() every few milliseconds of work, from the thread that entered the
// algorithm, holding only RAII resources: it throws when the server wants the query gone.
// Outside a server it does nothing.
using Checkpoint = void();
inline constinit Checkpoint* on_checkpoint = nullptr;

inline void checkpoint() {
  if (on_checkpoint) on_checkpoint();
}

}  // namespace quern
