// One packed row with one vector of weights: what descent in the dual does with it.
#pragma once

#include "train/row_format.hpp"

namespace quern {

double dot_row(const RowFormat& format, const std::byte* row, const double* w);
void add_row(const RowFormat& format, const std::byte* row, double c, double* w);  // w += c x
double square_of_row(const RowFormat& format, const std::byte* row);

}  // namespace quern
