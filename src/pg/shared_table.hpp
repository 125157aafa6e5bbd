// A table in memory that every session sees, without a library that is preloaded.
//
// A struct of a few bytes, made by ShmemInitStruct on first use (such memory is what the server had left over when it
// started), holds the handle of a pinned DSM segment with the table. Both outlive the transaction, the session and the
// extension that made them; a crash restart of the server clears both. The DSM registry of PostgreSQL 17 would do the
// same, but a segment that it could not make once it never makes, and its errors need an aborted transaction.
#pragma once

#include <cstddef>

namespace quern::pg {

// The table of that name, mapped until the process ends; made and initialised if it is not there and `make` says so.
// Null if it cannot be had. To be called inside guarded(), and the result to be kept: it attaches anew each time.
// `initialize` is called with a lock held and must not throw nor call the server.
void* attach_shared_table(const char* name, std::size_t bytes, bool make, void (*initialize)(void* memory));

}  // namespace quern::pg
