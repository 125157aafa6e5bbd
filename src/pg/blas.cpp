#include "pg/blas.hpp"

#include "linalg/backend.hpp"
#include "pg/entry.hpp"
#include "pg/rows.hpp"


namespace quern::pg {

namespace {

using linalg::Choice;

constinit int blas = static_cast<int>(Choice::best), blas_threads = 1;

constexpr config_enum_entry choices[] = {{"auto", static_cast<int>(Choice::best), false},
                                         {"openblas", static_cast<int>(Choice::openblas), false},
                                         {"eigen", static_cast<int>(Choice::eigen), false},
                                         {"reference", static_cast<int>(Choice::reference), false},
                                         {nullptr, 0, false}};

void assign_blas(int choice, void*) { linalg::choose_backend(static_cast<Choice>(choice)); }

// A parallel worker is one of several processes that share the processors.
void assign_blas_threads(int threads, void*) { linalg::set_blas_threads(IsParallelWorker() ? 1 : threads); }

struct BackendRow {
  std::string backend;
  bool in_use;
  std::string detail;
};

Datum blas_backends(FunctionCallInfo fcinfo) {
  return guarded([&] {
    const bool there = linalg::openblas_backend() != nullptr;
    const std::string_view used = linalg::backend_in_use();
    std::vector<BackendRow> rows;
    rows.push_back({"OpenBLAS", used == "OpenBLAS", there ? linalg::openblas_description() : linalg::why_no_openblas()});
    rows.push_back({"Eigen", used == "Eigen",
                    used == "OpenBLAS" && blas == static_cast<int>(Choice::best) ? "compiled in; answers where the work is small"
                                                                                : "compiled in"});
    rows.push_back({"reference", used == "reference", "compiled in, by the textbook, slow"});
    return return_rows(fcinfo, rows);
  });
}

}  // namespace

void define_blas_settings() {
  DefineCustomEnumVariable("quern.blas", "Which library multiplies and factors matrices.",
                           "auto takes OpenBLAS where it is installed and the work is worth opening it for, else Eigen.",
                           &blas, static_cast<int>(Choice::best), choices, PGC_USERSET, 0, nullptr, assign_blas, nullptr);
  DefineCustomIntVariable("quern.blas_threads", "Threads of OpenBLAS in this session.",
                          "Parallel workers of a query always have one.", &blas_threads, 1, 1, 256, PGC_USERSET, 0,
                          nullptr, assign_blas_threads, nullptr);
}

}  // namespace quern::pg

QUERN_EXPORT(quern_blas, quern::pg::blas_backends)
