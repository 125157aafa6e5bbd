// A matrix for people: columns aligned at the right, and of a large one the first and the last rows and columns with
// ... between them.
#pragma once

#include <cstdint>
#include <string>

#include "matrix/matrix.hpp"

namespace quern {

// At most so many rows and columns (at least 2), with so many significant digits (1 to 17).
std::string show(const MatrixView& a, std::int64_t rows, std::int64_t columns, std::int64_t digits);

}  // namespace quern
