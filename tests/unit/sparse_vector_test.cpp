// The sparse vector against dense arithmetic on the same numbers, its text and JSON forms, what they refuse; svec_agg
// against sums by index in a map.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "linalg/sparse_vector.hpp"
#include "uda/svec_agg.hpp"

namespace quern {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double largest = std::numeric_limits<double>::max();

using Dense = std::vector<double>;

SparseVector sparse(const Dense& x) { return sparse_from_dense(std::span(x)); }

Dense dense(const SparseVector& x) {
  Dense out(static_cast<std::size_t>(x.size), nan);
  copy_to_dense(x.view(), out.data());
  return out;
}

Dense random_dense(std::mt19937_64& random, std::size_t n) {
  Dense x(n);
  for (double& value : x)
    if (random() % 3 == 0) value = static_cast<double>(static_cast<std::int64_t>(random() % 9) - 4);
  return x;
}

std::string text_of(const SparseVector& x) { return print_sparse(x.view()); }
std::string reprinted(std::string_view text) { return text_of(parse_sparse(text)); }

// The message and kind of what f throws.
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

TEST(SparseVector, Text) {
  EXPECT_EQ(reprinted("{1:0.5,7:2}/100"), "{1:0.5,7:2}/100");
  EXPECT_EQ(reprinted(" { 7 : 2e0 ,\n1:+.5,3:0, 4:-0.0 } / 100 "), "{1:0.5,7:2}/100");
  EXPECT_EQ(reprinted("{}/0"), "{}/0");
  EXPECT_EQ(reprinted("{ }/5"), "{}/5");
  EXPECT_EQ(reprinted("{1:NaN,2:-Infinity,3:inf,4:1e-300,5:5e-324}/2147483647"),
            "{1:NaN,2:-Infinity,3:Infinity,4:1e-300,5:5e-324}/2147483647");
  EXPECT_EQ(reprinted("{2147483647:0.1}/2147483647"), "{2147483647:0.1}/2147483647");
  for (const double value : {0.1, 1.0 / 3, largest, std::numeric_limits<double>::denorm_min(), -1e22, 123456789.125}) {
    const SparseVector x = sparse({0, value});
    EXPECT_EQ(parse_sparse(text_of(x)).values[0], value);
  }
}

TEST(SparseVector, TextRefused) {
  for (const char* text :
       {"",         "{",       "{}",        "{}/",       "{1:2}",       "{1:2}/",   "1:2/3",     "{1:}/3",
        "{1}/3",    "{:2}/3",  "{1:2,}/3",  "{,}/3",     "{1:2 3:4}/3", "{1:2}/3x", "{1:2}/3.5", "{1.5:2}/3",
        "{1:2}}/3", "{1:x}/3", "{1:+-2}/3", "{1:- 2}/3", "{1:+}/3",     "{+1:2}/3"}) {
    const auto [fault, message] = refusal([&] { parse_sparse(text); });
    EXPECT_EQ(fault, Fault::malformed_text) << text;
    EXPECT_EQ(message.rfind("invalid input syntax for type quern.svec", 0), 0u) << text << ": " << message;
  }
  const std::string type = "invalid input for type quern.svec: ";
  const auto malformed = [&](const std::string& text) { return Refusal(Fault::malformed_text, type + text); };
  EXPECT_EQ(refusal([] { parse_sparse("{1:2,1:3}/4"); }), malformed("index 1 is there twice"));
  EXPECT_EQ(refusal([] { parse_sparse("{3:2,1:1,3:0}/4"); }), malformed("index 3 is there twice"));
  EXPECT_EQ(refusal([] { parse_sparse("{0:2}/4"); }), malformed("index 0 is not between 1 and the size 4"));
  EXPECT_EQ(refusal([] { parse_sparse("{-1:2}/4"); }), malformed("index -1 is not between 1 and the size 4"));
  EXPECT_EQ(refusal([] { parse_sparse("{5:2}/4"); }), malformed("index 5 is not between 1 and the size 4"));
  EXPECT_EQ(refusal([] { parse_sparse("{}/-1"); }), malformed("the size must be between 0 and 2147483647, not -1"));
  EXPECT_EQ(refusal([] { parse_sparse("{}/2147483648"); }),
            malformed("the size must be between 0 and 2147483647, not 2147483648"));
  for (const char* text : {"{1:1e400}/2", "{1:1e-400}/2", "{99999999999999999999:1}/2", "{1:1}/99999999999999999999"})
    EXPECT_EQ(refusal([&] { parse_sparse(text); }).first, Fault::out_of_range) << text;
}

// Every cut and every change of a character is refused or read as some well-formed vector.
TEST(SparseVector, TextAltered) {
  const std::string text = "{1:0.5,7:2e3,12:-Infinity}/100";
  for (std::size_t cut = 0; cut < text.size(); ++cut)
    for (int c = 1; c < 256; ++c) {
      std::string altered = text;
      altered[cut] = static_cast<char>(c);
      for (const std::string& candidate : {altered, text.substr(0, cut)}) try {
          EXPECT_TRUE(parse_sparse(candidate).valid()) << candidate;
        } catch (const InvalidInput&) {
        }
    }
}

TEST(SparseVector, Json) {
  const SparseVector x = parse_sparse("{1:0.5,7:2,9:NaN}/100");
  EXPECT_EQ(print_sparse_json(x.view()), R"({"size": 100, "indices": [1, 7, 9], "values": [0.5, 2, "NaN"]})");
  EXPECT_EQ(text_of(parse_sparse_json(print_sparse_json(x.view()))), "{1:0.5,7:2,9:NaN}/100");
  EXPECT_EQ(text_of(parse_sparse_json(R"({"values": [1, 0, 3], "indices": [5, 4, 2], "size": 5})")), "{2:3,5:1}/5");
  for (const char* json :
       {"1", "[]", "{}", R"({"size": 5})", R"({"size": 5, "indices": [1], "values": []})",
        R"({"size": 5, "indices": [1.5], "values": [1]})", R"({"size": 5, "indices": [-1], "values": [1]})",
        R"({"size": 5, "indices": [1e300], "values": [1]})", R"({"size": 5, "indices": ["NaN"], "values": [1]})",
        R"({"size": 5, "indices": [6], "values": [1]})", R"({"size": 5, "indices": [2, 2], "values": [1, 1]})",
        R"({"size": 5, "indices": [null], "values": [1]})", R"({"size": 5.5, "indices": [], "values": []})",
        R"({"size": 5, "indices": [], "values": [], "more": 1})", R"({"size": 5, "indices": [1], "values": ["x"]})"})
    EXPECT_EQ(refusal([&] { parse_sparse_json(json); }).first, Fault::malformed_text) << json;
}

TEST(SparseVector, AgreesWithDense) {
  constexpr std::uint64_t seed = 20261203;
  std::mt19937_64 random(seed);
  for (int trial = 0; trial < 500; ++trial) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << " trial " << trial);
    const std::size_t n = random() % 30;
    const Dense a = random_dense(random, n), b = random_dense(random, n);
    const SparseVector x = sparse(a), y = sparse(b);
    ASSERT_TRUE(x.valid());
    ASSERT_EQ(dense(x), a);
    ASSERT_EQ(text_of(parse_sparse(text_of(x))), text_of(x));

    Dense sum(n), difference(n), product(n), scaled(n);
    double inner = 0, l1 = 0, squares = 0, linf = 0;
    for (std::size_t i = 0; i < n; ++i) {
      sum[i] = a[i] + b[i];
      difference[i] = a[i] - b[i];
      product[i] = a[i] * b[i];
      scaled[i] = -2.5 * a[i];
      inner += product[i];
      l1 += std::abs(a[i]);
      squares += a[i] * a[i];
      linf = std::max(linf, std::abs(a[i]));
      EXPECT_EQ(element(x.view(), static_cast<std::uint32_t>(i)), a[i]);
    }
    for (const auto& [result, expected] :
         {std::pair(add(x.view(), y.view()), sum), std::pair(subtract(x.view(), y.view()), difference),
          std::pair(multiply(x.view(), y.view()), product), std::pair(scale(-2.5, x.view()), scaled)}) {
      EXPECT_TRUE(result.valid());
      EXPECT_EQ(dense(result), expected);
    }
    const std::vector<float> narrow(b.begin(), b.end());
    for (const FeatureRow& left : {FeatureRow(x.view()), FeatureRow(std::span<const double>(a))})
      for (const FeatureRow& right :
           {FeatureRow(y.view()), FeatureRow(std::span<const double>(b)), FeatureRow(std::span<const float>(narrow))})
        EXPECT_EQ(dot(left, right), inner);  // whole numbers: exact
    for (const FeatureRow& row : {FeatureRow(x.view()), FeatureRow(std::span<const double>(a))}) {
      EXPECT_EQ(l1_norm(row), l1);
      EXPECT_DOUBLE_EQ(l2_norm(row), std::sqrt(squares));
      EXPECT_EQ(linf_norm(row), linf);
    }
  }
}

// The order of PostgreSQL's arrays: element by element, NaN above all and equal to itself, then by size.
int order_of_arrays(const Dense& a, const Dense& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (std::isnan(a[i]) != std::isnan(b[i])) return std::isnan(a[i]) ? 1 : -1;
    if (a[i] < b[i]) return -1;
    if (a[i] > b[i]) return 1;
  }
  return a.size() < b.size() ? -1 : a.size() > b.size();
}

TEST(SparseVector, Order) {
  constexpr std::uint64_t seed = 5;
  std::mt19937_64 random(seed);
  int equal = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    Dense a = random_dense(random, random() % 5), b = random_dense(random, random() % 5);
    for (Dense* x : {&a, &b})
      if (!x->empty() && random() % 8 == 0) x->back() = random() % 2 ? nan : -infinity;
    const SparseVector x = sparse(a), y = sparse(b);
    const int order = order_of_arrays(a, b);
    ASSERT_EQ(compare(x.view(), y.view()), order) << text_of(x) << " and " << text_of(y) << ", seed " << seed;
    if (order == 0) {
      equal += 1;
      EXPECT_EQ(hash(x.view(), 0), hash(y.view(), 0));
    } else {
      EXPECT_NE(hash(x.view(), 0), hash(y.view(), 0)) << text_of(x) << " and " << text_of(y);
    }
  }
  EXPECT_GT(equal, 100);
  EXPECT_NE(hash(sparse({1}).view(), 0), hash(sparse({1}).view(), 1));
  SparseVector other_nan = sparse({nan});
  other_nan.values[0] = -nan;
  EXPECT_EQ(hash(other_nan.view(), 0), hash(sparse({nan}).view(), 0));
}

TEST(SparseVector, DifferentSizes) {
  const SparseVector x = sparse({1, 0}), y = sparse({1, 0, 0});
  EXPECT_EQ(refusal([&] { add(x.view(), y.view()); }).second, "add: the vectors have different sizes (2 and 3)");
  EXPECT_EQ(refusal([&] { subtract(x.view(), y.view()); }).second,
            "subtract: the vectors have different sizes (2 and 3)");
  EXPECT_EQ(refusal([&] { multiply(x.view(), y.view()); }).second,
            "multiply: the vectors have different sizes (2 and 3)");
  EXPECT_EQ(refusal([&] { dot(x.view(), y.view()); }).second, "dot: the vectors have different sizes (2 and 3)");
}

TEST(SparseVector, OutOfRange) {
  const SparseVector x = sparse({largest, 0, 1}), special = sparse({infinity, nan, 1});
  const auto out_of_range = [](auto&& f) { return refusal(f).first == Fault::out_of_range; };
  EXPECT_TRUE(out_of_range([&] { add(x.view(), x.view()); }));
  EXPECT_TRUE(out_of_range([&] { scale(2, x.view()); }));
  EXPECT_TRUE(out_of_range([&] { multiply(x.view(), x.view()); }));
  EXPECT_TRUE(out_of_range([&] { dot(x.view(), x.view()); }));
  const double two[] = {largest, largest};
  EXPECT_TRUE(out_of_range([&] { l1_norm(Features(std::span(two))); }));
  EXPECT_TRUE(out_of_range([&] { l2_norm(Features(std::span(two))); }));
  EXPECT_EQ(dense(subtract(x.view(), x.view())), Dense(3, 0.0));
  EXPECT_EQ(text_of(add(special.view(), x.view())), "{1:Infinity,2:NaN,3:2}/3");
  EXPECT_EQ(text_of(multiply(special.view(), x.view())), "{1:Infinity,3:1}/3");  // nothing is stored at 2 of x
  EXPECT_EQ(dot(special.view(), x.view()), infinity);
  EXPECT_EQ(l1_norm(sparse({-infinity, 1}).view()), infinity);
  EXPECT_EQ(l2_norm(sparse({-infinity, 1}).view()), infinity);
  EXPECT_TRUE(std::isnan(l2_norm(special.view())));
  EXPECT_TRUE(std::isnan(linf_norm(special.view())));
}

TEST(SparseVector, LengthWithoutOverflow) {
  EXPECT_DOUBLE_EQ(l2_norm(sparse({0, 3e200, 4e200}).view()), 5e200);
  EXPECT_DOUBLE_EQ(l2_norm(sparse({0, 3e-200, 4e-200}).view()), 5e-200);
  EXPECT_EQ(l2_norm(sparse({std::numeric_limits<double>::denorm_min()}).view()),
            std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(l2_norm(sparse({0, 0}).view()), 0);
}

TEST(SparseVector, ValidRefusesWhatIsNone) {
  const SparseVector good = parse_sparse("{1:1,3:2}/3");
  EXPECT_TRUE(good.valid());
  for (const auto& spoil : std::initializer_list<void (*)(SparseVector&)>{
           [](SparseVector& x) { x.size = 2; }, [](SparseVector& x) { x.size = -1; },
           [](SparseVector& x) { x.size = max_sparse_size + 1; }, [](SparseVector& x) { x.indices[1] = 0; },
           [](SparseVector& x) { x.indices[0] = 2; }, [](SparseVector& x) { x.values[0] = 0; },
           [](SparseVector& x) { x.values.pop_back(); }}) {
    SparseVector bad = good;
    spoil(bad);
    EXPECT_FALSE(bad.valid());
  }
}

TEST(SvecAgg, SumsByIndexInAnyOrder) {
  constexpr std::uint64_t seed = 77;
  std::mt19937_64 random(seed);
  for (const int rows : {1, 2, 100, 1023, 1024, 1025, 5000, 20000})
    for (const int order : {0, 1, 2}) {  // random, ascending, descending
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << rows << " rows, order " << order);
      SvecAgg whole, parts[3];
      std::map<std::int64_t, double> expected;
      for (int i = 0; i < rows; ++i) {
        const std::int64_t index = order == 0   ? static_cast<std::int64_t>(1 + random() % 3000)
                                   : order == 1 ? 1 + i / 2
                                                : rows - i;
        const double value = static_cast<double>(random() % 11) - 5;  // whole numbers: exact in any order
        whole.accumulate(index, value, {});
        parts[random() % 3].accumulate(index, value, {});
        expected[index] += value;
      }
      const std::int64_t size = expected.rbegin()->first;
      std::erase_if(expected, [](const auto& entry) { return entry.second == 0; });
      parts[0].merge(parts[1]);
      parts[2].merge(parts[0]);
      for (const SvecAgg* state : {&whole, &parts[2]}) {
        ASSERT_TRUE(state->valid());
        const auto result = state->vector();
        ASSERT_TRUE(result && result->valid());
        EXPECT_EQ(result->size, size);
        ASSERT_EQ(result->indices.size(), expected.size());
        std::size_t i = 0;
        for (const auto& [index, value] : expected) {
          EXPECT_EQ(result->indices[i] + 1, index);
          EXPECT_EQ(result->values[i++], value);
        }
      }
    }
}

TEST(SvecAgg, Size) {
  const auto of = [](std::initializer_list<std::pair<std::int64_t, Dimension>> rows) {
    SvecAgg state;
    for (const auto& [index, dimension] : rows) state.accumulate(index, 1, dimension);
    return state;
  };
  EXPECT_EQ(text_of(*of({{2, {}}, {5, {}}}).vector()), "{2:1,5:1}/5");
  EXPECT_EQ(text_of(*of({{2, {9, true}}, {5, {9, true}}}).vector()), "{2:1,5:1}/9");
  EXPECT_EQ(refusal([&] { of({{0, {}}}); }).second, "svec_agg: the index must be between 1 and 2147483647, not 0");
  EXPECT_EQ(refusal([&] {
              of({{2147483648, {}}});
            }).second,
            "svec_agg: the index must be between 1 and 2147483647, not 2147483648");
  EXPECT_EQ(refusal([&] { of({{3, {2, true}}}); }).second, "svec_agg: index 3 is beyond the size 2");
  EXPECT_EQ(refusal([&] {
              of({{1, {2, true}}, {1, {3, true}}});
            }).second,
            "svec_agg: rows have different sizes (2, then 3)");
  EXPECT_EQ(refusal([&] {
              of({{1, {-1, true}}});
            }).second,
            "svec_agg: the size must be between 0 and 2147483647, not -1");
  SvecAgg open = of({{4, {}}}), wide = of({{1, {9, true}}}), narrow = of({{1, {3, true}}});
  EXPECT_EQ(refusal([&] { open.merge(narrow); }).second, "svec_agg: index 4 is beyond the size 3");
  EXPECT_EQ(refusal([&] { wide.merge(narrow); }).second, "svec_agg: rows have different sizes (9, then 3)");
  open.merge(wide);
  EXPECT_EQ(text_of(*open.vector()), "{1:1,4:1}/9");
}

TEST(SvecAgg, OutOfRange) {
  SvecAgg state;
  state.accumulate(1, largest, {});
  state.accumulate(1, largest, {});
  EXPECT_EQ(refusal([&] { state.vector(); }).first, Fault::out_of_range);
  SvecAgg infinite;
  infinite.accumulate(1, largest, {});
  infinite.accumulate(1, infinity, {});
  EXPECT_EQ(text_of(*infinite.vector()), "{1:Infinity}/1");
}

}  // namespace
}  // namespace quern
