// What a loop does with a block, compiled for several widths of vectors; the same numbers by each.
//
// exp, tanh and sigmoid are computed without a branch, within 2 units in the last place: x = n log(2) + r with |r| <=
// log(2) / 2, exp(r) - 1 by its series (13 terms, the next is below 2^-57), 2^n in two factors, so that results as
// small as 5e-324 are right. tanh(x) = m / (m + 2) with m = exp(2 x) - 1.
#pragma once

#include <cstddef>

#include "matrix/expression/graph.hpp"

namespace quern::expression {

// to[i] = op(a[i], b[i]); what does not step is one number. Of one operand, b is not read.
void apply(Op op, const double* a, bool a_steps, const double* b, bool b_steps, double* to, std::size_t n) noexcept;

double sum_of(const double* a, std::size_t n) noexcept;
double sum_of_squares(const double* a, double scale, std::size_t n) noexcept;
double largest_magnitude(const double* a, std::size_t n) noexcept;
void add_to(const double* a, double* sums, std::size_t n) noexcept;
// In the order of float8, in which NaN is above all numbers.
double least_of(const double* a, std::size_t n) noexcept;
double greatest_of(const double* a, std::size_t n) noexcept;

}  // namespace quern::expression
