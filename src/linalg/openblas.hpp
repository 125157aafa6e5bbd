// OpenBLAS, opened when it is first needed.
#pragma once

#include "linalg/backend.hpp"

namespace quern::linalg {

// The value of OPENBLAS_CORETYPE that suits this processor: Debian's build knows none made after it, and takes them for
// a Haswell, at half of their speed. Null where the library finds the right one by itself.
const char* openblas_core_type();

}  // namespace quern::linalg
