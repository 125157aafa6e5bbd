// Mixtures of Gaussian distributions: weights, means and covariances of k components that make the likelihood of the
// rows large, by expectation-maximisation. A pass over the rows finds of each row how likely each component is its
// source (the responsibilities r), and in the same visit adds r, r z and r z z' to the sums that the next weights,
// means and covariances come from. Several starts (n_init) are trained in the same passes.
//
// z are the columns less their mean and divided by a power of two near their deviation, so that sums of squares cancel
// no more than component means lie apart. A quadratic form is the square of L^-1 (z - mean), covariance = L L', for a
// block of rows at once; of a diagonal covariance a product of (z, z^2) with the parameters of all components.
// Responsibilities are relative to the likeliest component, so that none underflows to 0/0.
//
// Where it breaks: it finds a local optimum, which the start decides. Without reg_covar a component may shrink onto a
// few rows, where the likelihood has no bound. Dempster, Laird, Rubin, J. R. Stat. Soc. B 39, 1977; McLachlan, Peel,
// Finite Mixture Models, 2000.
//
// The model has parameters "weight" (k), "mean" (k x features) and one of "variance" (k x features: diagonal,
// spherical), "covariance" (k x features x features: full) and "shared_covariance" (features x features: tied), and the
// components 0 .. k-1 as classes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "train/shards.hpp"
#include "train/techniques/gaussian_mixture_options.hpp"
#include "train/training.hpp"

namespace quern {

enum class Covariance { full, diagonal, spherical, tied };

// What every process of the training knows.
struct MixtureJob {
  MixtureJob(const JobSpec& spec, const RowStore& store);

  JobSpec spec;
  MixtureOptions options;
  Covariance covariance;
  std::size_t features, components, runs;
  std::vector<Shard> shards;

  bool separable() const { return covariance == Covariance::diagonal || covariance == Covariance::spherical; }
  // Numbers of a row that scores are products with: z, and z^2 if the covariance is diagonal; none if it is full.
  std::size_t score_terms() const;
  // Numbers of a row that each component sums up: score_terms() and 1; a multiple of 8. None if the covariance is full.
  std::size_t sum_terms() const;
  // Triangles over (z, 1): of each component if the covariance is full, one if it is tied.
  std::size_t triangles() const;
  std::size_t factors() const { return triangles(); }
  std::size_t triangle() const { return (features + 1) * (features + 2) / 2; }
  std::size_t factor() const { return features * (features + 1); }

  // The board, as offsets into its numbers.
  struct Layout {
    std::size_t shift, scale;  // features: z = (x - shift) scale
    std::size_t active;        // runs: 1 while the likelihood still rises
    std::size_t tables;        // of each run, of table_size numbers: how rows are scored
    std::size_t table_size;
    std::size_t slots;  // one for each shard, of slot_size numbers each; in it one part for each run
    std::size_t part_size, slot_size;
    std::size_t size;
  } layout;

  // Of a table: a constant for each component, its products with score_terms() numbers, and the factors: L^-1 by rows,
  // then what is subtracted from L^-1 z.
  std::size_t constants(std::size_t run) const { return layout.tables + run * layout.table_size; }
  std::size_t columns(std::size_t run) const { return constants(run) + components; }
  std::size_t factor_at(std::size_t run, std::size_t f) const {
    return columns(run) + components * score_terms() + f * factor();
  }
  // Of a part: the log-likelihood and the weight, then the sums, then the triangles.
  std::size_t part(std::size_t shard, std::size_t run) const {
    return layout.slots + shard * layout.slot_size + run * layout.part_size;
  }
};

enum MixtureHead : std::size_t { head_likelihood, head_weight, head_sums };

enum class MixtureStep : std::int64_t {
  expect,    // of active runs: all sums
  evaluate,  // of all: the log-likelihood alone
};

class GaussianMixture final : public Training {
 public:
  static TrainingPlan plan(std::string_view name, std::string_view options);
  GaussianMixture(const JobSpec& spec, const RowStore& store);

  const JobSpec& spec() const override { return job_.spec; }
  std::size_t board_size() const override { return job_.layout.size; }
  std::size_t tasks() const override { return job_.shards.size(); }
  double expected_seconds(double bytes) const override;
  std::vector<std::string> reasons() const override;
  std::unique_ptr<Worker> make_worker(RowStore& store, std::span<double> board) const override;
  Model train(RowStore& store, Crew& crew, Observer& observer, const Description& description,
              const Model* start) const override;

 private:
  const double rows_;
  const MixtureJob job_;
};

}  // namespace quern
