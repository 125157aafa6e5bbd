#include "linalg/row_tiles.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "linalg/vector_types.hpp"

// Multiply-adds fuse where the processor has them; roots do not set errno.
#pragma GCC optimize("fp-contract=fast", "no-math-errno")

namespace quern {

namespace {

constexpr std::size_t widest_group = 6;                    // two vectors of rows, six centroids: twelve accumulators
constexpr std::size_t work_between_checkpoints = 500'000;  // of a tile
constexpr float least_error = 1e-30f;                      // beyond what denormal numbers lose

// Of so many centroids that are left: groups of about the same size.
constexpr std::size_t group_of(std::size_t left) {
  const std::size_t groups = (left + widest_group - 1) / widest_group;
  return (left + groups - 1) / groups;
}

struct Packed {
  std::size_t features, count;
  const float *weights, *bias;
  float longest;
};

// Of one vector of rows: the largest products so far, and whose they are.
template <class V>
struct Best {
  V value, second, third;
  Bits<V> nearest, next;
};

template <class V, bool two>
[[gnu::always_inline]] inline void compare(Best<V>& best, const V& value, std::int32_t centroid) {
  const Bits<V> better = value > best.value;
  const V beaten = better ? best.value : value;
  const Bits<V> its = better ? best.nearest : Bits<V>{} + centroid;
  best.value = better ? value : best.value;
  best.nearest = better ? Bits<V>{} + centroid : best.nearest;
  const Bits<V> closer = beaten > best.second;
  if constexpr (two) {
    const V third = closer ? best.second : beaten;
    best.third = third > best.third ? third : best.third;
    best.next = closer ? its : best.next;
  }
  best.second = closer ? beaten : best.second;
}

template <class V, std::size_t width, bool two>
[[gnu::always_inline]] inline void look(const float* const (&x)[2], const float* const (&ahead)[2],
                                        std::size_t features, const float* w, const float* bias, std::size_t first,
                                        Best<V> (&best)[2]) {
  V sum[2][width];
  for (std::size_t c = 0; c < width; ++c) sum[0][c] = sum[1][c] = V{} + bias[c];
  for (std::size_t j = 0; j < features; ++j, w += width) {
    const V a = load_unaligned<V>(x[0] + j * tile_rows), b = load_unaligned<V>(x[1] + j * tile_rows);
    __builtin_prefetch(ahead[0] + j * tile_rows, 0, 3);
    if constexpr (lanes<V> == tile_rows) __builtin_prefetch(ahead[1] + j * tile_rows, 0, 3);
    for (std::size_t c = 0; c < width; ++c) {
      sum[0][c] += a * w[c];
      sum[1][c] += b * w[c];
    }
  }
  for (std::size_t c = 0; c < width; ++c)
    for (std::size_t r = 0; r < 2; ++r) compare<V, two>(best[r], sum[r][c], static_cast<std::int32_t>(first + c));
}

// Of a number that is not below zero. A library's root looks for those that are.
template <class V>
[[gnu::always_inline]] inline V root_of(const V& square) {
  V root;
  if constexpr (sizeof(V) == sizeof(F4))
    asm("sqrtps %1, %0" : "=x"(root) : "x"(square));
  else
    asm("vsqrtps %1, %0" : "=v"(root) : "v"(square));
  return root;
}

template <class V, bool two>
[[gnu::always_inline]] inline void find_nearest(const Packed& packed, std::span<const float* const> tiles,
                                                std::span<const float* const> next, TileProducts::Found& found) {
  constexpr std::size_t vectors = tile_rows / lanes<V>;
  const std::size_t features = packed.features, all = tiles.size() * vectors;
  const float relative = static_cast<float>(features + 8) * 0x1.1p-24f, longest = packed.longest;
  Best<V> best[TileProducts::most_tiles * vectors + 1];
  for (std::size_t v = 0; v < all; ++v) {
    const V none = V{} - std::numeric_limits<float>::infinity();
    best[v].value = best[v].second = best[v].third = none;
    best[v].nearest = best[v].next = Bits<V>{};
  }
  for (std::size_t first = 0; first < packed.count;) {
    const std::size_t width = group_of(packed.count - first);
    if (features * width > work_between_checkpoints / 16) checkpoint();
    for (std::size_t v = 0; v < all; v += 2) {
      const std::size_t other = std::min(v + 1, all - 1);
      const float* const x[2] = {tiles[v / vectors] + v % vectors * lanes<V>,
                                 tiles[other / vectors] + other % vectors * lanes<V>};
      const bool fetch = first == 0 && next.size() == tiles.size();
      const float* const ahead[2] = {fetch ? next[v / vectors] : x[0], fetch ? next[other / vectors] : x[1]};
      const float *const w = packed.weights + first * features, *const bias = packed.bias + first;
      Best<V> pair[2] = {best[v], best[other]};
      if (width == 6)
        look<V, 6, two>(x, ahead, features, w, bias, first, pair);
      else if (width == 5)
        look<V, 5, two>(x, ahead, features, w, bias, first, pair);
      else if (width == 4)
        look<V, 4, two>(x, ahead, features, w, bias, first, pair);
      else if (width == 3)
        look<V, 3, two>(x, ahead, features, w, bias, first, pair);
      else if (width == 2)
        look<V, 2, two>(x, ahead, features, w, bias, first, pair);
      else
        look<V, 1, two>(x, ahead, features, w, bias, first, pair);
      best[v] = pair[0];
      if (other > v) best[other] = pair[1];
    }
    first += width;
  }
  // d2 - d1 = (d2^2 - d1^2) / (d1 + d2), and d1 + d2 <= sqrt(2 (d1^2 + d2^2)).
  V least{};
  for (std::size_t v = 0; v < all; ++v) {
    const Best<V>& b = best[v];
    const std::size_t to = v * lanes<V>;
    const V norm = load_unaligned<V>(tiles[v / vectors] + v % vectors * lanes<V> + features * tile_rows);
    const V error = (norm + longest) * longest * relative + least_error;
    const V apart = (b.value - b.second) - 2.0f * error;
    const V sum = 4.0f * ((norm * norm - b.value - b.second) + (2.0f * error + relative * norm * norm));
    V gap = 1.999f * apart / root_of<V>(sum);
    if constexpr (two) {
      const V third = (b.second - b.third) - 2.0f * error;
      gap = third > 0 ? gap : V{};
    }
    gap = apart > 0 ? gap : V{};                                        // not a number: unsure
    gap = gap < std::numeric_limits<float>::max() ? gap : V{} + 1e30f;  // one centroid
    store_unaligned<V>(found.gap + to, gap);
    if (v % vectors == 0) least = gap;
    least = gap < least ? gap : least;
    if ((v + 1) % vectors == 0) {
      float smallest = least[0];
      for (std::size_t l = 1; l < lanes<V>; ++l) smallest = least[l] < smallest ? least[l] : smallest;
      found.least[v / vectors] = smallest;
    }
    __builtin_memcpy(found.nearest + to, &b.nearest, sizeof b.nearest);
    if constexpr (two) __builtin_memcpy(found.second + to, &b.next, sizeof b.next);
  }
}

template <class V>
[[gnu::always_inline]] inline void find_either(const Packed& packed, std::span<const float* const> tiles,
                                               std::span<const float* const> next, bool second,
                                               TileProducts::Found& found) {
  if (second)
    find_nearest<V, true>(packed, tiles, next, found);
  else
    find_nearest<V, false>(packed, tiles, next, found);
}

[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] void find_512(const Packed& packed,
                                                                        std::span<const float* const> tiles,
                                                                        std::span<const float* const> next, bool second,
                                                                        TileProducts::Found& found) {
  find_either<F16>(packed, tiles, next, second, found);
}
[[gnu::target("arch=x86-64-v3")]] void find_256(const Packed& packed, std::span<const float* const> tiles,
                                                std::span<const float* const> next, bool second,
                                                TileProducts::Found& found) {
  find_either<F8>(packed, tiles, next, second, found);
}
void find_128(const Packed& packed, std::span<const float* const> tiles, std::span<const float* const> next,
              bool second, TileProducts::Found& found) {
  find_either<F4>(packed, tiles, next, second, found);
}

// Of four rows.
[[gnu::always_inline]] inline void fill_columns(const TileRows& rows, std::size_t i, std::size_t from,
                                                double (&square)[4]) {
  for (std::size_t r = 0; r < 4; ++r)
    for (std::size_t j = from; j < rows.features; ++j) {
      const double z = (rows.x[i + r][j] - rows.shift[j]) * rows.scale;
      square[r] += z * z;
      rows.tile[j * tile_rows + i + r] = static_cast<float>(z);
    }
  for (std::size_t r = 0; r < 4; ++r)
    rows.tile[rows.features * tile_rows + i + r] = static_cast<float>(std::sqrt(square[r]) * (1 + 0x1p-22));
}

// Four rows and four columns at a time change places.
[[gnu::target("arch=x86-64-v3")]] void fill_256(const TileRows& rows) {
  for (std::size_t i = 0; i < tile_rows; i += 4) {
    V4 squares[4] = {};
    std::size_t j = 0;
    for (; j + 4 <= rows.features; j += 4) {
      F4 row[4];
      const V4 shift = load_unaligned<V4>(rows.shift + j);
      for (std::size_t r = 0; r < 4; ++r) {
        const V4 z = (load_unaligned<V4>(rows.x[i + r] + j) - shift) * rows.scale;
        squares[r] += z * z;
        asm("vcvtpd2ps %1, %0" : "=v"(row[r]) : "v"(z));  // __builtin_convertvector goes through the stack in GCC 12
      }
      const Bits<F4> low{0, 4, 1, 5}, high{2, 6, 3, 7}, left{0, 1, 4, 5}, right{2, 3, 6, 7};
      const F4 a = __builtin_shuffle(row[0], row[1], low), b = __builtin_shuffle(row[2], row[3], low);
      const F4 c = __builtin_shuffle(row[0], row[1], high), d = __builtin_shuffle(row[2], row[3], high);
      float* const to = rows.tile + j * tile_rows + i;
      store_unaligned<F4>(to, __builtin_shuffle(a, b, left));
      store_unaligned<F4>(to + tile_rows, __builtin_shuffle(a, b, right));
      store_unaligned<F4>(to + 2 * tile_rows, __builtin_shuffle(c, d, left));
      store_unaligned<F4>(to + 3 * tile_rows, __builtin_shuffle(c, d, right));
    }
    double square[4];
    for (std::size_t r = 0; r < 4; ++r) square[r] = sum_of(squares[r]);
    fill_columns(rows, i, j, square);
  }
}
void fill_128(const TileRows& rows) {
  for (std::size_t i = 0; i < tile_rows; i += 4) {
    double square[4] = {};
    fill_columns(rows, i, 0, square);
  }
}

}  // namespace

void fill_tile(const TileRows& rows, int vector_bits) {
  ((vector_bits ? vector_bits : best_vector_bits()) >= 256 ? fill_256 : fill_128)(rows);
}

TileProducts::TileProducts(int vector_bits) : vector_bits_(vector_bits ? vector_bits : best_vector_bits()) {}

void TileProducts::pack(std::span<const double> centroids, std::size_t features, std::span<const double> shift,
                        double scale) {
  features_ = features;
  count_ = centroids.size() / features;
  weights_.resize(centroids.size());
  bias_.resize(count_);
  double largest = 0;
  for (std::size_t first = 0; first < count_;) {
    const std::size_t width = group_of(count_ - first);
    for (std::size_t c = first; c < first + width; ++c) {
      double square = 0;
      for (std::size_t j = 0; j < features; ++j) {
        const double z = (centroids[c * features + j] - shift[j]) * scale;
        square += z * z;
        weights_[first * features + j * width + c - first] = static_cast<float>(z);
      }
      bias_[c] = static_cast<float>(-square / 2);
      largest = std::max(largest, square);
    }
    first += width;
  }
  longest_ = static_cast<float>(std::sqrt(largest) * (1 + 0x1p-22));
}

void TileProducts::find(std::span<const float* const> tiles, std::span<const float* const> next, bool second,
                        Found& found) const {
  const auto function = vector_bits_ == 512 ? find_512 : vector_bits_ == 256 ? find_256 : find_128;
  function({features_, count_, weights_.data(), bias_.data(), longest_}, tiles, next, second, found);
}

}  // namespace quern
