#include "uda/classification_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

constexpr double log_loss_clip = 0x1p-52;
constexpr double threshold = 0.5;
constexpr std::size_t rows_between_checkpoints = 65536;

// Probabilities in ascending order out of chunks of any order: sorts a copy of each and merges them.
class SortedScores {
 public:
  explicit SortedScores(const Vec<Vec<double>>& chunks) {
    for (const Vec<double>& chunk : chunks) {
      if (chunk.empty()) continue;
      chunks_.emplace_back(chunk.begin(), chunk.end());
      std::sort(chunks_.back().begin(), chunks_.back().end(),
                [](double a, double b) { return std::abs(a) != std::abs(b) ? std::abs(a) < std::abs(b) : a < b; });
      next_.emplace(std::abs(chunks_.back().front()), chunks_.size() - 1);
      checkpoint();
    }
    at_.resize(chunks_.size());
  }

  bool empty() const { return next_.empty(); }
  double probability() const { return next_.top().first; }

  // The sign of the lowest probability that is left tells its outcome.
  bool take() {
    const std::size_t c = next_.top().second;
    next_.pop();
    const bool negative = std::signbit(chunks_[c][at_[c]]);
    if (++at_[c] < chunks_[c].size()) next_.emplace(std::abs(chunks_[c][at_[c]]), c);
    return !negative;
  }

 private:
  using Head = std::pair<double, std::size_t>;  // the lowest probability left in a chunk, and the chunk
  std::vector<std::vector<double>> chunks_;
  std::vector<std::size_t> at_;
  std::priority_queue<Head, std::vector<Head>, std::greater<Head>> next_;
};

struct Tally {
  std::uint64_t positives = 0, negatives = 0;
  std::uint64_t true_positives = 0, false_positives = 0;
  std::uint64_t twice_ordered_pairs = 0;  // (negative below positive) counts 2, a tie 1; below 2^53
  double log_loss = 0, squares = 0;

  void add_ties(double probability, std::uint64_t tied_positives, std::uint64_t tied_negatives) {
    twice_ordered_pairs += tied_positives * (2 * negatives + tied_negatives);
    positives += tied_positives;
    negatives += tied_negatives;
    if (probability > threshold) {
      true_positives += tied_positives;
      false_positives += tied_negatives;
    }
    const double p = std::clamp(probability, log_loss_clip, 1 - log_loss_clip), miss = 1 - probability;
    const double on = static_cast<double>(tied_positives), off = static_cast<double>(tied_negatives);
    log_loss -= on * std::log(p) + off * std::log1p(-p);
    squares += on * miss * miss + off * probability * probability;
  }
};

std::optional<double> ratio(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void ClassificationMetrics::add(double signed_probability) {
  if (static_cast<std::size_t>(n) >= max_scores)
    throw InvalidInput(concat("classification_metrics: more than ", max_scores, " rows in one group"),
                       "Take a sample of the rows: the area under the curve needs them all at once.",
                       Fault::limit_exceeded);
  if (chunks.empty() || chunks.back().size() >= chunk_rows) chunks.emplace_back();
  chunks.back().push_back(signed_probability);
  n += 1;
}

void ClassificationMetrics::accumulate(Outcome actual, double predicted_probability) {
  if (actual.value != 0 && actual.value != 1)
    throw InvalidInput(concat("classification_metrics: actual must be a boolean, 0 or 1, not ", actual.value));
  if (!(predicted_probability >= 0 && predicted_probability <= 1))
    throw InvalidInput(
        concat("classification_metrics: predicted_probability must be between 0 and 1, not ", predicted_probability));
  add(actual.value == 1 ? std::abs(predicted_probability) : -std::abs(predicted_probability));
}

void ClassificationMetrics::merge(const ClassificationMetrics& other) {
  skipped += other.skipped;
  for (const Vec<double>& chunk : other.chunks) {
    for (const double score : chunk) add(score);
    checkpoint();
  }
}

bool ClassificationMetrics::valid() const {
  if (n < 0 || static_cast<std::size_t>(n) > max_scores || skipped < 0 || skipped > max_rows) return false;
  std::size_t rows = 0;
  for (const Vec<double>& chunk : chunks) {
    if (chunk.empty() || chunk.size() > chunk_rows) return false;
    rows += chunk.size();
    if (!std::all_of(chunk.begin(), chunk.end(), [](double score) { return std::abs(score) <= 1; })) return false;
  }
  return rows == static_cast<std::size_t>(n);
}

std::optional<ClassificationQuality> ClassificationMetrics::quality() const {
  if (n == 0) return std::nullopt;
  Tally tally;
  std::size_t since_checkpoint = 0;
  for (SortedScores scores(chunks); !scores.empty();) {
    const double probability = scores.probability();
    std::uint64_t tied_positives = 0, tied_negatives = 0;
    while (!scores.empty() && scores.probability() == probability) {
      (scores.take() ? tied_positives : tied_negatives) += 1;
      if (++since_checkpoint == rows_between_checkpoints) {
        since_checkpoint = 0;
        checkpoint();
      }
    }
    tally.add_ties(probability, tied_positives, tied_negatives);
  }

  const double rows = static_cast<double>(n);
  const std::uint64_t predicted = tally.true_positives + tally.false_positives;
  const std::uint64_t true_negatives = tally.negatives - tally.false_positives;
  ClassificationQuality result{};
  result.n = n;
  result.skipped = skipped;
  result.positives = static_cast<std::int64_t>(tally.positives);
  result.accuracy = static_cast<double>(tally.true_positives + true_negatives) / rows;
  result.precision = ratio(tally.true_positives, predicted);
  result.recall = ratio(tally.true_positives, tally.positives);
  result.specificity = ratio(true_negatives, tally.negatives);
  result.f1 = ratio(2 * tally.true_positives, predicted + tally.positives);
  result.log_loss = tally.log_loss / rows;
  result.brier = tally.squares / rows;
  result.auc = ratio(tally.twice_ordered_pairs, 2 * tally.positives * tally.negatives);
  return result;
}

}  // namespace quern
