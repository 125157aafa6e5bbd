// Ratings by user and by item: two compressed sparse matrices and the factors of either side, all of them on the board,
// where every process sees them.
//
// Bytes on the board: for each rating 24, with weights 40 (and by sgd 16 or 24 more); for each user and item 8 and
// those of its factors. In the leader alone, while the matrices are made: 12 more for each rating.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "train/techniques/factorization_options.hpp"
#include "train/techniques/row_ids.hpp"
#include "train/row_store.hpp"

namespace quern {

inline constexpr std::size_t most_rating_tasks = 64;

// Where things lie on the board, as offsets into its numbers. What is no double lies in the room of some.
struct RatingsLayout {
  RatingsLayout(const FactorizationOptions& options, std::uint64_t ratings, std::uint64_t users, std::uint64_t items,
                bool weighted);

  struct SideLayout {
    std::size_t count;                              // of users or items
    std::size_t factors;                            // count x stride
    std::size_t offsets, columns, values, weights;  // of the matrix; uint64, uint32, double, double
    std::size_t bounds;                             // of tasks: uint64
  } sides[2];                                       // users, items
  std::size_t ratings;
  std::size_t rank, terms, stride;  // terms: factors, and behind them the bias if there is one
  bool biased, weighted;
  std::size_t tasks;  // of each side, at most most_rating_tasks
  std::size_t head;   // RatingsHead
  std::size_t slots, slot_size;
  std::size_t gram;  // stride x stride, implicit only: of the factors of the other side
  // Of sgd: users and items are each cut in `groups`, ratings lie by the pair of their groups.
  std::size_t groups;
  std::size_t entry_bounds, entry_users, entry_items, entry_values, entry_weights;  // uint64, uint32 x 2, double x 2
  std::size_t size;
};

struct RatingsHead {
  double mean = 0;        // that biases are from
  double weight_sum = 0;  // of the ratings trained on; of implicit ones the number of all pairs
};

// A side as it lies on the board.
struct RatingsSide {
  std::size_t count;
  double* factors;
  std::uint64_t* offsets;
  std::uint32_t* columns;  // of the other side
  double* values;          // ratings; of implicit ones c - 1, with the sign of r
  double* weights;         // null: all 1
  std::uint64_t* bounds;

  std::span<const std::uint32_t> columns_of(std::size_t i) const {
    return {columns + offsets[i], static_cast<std::size_t>(offsets[i + 1] - offsets[i])};
  }
};

class Ratings {
 public:
  Ratings(const RatingsLayout& layout, std::span<double> board);

  RatingsHead& head() const { return *head_; }
  const RatingsSide& side(std::size_t which) const { return sides_[which]; }

 private:
  RatingsHead* head_;
  RatingsSide sides_[2];
};

// A rating held out.
struct HeldOut {
  std::uint32_t user, item;
  double rating, weight;
};

// Fills the matrices and the head from the rows, and cuts the tasks. In the leader, once.
std::vector<HeldOut> fill_ratings(const FactorizationOptions& options, const RatingsLayout& layout, RowStore& store,
                                  const RowIds& ids, std::span<double> board);
// And the entries that sgd visits.
void fill_entries(const FactorizationOptions& options, const RatingsLayout& layout, std::span<double> board);

}  // namespace quern
