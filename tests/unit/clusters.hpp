// Data for the tests of methods that find clusters.
#pragma once

#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "training.hpp"

namespace quern {

// The first `columns` columns of a csv file under data/.
inline TrainingRows rows_of_file(const std::string& name, std::size_t columns) {
  std::ifstream file(std::string(QUERN_DATA_DIR) + "/" + name);
  std::string line;
  std::getline(file, line);
  TrainingRows rows;
  while (std::getline(file, line)) {
    std::stringstream fields(line);
    std::string field;
    TrainingRow row{0, {}};
    while (row.x.size() < columns && std::getline(fields, field, ',')) row.x.push_back(std::stod(field));
    rows.push_back(row);
  }
  return rows;
}

// Normal clouds around `centers` points, `spread` apart; weights 1 to 3.
inline TrainingRows clouds(std::size_t rows, std::size_t features, std::size_t centers, double spread, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<std::vector<double>> center(centers, std::vector<double>(features));
  for (auto& c : center)
    for (double& v : c) v = spread * normal(random);
  TrainingRows all;
  for (std::size_t i = 0; i < rows; ++i) {
    TrainingRow row{0, center[random() % centers], static_cast<double>(1 + i % 3)};
    for (double& v : row.x) v += normal(random);
    all.push_back(row);
  }
  return all;
}

// "[[1,2],[3,4]]": these rows, as an option.
inline std::string json_of(const std::vector<std::vector<double>>& rows) {
  std::ostringstream text;
  text.precision(17);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    text << (i ? ",[" : "[[");
    for (std::size_t j = 0; j < rows[i].size(); ++j) text << (j ? "," : "") << rows[i][j];
    text << "]";
  }
  text << "]";
  return text.str();
}
inline std::string json_of(const TrainingRows& rows, std::initializer_list<std::size_t> chosen) {
  std::vector<std::vector<double>> x;
  for (const std::size_t i : chosen) x.push_back(rows[i].x);
  return json_of(x);
}

}  // namespace quern
