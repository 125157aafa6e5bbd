#include "pg/named_graphs.hpp"

namespace quern::pg {

std::span<const std::byte> named_graph(std::string_view name) {
  ereport(ERROR,
          (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("graph \"%s\" does not exist", pnstrdup(name.data(), name.size())),
           errhint("A graph of rows is quern.graph(src, dst).")));
  pg_unreachable();
}

}  // namespace quern::pg
