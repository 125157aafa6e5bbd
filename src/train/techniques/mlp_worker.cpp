// The tasks of a multilayer perceptron, in whatever process: moments of the columns, the gradient of a part of a mini-
// batch, and the loss over all rows, held out or not.
#include <algorithm>
#include <cmath>

#include "base/clones.hpp"
#include "base/error.hpp"
#include "train/row_reader.hpp"
#include "train/sgd_rows.hpp"
#include "train/techniques/mlp_setup.hpp"

namespace quern::network {

namespace {

constexpr std::size_t rows_together = 4096;

// Of one row: (x - shift) scale.
template <class T, class From>
[[gnu::always_inline]] inline void standardize(const From* x, const double* shift, const double* scale,
                                               std::size_t count, T* __restrict to) {
  for (std::size_t j = 0; j < count; ++j) to[j] = static_cast<T>((x[j] - shift[j]) * scale[j]);
}
template <class From>
[[gnu::always_inline]] inline void add_squares(const From* x, const double* pivot, double* sum, double* squares,
                                               std::size_t count) {
  for (std::size_t j = 0; j < count; ++j) {
    const double d = x[j] - pivot[j];
    sum[j] += d;
    squares[j] += d * d;
  }
}

QUERN_CLONES void enter(const float* x, const double* shift, const double* scale, std::size_t count, float* to) {
  standardize(x, shift, scale, count, to);
}
QUERN_CLONES void enter(const float* x, const double* shift, const double* scale, std::size_t count, double* to) {
  standardize(x, shift, scale, count, to);
}
QUERN_CLONES void enter(const double* x, const double* shift, const double* scale, std::size_t count, float* to) {
  standardize(x, shift, scale, count, to);
}
QUERN_CLONES void enter(const double* x, const double* shift, const double* scale, std::size_t count, double* to) {
  standardize(x, shift, scale, count, to);
}
QUERN_CLONES void add_moments(const float* x, const double* pivot, double* sum, double* squares, std::size_t count) {
  add_squares(x, pivot, sum, squares, count);
}
QUERN_CLONES void add_moments(const double* x, const double* pivot, double* sum, double* squares, std::size_t count) {
  add_squares(x, pivot, sum, squares, count);
}
#undef QUERN_CLONES

template <class T>
class MlpWorker final : public Worker {
 public:
  MlpWorker(const MlpSetup& setup, RowStore& store, std::span<double> board)
      : setup_(setup), store_(store), board_(board), format_(store.format()), reader_(setup.holdout(), store, {}) {}

  void perform(const Command& command, std::size_t task) override {
    double* const slot = board_.data() + setup_.slot(task);
    switch (command.operation) {
      case Operation::measure:
        return measure(task, slot);
      case Operation::minibatch_gradient:
        return minibatch(command, task, slot);
      default:
        return evaluate(command.operation == Operation::validate ? Rows::held_out : Rows::trained_on, task, slot);
    }
  }

 private:
  // Of a mini-batch: where a part is.
  struct Part {
    std::unique_ptr<GroupReader> reader;
    std::vector<std::size_t> first_step;  // of each group; and behind the last
    std::size_t group = 0;
    bool gathered = false;
    GroupReader::Rows rows;
  };

  const T* weights() const { return reinterpret_cast<const T*>(board_.data() + setup_.layout.weights); }
  Tiles<T>& tiles() {
    if (!tiles_) tiles_ = std::make_unique<Tiles<T>>(setup_.shape);
    return *tiles_;
  }

  // visit(rows) for the rows of the shard.
  template <class Visit>
  void each_rows(const Shard& shard, Rows which, Visit&& visit) {
    std::vector<std::uint32_t> blocks;
    for (std::size_t next = shard.from; next < shard.to;) {
      std::size_t rows = 0;
      blocks.clear();
      for (; next < shard.to && (blocks.empty() || rows < rows_together); ++next) {
        blocks.push_back(static_cast<std::uint32_t>(next));
        rows += store_.blocks()[next].rows;
      }
      visit(reader_.gather(blocks, which));
    }
  }

  template <class From>
  void measure_rows(std::span<const std::byte* const> rows, double* moments, bool first) {
    const std::size_t features = setup_.features();
    double* const pivot = moments + moment_pivot * features;
    double* const sum = moments + moment_sum * features;
    double* const squares = moments + moment_squares * features;
    for (const std::byte* row : rows) {
      if (format_.sparse) {
        const auto x = sparse_values<From>(format_, row);
        for (std::size_t e = 0; e < x.entries; ++e) {
          sum[x.indices[e]] += 1;
          squares[x.indices[e]] += static_cast<double>(x.values[e]) * static_cast<double>(x.values[e]);
        }
        continue;
      }
      const auto x = dense_values<From>(format_, row);
      if (std::exchange(first, false)) std::copy(x.begin(), x.end(), pivot);
      add_moments(x.data(), pivot, sum, squares, features);
    }
  }

  double target_of_row(const std::byte* row) const {
    const double y = target_of(row);
    return setup_.classifies() ? board_[setup_.layout.classes + static_cast<std::size_t>(y)] : y;
  }

  void measure(std::size_t task, double* slot) {
    std::fill_n(slot, setup_.layout.slot_size, 0);
    const double pivot = board_[setup_.layout.target];
    each_rows(setup_.shards[task], Rows::trained_on, [&](std::span<const std::byte* const> rows) {
      for (std::size_t from = 0; from < rows.size(); from += 256) {
        checkpoint();
        const auto some = rows.subspan(from, std::min<std::size_t>(256, rows.size() - from));
        format_.narrow ? measure_rows<float>(some, slot + mlp_body, slot[mlp_rows] == 0)
                       : measure_rows<double>(some, slot + mlp_body, slot[mlp_rows] == 0);
        for (const std::byte* row : some) {
          const double v = weight_of(format_, row), d = target_of_row(row) - pivot;
          slot[mlp_rows] += 1;
          slot[mlp_weight] += v;
          slot[mlp_target] += v * d;
          slot[mlp_squares] += v * d * d;
        }
      }
    });
  }

  template <class From>
  void enter_row(const std::byte* row, T* to) {
    const double* const shift = board_.data() + setup_.layout.shift;
    const double* const scale = board_.data() + setup_.layout.scale;
    if (format_.sparse) {
      std::fill_n(to, setup_.features(), T{0});
      const auto x = sparse_values<From>(format_, row);
      for (std::size_t e = 0; e < x.entries; ++e)
        to[x.indices[e]] = static_cast<T>(static_cast<double>(x.values[e]) * scale[x.indices[e]]);
    } else {
      enter(dense_values<From>(format_, row).data(), shift, scale, setup_.features(), to);
    }
  }

  // Up to a tile of rows into the network; `later` will come soon and is fetched meanwhile.
  void enter_rows(std::span<const std::byte* const> rows, std::span<const std::byte* const> later) {
    const double mean = board_[setup_.layout.target], scale = board_[setup_.layout.target + 1];
    y_.resize(setup_.shape.tile);
    v_.resize(setup_.shape.tile);
    g_.resize(setup_.shape.tile * setup_.shape.outputs());
    const std::size_t bytes = format_.sparse ? 256 : std::min<std::size_t>(format_.dense_row_size(), 4096);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i < later.size())
        for (std::size_t at = 0; at < bytes; at += 64) __builtin_prefetch(later[i] + at, 0, 2);
      format_.narrow ? enter_row<float>(rows[i], tiles().row(i)) : enter_row<double>(rows[i], tiles().row(i));
      const double y = target_of_row(rows[i]);
      y_[i] = setup_.binary ? 2 * y - 1 : setup_.classifies() ? y : (y - mean) * scale;
      v_[i] = weight_of(format_, rows[i]);
    }
  }

  void note_correct(const double* z, std::size_t n, double* slot) const {
    const std::size_t outputs = setup_.shape.outputs();
    for (std::size_t i = 0; i < n; ++i, z += outputs) {
      const bool right = setup_.binary ? (z[0] > 0) == (y_[i] > 0)
                                       : std::max_element(z, z + outputs) - z == static_cast<std::ptrdiff_t>(y_[i]);
      if (right) slot[mlp_correct] += v_[i];
    }
  }

  void evaluate(Rows which, std::size_t task, double* slot) {
    std::fill_n(slot, std::size_t{mlp_body}, 0);
    each_rows(setup_.shards[task], which, [&](std::span<const std::byte* const> rows) {
      for (std::size_t from = 0; from < rows.size(); from += setup_.shape.tile) {
        checkpoint();
        const auto some = rows.subspan(from, std::min(setup_.shape.tile, rows.size() - from));
        enter_rows(some, {});
        const double* const z = tiles().forward(weights(), some.size(), nullptr);
        slot[mlp_loss] += setup_.objective->value(z, y_.data(), v_.data(), some.size());
        slot[mlp_rows] += static_cast<double>(some.size());
        for (std::size_t i = 0; i < some.size(); ++i) slot[mlp_weight] += v_[i];
        if (setup_.classifies()) note_correct(z, some.size(), slot);
      }
    });
  }

  void order(std::int64_t epoch) {
    if (ordered_ && order_.epoch == epoch) return;
    const bool again = ordered_ && setup_.options.order == "shuffle_once";
    if (!again)
      order_ = order_epoch(setup_.options.order, static_cast<std::uint64_t>(setup_.options.seed), epoch, store_,
                           setup_.parts, setup_.group_bytes);
    order_.epoch = epoch;
    ordered_ = true;
    parts_.clear();
    parts_.resize(setup_.parts);
  }

  Part& part_of(std::size_t task) {
    Part& part = parts_[task];
    if (part.reader) return part;
    part.reader = std::make_unique<GroupReader>(setup_.holdout(), store_, RowTransform{});
    std::size_t step = 0;
    for (std::size_t g = order_.parts[task]; g < order_.parts[task + 1]; ++g) {
      part.first_step.push_back(step);
      step +=
          (trained_rows(setup_.holdout(), store_, order_, order_.groups[g]) + setup_.part_rows - 1) / setup_.part_rows;
    }
    part.first_step.push_back(step);
    return part;
  }

  GroupReader::Rows rows_of_step(std::size_t task, std::size_t step) {
    Part& part = part_of(task);
    if (step >= part.first_step.back()) return {};
    const auto next = std::upper_bound(part.first_step.begin(), part.first_step.end(), step);
    const auto group = static_cast<std::size_t>(next - part.first_step.begin()) - 1;
    if (!part.gathered || group != part.group) {
      const std::size_t at = order_.parts[task] + group;
      const EpochOrder::Group* const after = at + 1 < order_.parts[task + 1] ? &order_.groups[at + 1] : nullptr;
      part.rows = part.reader->gather(order_, order_.groups[at], after);
      part.group = group;
      part.gathered = true;
    }
    const std::size_t from = (step - part.first_step[group]) * setup_.part_rows;
    const auto some = [&](std::span<const std::byte* const> rows) {
      return rows.size() > from ? rows.subspan(from, std::min(setup_.part_rows, rows.size() - from)) : decltype(rows){};
    };
    return {some(part.rows.visited), some(part.rows.later)};
  }

  void minibatch(const Command& command, std::size_t task, double* slot) {
    order(command.epoch);
    const auto step = static_cast<std::size_t>(command.step);
    const auto [rows, later] = rows_of_step(task, step);
    T* const gradient = reinterpret_cast<T*>(slot + mlp_body);
    std::fill_n(slot, std::size_t{mlp_body}, 0);
    std::fill_n(gradient, setup_.shape.size, T{0});
    if (!rows.empty() && (prepared_epoch_ != command.epoch || prepared_step_ != command.step)) {
      tiles().prepare(weights());
      prepared_epoch_ = command.epoch;
      prepared_step_ = command.step;
    }
    Dropout dropout{setup_.options.dropout,
                    RandomStream(static_cast<std::uint64_t>(setup_.options.seed),
                                 static_cast<std::uint64_t>(command.epoch) << 32 | step, 0x64726f70 + task)};
    for (std::size_t from = 0; from < rows.size(); from += setup_.shape.tile) {
      checkpoint();
      const auto some = rows.subspan(from, std::min(setup_.shape.tile, rows.size() - from));
      enter_rows(some, later.size() > from ? later.subspan(from) : later);
      const double* const z = tiles().forward(weights(), some.size(), &dropout);
      slot[mlp_loss] += setup_.objective->differentiate(z, y_.data(), v_.data(), some.size(), g_.data());
      for (std::size_t i = 0; i < some.size(); ++i) slot[mlp_weight] += v_[i];
      tiles().backward(weights(), some.size(), g_.data(), gradient);
    }
    slot[mlp_rows] = static_cast<double>(rows.size());
  }

  const MlpSetup& setup_;
  RowStore& store_;
  const std::span<double> board_;
  const RowFormat format_;
  RowReader reader_;
  std::unique_ptr<Tiles<T>> tiles_;
  EpochOrder order_;
  bool ordered_ = false;
  std::vector<Part> parts_;
  std::int64_t prepared_epoch_ = -1, prepared_step_ = -1;
  std::vector<double> y_, v_, g_;
};

}  // namespace

std::unique_ptr<Worker> make_mlp_worker(const MlpSetup& setup, RowStore& store, std::span<double> board) {
  if (setup.single) return std::make_unique<MlpWorker<float>>(setup, store, board);
  return std::make_unique<MlpWorker<double>>(setup, store, board);
}

}  // namespace quern::network
