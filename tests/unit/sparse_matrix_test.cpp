// Sparse matrices against dense arithmetic on the same numbers; text, JSON and Matrix Market forms and what they
// refuse; X'X of sparse rows against the dense product, in every form of its state; the aggregates against sums in a
// map.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "failing_allocator.hpp"
#include "matrix/elementwise.hpp"
#include "matrix/matrix_market.hpp"
#include "matrix/product.hpp"
#include "matrix/sparse_elementwise.hpp"
#include "matrix/sparse_gram.hpp"
#include "matrix/sparse_operations.hpp"
#include "matrix/sparse_product.hpp"
#include "matrix/sparse_text.hpp"
#include "uda/matrix_products.hpp"
#include "uda/smatrix_agg.hpp"
#include "uda/svec_sum.hpp"

namespace quern {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t seed = 20261121;

// Whole numbers, so that sums are exact in any order.
Matrix random_dense(std::mt19937_64& random, std::int64_t rows, std::int64_t columns, unsigned one_in = 3) {
  Matrix a({rows, columns}, 0.0);
  for (double& value : a.values())
    if (random() % one_in == 0) value = static_cast<double>(static_cast<std::int64_t>(random() % 19) - 9);
  return a;
}

SparseMatrix sparse(const MatrixView& a) { return sparse_from_dense(a); }
std::string text_of(const CsrView& a) { return print_sparse_matrix(a); }
std::string reprinted(std::string_view text) { return text_of(parse_sparse_matrix(text)); }

template <class F>
std::pair<Fault, std::string> refusal(F&& f) {
  try {
    f();
  } catch (const InvalidInput& e) {
    return {e.fault, e.what()};
  }
  return {Fault::invalid_parameter, "nothing is thrown"};
}
using Refusal = std::pair<Fault, std::string>;

// The sparse result has one form only, and is the dense one.
void expect_same(const SparseMatrix& a, const MatrixView& b) {
  EXPECT_TRUE(a.valid());
  EXPECT_TRUE(equal(to_dense(a), b)) << text_of(a) << " and " << text_of(sparse(b));
}

TEST(SparseMatrix, Text) {
  EXPECT_EQ(reprinted("{1:{2:0.5,7:1},3:{1:2}}/3x8"), "{1:{2:0.5,7:1},3:{1:2}}/3x8");
  EXPECT_EQ(reprinted(" { 3 : { 1 : 2 } , 1:{7:1,\n2:+.5, 3:0, 4:-0.0},2:{} } / 3 x 8 "),
            "{1:{2:0.5,7:1},3:{1:2}}/3x8");
  EXPECT_EQ(reprinted("{1:{1:1},1:{2:2}}/1x2"), "{1:{1:1,2:2}}/1x2") << "a row in two pieces";
  EXPECT_EQ(reprinted("{}/0x0"), "{}/0x0");
  EXPECT_EQ(reprinted("{}/0x5"), "{}/0x5");
  EXPECT_EQ(reprinted("{1:{2147483647:NaN}}/1x2147483647"), "{1:{2147483647:NaN}}/1x2147483647");
  EXPECT_EQ(reprinted("{1:{1:-inf,2:5e-324}}/1x2"), "{1:{1:-Infinity,2:5e-324}}/1x2");
}

TEST(SparseMatrix, TextRefused) {
  for (const char* text :
       {"", "{", "{}", "{}/", "{}/3", "{}/3x", "{1:2}/3x3", "{1:{2}}/3x3", "{1:{2:3}/3x3", "{1:{2:3}}",
        "{1:{2:3},}/3x3", "{1:{2:3,}}/3x3", "{1:{2:x}}/3x3", "{1:{2:3}}/3x3x", "{1.5:{2:3}}/3x3"}) {
    const auto [fault, message] = refusal([&] { parse_sparse_matrix(text); });
    EXPECT_EQ(fault, Fault::malformed_text) << text;
    EXPECT_EQ(message.rfind("invalid input syntax for type quern.smatrix", 0), 0u) << text << ": " << message;
  }
  const auto refused = [](const char* text) { return refusal([&] { parse_sparse_matrix(text); }); };
  const std::string where = "invalid input for type quern.smatrix: ";
  EXPECT_EQ(refused("{1:{2:1,2:3}}/3x4"), Refusal(Fault::malformed_text, where + "entry (1, 2) is there twice"));
  EXPECT_EQ(refused("{1:{2:1},1:{2:0}}/3x4"), Refusal(Fault::malformed_text, where + "entry (1, 2) is there twice"));
  EXPECT_EQ(refused("{4:{2:1}}/3x4"), Refusal(Fault::malformed_text, where + "entry (4, 2) is outside of 3 x 4"));
  EXPECT_EQ(refused("{0:{2:1}}/3x4"), Refusal(Fault::malformed_text, where + "entry (0, 2) is outside of 3 x 4"));
  EXPECT_EQ(refused("{1:{5:1}}/3x4"), Refusal(Fault::malformed_text, where + "entry (1, 5) is outside of 3 x 4"));
  EXPECT_EQ(refused("{}/-1x4").first, Fault::malformed_text);
  EXPECT_EQ(refused("{}/1x2147483648").first, Fault::malformed_text);
  EXPECT_EQ(refused("{}/2147483647x1").first, Fault::limit_exceeded) << "the offsets alone take 8 GB";
  EXPECT_EQ(refused("{1:{1:1e400}}/1x1").first, Fault::out_of_range);
}

TEST(SparseMatrix, Json) {
  const SparseMatrix a = parse_sparse_matrix("{1:{2:0.5,7:NaN},3:{1:2}}/3x8");
  EXPECT_EQ(print_sparse_matrix_json(a),
            R"({"rows": 3, "columns": 8, "i": [1, 1, 3], "j": [2, 7, 1], "value": [0.5, "NaN", 2]})");
  EXPECT_TRUE(equal(parse_sparse_matrix_json(print_sparse_matrix_json(a)), a));
  for (const char* text :
       {R"({"rows": 3, "columns": 8, "i": [1], "j": [2, 7], "value": [0.5]})", R"({"rows": 3, "columns": 8})",
        R"({"rows": 3, "columns": 8, "i": [1.5], "j": [2], "value": [0.5]})",
        R"({"rows": 3, "columns": 8, "i": [1], "j": [9], "value": [0.5]})", "[]"})
    EXPECT_EQ(refusal([&] { parse_sparse_matrix_json(text); }).first, Fault::malformed_text) << text;
}

TEST(SparseMatrix, SoundOnlyAsItShouldBe) {
  const SparseMatrix a = parse_sparse_matrix("{1:{2:1,4:2},3:{1:3}}/3x4");
  EXPECT_TRUE(a.valid());
  const auto broken = [&](auto change) {
    SparseMatrix b = copy_of(a);
    change(b);
    return !b.valid();
  };
  EXPECT_TRUE(broken([](SparseMatrix& b) { b.offsets[1] = 3; }));  // a descent within a row
  EXPECT_TRUE(broken([](SparseMatrix& b) { b.offsets[1] = 9; }));
  EXPECT_TRUE(broken([](SparseMatrix& b) { b.offsets[0] = 1; }));
  EXPECT_TRUE(broken([](SparseMatrix& b) { b.offsets[3] = 2; }));
  EXPECT_TRUE(broken([](SparseMatrix& b) { b.offsets.pop_back(); }));
  EXPECT_TRUE(broken([](SparseMatrix& b) { b.indices[1] = 4; }));
  EXPECT_TRUE(broken([](SparseMatrix& b) { b.indices[1] = 1; }));
  EXPECT_TRUE(broken([](SparseMatrix& b) { b.values[1] = 0; }));
  EXPECT_TRUE(broken([](SparseMatrix& b) { b.values.pop_back(); }));
  EXPECT_TRUE(broken([](SparseMatrix& b) { b.rows = -1; }));
  EXPECT_TRUE(broken([](SparseMatrix& b) { b.columns = 3; }));
  EXPECT_TRUE(SparseMatrix().valid());
}

TEST(SparseMatrix, AsDense) {
  std::mt19937_64 random(seed);
  for (int round = 0; round < 300; ++round) {
    SCOPED_TRACE(concat("seed ", seed, ", round ", round));
    const auto side = [&] { return static_cast<std::int64_t>(random() % 12); };
    const std::int64_t m = side(), n = side(), k = side();
    const auto one_in = static_cast<unsigned>(1 + random() % 5);
    const Matrix a = random_dense(random, m, n, one_in), b = random_dense(random, m, n, one_in);
    const Matrix c = random_dense(random, n, k, one_in);
    const SparseMatrix sa = sparse(a), sb = sparse(b), sc = sparse(c);
    expect_same(sa, a);
    EXPECT_TRUE(equal(parse_sparse_matrix(text_of(sa)), sa));
    EXPECT_TRUE(equal(parse_matrix_market(print_matrix_market(sa.view())), sa));
    EXPECT_TRUE(equal(parse_matrix_market_dense(print_matrix_market(MatrixView(a))), a));
    expect_same(transpose(sa), transpose(a));
    expect_same(negate(sa), negate(a));
    expect_same(add(sa, sb), add(a, b));
    expect_same(subtract(sa, sb), subtract(a, b));
    expect_same(multiply(sa, sb), multiply(a, b));
    EXPECT_TRUE(equal(add(sa, b), add(a, b)));
    EXPECT_TRUE(equal(subtract(sa, b), subtract(a, b)));
    EXPECT_TRUE(equal(subtract(a, sb), subtract(a, b)));
    expect_same(multiply(sa, b), multiply(a, b));
    expect_same(product(sa, sc), product(a, c));
    EXPECT_TRUE(equal(product(sa, c), product(a, c)));
    EXPECT_TRUE(equal(product(a, sc), product(a, c)));
    const Matrix x = random_dense(random, n, 1, 2), y = random_dense(random, 1, m, 2);
    const SparseVector sx = sparse_vector(sparse(x)), sy = sparse_vector(sparse(y));
    EXPECT_TRUE(equal(product(sa, MatrixView(x).values()), product(a, x)));
    EXPECT_TRUE(equal(product(MatrixView(y).values(), sa), product(y, a)));
    EXPECT_TRUE(equal(column_matrix(product(sa, sx.view()).view()), sparse(product(a, x))));
    EXPECT_TRUE(equal(transpose(column_matrix(product(sy.view(), sa).view())), sparse(product(y, a))));
    const Matrix a_row = random_dense(random, 1, n, 1), a_column = random_dense(random, m, 1, 1);
    for (const Matrix* const part : {&a_row, &a_column}) {
      expect_same(multiply(sa, *part), multiply(a, *part));
      expect_same(multiply(sa, sparse(*part)), multiply(a, *part));
      EXPECT_TRUE(equal(add(sa, *part), add(a, *part)));
      EXPECT_TRUE(equal(subtract(*part, sa), subtract(*part, a)));
      Matrix divisor{MatrixView(*part)};
      for (double& value : divisor.values()) value = value == 0 ? 2 : value;
      expect_same(divide(sa, divisor), divide(a, divisor));
    }
    for (std::int64_t i = 0; i <= m + 1; ++i)
      for (std::int64_t j = 0; j <= n + 1; ++j) {
        const bool inside = i >= 1 && i <= m && j >= 1 && j <= n;
        const auto value = element(sa, i, j);
        ASSERT_EQ(value.has_value(), inside);
        if (inside) {
          EXPECT_EQ(*value, a(static_cast<std::size_t>(i - 1), static_cast<std::size_t>(j - 1)));
        }
      }
    const SparseMatrix t = transpose(sa);
    for (std::int64_t j = 1; j <= n; ++j) {
      std::uint32_t room[2], other_room[2];
      EXPECT_TRUE(equal(row_matrix(row(t, j), room), row_matrix(col(sa, j).view(), other_room)));
    }
  }
}

TEST(SparseMatrix, PartsAndMeasures) {
  std::mt19937_64 random(seed + 1);
  for (int round = 0; round < 200; ++round) {
    SCOPED_TRACE(concat("seed ", seed + 1, ", round ", round));
    const auto m = static_cast<std::int64_t>(1 + random() % 9), n = static_cast<std::int64_t>(1 + random() % 9);
    const Matrix a = random_dense(random, m, n), b = random_dense(random, 2, 3, 2);
    const SparseMatrix sa = sparse(a), sb = sparse(b);
    const auto cut = [&](std::int64_t side) {
      const auto first = static_cast<std::int64_t>(1 + random() % static_cast<std::uint64_t>(side));
      return std::pair(first,
                       first - 1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(side - first + 2)));
    };
    const auto [i0, i1] = cut(m);
    const auto [j0, j1] = cut(n);
    Matrix part({i1 - i0 + 1, j1 - j0 + 1});
    for (std::size_t i = 0; i < part.rows(); ++i)
      for (std::size_t j = 0; j < part.columns(); ++j)
        part(i, j) = a(i + static_cast<std::size_t>(i0 - 1), j + static_cast<std::size_t>(j0 - 1));
    expect_same(slice(sa, i0, i1, j0, j1), part);

    // A matrix is what its parts are when put together again.
    const std::int64_t at = i0, by = j0;
    const SparseMatrix top = slice(sa, 1, at, 1, n), rest = slice(sa, at + 1, m, 1, n);
    const SparseMatrix left = slice(sa, 1, m, 1, by), right = slice(sa, 1, m, by + 1, n);
    EXPECT_TRUE(equal(vstack(std::vector<CsrView>{top, rest}), sa));
    EXPECT_TRUE(equal(hstack(std::vector<CsrView>{left, right}), sa));

    Matrix k({m * 2, n * 3});
    for (std::size_t i = 0; i < k.rows(); ++i)
      for (std::size_t j = 0; j < k.columns(); ++j) k(i, j) = a(i / 2, j / 3) * b(i % 2, j % 3);
    expect_same(kron(sa, sb), k);

    const Matrix ones_m({1, m}, 1.0), ones_n({n, 1}, 1.0);
    EXPECT_TRUE(equal(row_sums(sa), product(a, ones_n)));
    EXPECT_TRUE(equal(col_sums(sa), product(ones_m, a)));
    EXPECT_TRUE(equal(row_means(sa), divide(product(a, ones_n), Matrix({1, 1}, static_cast<double>(n)))));
    EXPECT_TRUE(equal(col_means(sa), divide(product(ones_m, a), Matrix({1, 1}, static_cast<double>(m)))));
    const auto values = MatrixView(a).values();
    EXPECT_EQ(least(sa), *std::min_element(values.begin(), values.end()));
    EXPECT_EQ(greatest(sa), *std::max_element(values.begin(), values.end()));
    EXPECT_EQ(density(sa), static_cast<double>(sa.values.size()) / static_cast<double>(m * n));
    double squares = 0;
    for (const double value : values) squares += value * value;
    EXPECT_NEAR(norm(sa, "fro"), std::sqrt(squares), 1e-14 * squares);
    EXPECT_EQ(norm(sa, "1"), norm(transpose(sa), "inf"));
    EXPECT_EQ(norm(sa, "max"), greatest(apply(sa, "abs")));
    const Matrix d = diag(sa);
    for (std::size_t i = 0; i < d.rows(); ++i) EXPECT_EQ(d(i, 0), a(i, i));
    if (m == n) {
      double sum = 0;
      for (const double value : MatrixView(d).values()) sum += value;
      EXPECT_EQ(trace(sa), sum);
    }
    const SparseVector x = sparse_from_dense(Features(MatrixView(d).values()));
    EXPECT_TRUE(equal(diag(diagonal_matrix(x.view())), d));
    EXPECT_TRUE(equal(product(sparse_identity(m), sa), sa));
  }
}

TEST(SparseMatrix, Applied) {
  const SparseMatrix a = parse_sparse_matrix("{1:{1:-2.5,3:4},2:{2:0.25}}/2x3");
  EXPECT_EQ(text_of(apply(a, "abs")), "{1:{1:2.5,3:4},2:{2:0.25}}/2x3");
  EXPECT_EQ(text_of(apply(a, "floor")), "{1:{1:-3,3:4}}/2x3") << "what becomes 0 is not stored";
  EXPECT_EQ(text_of(apply(a, "round")), "{1:{1:-2,3:4}}/2x3");
  EXPECT_EQ(text_of(apply(a, "relu")), "{1:{3:4},2:{2:0.25}}/2x3");
  EXPECT_EQ(text_of(apply(a, "sign")), "{1:{1:-1,3:1},2:{2:1}}/2x3");
  EXPECT_EQ(text_of(apply(a, "square")), "{1:{1:6.25,3:16},2:{2:0.0625}}/2x3");
  EXPECT_EQ(refusal([&] { apply(a, "exp"); }),
            Refusal(Fault::invalid_parameter, "apply: \"exp\" is not a function that keeps 0"));
  EXPECT_EQ(refusal([&] { apply(a, "sqrt"); }), Refusal(Fault::out_of_range, "apply: sqrt of -2.5 is out of range"));
}

TEST(SparseMatrix, NotStoredIsZeroWhateverItMeets) {
  const SparseMatrix a = parse_sparse_matrix("{1:{1:Infinity},2:{2:1}}/2x2");
  const Matrix infinities({2, 2}, infinity);
  EXPECT_EQ(text_of(multiply(parse_sparse_matrix("{1:{1:2}}/2x2"), infinities)), "{1:{1:Infinity}}/2x2");
  EXPECT_EQ(text_of(product(a, a)), "{1:{1:Infinity},2:{2:1}}/2x2");
  EXPECT_EQ(text_of(column_matrix(product(a, parse_sparse("{2:3}/2").view()).view())), "{2:{1:3}}/2x1");
  EXPECT_TRUE(std::isnan(product(a, Matrix({2, 1}, 0.0))(0, 0))) << "a dense 0 is a number";
  EXPECT_TRUE(equal(parse_sparse_matrix("{1:{1:NaN}}/1x1"), parse_sparse_matrix("{1:{1:NaN}}/1x1")));
  EXPECT_EQ(greatest(parse_sparse_matrix("{1:{1:NaN,2:5}}/1x2")).value_or(0) > 0, false);
  EXPECT_EQ(least(parse_sparse_matrix("{1:{1:NaN,2:5}}/1x2")), 5);
  EXPECT_EQ(least(parse_sparse_matrix("{}/0x3")), std::nullopt);
}

TEST(SparseMatrix, Refused) {
  const SparseMatrix a = parse_sparse_matrix("{1:{1:1e308}}/2x3"), b = parse_sparse_matrix("{1:{1:1e308}}/3x3");
  const auto refused = [](auto f) { return refusal(f); };
  EXPECT_EQ(refused([&] { add(a, b); }),
            Refusal(Fault::invalid_parameter, "+: sparse matrices must have the same shape (2 x 3 and 3 x 3)"));
  EXPECT_EQ(refused([&] { product(b, a); }),
            Refusal(Fault::invalid_parameter,
                    "@: the columns of the first must be as many as the rows of the second (3 x 3 and 2 x 3)"));
  EXPECT_EQ(refused([&] { product(a, b); }), Refusal(Fault::out_of_range, "@: result out of range"));
  EXPECT_EQ(refused([&] { add(a, a); }), Refusal(Fault::out_of_range, "+: result out of range"));
  EXPECT_EQ(refused([&] {
              multiply(a, Matrix({2, 3}, 10.0));
            }),
            Refusal(Fault::out_of_range, "*: result out of range"));
  EXPECT_EQ(refused([&] {
              multiply(sparse(Matrix({1, 3}, 1.0)), Matrix({2, 3}, 1.0));
            }).first,
            Fault::invalid_parameter);
  EXPECT_EQ(refused([&] { divide(a, Matrix({1, 1}, 0.0)); }), Refusal(Fault::out_of_range, "/: division by zero"));
  EXPECT_EQ(text_of(divide(a, Matrix({1, 1}, 2.0))), "{1:{1:5e+307}}/2x3");
  EXPECT_EQ(refused([&] { trace(a); }), Refusal(Fault::invalid_parameter, "trace: the matrix must be square (2 x 3)"));
  EXPECT_EQ(refused([&] { row(a, 3); }), Refusal(Fault::invalid_parameter, "row: there is no row 3 (2 x 3)"));
  EXPECT_EQ(refused([&] { col(a, 0); }), Refusal(Fault::invalid_parameter, "col: there is no column 0 (2 x 3)"));
  EXPECT_EQ(refused([&] { slice(a, 1, 3, 1, 1); }),
            Refusal(Fault::invalid_parameter, "slice: rows 1 to 3 are not in the matrix (2 x 3)"));
  EXPECT_EQ(refused([&] { slice(a, 2, 0, 1, 1); }).first, Fault::invalid_parameter);
  EXPECT_EQ(
      refused([&] {
        hstack(std::vector<CsrView>{a, b});
      }),
      Refusal(Fault::invalid_parameter, "hstack: the matrices must have the same number of rows (2 x 3 and 3 x 3)"));
  EXPECT_EQ(refused([&] { norm(a, "2"); }).first, Fault::invalid_parameter);
  EXPECT_EQ(refused([&] { norm(a, "p"); }).second, "norm: kind must be 1, inf, fro or max, not \"p\"");
  EXPECT_EQ(norm(a, "fro"), 1e308);
  EXPECT_EQ(refused([&] { sparse_vector(a); }).second, "svec: the matrix must be one row or one column (2 x 3)");
}

TEST(SparseMatrix, SidesOfTwoToTheThirtyOne) {
  const SparseMatrix wide = parse_sparse_matrix("{1:{5:2,2147483647:3}}/1x2147483647");
  const SparseMatrix tall = parse_sparse_matrix("{1:{1:4,2:5}}/1x2");
  const auto limit = [](auto f) { return refusal(f).first == Fault::limit_exceeded; };
  EXPECT_TRUE(limit([&] { transpose(wide); }));
  EXPECT_TRUE(limit([&] { to_dense(wide); }));
  EXPECT_TRUE(limit([&] { col_sums(wide); }));
  EXPECT_TRUE(limit([&] { norm(wide, "1"); }));
  EXPECT_TRUE(limit([&] { product(Matrix({1, 1}, 1.0), wide); }));
  EXPECT_TRUE(limit([&] { hstack(std::vector<CsrView>{wide, wide}); }));
  EXPECT_TRUE(limit([&] { kron(wide, tall); }));
  EXPECT_TRUE(limit([&] { sparse_identity(2147483647); }));
  EXPECT_TRUE(limit([&] { column_matrix(SparseFeatures{2147483647, {}, {}}); }));
  EXPECT_EQ(norm(wide, "inf"), 5);
  EXPECT_EQ(text_of(product(transpose(tall), wide)), "{1:{5:8,2147483647:12},2:{5:10,2147483647:15}}/2x2147483647");
  EXPECT_EQ(print_sparse(product(wide, parse_sparse("{5:7,6:1}/2147483647").view()).view()), "{1:14}/1");
  EXPECT_EQ(text_of(slice(wide, 1, 1, 2147483640, 2147483647)), "{1:{8:3}}/1x8");
  EXPECT_EQ(text_of(add(wide, wide)), "{1:{5:4,2147483647:6}}/1x2147483647");
  EXPECT_EQ(print_sparse(sparse_vector(wide).view()), "{5:2,2147483647:3}/2147483647");
}

TEST(SparseMatrix, RandomIsAsDense) {
  const SparseMatrix a = sparse_random(400, 500, 0.05, 7), b = sparse_random(400, 500, 0.05, 7);
  EXPECT_TRUE(a.valid());
  EXPECT_TRUE(equal(a, b));
  EXPECT_FALSE(equal(a, sparse_random(400, 500, 0.05, 8)));
  const double n = 200'000, p = 0.05;  // within five standard deviations
  EXPECT_NEAR(static_cast<double>(a.values.size()), n * p, 5 * std::sqrt(n * p * (1 - p)));
  double mean = 0, square = 0;
  for (const double value : a.values) {
    mean += value / static_cast<double>(a.values.size());
    square += value * value / static_cast<double>(a.values.size());
  }
  EXPECT_NEAR(mean, 0, 0.05);
  EXPECT_NEAR(square, 1, 0.075);
  EXPECT_EQ(sparse_random(30, 20, 1, 1).values.size(), 600u);
  EXPECT_EQ(sparse_random(30, 20, 0, 1).values.size(), 0u);
}

TEST(MatrixMarket, Forms) {
  const auto read = [](const std::string& text) { return text_of(parse_matrix_market(text)); };
  const std::string head = "%%MatrixMarket matrix ";
  EXPECT_EQ(read(head + "coordinate real general\n% a comment\n\n2 3 3\n1 1 .5\n 2  3\t-1e1 \r\n\n1 1 2\n"),
            "{1:{1:2.5},2:{3:-10}}/2x3");
  EXPECT_EQ(read("%%matrixmarket MATRIX Coordinate Pattern Symmetric\n3 3 2\n2 1\n3 3"),
            "{1:{2:1},2:{1:1},3:{3:1}}/3x3");
  EXPECT_EQ(read(head + "coordinate integer skew-symmetric\n2 2 1\n2 1 7\n"), "{1:{2:-7},2:{1:7}}/2x2");
  EXPECT_EQ(read(head + "array real general\n2 2\n1\n2\n3\n4\n"), "{1:{1:1,2:3},2:{1:2,2:4}}/2x2");
  EXPECT_EQ(read(head + "array real symmetric\n2 2\n1 2 4\n"), "{1:{1:1,2:2},2:{1:2,2:4}}/2x2");
  EXPECT_EQ(read(head + "array real skew-symmetric\n2 2\n5\n"), "{1:{2:-5},2:{1:5}}/2x2");
  EXPECT_EQ(read(head + "coordinate real general\n1 2 2\n1 1 inf\n1 2 nan\n"), "{1:{1:Infinity,2:NaN}}/1x2");
  EXPECT_EQ(read(head + "coordinate real general\n0 0 0\n"), "{}/0x0");
}

TEST(MatrixMarket, Refused) {
  const std::string head = "%%MatrixMarket matrix ";
  const auto message = [&](const std::string& text) {
    const auto [fault, what] = refusal([&] { parse_matrix_market(text); });
    EXPECT_EQ(fault, Fault::malformed_text) << text;
    return what.substr(std::string_view("from_matrix_market: ").size());
  };
  EXPECT_EQ(message(""), "the text does not begin with %%MatrixMarket");
  EXPECT_EQ(message("1 2 3"), "the text does not begin with %%MatrixMarket");
  EXPECT_EQ(message(head + "coordinate complex general\n"),
            "line 1: field \"complex\" is not one of real, double, integer, pattern");
  EXPECT_EQ(message(head + "coordinate real hermitian\n"),
            "line 1: symmetry \"hermitian\" is not one of general, symmetric, skew-symmetric");
  EXPECT_EQ(message(head + "array pattern general\n1 1\n"), "line 1: an array has no pattern");
  EXPECT_EQ(message(head + "coordinate real general\n2 2\n"), "line 2: the number of entries expected");
  EXPECT_EQ(message(head + "coordinate real general\n2 2 2\n1 1 1\n"), "line 3: 2 entries expected, but there are 1");
  EXPECT_EQ(message(head + "coordinate real general\n2 2 1\n1 1 1\n1 2 1\n"), "line 4: more than the 1 entries");
  EXPECT_EQ(message(head + "coordinate real general\n2 2 1\n1 3 1\n"), "line 3: entry (1, 3) is outside of 2 x 2");
  EXPECT_EQ(message(head + "coordinate real general\n2 2 1\n1 1 x\n"), "line 3: a number expected, not \"x\"");
  EXPECT_EQ(message(head + "coordinate real general\n2 2 1\n1 1 1 1\n"),
            "line 3: nothing expected after the numbers, but \"1\"");
  EXPECT_EQ(message(head + "coordinate real symmetric\n2 3 0\n"), "line 2: a symmetric matrix must be square (2 x 3)");
  EXPECT_EQ(message(head + "coordinate real skew-symmetric\n2 2 1\n1 1 1\n"),
            "line 3: a skew-symmetric matrix has no diagonal");
  EXPECT_EQ(message(head + "array real general\n2 2\n1 2 3\n"), "line 3: 4 numbers expected, but there are 3");
  EXPECT_EQ(message(head + "array real general\n2000000000 2000000000\n1\n"),
            "line 3: 4000000000000000000 numbers expected, but there are 1");
  EXPECT_EQ(message(head + "coordinate real general\n2 2 99999999999999\n1 1 1\n"),
            "line 3: 99999999999999 entries expected, but there are 1");
  EXPECT_EQ(refusal([&] { parse_matrix_market(head + "coordinate real general\n1 1 1\n1 1 1e999\n"); }).first,
            Fault::out_of_range);
}

// X'X in all forms of the state - rows that wait, compressed rows, the triangle - and merged from them.
TEST(SparseGram, AsProduct) {
  struct Case {
    std::int64_t rows, features;
    double density;
  };
  for (const auto& [rows, features, density] :
       {Case{0, 5, 1}, Case{1, 5, 0.5}, Case{50, 7, 0.4}, Case{3000, 20, 0.3}, Case{4000, 3000, 0.002},
        Case{9000, 300, 0.02}, Case{20000, 100, 0.001}, Case{3, 0, 0.5}}) {
    SCOPED_TRACE(concat(rows, " x ", features, ", density ", density, ", seed ", seed));
    SparseMatrix x = sparse_random(rows, features, density, seed);
    for (double& value : x.values) value = std::nearbyint(4 * value) + 0.5;  // sums are exact
    const SparseMatrix expected = product(transpose(x), x);
    SparseGram gram, parts[3];
    for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i) {
      gram.add(x.view().row(i));
      parts[i % 17 == 0 ? 1 : i % 2 * 2].add(x.view().row(i));
    }
    EXPECT_TRUE(gram.valid());
    if (rows == 0) {
      EXPECT_TRUE(gram.empty());
      continue;
    }
    EXPECT_TRUE(equal(gram.sparse(), expected));
    EXPECT_TRUE(gram.sparse().valid());
    EXPECT_TRUE(equal(gram.dense(), to_dense(expected)));
    SparseGram whole;
    for (const SparseGram& part : parts) whole.merge(part);
    EXPECT_TRUE(whole.valid());
    EXPECT_TRUE(equal(whole.sparse(), expected));
    whole = {};
    for (const int i : {1, 2, 0}) whole.merge(parts[i]);
    EXPECT_TRUE(equal(whole.sparse(), expected));
    EXPECT_EQ(whole.rows, rows);
  }
}

TEST(SparseGram, BesideDenseRows) {
  std::mt19937_64 random(seed + 4);
  const Matrix x = random_dense(random, 400, 9);
  const SparseMatrix sx = sparse(x);
  Gram gram, halves[2];
  for (std::size_t i = 0; i < x.rows(); ++i) {
    const FeatureRow row = i % 3 == 0 ? FeatureRow(sx.view().row(i)) : FeatureRow(Features(MatrixView(x).row(i)));
    gram.accumulate(row);
    halves[i % 7 < 3].accumulate(row);
  }
  const Matrix expected = product(transpose(x), x);
  EXPECT_TRUE(equal(*gram.matrix(), expected));
  halves[1].merge(halves[0]);
  EXPECT_TRUE(is_valid(halves[1]));
  EXPECT_TRUE(equal(*halves[1].matrix(), expected));
}

TEST(SparseGram, Refused) {
  SparseGram gram;
  gram.add(parse_sparse("{1:1}/3").view());
  EXPECT_EQ(refusal([&] { gram.add(parse_sparse("{1:1}/4").view()); }).second,
            "gram: rows have different numbers of features (3, then 4)");
  SparseGram wide;
  EXPECT_EQ(refusal([&] { wide.add(parse_sparse("{1:1}/2000000").view()); }),
            Refusal(Fault::limit_exceeded, "gram: at most 1048576 features, not 2000000"));
  gram.add(parse_sparse("{2:1e200}/3").view());
  EXPECT_EQ(refusal([&] { gram.sparse(); }), Refusal(Fault::out_of_range, "gram: result out of range"));
  gram.add(parse_sparse("{3:Infinity}/3").view());
  EXPECT_EQ(text_of(gram.sparse()), "{1:{1:1},2:{2:Infinity},3:{3:Infinity}}/3x3");
}

TEST(SparseGram, AllocationsThatFail) {
  SparseMatrix x = sparse_random(3000, 60, 0.1, seed);
  bool done = false;
  for (int k = 1; !done && k < 2000; k = k < 60 ? k + 1 : k * 5 / 4) {
    try {
      FailingAllocations failing(k);
      SparseGram gram;
      for (std::size_t i = 0; i < 3000; ++i) gram.add(x.view().row(i));
      gram.sparse();
      done = allocations_left > 0;
    } catch (const std::bad_alloc&) {
    }
  }
  EXPECT_TRUE(done);
}

TEST(SmatrixAgg, AddsUpInAnyOrder) {
  std::mt19937_64 random(seed + 2);
  for (const int n : {1, 10, 5000}) {
    SCOPED_TRACE(concat("seed ", seed + 2, ", ", n, " rows"));
    Matrix expected({40, 30}, 0.0);
    SmatrixAgg agg, halves[2], sized;
    SmatrixRows rows;
    for (int k = 0; k < n; ++k) {
      const auto i = static_cast<std::int64_t>(1 + random() % 40), j = static_cast<std::int64_t>(1 + random() % 30);
      const auto value = static_cast<double>(static_cast<std::int64_t>(random() % 5) - 2);
      expected(static_cast<std::size_t>(i - 1), static_cast<std::size_t>(j - 1)) += value;
      agg.accumulate(i, j, value, {40, true}, {30, true});
      sized.accumulate(i, j, value, {}, {});
      halves[random() % 2].accumulate(i, j, value, {40, true}, {30, true});
      const SparseVector x{30, {static_cast<std::uint32_t>(j - 1)}, {value}};
      rows.accumulate(i, value != 0 ? FeatureRow(x.view()) : FeatureRow(SparseFeatures{30, {}, {}}));
    }
    expect_same(*agg.matrix(), expected);
    halves[0].merge(halves[1]);
    EXPECT_TRUE(is_valid(halves[0]));
    expect_same(*halves[0].matrix(), expected);
    EXPECT_TRUE(equal(*sized.matrix(), slice(*agg.matrix(), 1, sized.height.size, 1, sized.width.size)));
    EXPECT_TRUE(equal(*rows.matrix(), slice(*agg.matrix(), 1, rows.elements.height.size, 1, 30)));
  }
  SmatrixAgg agg;
  EXPECT_EQ(agg.matrix().has_value(), false);
  EXPECT_EQ(refusal([&] { agg.accumulate(0, 1, 1, {}, {}); }).second,
            "smatrix_agg: i must be between 1 and 2147483647, not 0");
  EXPECT_EQ(refusal([&] {
              agg.accumulate(3, 1, 1, {2, true}, {2, true});
            }).second,
            "smatrix_agg: row 3 is beyond the 2 rows");
  SmatrixRows rows;
  rows.accumulate(1, parse_sparse("{}/4").view());
  EXPECT_EQ(refusal([&] { rows.accumulate(2, parse_sparse("{}/5").view()); }).second,
            "smatrix_agg: different numbers of columns (4, then 5)");
}

TEST(SvecSum, AsDense) {
  std::mt19937_64 random(seed + 3);
  for (const auto& [size, rows] :
       {std::pair{0, 3}, std::pair{1, 1}, std::pair{50, 5}, std::pair{3000, 400}, std::pair{100'000, 2000}}) {
    SCOPED_TRACE(concat("seed ", seed + 3, ", ", rows, " of size ", size));
    std::vector<double> expected(static_cast<std::size_t>(size));
    SvecSum sum, halves[2];
    for (int i = 0; i < rows; ++i) {
      SparseVector x{size, {}, {}};
      for (std::int64_t j = static_cast<std::int64_t>(random() % 100); j < size;
           j += static_cast<std::int64_t>(1 + random() % 4000)) {
        x.indices.push_back(static_cast<std::uint32_t>(j));
        x.values.push_back(static_cast<double>(random() % 9) - 4.5);
        expected[static_cast<std::size_t>(j)] += x.values.back();
      }
      sum.accumulate(x.view());
      halves[i % 2].accumulate(x.view());
    }
    const std::string text = print_sparse(sparse_from_dense(std::span<const double>(expected)).view());
    EXPECT_EQ(print_sparse(sum.sum()->view()), text);
    halves[0].merge(halves[1]);
    EXPECT_TRUE(is_valid(halves[0]));
    EXPECT_EQ(print_sparse(halves[0].sum()->view()), text);
  }
  SvecSum sum;
  sum.accumulate(parse_sparse("{1:1e308}/2").view());
  EXPECT_EQ(refusal([&] { sum.accumulate(parse_sparse("{1:1}/3").view()); }).second,
            "sum: the vectors have different sizes (2, then 3)");
  EXPECT_EQ(refusal([&] { sum.accumulate(parse_sparse("{1:1e308}/2").view()); }).first, Fault::out_of_range);
}

}  // namespace
}  // namespace quern
