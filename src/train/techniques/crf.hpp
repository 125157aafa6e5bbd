// Conditional random fields over linear chains (Lafferty, McCallum and Pereira, ICML 2001): minimises
//   sum over sequences of v (log Z - score of the labels) / sum of v + l1 |w|_1 + l2/2 |w|^2
// by L-BFGS (OWL-QN with l1), each pass a forward and backward over all sequences, or by stochastic descent over one
// sequence after the other, whose steps touch only the weights of the features that it has.
//
// Where it breaks: a step of stochastic descent is one process's work, and needs exp of all transitions, so many labels
// on short sequences are slow. Without penalty the weights of what separates the labels grow without end.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/techniques/crf_layout.hpp"
#include "train/shards.hpp"
#include "train/training.hpp"

namespace quern {

// At the start of a task's slot; the gradient, of layout.size, follows.
enum CrfSlot : std::size_t { crf_loss, crf_right, crf_gradient };
// Of Command::numbers, for an epoch.
enum CrfCommand : std::size_t { crf_step, crf_decay, crf_sample };

struct CrfJob {
  CrfJob(const JobSpec& spec, RowStore& store);

  JobSpec spec;
  CrfOptions options;
  bool sgd = false;
  double l2 = 0;
  CrfCounts counts;
  std::optional<CrfLayout> layout;  // none where rows are only expected
  std::vector<Shard> shards;

  // The board
  std::size_t classes = 0;  // for each label number of the rows its place in the model; labels beyond follow
  std::size_t point = 0;
  std::size_t slots = 0, slot_size = 0;
  std::size_t board_size = 0;
};

std::unique_ptr<Worker> make_crf_worker(const CrfJob& job, RowStore& store, std::span<double> board);

class Crf final : public Training {
 public:
  static TrainingPlan plan(std::string_view name, std::string_view options);

  Crf(const JobSpec& spec, RowStore& store) : job_(spec, store), rows_(static_cast<double>(store.rows())) {}

  const JobSpec& spec() const override { return job_.spec; }
  std::size_t board_size() const override { return job_.board_size; }
  std::size_t class_map() const override { return job_.classes; }
  std::size_t tasks() const override { return job_.shards.size(); }
  double expected_seconds(double bytes) const override;
  std::vector<std::string> reasons() const override;

  std::unique_ptr<Worker> make_worker(RowStore& store, std::span<double> board) const override {
    return make_crf_worker(job_, store, board);
  }
  Model train(RowStore& store, Crew& crew, Observer& observer, const Description& description,
              const Model* start) const override;

 private:
  const CrfJob job_;
  const double rows_;
};

}  // namespace quern
