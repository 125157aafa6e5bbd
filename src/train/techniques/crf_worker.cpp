// The operations of a conditional random field's worker:
//
//   gradient  of a shard of sequences: the loss, and its gradient in the layout of the weights
//   validate  of a shard: how many positions the best path gets right, and the loss
//   epoch     of stochastic descent over all sequences, on the point on the board. The weights are kept as u with
//             w = c u, so that the penalty's part of a step is c <- c (1 - step l2) (Shalev-Shwartz et al., Pegasos,
//             ICML 2007). With a sample: over so many sequences, on a copy of the point, and then the loss over them:
//             how long a step should be (Bottou).
#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "model/linear_chain.hpp"
#include "train/techniques/crf.hpp"
#include "train/techniques/crf_kernels.hpp"
#include "train/order.hpp"
#include "train/row_reader.hpp"

namespace quern {

namespace {

constexpr std::size_t group_bytes = 4 << 20;     // of blocks that are shuffled together
constexpr std::size_t checkpoint_work = 100000;  // entries and positions times labels, between two checkpoints

class CrfWorker final : public Worker {
 public:
  CrfWorker(const CrfJob& job, RowStore& store, std::span<double> board)
      : job_(job), layout_(*job.layout), store_(store), board_(board), reader_({}, store, {}), chain_(layout_.labels) {}

  void perform(const Command& command, std::size_t task) override {
    if (place_.empty()) place_labels();
    switch (command.operation) {
      case Operation::gradient:
        return gradient(task);
      case Operation::validate:
        return validate(task);
      case Operation::epoch:
        return epoch(command);
      default:
        throw InvalidInput("crf: a worker was asked for what it does not do");
    }
  }

 private:
  struct Sequence {
    const std::byte* row;
    std::size_t positions = 0;
    double weight = 1;
  };

  void place_labels() {
    for (std::size_t c = 0; c < layout_.labels; ++c)
      place_.push_back(static_cast<std::size_t>(board_[job_.classes + c]));
    layout_.place_labels(job_.counts, place_);
    mask_.assign(layout_.lists, 1);  // of transitions and ends; rows are not asked
    std::fill_n(mask_.begin(), layout_.last + layout_.width, 0.0);
    for (std::size_t c = 0; c < layout_.labels; ++c) {
      mask_[layout_.first + place_[c]] = job_.counts.first[c];
      mask_[layout_.last + place_[c]] = job_.counts.last[c];
      for (std::size_t d = 0; d < layout_.labels; ++d)
        mask_[place_[c] * layout_.width + place_[d]] = job_.counts.pairs[c * layout_.labels + d];
    }
    pairs_.resize(layout_.labels * layout_.width);
  }

  CrfWeights table() const {
    return {layout_.features.data(), layout_.list_labels.data(), layout_.lists, layout_.width};
  }
  const double* point() const { return &board_[job_.point]; }
  double* slot(std::size_t task) const { return &board_[job_.slots + task * job_.slot_size]; }

  // f(entries of the row)
  template <class F>
  void entries_of(const std::byte* row, F&& f) const {
    if (store_.format().narrow) {
      const auto x = sparse_values<float>(store_.format(), row);
      f(CrfEntries<float>{x.indices, x.values, x.entries});
    } else {
      const auto x = sparse_values<double>(store_.format(), row);
      f(CrfEntries<double>{x.indices, x.values, x.entries});
    }
  }

  // The labels of a row, and scores_ of its positions: those of the features alone.
  Sequence read(const std::byte* row, const double* weights) {
    Sequence sequence{row, 0, weight_of(store_.format(), row)};
    labels_.clear();
    entries_of(row, [&](const auto& entries) {
      for (std::size_t e = 0; e < entries.count; ++e)
        if (entries.indices[e] == 0) labels_.push_back(place_[static_cast<std::size_t>(entries.values[e])]);
      sequence.positions = labels_.size();
      const std::size_t size = labels_.size() * layout_.width;
      if (scores_.size() < size) scores_.resize(size);
      std::fill_n(scores_.begin(), size, 0.0);
      add_scores(entries, table(), weights, scores_.data());
      done_ += entries.count + size;
    });
    if (done_ > checkpoint_work) {
      checkpoint();
      done_ = 0;
    }
    return sequence;
  }

  std::span<double> scores(const Sequence& sequence) { return {scores_.data(), sequence.positions * layout_.width}; }

  void add_ends(const Sequence& sequence, const double* weights) {
    double* const last = &scores_[(sequence.positions - 1) * layout_.width];
    for (std::size_t j = 0; j < layout_.width; ++j) scores_[j] += weights[layout_.first + j];
    for (std::size_t j = 0; j < layout_.width; ++j) last[j] += weights[layout_.last + j];
  }

  double score_of_labels(const double* transitions) const {
    double score = 0;
    for (std::size_t t = 0; t < labels_.size(); ++t) {
      score += scores_[t * layout_.width + labels_[t]];
      if (t > 0) score += transitions[labels_[t - 1] * layout_.width + labels_[t]];
    }
    return score;
  }

  // From marginals to the slopes of v (log Z - score).
  void to_slopes(const Sequence& sequence, double v) {
    for (std::size_t t = 0; t < labels_.size(); ++t) scores_[t * layout_.width + labels_[t]] -= 1;
    if (v != 1)
      for (double& s : scores(sequence)) s *= v;
  }

  void add_to_ends(const Sequence& sequence, double* to) const {
    const double* const last = &scores_[(sequence.positions - 1) * layout_.width];
    for (std::size_t j = 0; j < layout_.width; ++j) to[layout_.first + j] += scores_[j];
    for (std::size_t j = 0; j < layout_.width; ++j) to[layout_.last + j] += last[j];
  }

  void gradient(std::size_t task) {
    double* const out = slot(task);
    double* const g = out + crf_gradient;
    std::fill_n(g, layout_.size, 0.0);
    double loss = 0;
    chain_.set_transitions({point(), layout_.labels * layout_.width});
    each_row(job_.shards[task], [&](const std::byte* row) {
      const Sequence sequence = read(row, point());
      if (sequence.positions == 0) return;
      add_ends(sequence, point());
      const double score = score_of_labels(point());
      loss += sequence.weight * (chain_.forward_backward(scores(sequence), sequence.weight) - score);
      to_slopes(sequence, sequence.weight);
      entries_of(row, [&](const auto& entries) { add_features(entries, table(), scores_.data(), g); });
      add_to_ends(sequence, g);
      for (std::size_t t = 1; t < labels_.size(); ++t)
        g[labels_[t - 1] * layout_.width + labels_[t]] -= sequence.weight;
    });
    chain_.take_pairs({g, layout_.labels * layout_.width});
    out[crf_loss] = loss;
  }

  void validate(std::size_t task) {
    double loss = 0, right = 0;
    std::vector<std::uint32_t> path;
    chain_.set_transitions({point(), layout_.labels * layout_.width});
    each_row(job_.shards[task], [&](const std::byte* row) {
      const Sequence sequence = read(row, point());
      if (sequence.positions == 0) return;
      add_ends(sequence, point());
      path.resize(sequence.positions);
      chain_.best_path(scores(sequence), path);
      for (std::size_t t = 0; t < path.size(); ++t) right += path[t] == labels_[t];
      const double score = score_of_labels(point());
      loss += sequence.weight * (chain_.forward_backward(scores(sequence), 0) - score);
    });
    slot(task)[crf_loss] = loss;
    slot(task)[crf_right] = right;
  }

  void epoch(const Command& command) {
    const double step = command.numbers[crf_step], decay = command.numbers[crf_decay];
    const auto sample = static_cast<std::uint64_t>(command.numbers[crf_sample]);
    const double mean = job_.counts.sequences / job_.counts.weight;  // a sequence's weight counts relative to it
    double* weights = &board_[job_.point];
    if (sample > 0) {
      copy_.assign(weights, weights + layout_.size);
      weights = copy_.data();
    }
    double loss = 0, factor = 1;
    std::uint64_t visited = 0;
    const std::uint64_t before = sample > 0 ? 0 : static_cast<std::uint64_t>(command.epoch) * store_.rows();
    const auto visit = [&](const std::byte* row) {
      const double length = step / (1 + decay * static_cast<double>(before + visited));
      ++visited;
      loss += descend(row, weights, factor, length, mean);
      if (factor < 1e-9) rescale(weights, factor);
    };
    each_shuffled(command.epoch, sample, visit);
    rescale(weights, factor);
    if (sample > 0) {
      loss = 0;
      chain_.set_transitions({weights, layout_.labels * layout_.width});
      each_shuffled(command.epoch, sample, [&](const std::byte* row) {
        const Sequence sequence = read(row, weights);
        if (sequence.positions == 0) return;
        add_ends(sequence, weights);
        const double score = score_of_labels(weights);
        loss += sequence.weight * (chain_.forward_backward(scores(sequence), 0) - score);
      });
    }
    double squares = 0;
    for (std::size_t i = 0; i < layout_.size; ++i) squares += weights[i] * weights[i];
    slot(0)[crf_loss] = loss;
    slot(0)[crf_right] = squares;
  }

  // One step on weights u, w = factor u. The loss before it.
  double descend(const std::byte* row, double* u, double& factor, double length, double mean) {
    const Sequence sequence = read(row, u);
    factor *= std::max(1 - length * job_.l2, 1e-3);
    if (sequence.positions == 0) return 0;
    add_ends(sequence, u);
    for (double& s : scores(sequence)) s *= factor;
    const std::size_t pairs = layout_.labels * layout_.width;
    for (std::size_t i = 0; i < pairs; ++i) pairs_[i] = factor * u[i];
    chain_.set_transitions(pairs_);
    const double score = score_of_labels(pairs_.data());
    const double by = -length * sequence.weight * mean / factor;
    const double loss = sequence.weight * (chain_.forward_backward(scores(sequence), 1) - score);
    std::fill(pairs_.begin(), pairs_.end(), 0.0);
    chain_.take_pairs(pairs_);
    for (std::size_t t = 1; t < labels_.size(); ++t) pairs_[labels_[t - 1] * layout_.width + labels_[t]] -= 1;
    for (std::size_t i = 0; i < pairs; ++i) u[i] += by * mask_[i] * pairs_[i];
    to_slopes(sequence, by);
    entries_of(row, [&](const auto& entries) { add_features(entries, table(), scores_.data(), u); });
    const double* const last = &scores_[(sequence.positions - 1) * layout_.width];
    for (std::size_t j = 0; j < layout_.width; ++j) {
      u[layout_.first + j] += mask_[layout_.first + j] * scores_[j];
      u[layout_.last + j] += mask_[layout_.last + j] * last[j];
    }
    return loss;
  }

  void rescale(double* weights, double& factor) const {
    for (std::size_t i = 0; i < layout_.size; ++i) weights[i] *= factor;
    factor = 1;
    checkpoint();
  }

  template <class F>
  void each_row(const Shard& shard, F&& f) {
    for (std::size_t b = shard.from; b < shard.to; ++b) {
      const auto block = static_cast<std::uint32_t>(b);
      for (const std::byte* row : reader_.gather({&block, 1}, Rows::all)) f(row);
    }
  }

  // Blocks in an order of their own, and the rows of a few MB of them: as block_row_shuffle of order.hpp. At most
  // `most`, if that is not 0.
  template <class F>
  void each_shuffled(std::int64_t number, std::uint64_t most, F&& f) {
    const auto seed = static_cast<std::uint64_t>(job_.options.seed), epoch = static_cast<std::uint64_t>(number);
    std::vector<std::uint32_t> blocks(store_.blocks().size());
    for (std::size_t b = 0; b < blocks.size(); ++b) blocks[b] = static_cast<std::uint32_t>(b);
    if (!store_.sequential()) shuffle(std::span(blocks), RandomStream(seed, epoch, 0));
    std::vector<const std::byte*> rows;
    std::uint64_t visited = 0, stream = 1;
    for (std::size_t b = 0; b < blocks.size();) {
      const std::size_t from = b;
      std::size_t bytes = 0;
      for (; b < blocks.size() && (b == from || bytes < group_bytes); ++b) bytes += store_.blocks()[blocks[b]].bytes;
      const auto group = reader_.gather(std::span(blocks).subspan(from, b - from), Rows::all);
      rows.assign(group.begin(), group.end());
      shuffle(std::span(rows), RandomStream(seed, epoch, stream++));
      for (const std::byte* row : rows) {
        if (most > 0 && visited++ == most) return;
        f(row);
      }
    }
  }

  const CrfJob& job_;
  CrfLayout layout_;
  RowStore& store_;
  const std::span<double> board_;
  RowReader reader_;
  LinearChain chain_;
  std::vector<std::size_t> place_, labels_;
  std::vector<double> scores_, mask_, pairs_, copy_;
  std::size_t done_ = 0;
};

}  // namespace

std::unique_ptr<Worker> make_crf_worker(const CrfJob& job, RowStore& store, std::span<double> board) {
  return std::make_unique<CrfWorker>(job, store, board);
}

}  // namespace quern
