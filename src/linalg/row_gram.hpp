// C = sum over rows b of b b', for rows that come one by one and are few numbers wide: the normal equations of a small
// least-squares problem, with its right side as the last column.
//
// Rows fill a block that stays in the first-level cache; when it is full, tiles of eight by eight of C's upper triangle
// are added to from registers while all its rows pass by. Compiled for AVX-512, AVX2 with FMA and plain x86-64; the
// processor chooses.
#pragma once

#include <cstddef>
#include <memory>
#include <new>

namespace quern {

class RowGram {
 public:
  static constexpr std::size_t block_rows = 64;

  explicit RowGram(std::size_t columns);

  std::size_t columns() const { return columns_; }
  std::size_t stride() const { return stride_; }  // columns, rounded up to eight

  void clear();
  // Room for the next row, to be filled up to columns(); the rest is 0.
  double* next_row() {
    if (filled_ == block_rows) multiply();
    return block_.get() + stride_ * filled_++;
  }
  // Of all rows so far: stride() x stride(), row-major, valid from the diagonal on. May be changed until clear().
  double* matrix() {
    if (filled_ > 0) multiply();
    return matrix_.get();
  }

 private:
  struct Free {
    void operator()(double* p) const { ::operator delete[](p, std::align_val_t{64}); }
  };
  using Numbers = std::unique_ptr<double[], Free>;
  static Numbers allocate(std::size_t n);

  void multiply();

  std::size_t columns_, stride_, filled_ = 0;
  Numbers block_, matrix_;
};

// Solves A x = b for symmetric positive definite A in place: `a` is n rows of `stride` numbers, A's upper triangle and
// behind it, as column n, b. What is left of a pivot below 1e-13 of its diagonal entry counts as 0, and so does its x.
void solve_normal_equations(double* a, std::size_t stride, std::size_t n, double* x);

// The same over x >= 0 for the first `bounded` of the n unknowns, by coordinate descent from x as it is given until no
// coordinate moves by more than 1e-10 of the largest, or 1000 rounds have passed. `a` is left as it is.
void solve_nonnegative(const double* a, std::size_t stride, std::size_t n, std::size_t bounded, double* x);

}  // namespace quern
