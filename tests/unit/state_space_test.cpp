// Smoothed states against the dense least-squares problem that defines them, and against statsmodels 0.15.0
// (UnobservedComponents with exact diffuse initialisation) on the annual flow of the Nile at Aswan, 1871 to 1970
// (Durbin and Koopman's example; R's data set Nile), whose diffuse log-likelihood KFAS gives as -632.5456.
#include <cmath>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "linalg/cholesky.hpp"
#include "model/kalman.hpp"
#include "train/techniques/state_space.hpp"
#include "training.hpp"

namespace quern {
namespace {

constexpr std::uint64_t seed = 20261121;
using Matrix = std::vector<double>;

Matrix inverse(const Matrix& a, std::size_t n) {
  Cholesky factor;
  factor.factor(a, n, 0);
  EXPECT_EQ(factor.rank, n);
  Matrix out(n * n);
  for (std::size_t j = 0; j < n; ++j) {
    std::vector<double> e(n);
    e[j] = 1;
    factor.solve(e);
    for (std::size_t i = 0; i < n; ++i) out[i * n + j] = e[i];
  }
  return out;
}

Matrix random_covariance(std::mt19937_64& rng, std::size_t n) {
  std::normal_distribution<double> normal;
  Matrix root(n * n), out(n * n);
  for (double& x : root) x = normal(rng);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) out[i * n + j] += root[i * n + k] * root[j * n + k];
      if (i == j) out[i * n + j] += 0.3;
    }
  return out;
}

// Adds v (r - B w)' inverse(S) (r - B w) to a quadratic w'H w - 2 g'w + c; B's columns are places of w.
struct Quadratic {
  std::size_t n;
  Matrix h, g;
  double constant = 0, log_determinants = 0;

  void add(const Matrix& b, const std::vector<std::size_t>& places, const Matrix& precision, const Matrix& r) {
    const std::size_t m = r.size(), k = places.size();
    for (std::size_t x = 0; x < m; ++x)
      for (std::size_t y = 0; y < m; ++y) {
        const double p = precision[x * m + y];
        constant += r[x] * p * r[y];
        for (std::size_t i = 0; i < k; ++i) {
          g[places[i]] += b[x * k + i] * p * r[y];
          for (std::size_t j = 0; j < k; ++j) h[places[i] * n + places[j]] += b[x * k + i] * p * b[y * k + j];
        }
      }
  }
};

TEST(StateSpace, SolvesItsLeastSquaresProblem) {
  std::mt19937_64 rng(seed);
  std::normal_distribution<double> normal;
  for (const std::size_t d : {1, 2, 3})
    for (const std::size_t p : {1, 2})
      for (const bool diffuse : {true, false}) {
        StateSpace model;
        model.states = d;
        model.outputs = p;
        for (std::size_t i = 0; i < d * d; ++i) model.transition.push_back((i % (d + 1) == 0) + 0.3 * normal(rng));
        for (std::size_t i = 0; i < p * d; ++i) model.observation.push_back(normal(rng));
        model.process = random_covariance(rng, d);
        model.noise = random_covariance(rng, p);
        model.diffuse = diffuse;
        model.covariance = random_covariance(rng, d);
        for (std::size_t i = 0; i < d; ++i) model.mean.push_back(normal(rng));
        constexpr std::size_t steps = 12;
        std::vector<double> y(40);
        for (double& x : y) x = 3 * normal(rng);
        // Nothing at steps 3, 4 and 11, two rows at step 6.
        std::vector<Observation> rows;
        for (const std::size_t k : {0, 1, 2, 5, 6, 6, 7, 8, 9, 10})
          rows.push_back({k, 0.5 + 0.25 * static_cast<double>(rows.size()), &y[rows.size() * p]});
        const auto smoothed = smooth_states(model, rows, steps);
        ASSERT_TRUE(smoothed);

        Quadratic q{steps * d, Matrix(steps * d * steps * d), Matrix(steps * d)};
        for (const Observation& row : rows) {
          Matrix precision = inverse(model.noise, p);
          for (double& x : precision) x *= row.weight;
          std::vector<std::size_t> places;
          for (std::size_t i = 0; i < d; ++i) places.push_back(row.step * d + i);
          q.add(model.observation, places, precision, Matrix(row.y, row.y + p));
        }
        Matrix both(d * 2 * d);  // w_k - A w_(k-1)
        for (std::size_t i = 0; i < d; ++i) {
          both[i * 2 * d + d + i] = 1;
          for (std::size_t j = 0; j < d; ++j) both[i * 2 * d + j] = -model.transition[i * d + j];
        }
        for (std::size_t k = 1; k < steps; ++k) {
          std::vector<std::size_t> places;
          for (std::size_t i = 0; i < 2 * d; ++i) places.push_back((k - 1) * d + i);
          q.add(both, places, inverse(model.process, d), Matrix(d));
        }
        if (!diffuse) {
          Matrix identity(d * d);
          std::vector<std::size_t> places;
          for (std::size_t i = 0; i < d; ++i) {
            identity[i * (d + 1)] = 1;
            places.push_back(i);
          }
          q.add(identity, places, inverse(model.covariance, d), model.mean);
        }
        const Matrix covariance = inverse(q.h, q.n);
        double loss = q.constant;
        for (std::size_t i = 0; i < q.n; ++i) {
          double w = 0;
          for (std::size_t j = 0; j < q.n; ++j) w += covariance[i * q.n + j] * q.g[j];
          loss -= q.g[i] * w;
          EXPECT_NEAR(smoothed->state[i], w, 1e-8 * (1 + std::abs(w))) << d << p << diffuse << " " << i;
          EXPECT_NEAR(smoothed->std_error[i], std::sqrt(covariance[i * (q.n + 1)]), 1e-8);
        }
        EXPECT_NEAR(smoothed->loss, loss, 1e-8 * loss);
      }
}

constexpr double nile[] = {1120, 1160, 963, 1210, 1160, 1160, 813,  1230, 1370, 1140, 995,  935,  1110, 994,  1020,
                           960,  1180, 799, 958,  1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774,  840,
                           874,  694,  940, 833,  701,  916,  692,  1020, 1050, 969,  831,  726,  456,  824,  702,
                           1120, 1100, 832, 764,  821,  768,  845,  864,  862,  698,  845,  744,  796,  1040, 759,
                           781,  865,  845, 944,  984,  897,  822,  1010, 771,  676,  649,  846,  812,  742,  801,
                           1040, 860,  874, 848,  890,  744,  749,  838,  1050, 918,  986,  797,  923,  975,  815,
                           1020, 906,  901, 1170, 912,  746,  919,  718,  714,  740};

Model smooth_nile(const std::string& options, const std::function<bool(int)>& leave_out = {}) {
  TrainingRows rows;
  for (int i = 99; i >= 0; --i)  // the last first: order is the training's affair
    if (!leave_out || !leave_out(i + 1)) rows.push_back({1871.0 + i, {nile[i]}});
  MemoryStore store = store_of(rows);
  const auto training = make_training({"kalman_smoothing", options, 0}, store);
  std::vector<double> board(training->board_size());
  const auto worker = training->make_worker(store, board);
  SerialCrew crew(*worker, board);
  SilentObserver observer;
  return training->train(store, crew, observer, {}, nullptr);
}

void expect_state(const Model& model, std::size_t step, std::vector<double> state, std::vector<double> error) {
  const KalmanScorer series(model);
  ASSERT_EQ(series.states, state.size());
  for (std::size_t i = 0; i < state.size(); ++i) {
    EXPECT_NEAR(series.state[(step - 1) * series.states + i], state[i], 1e-9 * std::abs(state[i]));
    EXPECT_NEAR(series.std_error[(step - 1) * series.states + i], error[i], 1e-9 * error[i]);
  }
}

// statsmodels counts log(2 pi) / 2 more for each diffuse state.
constexpr double per_state = 0.91893853320467274;

TEST(KalmanSmoothing, AgreesWithStatsmodelsOnTheNile) {
  const std::string level = R"({"process_covariance": 1469.1, "observation_covariance": 15099, "forecast": 2})";
  const Model a = smooth_nile(level);
  EXPECT_NEAR(a.metric("log_likelihood"), -633.4645636488787 + per_state, 1e-9);
  EXPECT_NEAR(a.metric("log_likelihood"), -632.5456, 1e-4);
  expect_state(a, 1, {1111.6683191267957}, {63.49927512821289});
  expect_state(a, 2, {1110.857664621807}, {56.94673013637147});
  expect_state(a, 50, {834.7632591037507}, {48.23646825602282});
  expect_state(a, 100, {798.3702926083578}, {63.49927512821531});
  const KalmanScorer series(a);
  EXPECT_EQ(series.steps, 102u);
  EXPECT_NEAR(series.std_error[101], std::sqrt(63.49927512821531 * 63.49927512821531 + 2 * 1469.1), 1e-9);
  const auto at = [&](double t) { return series.predict(Features(std::span<const double>(&t, 1))); };
  EXPECT_EQ(at(1920), series.state[49]);
  EXPECT_EQ(at(1800), series.state[0]);
  EXPECT_EQ(at(2100.5), series.state[101]);

  const Model b = smooth_nile(level, [](int year) { return year > 20 && year <= 40; });
  EXPECT_NEAR(b.metric("log_likelihood"), -503.81995486105205 + per_state, 1e-9);
  expect_state(b, 1, {1111.3209634620935}, {63.49950234010746});
  expect_state(b, 30, {903.4376686834485}, {98.5646956213381});
  expect_state(b, 100, {798.3702918317429}, {63.49927512821472});

  const std::string trend =
      R"("transition": [[1, 1], [0, 1]], "observation": [[1, 0]], "observation_covariance": 15000)";
  const Model c = smooth_nile("{" + trend + R"(, "process_covariance": [1000, 10]})");
  EXPECT_NEAR(c.metric("log_likelihood"), -633.4202028356347 + 2 * per_state, 1e-9);
  expect_state(c, 1, {1124.9358668847458, -4.343629991163866}, {66.02588177838653, 11.119480394111488});
  expect_state(c, 50, {832.8153105015934, -1.8136817144355217}, {44.74215692318138, 7.213064819502007});
  expect_state(c, 100, {790.3053798121406, -7.405263205040177}, {66.02588177838659, 11.560399830240941});

  // A singular covariance: the smooth trend.
  const Model e = smooth_nile("{" + trend + R"(, "process_covariance": [0, 10]})");
  EXPECT_NEAR(e.metric("log_likelihood"), -635.6571357608981 + 2 * per_state, 1e-9);
  expect_state(e, 2, {1120.9738325755861, -3.2165807104350446}, {49.38617740946215, 8.291637554952768});
  expect_state(e, 100, {826.6814460225721, -8.908679925007096}, {55.24505367359169, 9.396578391981034});
}

// Without process noise a random walk is a constant: the mean, and its standard error.
TEST(KalmanSmoothing, WithoutNoiseOfTheProcessItIsTheMean) {
  const Model model = smooth_nile(R"({"process_covariance": 0, "observation_covariance": 400})");
  double mean = 0;
  for (const double y : nile) mean += y / 100;
  expect_state(model, 1, {mean}, {2});
  expect_state(model, 77, {mean}, {2});
  EXPECT_EQ(smooth_nile(R"({"step": 0.5})").metric("steps"), 199);
}

std::string refusal(const std::string& options) {
  try {
    smooth_nile(options);
  } catch (const InvalidInput& e) {
    return e.what();
  }
  return "not refused";
}

TEST(KalmanSmoothing, RefusesWhatDoesNotFit) {
  const auto refused = [](const std::string& options, const std::string& why) {
    EXPECT_NE(refusal(options).find(why), std::string::npos) << refusal(options);
  };
  refused(R"({"transition": [[1, 1], [0, 1]], "observation": [[1]]})", "observation\" is 1 x 1, not 1 x 2");
  refused(R"({"transition": [[1, 1], [0]]})", "array of arrays");
  refused(R"({"process_covariance": -1})", "semidefinite");
  refused(R"({"process_covariance": [[1, 2], [2, 1]]})", "semidefinite");
  refused(R"({"process_covariance": [[1, 0], [0.5, 1]]})", "semidefinite");
  refused(R"({"observation_covariance": 0})", "positive definite");
  refused(R"({"initial_mean": [1]})", "needs \"initial_covariance\"");
  refused(R"({"observation": [[1]], "initial_mean": [1, 2], "initial_covariance": 1})", "initial_mean");
  refused(R"({"step": 0.3})", "whole number of steps");
  refused(R"({"step": 1e-7})", "are supported");
  refused(R"({"transition": [[1, 0], [0, 1]]})", "do not determine");
  refused(R"({"transition": 1e10, "forecast": 100})", "range");
}

TEST(KalmanSmoothing, ForgedModelsAreRefused) {
  const Model good = smooth_nile("{}");
  EXPECT_EQ(KalmanScorer::coefficients(good).size(), 2u);
  const auto values = [](Model& model, std::string_view name) -> Parameter& {
    return *const_cast<Parameter*>(model.find_parameter(name));
  };
  const auto refused = [&](const std::function<void(Model&)>& forge) {
    Model model = good;
    forge(model);
    EXPECT_THROW(KalmanScorer{model}, InvalidInput);
  };
  for (const std::int64_t rows : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{3}, std::int64_t{1} << 60})
    refused([&](Model& m) { values(m, "state").rows = rows; });
  refused([&](Model& m) { values(m, "state").rows = 50; });  // two states, of which the matrices know nothing
  refused([&](Model& m) { values(m, "std_error").values.pop_back(); });
  refused([&](Model& m) { values(m, "transition").values.clear(); });
  refused([&](Model& m) { values(m, "observation").values.clear(); });
  refused([&](Model& m) { values(m, "time").values[1] = 0; });
  refused([&](Model& m) { values(m, "time").values[1] = NAN; });
  refused([&](Model& m) { m.features = 2; });
  const double late = 1e300;
  EXPECT_THROW(KalmanScorer(good).predict(Features(std::span<const double>(&late, 1))), InvalidInput);
}

}  // namespace
}  // namespace quern
