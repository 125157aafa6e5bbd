#include "model/factorization_machine.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

// The sums of a row go through this many factors at a time, without memory of their own.
constexpr std::size_t factors_at_once = 32;

// entries(visit) calls visit(index, value) for each entry of the row.
template <class Entries>
double interactions(std::span<const double> factors, std::size_t rank, const Entries& entries) {
  double all = 0;
  for (std::size_t from = 0; from < rank; from += factors_at_once) {
    const std::size_t n = std::min(factors_at_once, rank - from);
    double sums[factors_at_once] = {}, squares = 0;
    entries([&](std::size_t j, double x) {
      const double* const v = factors.data() + j * rank + from;
      for (std::size_t k = 0; k < n; ++k) {
        const double vx = v[k] * x;
        sums[k] += vx;
        squares += vx * vx;
      }
    });
    for (std::size_t k = 0; k < n; ++k) all += sums[k] * sums[k];
    all -= squares;
  }
  return all / 2;
}

}  // namespace

FactorizationMachine::FactorizationMachine(const Model& model) : predictor_(model) {
  const Parameter* const factors = model.find_parameter("factor");
  const std::size_t features = predictor_.features();
  if (!factors || features == 0 || factors->values.size() % features != 0)
    throw InvalidInput("model: the factors of a factorization_machine model are missing or of another size", {},
                       Fault::malformed_binary);
  factors_ = factors->values;
  rank_ = factors_.size() / features;
}

double FactorizationMachine::operator()(const Features& x) const {
  return predictor_(x) + x.visit([&](auto values) {
    return interactions(factors_, rank_, [&](const auto& visit) {
      for (std::size_t j = 0; j < values.size(); ++j)
        if (values[j] != 0) visit(j, static_cast<double>(values[j]));
    });
  });
}

double FactorizationMachine::operator()(const SparseFeatures& x) const {
  return predictor_(x) + interactions(factors_, rank_, [&](const auto& visit) {
           for (std::size_t e = 0; e < x.indices.size(); ++e) visit(x.indices[e], x.values[e]);
         });
}

FactorizationMachineClassifier::FactorizationMachineClassifier(const Model& model) : machine(model) {
  if (model.classes.size() != 2)
    throw InvalidInput(concat("model of factorization_machine has ", model.classes.size(), " classes, not 2"), {},
                       Fault::malformed_binary);
}

}  // namespace quern
