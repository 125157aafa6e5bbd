#include "model/cox.hpp"

#include "base/error.hpp"

namespace quern {

namespace {

[[noreturn]] void refuse(const char* what) {
  throw InvalidInput(std::string("model of cox_regression: ") + what, {}, Fault::malformed_binary);
}

}  // namespace

CoxScorer::CoxScorer(const Model& model) : predictor(model), center(model.parameter("center", 1)[0]) {
  if (!std::isfinite(center)) refuse("its center is not finite");
  if (const Parameter* const found = model.find_parameter("baseline")) baseline = found->values;
  if (baseline.size() % 3 != 0) refuse("its baseline hazard is not a table of three columns");
  const std::size_t strata = std::max<std::size_t>(1, model.classes.size());
  starts.push_back(0);
  for (std::size_t i = 0; i < times(); ++i) {
    const double stratum = baseline[3 * i];
    if (!(stratum >= 0 && stratum < static_cast<double>(strata)) || stratum != std::floor(stratum))
      refuse("its baseline hazard names a stratum that there is not");
    if (static_cast<std::size_t>(stratum) + 1 < starts.size()) refuse("its baseline hazard is not in order");
    while (starts.size() <= static_cast<std::size_t>(stratum)) starts.push_back(i);
    const bool follows = i > starts.back();
    if (!std::isfinite(time(i)) || !(hazard(i) >= 0) ||
        (follows && !(time(i) > time(i - 1) && hazard(i) >= hazard(i - 1))))
      refuse("its baseline hazard does not rise");
  }
  while (starts.size() <= strata) starts.push_back(times());
}

double CoxScorer::cumulative_hazard(std::size_t stratum, double at) const {
  if (std::isnan(at)) return at;
  std::size_t low = starts[stratum], high = starts[stratum + 1];
  while (low < high) {  // the first time behind it
    const std::size_t middle = low + (high - low) / 2;
    if (time(middle) <= at)
      low = middle + 1;
    else
      high = middle;
  }
  return low == starts[stratum] ? 0 : hazard(low - 1);
}

}  // namespace quern
