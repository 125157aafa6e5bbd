// Products with a matrix of compressed rows. C and y are added to.
//
// A product with a vector reads each entry once: 12 bytes, so that entries in memory cost 12 bytes over the bandwidth
// of the memory, about 1.2 ns at 10 GB/s, and the numbers of x come from the cache where x fits into it. A product with
// n columns costs 2 n flops an entry on top, in tiles of 32 columns that stay in registers.
#pragma once

#include <cstddef>

#include "linalg/csr.hpp"

namespace quern::linalg {

void csr_times_vector(const CsrView& a, const double* x, double* y);  // y += A x
void vector_times_csr(const double* x, const CsrView& a, double* y);  // y += A' x, also x A

// C += A B, where B is columns x n and C is rows x n, row-major and without gaps.
void csr_times_dense(const CsrView& a, const double* b, std::size_t n, double* c);
// C += B A, where B is m x rows and C is m x columns.
void dense_times_csr(const double* b, std::size_t m, const CsrView& a, double* c);

}  // namespace quern::linalg
