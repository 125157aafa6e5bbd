#include <limits.h>

#include "base/error.hpp"
#include "pg/arena.hpp"
#include "pg/blas.hpp"
#include "pg/devices.hpp"
#include "pg/graph_registry.hpp"
#include "pg/guard.hpp"
#include "pg/training_area.hpp"

extern "C" {
PG_MODULE_MAGIC;
PGDLLEXPORT void _PG_init(void);
}

namespace quern::pg {

// ProcessInterrupts longjmps; call() turns that into an exception the algorithm's frames unwind through.
static void process_interrupts() {
  if (INTERRUPTS_PENDING_CONDITION())
    call([] {
      ProcessInterrupts();
      return 0;
    });
}

}  // namespace quern::pg

void _PG_init(void) {
  quern::on_checkpoint = quern::pg::process_interrupts;
  DefineCustomIntVariable("quern.debug_fail_allocation", "Makes the n-th allocation of an algorithm from now on fail.",
                          "For tests. 0 is off.", &quern::pg::fail_allocation, 0, 0, INT_MAX, PGC_SUSET,
                          GUC_NOT_IN_SAMPLE, nullptr, nullptr, nullptr);
  DefineCustomIntVariable("quern.train_memory", "Shared memory that the rows of one training may take.",
                          "Beyond it they go to temporary files, which temp_file_limit bounds.",
                          &quern::pg::train_memory, 256 * 1024, 1024, MAX_KILOBYTES, PGC_USERSET, GUC_UNIT_KB, nullptr,
                          nullptr, nullptr);
  DefineCustomIntVariable("quern.graph_memory", "Shared memory that all named graphs of the server may take.",
                          "Beyond it those that were not used for longest go, and are made again when they are needed.",
                          &quern::pg::graph_memory, 1024 * 1024, 64, MAX_KILOBYTES, PGC_SUSET, GUC_UNIT_KB, nullptr,
                          nullptr, nullptr);
  quern::pg::define_blas_settings();
  quern::pg::define_device_settings();
#if PG_VERSION_NUM >= 150000
  MarkGUCPrefixReserved("quern");
#else
  EmitWarningsOnPlaceholders("quern");
#endif
}
