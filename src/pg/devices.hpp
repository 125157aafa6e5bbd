#pragma once

#include "pg/entry.hpp"

namespace quern::pg {

// quern.device and quern.device_library. Opens nothing.
void define_device_settings();

}  // namespace quern::pg
