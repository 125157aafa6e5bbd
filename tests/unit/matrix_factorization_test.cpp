// Matrix factorisation: ids, the index of ratings, each half of a sweep against the definition, and its promises.
#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "linalg/cholesky.hpp"
#include "linalg/row_gram.hpp"
#include "model/ids.hpp"
#include "model/matrix_factorization.hpp"
#include "train/techniques/matrix_factorization.hpp"
#include "train/techniques/row_ids.hpp"
#include "training.hpp"

namespace quern {
namespace {

constexpr std::uint64_t seed = 20261121;

std::string refusal(const std::function<void()>& f) {
  try {
    f();
  } catch (const InvalidInput& e) {
    return e.what();
  }
  return "accepted";
}

struct Rating {
  std::int64_t user, item;
  double rating, weight = 1;
};
using RatingList = std::vector<Rating>;

MemoryStore store_of(const RatingList& ratings, bool weighted) {
  RowFormat format;
  format.features = 2;
  format.weighted = weighted;
  MemoryStore store(format);
  for (const Rating& r : ratings) {
    const double x[] = {std::bit_cast<double>(r.user), std::bit_cast<double>(r.item)};
    store.append(r.rating, r.weight, Features(std::span<const double>(x)));
  }
  return store;
}

// Several workers that take turns, the last task first: what each leaves must not depend on who does it, or when.
class TurnedCrew final : public Crew {
 public:
  TurnedCrew(const Training& training, RowStore& store, std::span<double> board) : board_(board) {
    for (int i = 0; i < 3; ++i) workers_.push_back(training.make_worker(store, board));
  }
  void run(const Command& command, std::size_t tasks) override {
    for (std::size_t t = tasks; t-- > 0;) workers_[(t * 7 + 1) % workers_.size()]->perform(command, t);
  }
  void run_some(const Command& command, std::size_t tasks, std::size_t, std::span<bool> done) override {
    run(command, tasks);
    std::fill(done.begin(), done.end(), true);
  }
  std::span<double> board() override { return board_; }
  std::size_t processes() const override { return workers_.size(); }

 private:
  std::vector<std::unique_ptr<Worker>> workers_;
  std::span<double> board_;
};

Model factorize(const RatingList& ratings, const std::string& options, bool weighted = false, bool turned = false,
                SilentObserver* observer = nullptr) {
  MemoryStore store = store_of(ratings, weighted);
  Description description;
  description.ids = std::make_shared<RowIds>(store, std::vector<const IdTexts*>(2));
  const JobSpec spec{
      "matrix_factorization", options, 0, 0, {description.ids->columns[0].size(), description.ids->columns[1].size()}};
  const auto training = make_training(spec, store);
  std::vector<double> board(training->board_size());
  SilentObserver silent;
  if (turned) {
    TurnedCrew crew(*training, store, board);
    return training->train(store, crew, silent, description, nullptr);
  }
  const auto worker = training->make_worker(store, board);
  SerialCrew crew(*worker, board);
  return training->train(store, crew, observer ? *observer : silent, description, nullptr);
}

// The factors of a model, by their ids, and the loss by its definition.
struct Factors {
  std::size_t rank;
  bool biased;
  double mean = 0;
  std::map<std::int64_t, std::vector<double>> side[2];  // factors, then the bias

  explicit Factors(const Model& model) : rank(static_cast<std::size_t>(model.metric("rank"))) {
    const char* const names[2][3] = {{"user_id", "user_factor", "user_bias"}, {"item_id", "item_factor", "item_bias"}};
    biased = model.find_parameter("user_bias") != nullptr;
    if (biased) mean = model.metric("mean");
    for (int s = 0; s < 2; ++s) {
      const std::vector<double> ids = values_of(model, names[s][0]), factor = values_of(model, names[s][1]),
                                bias = values_of(model, names[s][2]);
      for (std::size_t i = 0; i < ids.size(); ++i) {
        auto& p = side[s][static_cast<std::int64_t>(ids[i])];
        p.assign(factor.begin() + static_cast<std::ptrdiff_t>(i * rank),
                 factor.begin() + static_cast<std::ptrdiff_t>((i + 1) * rank));
        p.push_back(biased ? bias[i] : 0);
      }
    }
  }

  double predict(std::int64_t user, std::int64_t item) const {
    const auto &p = side[0].at(user), &q = side[1].at(item);
    return mean + p[rank] + q[rank] + std::inner_product(p.begin(), p.end() - 1, q.begin(), 0.0);
  }

  double loss(const RatingList& ratings, double l2, bool count, double* rmse = nullptr) const {
    double squares = 0, weight = 0, penalty = 0;
    std::map<std::int64_t, double> counts[2];
    for (const Rating& r : ratings) {
      squares += r.weight * std::pow(r.rating - predict(r.user, r.item), 2);
      weight += r.weight;
      counts[0][r.user] += r.weight;
      counts[1][r.item] += r.weight;
    }
    for (int s = 0; s < 2; ++s)
      for (const auto& [id, p] : side[s])
        penalty += (count ? counts[s][id] : 1) * std::inner_product(p.begin(), p.end(), p.begin(), 0.0);
    if (rmse) *rmse = std::sqrt(squares / weight);
    return (squares + l2 * penalty) / 2 / weight;
  }

  double implicit_loss(const RatingList& ratings, double l2, double alpha, bool count) const {
    std::map<std::pair<std::int64_t, std::int64_t>, double> sums;
    std::map<std::int64_t, double> counts[2];
    for (const Rating& r : ratings) sums[{r.user, r.item}] += r.weight * r.rating;
    for (const auto& [pair, sum] : sums) {
      ++counts[0][pair.first];
      ++counts[1][pair.second];
    }
    double squares = 0, penalty = 0;
    for (const auto& [user, p] : side[0])
      for (const auto& [item, q] : side[1]) {
        const auto found = sums.find({user, item});
        const double r = found == sums.end() ? 0 : found->second;
        squares += (1 + alpha * std::abs(r)) * std::pow((r > 0) - predict(user, item), 2);
      }
    for (int s = 0; s < 2; ++s)
      for (const auto& [id, p] : side[s])
        penalty += (count ? counts[s][id] : 1) * std::inner_product(p.begin(), p.end(), p.begin(), 0.0);
    return (squares + l2 * penalty) / 2 / static_cast<double>(side[0].size() * side[1].size());
  }
};

RatingList random_ratings(std::mt19937_64& rng, std::size_t users, std::size_t items, std::size_t n, bool weighted) {
  RatingList ratings;
  std::normal_distribution<double> noise;
  for (std::size_t i = 0; i < n; ++i) {
    const auto u = static_cast<std::int64_t>(rng() % users), v = static_cast<std::int64_t>(rng() % items);
    const double taste = std::sin(1.3 * static_cast<double>(u)) * std::cos(0.7 * static_cast<double>(v));
    ratings.push_back({100 + 3 * u, -50 + 7 * v, 3 + 2 * taste + 0.3 * noise(rng),
                       weighted ? static_cast<double>(1 + rng() % 3) : 1});
  }
  return ratings;
}

Model with(Parameter parameter) {
  Model model;
  model.algorithm = "matrix_factorization";
  model.parameters.push_back(std::move(parameter));
  return model;
}

TEST(Ids, numbers_come_back_exactly) {
  const std::vector<std::vector<std::int64_t>> lists = {
      {7},
      {-5, 0, 3, 1000},
      {std::numeric_limits<std::int64_t>::min(), -(std::int64_t{1} << 53) - 1, -1, 0, 4294967295, 4294967296,
       (std::int64_t{1} << 53) + 1, std::numeric_limits<std::int64_t>::max()}};
  for (const auto& list : lists) {
    const Ids ids(with(ids_parameter("user_id", std::span<const std::int64_t>(list))), "user_id", "user_text",
                  list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
      EXPECT_EQ(ids.number(i), list[i]);
      EXPECT_EQ(ids.find(list[i]), i);
      EXPECT_EQ(ids.find(ids.written(i)), i);
    }
    EXPECT_FALSE(ids.find(std::int64_t{12345}));
    EXPECT_FALSE(ids.find("7x"));
  }
}

TEST(Ids, texts_come_back_exactly) {
  std::vector<std::string> list = {"",
                                   "a",
                                   "a b",
                                   "abcdef",
                                   "abcdefg",
                                   "x[1:5]",
                                   "\xc3\xa9t\xc3\xa9",
                                   "\xe6\x97\xa5\xe6\x9c\xac\xf0\x9f\x8d\xb7",
                                   std::string(1000, 'z')};
  std::sort(list.begin(), list.end());
  for (std::size_t n = 1; n <= list.size(); ++n) {
    const Ids ids(with(ids_parameter("item_text", std::span<const std::string>(list.data(), n))), "item_id",
                  "item_text", n);
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_EQ(ids.text(i), list[i]);
      EXPECT_EQ(ids.find(list[i]), i);
    }
    EXPECT_FALSE(ids.find("unknown"));
    EXPECT_FALSE(ids.find(std::int64_t{7}));
  }
}

TEST(Ids, altered_numbers_are_refused_or_harmless) {
  std::mt19937_64 rng(seed);
  const std::vector<std::string> texts = {"ab", "abc", "longer than six", "z"};
  const std::vector<std::int64_t> numbers = {-3, 5, std::int64_t{1} << 60};
  const double bad[] = {NAN, INFINITY, -1, 0.5, 0x1p48, 0x1p53, -0x1p60, 0, 1};
  for (const Parameter& whole : {ids_parameter("user_text", std::span<const std::string>(texts)),
                                 ids_parameter("user_id", std::span<const std::int64_t>(numbers))})
    for (int i = 0; i < 2000; ++i) {
      Parameter p = whole;
      if (rng() % 4 == 0) p.values.resize(rng() % 12);
      if (!p.values.empty()) p.values[rng() % p.values.size()] = bad[rng() % std::size(bad)];
      try {
        const std::size_t count = 1 + rng() % 5;
        const Ids ids(with(p), "user_id", "user_text", count);
        for (std::size_t k = 0; k < count; ++k) EXPECT_EQ(ids.find(ids.written(k)), k);
      } catch (const InvalidInput&) {
      }
    }
}

TEST(RowIds, places_do_not_depend_on_who_met_a_text_first) {
  const std::vector<std::string_view> first = {"pear", "fig", "unused"}, second = {"fig", "apple"};
  const IdTexts texts = {first, second};
  RowFormat format;
  format.features = 2;
  MemoryStore store(format);
  const std::uint64_t codes[] = {text_code(0, 1), text_code(1, 0), text_code(0, 0), text_code(1, 1)};
  for (std::uint64_t i = 0; i < 4; ++i) {
    const double x[] = {std::bit_cast<double>(codes[i]), std::bit_cast<double>(i * 1'000'000'007 - (1ull << 63))};
    store.append(1, 1, Features(std::span<const double>(x)));
  }
  const RowIds ids(store, {&texts, nullptr});
  EXPECT_EQ(ids.columns[0].names, (std::vector<std::string>{"apple", "fig", "pear"}));
  EXPECT_EQ(ids.columns[0].places, (std::vector<std::uint32_t>{1, 1, 2, 0}));
  EXPECT_EQ(ids.columns[1].places, (std::vector<std::uint32_t>{0, 1, 2, 3}));  // far apart: by hash
  EXPECT_EQ(ids.columns[1].numbers[0], std::numeric_limits<std::int64_t>::min());
}

TEST(RowIds, far_numbers_and_near_ones_are_placed_alike) {
  std::mt19937_64 rng(seed);
  RatingList near, far;
  for (int i = 0; i < 5000; ++i) {
    const auto id = static_cast<std::int64_t>(rng() % 3000);
    near.push_back({id, -id, 0});
    far.push_back({id * 1'000'000'000'000'000, -id * 1'000'000'007, 0});
  }
  MemoryStore a = store_of(near, false), b = store_of(far, false);
  const RowIds of_near(a, {nullptr, nullptr}), of_far(b, {nullptr, nullptr});
  for (int c = 0; c < 2; ++c) {
    EXPECT_EQ(of_near.columns[c].places, of_far.columns[c].places);
    EXPECT_TRUE(std::is_sorted(of_far.columns[c].numbers.begin(), of_far.columns[c].numbers.end()));
  }
}

TEST(RowGram, is_the_sum_of_outer_products) {
  std::mt19937_64 rng(seed);
  std::normal_distribution<double> normal;
  for (const std::size_t columns : {1, 2, 5, 8, 9, 16, 22, 37})
    for (const std::size_t rows : {0, 1, 63, 64, 65, 200}) {
      RowGram gram(columns);
      gram.next_row();  // forgotten by clear()
      gram.clear();
      std::vector<double> expected(columns * columns), row(columns);
      for (std::size_t r = 0; r < rows; ++r) {
        for (double& x : row) x = normal(rng);
        std::copy(row.begin(), row.end(), gram.next_row());
        for (std::size_t i = 0; i < columns; ++i)
          for (std::size_t j = 0; j < columns; ++j) expected[i * columns + j] += row[i] * row[j];
      }
      for (std::size_t i = 0; i < columns; ++i)
        for (std::size_t j = i; j < columns; ++j)
          ASSERT_NEAR(gram.matrix()[i * gram.stride() + j], expected[i * columns + j],
                      1e-12 * (1 + static_cast<double>(rows)));
    }
}

TEST(NormalEquations, are_solved_as_cholesky_does) {
  std::mt19937_64 rng(seed);
  std::normal_distribution<double> normal;
  for (const std::size_t n : {1, 2, 7, 8, 20, 21, 33}) {
    RowGram gram(n + 1);
    for (std::size_t r = 0; r < 3 * n; ++r) {
      double* const row = gram.next_row();
      for (std::size_t k = 0; k <= n; ++k) row[k] = normal(rng);
    }
    std::vector<double> a(n * n), b(n), x(gram.stride());
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = i; j < n; ++j) a[i * n + j] = gram.matrix()[i * gram.stride() + j];
      b[i] = gram.matrix()[i * gram.stride() + n];
    }
    Cholesky cholesky;
    cholesky.factor(a, n, 1e-13);
    std::vector<double> bounded(gram.stride());
    solve_nonnegative(gram.matrix(), gram.stride(), n, n, bounded.data());
    for (std::size_t i = 0; i < n; ++i) {  // Karush, Kuhn and Tucker
      double gradient = -b[i];
      for (std::size_t j = 0; j < n; ++j) gradient += (i < j ? a[i * n + j] : a[j * n + i]) * bounded[j];
      EXPECT_GE(bounded[i], 0);
      EXPECT_GE(gradient, -1e-6 * static_cast<double>(n));
      if (bounded[i] > 0) {
        EXPECT_LE(gradient, 1e-6 * static_cast<double>(n));
      }
    }
    cholesky.solve(b);
    solve_normal_equations(gram.matrix(), gram.stride(), n, x.data());
    for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(x[i], b[i], 1e-10 * (1 + std::abs(b[i])));
  }
}

// The columns of a singular matrix that others explain have x = 0, and the rest solve what is left.
TEST(NormalEquations, leave_out_what_is_explained) {
  RowGram gram(3);
  for (const double v : {1.0, 2.0, 3.0}) {
    double* const row = gram.next_row();
    row[0] = v;
    row[1] = 2 * v;
    row[2] = 5 * v;
  }
  double x[8];
  solve_normal_equations(gram.matrix(), gram.stride(), 2, x);
  EXPECT_NEAR(x[0], 5, 1e-12);
  EXPECT_EQ(x[1], 0);
}

TEST(MatrixFactorization, loss_and_rmse_are_by_definition_and_never_rise) {
  std::mt19937_64 rng(seed);
  for (const bool weighted : {false, true})
    for (const bool biases : {false, true})
      for (const bool count : {false, true})
        for (const bool nonnegative : {false, true}) {
          const RatingList ratings = random_ratings(rng, 40, 30, 600, weighted);
          const std::string options =
              std::string(R"({"rank": 3, "l2": 0.07, "tol": 0, "max_iter": 25, "l2_scaling": ")") +
              (count ? "count" : "plain") + R"(", "biases": )" + (biases ? "true" : "false") + R"(, "nonnegative": )" +
              (nonnegative ? "true" : "false") + "}";
          SilentObserver observer;
          const Model model = factorize(ratings, options, weighted, false, &observer);
          const Factors factors(model);
          double rmse;
          EXPECT_NEAR(model.metric("loss"), factors.loss(ratings, 0.07, count, &rmse), 1e-12);
          EXPECT_NEAR(model.metric("rmse"), rmse, 1e-12);
          ASSERT_EQ(observer.log.size(), 25u);
          for (std::size_t i = 1; i < observer.log.size(); ++i)
            EXPECT_LE(observer.log[i].loss, observer.log[i - 1].loss * (1 + 1e-14)) << options;
          for (int s = 0; nonnegative && s < 2; ++s)
            for (const auto& [id, p] : factors.side[s])
              EXPECT_GE(*std::min_element(p.begin(), p.end() - 1), 0) << options;
        }
}

// After a sweep nothing about the items can be better, given the users: finite differences of the loss by definition.
TEST(MatrixFactorization, a_half_sweep_is_exact) {
  std::mt19937_64 rng(seed);
  const RatingList ratings = random_ratings(rng, 20, 15, 250, true);
  for (const bool implicit : {false, true}) {
    const Model model = factorize(ratings,
                                  implicit ? R"({"rank": 4, "l2": 0.3, "max_iter": 1, "implicit": true, "alpha": 5})"
                                           : R"({"rank": 4, "l2": 0.3, "max_iter": 1})",
                                  true);
    Factors factors(model);
    const auto loss = [&] {
      return implicit ? factors.implicit_loss(ratings, 0.3, 5, true) : factors.loss(ratings, 0.3, true);
    };
    EXPECT_NEAR(model.metric("loss"), loss(), 1e-12);
    double items = 0, users = 0;
    for (int s = 0; s < 2; ++s)
      for (auto& [id, p] : factors.side[s])
        for (std::size_t k = 0; k < p.size() - implicit; ++k) {
          const double h = 1e-4, at = p[k];
          p[k] = at + h;
          const double above = loss();
          p[k] = at - h;
          const double slope = (above - loss()) / (2 * h);
          p[k] = at;
          (s == 0 ? users : items) += slope * slope;
        }
    EXPECT_LT(std::sqrt(items), 1e-9);
    EXPECT_GT(std::sqrt(users), 1e-5);  // of the users it can, and the certificate says how much
    EXPECT_NEAR(model.metric("gradient_norm"), std::sqrt(users + items), 1e-7);
  }
}

TEST(MatrixFactorization, implicit_users_solve_the_dense_equations) {
  std::mt19937_64 rng(seed);
  RatingList ratings = random_ratings(rng, 12, 9, 60, false);
  for (Rating& r : ratings) r.rating -= 2;  // some below 0: disliked, with confidence
  const Model model = factorize(
      ratings,
      R"({"rank": 3, "l2": 0.5, "l2_scaling": "plain", "max_iter": 400, "tol": 1e-15, "implicit": true, "alpha": 2})");
  const Factors factors(model);
  EXPECT_NEAR(model.metric("loss"), factors.implicit_loss(ratings, 0.5, 2, false), 1e-12);
  EXPECT_LT(model.metric("kkt_residual"), 1e-6);
  std::map<std::pair<std::int64_t, std::int64_t>, double> sums;
  for (const Rating& r : ratings) sums[{r.user, r.item}] += r.rating;
  for (const auto& [user, p] : factors.side[0]) {  // over all items, one by one
    std::vector<double> a(9), b(3);
    for (std::size_t k = 0; k < 3; ++k) a[k * 4] = 0.5;
    for (const auto& [item, q] : factors.side[1]) {
      const double r = sums.contains({user, item}) ? sums[{user, item}] : 0, c = 1 + 2 * std::abs(r);
      for (std::size_t k = 0; k < 3; ++k) {
        b[k] += c * (r > 0) * q[k];
        for (std::size_t j = 0; j < 3; ++j) a[k * 3 + j] += c * q[k] * q[j];
      }
    }
    Cholesky cholesky;
    cholesky.factor(a, 3, 1e-13);
    cholesky.solve(b);
    for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(p[k], b[k], 1e-5);
  }
}

TEST(MatrixFactorization, recovers_a_planted_matrix) {
  std::mt19937_64 rng(seed);
  std::normal_distribution<double> normal;
  const std::size_t users = 60, items = 50, rank = 3;
  std::vector<double> p(users * rank), q(items * rank);
  for (double& x : p) x = normal(rng);
  for (double& x : q) x = normal(rng);
  const auto truth = [&](std::size_t u, std::size_t i) {
    return std::inner_product(p.begin() + static_cast<std::ptrdiff_t>(u * rank),
                              p.begin() + static_cast<std::ptrdiff_t>((u + 1) * rank),
                              q.begin() + static_cast<std::ptrdiff_t>(i * rank), 0.0);
  };
  RatingList seen, unseen;
  for (std::size_t u = 0; u < users; ++u)
    for (std::size_t i = 0; i < items; ++i)
      (rng() % 2 ? seen : unseen).push_back({static_cast<std::int64_t>(u), static_cast<std::int64_t>(i), truth(u, i)});
  const Factors factors(factorize(seen, R"({"rank": 3, "l2": 1e-9, "biases": false, "max_iter": 1000, "tol": 1e-13})"));
  double worst = 0;
  for (const Rating& r : unseen) worst = std::max(worst, std::abs(factors.predict(r.user, r.item) - r.rating));
  EXPECT_LT(worst, 1e-3);
}

// The least of 60 runs of SciPy 1.17.1's L-BFGS-B (gtol 1e-12) from random starts on the same two objectives, written
// out with NumPy 2.4.6. Alternating least squares from one of 20 seeds must find the same.
TEST(MatrixFactorization, optimum_is_that_of_another_method) {
  RatingList ratings, counts;
  for (std::int64_t u = 0; u < 12; ++u)
    for (std::int64_t i = 0; i < 9; ++i) {
      const double x = static_cast<double>(u), y = static_cast<double>(i);
      if ((5 * u + 3 * i) % 4)
        ratings.push_back(
            {u, i, 3 + std::sin(1.7 * x) * std::cos(0.9 * y) + 0.25 * static_cast<double>((7 * u + 3 * i) % 5) - 0.5});
      counts.push_back({u, i, static_cast<double>(u * i % 4)});
    }
  double explicit_loss = 1, implicit_loss = 1;
  for (int i = 0; i < 20; ++i) {
    const std::string common = R"({"rank": 2, "tol": 1e-14, "max_iter": 5000, "seed": )" + std::to_string(i);
    explicit_loss = std::min(explicit_loss, factorize(ratings, common + R"(, "l2": 0.05})").metric("loss"));
    implicit_loss =
        std::min(implicit_loss,
                 factorize(counts, common + R"(, "l2": 0.2, "l2_scaling": "plain", "implicit": true, "alpha": 3})")
                     .metric("loss"));
  }
  EXPECT_NEAR(explicit_loss, 0.055780311070, 1e-10);
  EXPECT_NEAR(implicit_loss, 0.015608371704, 1e-10);
}

TEST(MatrixFactorization, weights_are_repetitions) {
  std::mt19937_64 rng(seed);
  const RatingList weighted = random_ratings(rng, 15, 12, 150, true);
  RatingList repeated;
  for (const Rating& r : weighted)
    for (int i = 0; i < static_cast<int>(r.weight); ++i) repeated.push_back({r.user, r.item, r.rating});
  for (const char* const options :
       {R"({"rank": 2, "max_iter": 8})", R"({"rank": 2, "max_iter": 8, "implicit": true, "l2_scaling": "plain"})"}) {
    const Model a = factorize(weighted, options, true), b = factorize(repeated, options);
    EXPECT_NEAR(a.metric("loss"), b.metric("loss"), 1e-10 * b.metric("loss"));
  }
}

TEST(MatrixFactorization, order_of_rows_and_of_tasks_change_no_bit) {
  std::mt19937_64 rng(seed);
  RatingList ratings;  // of pairs that come once
  for (std::int64_t u = 0; u < 300; ++u)
    for (std::int64_t i = 0; i < 200; ++i)
      if (rng() % 2) ratings.push_back({u, i, std::sin(static_cast<double>(u * i)), 1});
  for (const char* const options : {R"({"rank": 5, "max_iter": 3})", R"({"rank": 5, "max_iter": 3, "implicit": true})",
                                    R"({"rank": 5, "max_iter": 3, "solver": "sgd"})"}) {
    const Model a = factorize(ratings, options), b = factorize(ratings, options, false, true);
    std::shuffle(ratings.begin(), ratings.end(), rng);
    const Model c = factorize(ratings, options);
    for (const char* const name : {"user_factor", "item_factor"}) {
      EXPECT_EQ(values_of(a, name), values_of(b, name)) << options;
      EXPECT_EQ(values_of(a, name), values_of(c, name)) << options;
    }
    EXPECT_EQ(a.metric("loss"), b.metric("loss"));
  }
}

TEST(MatrixFactorization, descent_comes_near_als) {
  std::mt19937_64 rng(seed);
  for (const char* const scaling : {"count", "plain"}) {
    const RatingList ratings = random_ratings(rng, 100, 60, 4000, false);
    const std::string common = std::string(R"({"rank": 4, "l2": 0.05, "l2_scaling": ")") + scaling + '"';
    const Model als = factorize(ratings, common + R"(, "max_iter": 200, "tol": 1e-9})");
    const Model sgd = factorize(
        ratings, common + R"(, "solver": "sgd", "max_iter": 400, "step_size": 0.05, "decay": 0.02, "tol": 1e-9})");
    EXPECT_LT(sgd.metric("loss"), als.metric("loss") * 1.05) << scaling;
    EXPECT_NEAR(sgd.metric("loss"), Factors(sgd).loss(ratings, 0.05, scaling == std::string("count")), 1e-12);
  }
}

TEST(MatrixFactorization, survives_little_data) {
  const RatingList one = {{5, 9, 4}};
  for (const char* const options : {R"({"rank": 10})", R"({"rank": 10, "l2": 0})", R"({"implicit": true})",
                                    R"({"solver": "sgd"})", R"({"nonnegative": true})"}) {
    const Model model = factorize(one, options);
    EXPECT_TRUE(std::isfinite(model.metric("loss"))) << options;
    const MatrixFactorizationScorer scorer(model);
    EXPECT_TRUE(std::isfinite(*scorer.score(0, 0)));
  }
  RatingList one_user, same;
  for (std::int64_t i = 0; i < 50; ++i) one_user.push_back({1, i, static_cast<double>(i % 5)});
  for (int i = 0; i < 20; ++i) same.push_back({1, 2, 3});
  EXPECT_LT(factorize(one_user, R"({"rank": 8, "l2": 1e-8, "max_iter": 100})").metric("rmse"), 1e-4);
  EXPECT_NEAR(Factors(factorize(same, R"({"l2": 1e-3})")).predict(1, 2), 3, 1e-6);
}

TEST(MatrixFactorization, holds_out_and_stops) {
  std::mt19937_64 rng(seed);
  const RatingList ratings = random_ratings(rng, 30, 25, 300, false);
  const Model model =
      factorize(ratings, R"({"rank": 12, "l2": 1e-6, "validation_fraction": 0.3, "max_iter": 200, "tol": 0})");
  EXPECT_LT(model.metric("iterations"), 200);
  double best = std::numeric_limits<double>::infinity();
  const std::vector<double> log = values_of(model, "training_log");
  for (std::size_t i = 3; i < log.size(); i += 6) best = std::min(best, log[i]);
  EXPECT_EQ(model.metric("validation_rmse"), best);
}

TEST(MatrixFactorization, refuses) {
  const auto options = [](const char* text) { return refusal([&] { plan_training("matrix_factorization", text); }); };
  EXPECT_EQ(options(R"({"rank": 0})"),
            "matrix_factorization: option \"rank\" must be a whole number, at least 1 and at most 500, not 0");
  EXPECT_EQ(options(R"({"implicit": true, "biases": true})"),
            "matrix_factorization: option \"biases\" is for ratings, not for implicit feedback");
  EXPECT_EQ(options(R"({"alpha": 1})"), "matrix_factorization: option \"alpha\" is for implicit feedback");
  EXPECT_EQ(options(R"({"implicit": true, "solver": "sgd"})"),
            "matrix_factorization: implicit feedback needs solver \"als\"");
  EXPECT_NE(options(R"({"store": "none"})").find("unknown option"), std::string::npos);
  EXPECT_EQ(refusal([] {
              factorize({{1, 1, 1e200}, {1, 2, -1e200}}, "{}");
            }),
            "matrix_factorization: the loss leaves the range of double precision");
  EXPECT_EQ(refusal([] {
              factorize({{1, 1, 1e308}, {1, 2, 1e308}}, "{}");
            }),
            "matrix_factorization: the sum of the ratings leaves the range of double precision");
}

TEST(Scorer, recommends_the_best_and_survives_altered_models) {
  std::mt19937_64 rng(seed);
  const RatingList ratings = random_ratings(rng, 20, 30, 300, false);
  const Model model = factorize(ratings, R"({"rank": 3})");
  const MatrixFactorizationScorer scorer(model);
  const Factors factors(model);
  std::vector<std::size_t> excluded = {0, 4, 7};
  const auto best = scorer.recommend(2, 5, excluded);
  ASSERT_EQ(best.size(), 5u);
  std::vector<double> scores;
  for (std::size_t i = 0; i < scorer.items().size(); ++i) {
    const double score = factors.predict(scorer.users().number(2), scorer.items().number(i));
    EXPECT_NEAR(*scorer.score(2, i), score, 1e-12);
    if (!std::binary_search(excluded.begin(), excluded.end(), i)) scores.push_back(score);
  }
  std::sort(scores.rbegin(), scores.rend());
  for (std::size_t i = 0; i < best.size(); ++i) EXPECT_NEAR(best[i].score, scores[i], 1e-12);
  EXPECT_EQ(scorer.recommend(2, 1000, excluded).size(), scorer.items().size() - 3);
  EXPECT_TRUE(scorer.recommend(2, 0, {}).empty());
  EXPECT_EQ(*scorer.score({}, {}), model.metric("mean"));
  const auto similar = scorer.similar(3, 4);
  EXPECT_EQ(similar.size(), 4u);
  EXPECT_LE(similar[0].score, 1 + 1e-12);

  for (int i = 0; i < 2000; ++i) {
    Model bad = model;
    if (rng() % 2) bad.metrics[rng() % 3].value = std::vector<double>{NAN, -1, 0, 1e9, 3, 19.5, 1e18}[rng() % 7];
    if (rng() % 2) bad.parameters[rng() % bad.parameters.size()].values.resize(rng() % 100);
    if (rng() % 3 == 0)
      bad.parameters.erase(bad.parameters.begin() + static_cast<std::ptrdiff_t>(rng() % bad.parameters.size()));
    try {
      const MatrixFactorizationScorer altered(bad);
      (void)altered.recommend(0, 3, {});
    } catch (const InvalidInput&) {
    }
  }
}

}  // namespace
}  // namespace quern
