// Option l1 of the aggregate linear_regression, from its triangular factor. The reference is coordinate descent in
// double precision run to KKT residuals below 1e-12 on the diabetes data with columns standardised by the population
// deviation and y as it is: minimise |y - Xw|^2 / 2n + l1 |w|_1 + l2/2 |w|^2.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "uda/linear_regression.hpp"

namespace quern {
namespace {

struct Table {
  std::vector<std::vector<double>> x;
  std::vector<double> y;
};

Table standardized_diabetes() {
  Table table;
  std::ifstream file(QUERN_DATA_DIR "/diabetes/diabetes.csv");
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::stringstream fields(line);
    std::vector<double> row;
    for (std::string field; std::getline(fields, field, ',');) row.push_back(std::stod(field));
    table.y.push_back(row.back());
    row.pop_back();
    table.x.push_back(row);
  }
  const auto n = static_cast<double>(table.x.size());
  for (std::size_t j = 0; j < table.x.at(0).size(); ++j) {
    double mean = 0, square = 0;
    for (const auto& row : table.x) mean += row[j] / n;
    for (const auto& row : table.x) square += (row[j] - mean) * (row[j] - mean) / n;
    for (auto& row : table.x) row[j] = (row[j] - mean) / std::sqrt(square);
  }
  return table;
}

LinearRegression state_of(const Table& table, const std::string& options, std::size_t from = 0, std::size_t to = -1ul) {
  LinearRegression state;
  state.options.assign(options.begin(), options.end());
  state.configure();
  for (std::size_t i = from; i < std::min(to, table.y.size()); ++i)
    state.accumulate(table.y[i], std::span<const double>(table.x[i]), {});
  return state;
}

std::string penalties(double l1, double l2, bool intercept = true) {
  std::ostringstream text;
  text.precision(17);
  text << R"({"l1": )" << l1 << R"(, "l2": )" << l2 << R"(, "fit_intercept": )" << (intercept ? "true" : "false")
       << "}";
  return text.str();
}

struct Reference {
  double l1, l2;
  std::vector<double> slopes;
};

const std::vector<Reference> references = {
    {1,
     0,
     {0, -9.319329544910667, 24.831503728185925, 14.088985512287872, -4.838946192436295, 0, -10.622756297300432, 0,
      24.420933398189465, 2.5618755134433675}},
    {5,
     0,
     {0, -2.155407208297714, 24.215644616586662, 10.331495700269759, 0, 0, -7.027194975237918, 0, 21.229254837014164,
      0}},
    {0.5,
     0.5,
     {0.6378246695624971, -5.691797194423995, 18.09752698587336, 11.405596257393494, -0.2409747027266597,
      -2.3664270267034455, -8.221762156507694, 5.297134794737509, 15.448213067261674, 5.05730699009366}},
    {0.05,
     0.05,
     {-0.06438887042001125, -10.441585802366523, 24.131537452761776, 14.752300405196715, -6.402148825163101,
      -1.7285706653843829, -8.406680067665281, 5.2047712610994425, 22.94405677163463, 3.724524637089219}},
    {2,
     8,
     {0.8855551706551437, 0, 4.106451410979095, 2.921337334727972, 0.8839383322887802, 0.5324113881311378,
      -2.473297740776887, 2.5070049951914446, 3.792815869591146, 2.2801810668535496}},
};

TEST(ElasticNet, MeetsCoordinateDescentOnDiabetes) {
  const Table table = standardized_diabetes();
  double mean = 0;
  for (const double y : table.y) mean += y / static_cast<double>(table.y.size());
  for (const auto& [l1, l2, slopes] : references) {
    SCOPED_TRACE(penalties(l1, l2));
    const std::optional<Model> model = state_of(table, penalties(l1, l2)).fit();
    const std::span<const double> estimate = model->parameter("estimate", 11);
    EXPECT_NEAR(estimate[0], mean, 1e-9 * mean);  // columns have mean 0
    double nonzeros = 0;
    for (std::size_t j = 0; j < slopes.size(); ++j) {
      EXPECT_NEAR(estimate[j + 1], slopes[j], 1e-8 * 25) << j;
      EXPECT_EQ(estimate[j + 1] == 0, slopes[j] == 0) << j;
      nonzeros += slopes[j] != 0;
    }
    EXPECT_EQ(model->metric("nonzero"), nonzeros);
    EXPECT_EQ(model->find_parameter("std_error"), nullptr);
  }
}

TEST(ElasticNet, MergedStatesGiveTheSame) {
  const Table table = standardized_diabetes();
  LinearRegression left = state_of(table, penalties(0.5, 0.5), 0, 150);
  left.merge(state_of(table, penalties(0.5, 0.5), 150));
  const std::optional<Model> model = left.fit();
  const std::span<const double> estimate = model->parameter("estimate", 11);
  for (std::size_t j = 0; j < 10; ++j) EXPECT_NEAR(estimate[j + 1], references[2].slopes[j], 1e-8 * 25);
}

TEST(ElasticNet, WithOneColumnIsASoftThreshold) {
  Table table;
  std::mt19937_64 rng(20261121);
  std::normal_distribution<double> normal;
  double xy = 0, xx = 0;
  for (int i = 0; i < 100; ++i) {
    table.x.push_back({normal(rng)});
    table.y.push_back(3 * table.x.back()[0] + normal(rng));
    xy += table.x.back()[0] * table.y.back() / 100;
    xx += table.x.back()[0] * table.x.back()[0] / 100;
  }
  for (const double l1 : {0.1, 1.0, 2.0, 10.0}) {
    const std::optional<Model> model = state_of(table, penalties(l1, 0.25, false)).fit();
    EXPECT_NEAR(model->parameter("estimate", 1)[0], std::max(0.0, xy - l1) / (xx + 0.25), 1e-12);
  }
}

TEST(ElasticNet, ALargePenaltyLeavesTheMean) {
  const Table table = standardized_diabetes();
  const std::optional<Model> model = state_of(table, penalties(1e6, 0)).fit();
  EXPECT_EQ(model->metric("nonzero"), 0);
  EXPECT_NEAR(model->metric("r2"), 0, 1e-12);
}

}  // namespace
}  // namespace quern
