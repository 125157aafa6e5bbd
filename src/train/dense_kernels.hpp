// The kernels of kernels.hpp for dense rows, on vectors.
//
// A row of d features is read as whole vectors, the last of which ends at feature d-1 and overlaps the one before it:
// its first lanes are masked out of the weights, or of the sum. So no row is read beyond its end, and rows of fewer
// features than a vector has lanes are left to a narrower one. float4 is converted on the way from memory and summed in
// double. Sums over rows stay in registers for a stripe of columns; the tiles are those of Goto and van de Geijn,
// Anatomy of High-Performance Matrix Multiplication, ACM TOMS 34, 2008.
#pragma once

#include "train/kernels.hpp"

namespace quern::dense {

// As those of kernels.hpp, for a dense format.
void predict_batch(const Batch& batch, const PredictorShape& shape, const double* parameters, double* f);
void add_gradient(const Batch& batch, const PredictorShape& shape, const double* g, double* gradient);
void add_gram(const Batch& batch, const PredictorShape& shape, const double* h, double* triangle);

// The same for vectors of `bits`, 512, 256 or 128, which the processor has to support; 0: as suits it best, which is
// the default.
void use_vectors_of(int bits);
// Those in use.
int vector_bits();

}  // namespace quern::dense
