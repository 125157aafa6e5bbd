// quern.smoothed(model): the states of a smoothed series, as rows.
#include "base/text.hpp"
#include "model/kalman.hpp"
#include "pg/entry.hpp"
#include "pg/rows.hpp"
#include "pg/scoring.hpp"

namespace quern::pg {

namespace {

struct SmoothedRow {
  double t;
  std::span<const double> state, std_error;

  static constexpr std::array columns{"t", "state", "std_error"};
};

Datum smoothed(FunctionCallInfo fcinfo) {
  const Bytes packed = bytes_of(PG_GETARG_BYTEA_PP(0));
  return guarded([&] {
    Model model;
    decode_model(packed, model);
    if (model.algorithm != "kalman_smoothing")
      throw InvalidInput(concat("smoothed: a ", std::string_view(model.algorithm), " model has no states"),
                         "It takes a model of kalman_smoothing.");
    const KalmanScorer series(model);
    std::vector<SmoothedRow> rows;
    for (std::size_t k = 0; k < series.steps; ++k)
      rows.push_back({series.first + static_cast<double>(k) * series.step,
                      series.state.subspan(k * series.states, series.states),
                      series.std_error.subspan(k * series.states, series.states)});
    return return_rows(fcinfo, rows);
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_smoothed, quern::pg::smoothed)
