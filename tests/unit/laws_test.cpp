// The laws of aggregate.hpp, for every registered state and every result, on random rows.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <new>
#include <random>

#include "failing_allocator.hpp"
#include "uda/all.hpp"

namespace quern {
namespace {

constexpr std::uint64_t seed = 20261120;
std::mt19937_64 rng(seed);
double row[3], vector[3], block[6];
std::int64_t place = 0;  // of a row in a matrix, where none may come twice

void reseed(std::uint64_t s) {
  rng.seed(s);
  place = 0;
}

template <class T>
T random_value();
template <>
double random_value() {
  return std::normal_distribution<double>(10, 2)(rng);
}
template <>
std::int64_t random_value() {
  return static_cast<std::int64_t>(1 + rng() % 50);
}
template <>
Dimension random_value() {
  return {50, true};
}
template <>
Features random_value() {
  for (double& x : row) x = random_value<double>();
  return std::span<const double>(row);
}
template <>
SparseFeatures random_value() {
  static constexpr std::uint32_t places[] = {0, 3, 4};
  random_value<Features>();
  return {6, places, row};
}
template <>
FeatureRow random_value() {
  return random_value<Features>();
}
template <>
Weight random_value() {
  return {std::uniform_real_distribution<double>(0.5, 2)(rng)};
}
template <>
Outcome random_value() {
  return {static_cast<double>(rng() % 2), true};
}
template <>
Id random_value() {
  return {{}, static_cast<std::int64_t>(rng() % 5), false};
}
template <>
std::span<const double> random_value() {
  for (double& x : vector) x = random_value<double>();
  return vector;
}
template <>
Responses random_value() {
  return {Features(random_value<std::span<const double>>())};
}
template <>
MatrixView random_value() {
  for (double& x : block) x = random_value<double>();
  return {{2, 3}, block};
}
template <>
ClassLabel random_value() {
  static constexpr const char* labels[] = {"low", "middle", "high"};
  return {labels[rng() % 3], ClassLabel::Type::text};
}

template <>
SequenceLabels random_value() {
  static const std::string_view labels[] = {"B", "A", "B", "C", "A", "B"};
  return {{labels + rng() % 3, 3}};
}
template <>
SequenceFeatures random_value() {
  static SequenceEntry entries[6];
  for (int p = 0; p < 3; ++p) {
    entries[2 * p] = {nullptr, SequenceEntry::position, 0, 0};
    entries[2 * p + 1] = rng() % 2 ? SequenceEntry{nullptr, SequenceEntry::id, static_cast<std::int64_t>(rng() % 20), 1}
                                   : SequenceEntry{"a word", 1 + static_cast<int>(rng() % 6), 0, 0.5};
  }
  return {entries, 3};
}

template <class S>
auto random_row() {
  if constexpr (std::is_same_v<S, ClassificationMetrics>)
    return std::tuple(random_value<Outcome>(), std::uniform_real_distribution<double>(0, 1)(rng));
  else if constexpr (std::is_same_v<S, FactorizationMachineState>)  // of two classes
    return std::tuple(ClassLabel{rng() % 2 ? "low" : "high", ClassLabel::Type::text}, random_value<FeatureRow>(),
                      random_value<Weight>());
  else if constexpr (std::is_same_v<S, MatrixRows>)
    return std::tuple(++place, random_value<std::span<const double>>());
  else if constexpr (std::is_same_v<S, MatrixBlocks>)
    return std::tuple(++place, std::int64_t{1}, random_value<MatrixView>());
  else if constexpr (std::is_same_v<S, KalmanSmoothingState>)  // times are steps apart
    return std::tuple(static_cast<double>(rng() % 50), random_value<FeatureRow>(), random_value<Weight>());
  else
    return []<class... A>(std::tuple<A...>*) {
      return std::tuple<A...>{random_value<A>()...};
    }(static_cast<Args<S>*>(nullptr));
}

template <class S>
void accumulate_random(S& s) {
  if constexpr (std::is_same_v<S, MlpState> || std::is_same_v<S, FactorizationMachineState>)  // trains in no time
    if (s.rows.rows == 0 && s.options.empty()) {
      constexpr std::string_view small =
          std::is_same_v<S, MlpState> ? R"({"hidden_layers": [3], "max_iter": 1})" : R"({"rank": 1, "max_iter": 2})";
      s.options.assign(small.begin(), small.end());
      s.configure();
    }
  const auto values = random_row<S>();
  std::apply([&](const auto&... value) { s.accumulate(value...); }, values);
}

template <class T>
std::vector<std::byte> packed(const T& value) {
  std::vector<std::byte> bytes(labelled_size(value));
  pack_labelled(value, bytes.data());
  return bytes;
}

template <class T>
bool refused(Bytes bytes) {
  T value{};
  try {
    unpack_labelled(bytes, value);
    return false;
  } catch (const InvalidInput&) {
    return true;
  }
}

// What depends on the way to the answer, not on the answer.
bool is_incidental(const Metric& metric) { return metric.name == "iterations" || metric.name == "gradient_norm"; }

// The largest difference of two results, relative to 1 + their size.
double distance(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  return std::abs(a - b) / (1 + std::abs(a) + std::abs(b));
}
double distance(std::int64_t a, std::int64_t b) { return a == b ? 0 : INFINITY; }
double distance(std::int32_t a, std::int32_t b) { return a == b ? 0 : INFINITY; }
double distance(std::uint32_t a, std::uint32_t b) { return a == b ? 0 : INFINITY; }
double distance(const Text& a, const Text& b) { return a == b ? 0 : INFINITY; }
double distance(const Name& a, const Name& b) { return a == b ? 0 : INFINITY; }
double distance(const Metric& a, const Metric& b) {
  return std::max(distance(a.name, b.name), is_incidental(a) ? 0 : distance(a.value, b.value));
}
double distance(const Matrix& a, const Matrix& b) {
  if (a.shape() != b.shape()) return INFINITY;
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, distance(a.data()[i], b.data()[i]));
  return worst;
}
template <class T>
double distance(const std::optional<T>& a, const std::optional<T>& b);
template <class T>
double distance(const Vec<T>& a, const Vec<T>& b);
double distance(const SparseMatrix& a, const SparseMatrix& b);
template <Record R>
double distance(const R& a, const R& b) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    const auto fa = tie_fields(a);
    const auto fb = tie_fields(b);
    return std::max({distance(std::get<I>(fa), std::get<I>(fb))...});
  }
  (std::make_index_sequence<field_count<R>>{});
}
template <class T>
double distance(const std::optional<T>& a, const std::optional<T>& b) {
  if (!a || !b) return a.has_value() == b.has_value() ? 0 : INFINITY;
  return distance(*a, *b);
}
template <class T>
double distance(const Vec<T>& a, const Vec<T>& b) {
  if (a.size() != b.size()) return INFINITY;
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, distance(a[i], b[i]));
  return worst;
}

double distance(const SparseMatrix& a, const SparseMatrix& b) {
  return std::max({distance(a.rows, b.rows), distance(a.columns, b.columns), distance(a.offsets, b.offsets),
                   distance(a.indices, b.indices), distance(a.values, b.values)});
}

constexpr int rows = 200;

// The same random rows in one state and dealt to two.
template <class S>
struct Split {
  S whole{}, left{}, right{};

  explicit Split(int at) {
    reseed(seed + static_cast<std::uint64_t>(at));
    for (int i = 0; i < rows; ++i) {
      const auto before = rng;
      const std::int64_t place_before = place;
      accumulate_random(whole);
      rng = before;
      place = place_before;
      accumulate_random(i < at ? left : right);
    }
  }
};

template <auto final>
void check_final(const char* name) {
  SCOPED_TRACE(name);
  using S = StateOf<final>;
  EXPECT_FALSE((S{}.*final)()) << "no rows have a result";
  for (const int at : {0, 1, 2, 7, rows / 2, rows - 1, rows}) {
    SCOPED_TRACE(at);
    Split<S> split(at);
    const auto expected = (split.whole.*final)();
    ASSERT_TRUE(expected);
    EXPECT_LT(distance(expected, (split.whole.*final)()), 1e-15) << "asking twice";

    S empty{};
    empty.merge(split.whole);
    EXPECT_LT(distance((empty.*final)(), expected), 1e-12) << "left identity";

    split.left.merge(split.right);
    EXPECT_LT(distance((split.left.*final)(), expected), 1e-9) << "partition of the rows, seed " << seed;
  }
}

template <class S>
void check_bytes(const char* name) {
  SCOPED_TRACE(name);
  const Split<S> split(rows / 2);
  S copy{};
  copy.merge(split.left);
  const auto before = packed(copy);
  copy.merge(S{});
  EXPECT_EQ(packed(copy), before) << "right identity, to the bit";

  const auto bytes = packed(split.whole);
  S restored{};
  unpack_labelled(bytes, restored);
  EXPECT_EQ(packed(restored), bytes) << "round trip, to the bit";
  EXPECT_TRUE(is_valid(S{}));
  const std::size_t stride = bytes.size() / 3000 + 1;
  for (std::size_t cut = 0; cut < bytes.size(); cut += stride) EXPECT_TRUE(refused<S>(Bytes(bytes).first(cut))) << cut;
  for (std::size_t i = 0; i < sizeof(Label); ++i) {
    auto foreign = bytes;
    foreign[i] ^= std::byte{1};
    EXPECT_TRUE(refused<S>(foreign)) << "label byte " << i;
  }
}

// Finalize of these solves anew, which takes milliseconds.
template <class S>
concept CollectsRows = std::is_same_v<S, CrfState> || requires(S& s) {
  s.rows.blocks;
};

// Uses a state that came from outside in every way there is. It may refuse.
template <class S>
void use(S& state, const S& other);

template <class S>
void check_mutations(const char* name) {
  SCOPED_TRACE(name);
  const Split<S> split(rows / 2);
  S small{};
  for (int i = 0; i < 3; ++i) accumulate_random(small);
  const std::vector<std::byte> originals[] = {packed(split.whole), packed(small), packed(S{})};
  constexpr int trials = CollectsRows<S> ? 300 : 4000;
  for (int trial = 0; trial < trials; ++trial) {
    auto forged = originals[trial % 3];
    for (int edits = 1 + trial % 3; edits > 0; --edits) {
      const std::size_t at = sizeof(Label) + rng() % (forged.size() - sizeof(Label));
      forged[at] = trial % 2 ? static_cast<std::byte>(rng()) : forged[at] ^ static_cast<std::byte>(1 << rng() % 8);
    }
    try {
      S state{};
      unpack_labelled(Bytes(forged), state);
      use(state, split.left);
    } catch (const InvalidInput&) {
    }
  }
}

template <class S>
void check_options(const char* name) {
  SCOPED_TRACE(name);
  if constexpr (Learner<S>) {
    static constexpr std::string_view text = std::is_same_v<S, MatrixFactorizationState> ? R"({"rank": 2})"
                                             : std::is_same_v<S, CrfState>               ? R"({"l2": 0.5})"
                                                                           : R"({"feature_names": ["a", "b", "c"]})";
    S named{}, plain{}, empty{};
    named.options.assign(text.begin(), text.end());
    named.configure();
    for (int i = 0; i < 20; ++i) accumulate_random(named), accumulate_random(plain);
    EXPECT_THROW(plain.merge(named), InvalidInput);
    empty.merge(named);
    EXPECT_EQ(std::string_view(empty.options.data(), empty.options.size()), text);
    S wrong{};
    static constexpr std::string_view unknown = R"({"no such option": 1})";
    wrong.options.assign(unknown.begin(), unknown.end());
    EXPECT_THROW(wrong.configure(), InvalidInput);
  }
}

template <class S>
void check_widths(const char* name) {
  SCOPED_TRACE(name);
  S state{};
  [&]<class... A>(std::tuple<A...>*) {
    if constexpr (((std::is_same_v<A, Features> || std::is_same_v<A, FeatureRow>) || ...)) {
      accumulate_random(state);
      auto accumulate = [&](Features x) {
        auto value = [&]<class B>(B*) {
          if constexpr (std::is_same_v<B, Features> || std::is_same_v<B, FeatureRow>)
            return B(x);
          else
            return random_value<B>();
        };
        state.accumulate(value(static_cast<A*>(nullptr))...);
      };
      const double wide[] = {1, 2, 3, 4}, nan[] = {1, NAN, 3}, infinite[] = {1, 2, INFINITY};
      EXPECT_THROW(accumulate(std::span<const double>(wide)), InvalidInput);
      if constexpr (!std::is_same_v<S, SmatrixRows>) {  // a matrix may hold them
        EXPECT_THROW(accumulate(std::span<const double>(nan)), InvalidInput);
        EXPECT_THROW(accumulate(std::span<const double>(infinite)), InvalidInput);
      }
    }
  }(static_cast<Args<S>*>(nullptr));
}

// Every allocation of a run fails in turn, of a long one the later ones more and more rarely: out of memory is
// reported, nothing is lost that anybody still has.
template <auto final>
void check_allocation_failures(const char* name) {
  SCOPED_TRACE(name);
  using S = StateOf<final>;
  for (int k = 1;; k += CollectsRows<S> ? 1 + k / 64 : 1) {
    ASSERT_LT(k, 1000000);
    reseed(seed);
    bool failed = false;
    try {
      FailingAllocations failing(k);
      S left{}, right{};
      for (int i = 0; i < 100; ++i) accumulate_random(i % 2 ? left : right);
      std::vector<std::byte> bytes = packed(right);
      S restored{};
      unpack_labelled(Bytes(bytes), restored);
      left.merge(restored);
      (left.*final)();
    } catch (const std::bad_alloc&) {
      failed = true;
    }
    if (!failed) break;
  }
}

template <class S, auto final>
void use_final(S& state, const S& other) {
  if constexpr (std::is_same_v<S, StateOf<final>>) {
    (state.*final)();
    accumulate_random(state);
    state.merge(other);
    (state.*final)();
    if constexpr (Removable<S>) {
      const auto values = random_row<S>();
      std::apply([&](const auto&... value) { state.remove(value...); }, values);
      (state.*final)();
    }
  }
}

template <class S>
void use(S& state, const S& other) {
#define AGGREGATE(name, state_name, final, what) use_final<S, final>(state, other);
#include "uda/registry.def"
}

TEST(Laws, Finals) {
#define AGGREGATE(name, state, final, what) check_final<final>(#name);
#include "uda/registry.def"
}

TEST(Laws, Bytes) {
#define STATE(name, type, arguments) check_bytes<type>(#name);
#include "uda/registry.def"
}

TEST(Laws, Mutations) {
#define STATE(name, type, arguments) check_mutations<type>(#name);
#include "uda/registry.def"
}

TEST(Laws, Options) {
#define STATE(name, type, arguments) check_options<type>(#name);
#include "uda/registry.def"
}

TEST(Laws, WidthsAndValues) {
#define STATE(name, type, arguments) check_widths<type>(#name);
#include "uda/registry.def"
}

TEST(Laws, AllocationFailures) {
#define AGGREGATE(name, state, final, what) check_allocation_failures<final>(#name);
#include "uda/registry.def"
}

TEST(Laws, Removal) {
  reseed(seed);
  MomentsState window, expected;
  double first[20][3];
  for (auto& values : first) {
    const Features x = random_value<Features>();
    x.copy_to(values);
    window.accumulate(x);
  }
  for (int i = 0; i < 100; ++i) {
    const Features x = random_value<Features>();
    window.accumulate(x);
    expected.accumulate(x);
  }
  for (const auto& values : first) ASSERT_TRUE(window.remove(std::span<const double>(values)));
  EXPECT_LT(distance(window.value(), expected.value()), 1e-12);
}

}  // namespace
}  // namespace quern
