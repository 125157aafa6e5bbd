// The components of a Gaussian mixture as the leader of a training has them: made from a start or from sums over the
// rows, and turned into the tables that rows are scored with.
#pragma once

#include <span>
#include <vector>

#include "train/techniques/gaussian_mixture.hpp"
#include "train/techniques/row_sample.hpp"

namespace quern {

// The columns that a mixture is trained in: z = (x - shift) scale.
struct MixtureColumns {
  std::vector<double> shift, scale;
  std::vector<double> variance;  // of z, about; above 0

  double log_scale() const;
};

MixtureColumns mixture_columns(const MixtureJob& job, const RowSample& sample);

struct MixtureComponents {
  // Of z. covariance: components x features if separable; else, full, components x features x features, tied one such.
  std::vector<double> weight, mean, covariance;

  // From sums over all rows, a part of the board (MixtureJob::part). A component without rows keeps what it has.
  void maximize(const MixtureJob& job, const MixtureColumns& columns, std::span<const double> part);
  // Throws InvalidInput where a covariance is singular.
  void write_tables(const MixtureJob& job, std::span<double> table) const;
};

MixtureComponents start_components(const MixtureJob& job, const MixtureColumns& columns, const RowSample& sample,
                                   std::size_t run);
// Of a model of the same shape. Throws InvalidInput if it is none.
MixtureComponents components_of(const MixtureJob& job, const MixtureColumns& columns, const Model& model);
void add_components(const MixtureJob& job, const MixtureColumns& columns, const MixtureComponents& components,
                    Model& model);

}  // namespace quern
