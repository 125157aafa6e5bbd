// Which of a few centroids is nearest to each of many rows, in float4 with bounds on its error, so that an answer is
// either certain or said to be unsure.
//
// Rows are kept as z = (x - shift) scale in tiles of sixteen, a column after the other: a vector holds as many rows as
// it has lanes, meets one number of a centroid at a time, and no result is ever summed across lanes. Of a tile only the
// largest and second largest x . c - |c|^2 / 2 are kept, in registers. Half of the bytes of float8 rows, and twice the
// multiplications of an instruction.
//
// A product of d numbers in any order errs by at most about (d + 8) u |z| |c|, u = 2^-24 (Higham, Accuracy and
// Stability of Numerical Algorithms, 2002, 3.1), rounding of z and c included. Two sums closer than twice that are
// unsure, and so is everything where float4 overflows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace quern {

inline constexpr std::size_t tile_rows = 16;

// Numbers of a tile: the columns, and |z| of each row.
constexpr std::size_t tile_size(std::size_t features) { return (features + 1) * tile_rows; }

// Of the rows at x. Tiles lie anywhere that a float may.
struct TileRows {
  const double* const* x;  // tile_rows
  const double* shift;
  double scale;
  std::size_t features;
  float* tile;
};
void fill_tile(const TileRows& rows, int vector_bits = 0);

class TileProducts {
 public:
  static constexpr std::size_t most_tiles = 4;

  explicit TileProducts(int vector_bits = 0);

  // `centroids` are one after the other.
  void pack(std::span<const double> centroids, std::size_t features, std::span<const double> shift, double scale);

  // For the rows of a tile after the other. A row is `sure` if no rounding can make another centroid the nearest; of
  // those that are not, the rest says nothing.
  struct Found {
    alignas(64) std::uint32_t nearest[most_tiles * tile_rows], second[most_tiles * tile_rows];
    alignas(64) float gap[most_tiles * tile_rows];  // at most the distance to the second less that to the nearest, in z
    float least[most_tiles];                        // gap of a tile
    bool sure(std::size_t i) const { return gap[i] > 0; }
  };
  // `second` is only told if asked for, and then what is sure is sure of both. `next`: as many tiles that come next,
  // fetched into the cache meanwhile, or none.
  void find(std::span<const float* const> tiles, std::span<const float* const> next, bool second, Found& found) const;

 private:
  int vector_bits_;
  std::size_t features_ = 0, count_ = 0;
  float longest_ = 0;           // |c|, at least, in z
  std::vector<float> weights_;  // in groups of at most six centroids: for each column their numbers
  std::vector<float> bias_;
};

}  // namespace quern
