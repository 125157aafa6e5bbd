// Functions of dense matrices: Matrix Market files against LAPACK's answers, identities on random matrices by every
// backend, what is refused, and every allocation failing.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <random>
#include <sstream>

#include "linalg/backend.hpp"
#include "matrix/construct.hpp"
#include "matrix/element_functions.hpp"
#include "matrix/elementwise.hpp"
#include "matrix/product.hpp"
#include "matrix/reductions.hpp"
#include "matrix/show.hpp"
#include "matrix/solve.hpp"
#include "matrix/spectral.hpp"
#include "matrix/vectors.hpp"

namespace quern {
namespace {

using linalg::Choice;

Matrix read_matrix_market(const std::string& file) {
  std::ifstream in(std::string(QUERN_DATA_DIR "/matrix-market/") + file);
  std::string line, word, layout, field, symmetry;
  std::getline(in, line);
  std::istringstream(line) >> word >> word >> layout >> field >> symmetry;
  while (std::getline(in, line) && line[0] == '%') {
  }
  std::int64_t rows = 0, columns = 0;
  std::istringstream(line) >> rows >> columns;
  EXPECT_GT(rows, 0) << file;
  Matrix a({rows, columns}, 0.0);
  const auto set = [&](std::size_t i, std::size_t j, double v) {
    a(i, j) = v;
    if (symmetry == "symmetric") a(j, i) = v;
  };
  if (layout == "array") {
    for (std::size_t j = 0; j < a.columns(); ++j)
      for (std::size_t i = symmetry == "symmetric" ? j : 0; i < a.rows(); ++i) {
        double v = 0;
        in >> v;
        set(i, j, v);
      }
  } else {
    for (std::size_t i, j; in >> i >> j;) {
      double v = 1;
      if (field != "pattern") in >> v;
      set(i - 1, j - 1, v);
    }
  }
  return a;
}

double apart(const MatrixView& seen, const MatrixView& wanted) {
  if (seen.shape() != wanted.shape()) return std::numeric_limits<double>::infinity();
  return largest_magnitude(subtract(seen, wanted)) / std::max(largest_magnitude(wanted), 1e-300);
}

class By : public testing::TestWithParam<Choice> {
 protected:
  void SetUp() override { linalg::choose_backend(GetParam()); }
  void TearDown() override { linalg::choose_backend(Choice::best); }
};
INSTANTIATE_TEST_SUITE_P(Backends, By,
                         testing::Values(Choice::best, Choice::openblas, Choice::eigen, Choice::reference));

struct Known {
  const char* file;
  std::int64_t rank;
  double frobenius;
  std::vector<double> largest;
  double smallest;
};

// By LAPACK through SciPy, in double. Small singular values of ill-conditioned matrices are noise in the last digits:
// what is compared is good to 1e-10, or to 1e-15 of the largest.
const Known known[] = {
    {"A.mtx",
     6,
     5.477225575051661,
     {4.425254994352676, 2.4829823590171656, 1.6180339887498945, 1.106737599964754, 0.6180339887498943,
      0.1644649646292445, 1.9809946517926312e-16},
     1.9809946517926312e-16},
    {"LFAT5.mtx",
     14,
     25132818.099574342,
     {21452186.655102637, 12566399.999999996, 3680613.3448973694, 25744.452685485427, 15082.215339713859,
      4419.9780091751345, 4.1924699140334125, 1.3989489762557106, 1.0392971950247307, 1.0280264042161116},
     0.1499189349036257},
    {"can24.mtx",
     24,
     12.649110640673518,
     {7.33556822669799, 5.882668974560102, 4.5336304908931515, 3.7831687253618993, 3.6356893708426306,
      2.3381268574492684, 2.0995002491982007, 1.7316927550883126, 1.4528992521378912, 1.388709767125164},
     0.09433781409209238},
    {"gear100.mtx",
     99,
     14.142135623730951,
     {2.0, 1.9990131207314632, 1.999013120731463, 1.9960534568565433, 1.9960534568565427, 1.9911239292061607,
      1.9911239292061602, 1.9842294026289558, 1.9842294026289558, 1.9753766811902758},
     3.67234601362916e-17},
    {"hilbert10.mtx",
     10,
     1.785527122651031,
     {1.7519196702651747, 0.3429295484835096, 0.03574181627164004, 0.002530890768667798, 0.0001287496142770861,
      4.729689292099626e-06, 1.2289677195864135e-07, 2.147437643660501e-09, 2.2666442144587826e-11,
      1.1030634729146595e-13},
     1.1030634729146595e-13},
    {"karate.mtx",
     24,
     12.489995996796797,
     {6.725697727631733, 4.977074233288332, 4.48722919416226, 3.447934857958799, 3.1106909166517305, 2.916506704920644,
      2.437424426568628, 2.3090876664338262, 2.0908229547764767, 1.9999999999999993},
     4.7946984954424204e-18},
    {"lp_afiro.mtx",
     27,
     11.193477386406782,
     {6.781127149685546, 3.3274549030136544, 2.959158893025245, 2.3357852986459826, 2.275898606426847,
      2.056012329131368, 1.907159799969491, 1.8678770315236422, 1.7972414176414524, 1.7337979124806178},
     0.605604587844598},
    {"west0067.mtx",
     67,
     13.121668969819032,
     {4.060711308904517, 3.906371822310201, 3.6553066055195567, 3.1831487882381544, 2.830781741303844,
      2.6853610658831815, 2.569576106755735, 2.451076523154744, 2.4293688526822277, 2.3677399601749243},
     0.031184099405386894},
};

TEST_P(By, MatrixMarketFilesHaveTheirSingularValues) {
  for (const Known& k : known) {
    SCOPED_TRACE(k.file);
    const Matrix a = read_matrix_market(k.file);
    const Vec<double> s = singular_values("test", a);
    ASSERT_EQ(s.size(), std::min(a.rows(), a.columns()));
    for (std::size_t i = 0; i < k.largest.size(); ++i)
      EXPECT_NEAR(s[i], k.largest[i], 1e-10 * k.largest[i] + 4e-15 * s[0]) << "number " << i + 1;
    EXPECT_NEAR(s.back(), k.smallest, 1e-10 * k.smallest + 4e-15 * s[0]);
    EXPECT_NEAR(norm(a, "fro"), k.frobenius, 1e-14 * k.frobenius);
    EXPECT_EQ(rank(a, std::nullopt), k.rank);
    const SvdParts parts = svd_parts(a, {});
    Matrix us{MatrixView(parts.u)};
    for (std::size_t i = 0; i < us.rows(); ++i)
      for (std::size_t j = 0; j < us.columns(); ++j) us(i, j) *= parts.s[j];
    EXPECT_LT(apart(product(us, parts.v, false, true), a), 1e-13);
    EXPECT_LT(apart(product(product(a, pseudoinverse(a, std::nullopt)), a), a), k.rank == 10 ? 1e-3 : 1e-9);
    const QrParts qr = qr_parts(a);
    EXPECT_LT(apart(product(qr.q, qr.r), a), 1e-14);
    const LuParts lu = lu_parts(a);
    EXPECT_LT(apart(product(lu.p, product(lu.l, lu.u)), a), 1e-14);
    if (MatrixView(a).square() && k.rank == a.shape().rows) {
      const Matrix ones = filled(a.shape().rows, 1, 1), b = product(a, ones), x = solve(a, b);
      EXPECT_LT(apart(x, ones), 1e-15 * condition(a) + 1e-14);
      // A backward stable solution: the residual is small whatever the condition.
      EXPECT_LT(largest_magnitude(subtract(product(a, x), b)), 1e-13 * infinity_norm(a) * largest_magnitude(x));
    }
    if (MatrixView(a).square() && GetParam() != Choice::reference) {
      const EigenParts eigen = eigen_parts(a, "general");
      double sum = 0, imaginary = 0;
      for (std::size_t i = 0; i < eigen.real.size(); ++i) {
        sum += eigen.real[i];
        imaginary += (*eigen.imaginary)[i];
      }
      EXPECT_NEAR(sum, trace(a), 1e-12 * s[0] * static_cast<double>(s.size()));
      EXPECT_NEAR(imaginary, 0, 1e-12 * s[0]);
    }
  }
}

TEST_P(By, LeastSquaresIsShortestAndItsResidualOrthogonal) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  for (const auto& [m, n, rank_wanted] :
       {std::array<std::int64_t, 3>{30, 8, 8}, {8, 30, 8}, {20, 20, 20}, {30, 12, 5}, {12, 30, 5}}) {
    const Matrix a = product(random_matrix(m, rank_wanted, static_cast<std::int64_t>(seed)),
                             random_matrix(rank_wanted, n, static_cast<std::int64_t>(seed) + 1));
    EXPECT_EQ(rank(a, std::nullopt), rank_wanted);
    const Matrix b = random_matrix(m, 3, 7), x = least_squares(a, b);
    EXPECT_LT(largest_magnitude(product(a, subtract(product(a, x), b), true)), 1e-10 * (1 + largest_magnitude(x)));
    // In the row space: A+ A x = x.
    EXPECT_LT(apart(product(pseudoinverse(a, std::nullopt), product(a, x)), x), 1e-7);
  }
}

TEST_P(By, OutOfRangeOnTheWayIsNoMatter) {
  for (const double scale : {1e-290, 1e-160, 1.0, 1e150, 1e280}) {
    const Matrix a = random_matrix(30, 20, 3);
    Matrix scaled{MatrixView(a)};
    for (double& v : scaled.values()) v *= scale;
    const Vec<double> s = singular_values("test", a), t = singular_values("test", scaled);
    for (std::size_t i = 0; i < s.size(); ++i) EXPECT_NEAR(t[i] / scale, s[i], 1e-12 * s[0]) << scale;
    const QrParts qr = qr_parts(scaled);
    EXPECT_LT(apart(product(qr.q, qr.r), scaled), 1e-13) << scale;
    const Matrix symmetric = product(a, a, true);
    Matrix large{MatrixView(symmetric)};
    for (double& v : large.values()) v *= scale;
    const EigenParts e = eigen_parts(symmetric, "symmetric"), f = eigen_parts(large, "symmetric");
    for (std::size_t i = 0; i < e.real.size(); ++i)
      EXPECT_NEAR(f.real[i] / scale, e.real[i], 1e-12 * e.real[0]) << scale;
  }
}

TEST(MatrixFunctions, SingularToWorkingPrecisionWhateverTheScale) {
  const double singular[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  for (const double rows : {1.0, 1e-200, 1e200})
    for (const double columns : {1.0, 1e-100, 1e100}) {
      Matrix a(MatrixView({3, 3}, singular));
      for (std::size_t i = 0; i < 3; ++i) a(1, i) *= rows, a(i, 2) *= columns;
      EXPECT_THROW(inverse(a), InvalidInput) << rows << " " << columns;
      a(2, 2) *= 1.001;
      EXPECT_NO_THROW(inverse(a)) << rows << " " << columns;
    }
  // Hilbert's matrix of 12 has a condition of 1.7e16, and pivots that are not lost.
  Matrix hilbert({12, 12});
  for (std::size_t i = 0; i < 12; ++i)
    for (std::size_t j = 0; j < 12; ++j) hilbert(i, j) = 1 / static_cast<double>(i + j + 1);
  EXPECT_NO_THROW(inverse(hilbert));
}

TEST(MatrixFunctions, DeterminantsOfKnownMatrices) {
  EXPECT_EQ(determinant(identity(0)), 1);
  Matrix swapped(identity(3));
  std::swap_ranges(swapped.row(0).begin(), swapped.row(0).end(), swapped.row(2).begin());
  EXPECT_EQ(determinant(swapped), -1);
  Matrix vandermonde({6, 6});  // the product of the differences of 1 .. 6
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 6; ++j)
      vandermonde(i, j) = std::pow(static_cast<double>(i + 1), static_cast<double>(j));
  EXPECT_NEAR(determinant(vandermonde), 34560, 1e-8);
}

TEST(MatrixFunctions, SumsArePairwise) {
  const Matrix a({1, 10000000}, 0.1);
  EXPECT_NEAR(total(a), 1e6, 1e-9);
  const Matrix tall({10000000, 1}, 0.1);
  EXPECT_NEAR(column_sums(tall)[0], 1e6, 1e-9);
}

TEST(MatrixFunctions, ExpectedTextForPeople) {
  EXPECT_EQ(show(identity(2), 20, 10, 6), "2 x 2\n 1  0\n 0  1");
  EXPECT_EQ(show(filled(3, 3, 0.1), 2, 2, 3), "3 x 3\n 0.1  ...  0.1\n ...  ...  ...\n 0.1  ...  0.1");
}

TEST(MatrixFunctions, EveryElementFunctionKeepsNaN) {
  const Matrix nan({1, 1}, std::numeric_limits<double>::quiet_NaN());
  for (const char* name : {"abs", "exp", "relu", "round", "sigmoid", "sign", "softplus", "square"})
    EXPECT_TRUE(std::isnan(apply(nan, name)(0, 0))) << name;
}

// Fails the k-th allocation.
class Failing final : public std::pmr::memory_resource {
 public:
  explicit Failing(int left) : left_(left) {}

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    if (--left_ == 0) throw std::bad_alloc();
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override {
    std::pmr::new_delete_resource()->deallocate(p, bytes, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  int left_;
};

template <class F>
void fail_each_allocation(const char* what, F&& f) {
  int failures = 0;
  for (int k = 1;; ++k) {
    Failing memory(k);
    std::pmr::memory_resource* const before = std::pmr::set_default_resource(&memory);
    bool failed = false;
    try {
      f();
    } catch (const std::bad_alloc&) {
      failed = true;
    }
    std::pmr::set_default_resource(before);
    if (!failed) break;
    failures += 1;
    ASSERT_LT(k, 100000) << what;
  }
  EXPECT_GT(failures, 0) << what;
}

TEST_P(By, EveryAllocationMayFail) {
  const Matrix a = random_matrix(70, 70, 1), t = random_matrix(9, 4, 1), w = random_matrix(4, 9, 1);
  if (GetParam() == Choice::reference) return;  // hundreds of small ones
  fail_each_allocation("inverse", [&] { inverse(a); });
  fail_each_allocation("svd", [&] { svd_parts(a, {}); });
  fail_each_allocation("full svd", [&] { svd_parts(w, {.full = true}); });
  fail_each_allocation("svd of some", [&] { svd_parts(a, {.k = 3}); });
  fail_each_allocation("symmetric eigen", [&] { eigen_parts(a, "symmetric"); });
  fail_each_allocation("general eigen", [&] { eigen_parts(a, "general"); });
  fail_each_allocation("qr", [&] { qr_parts(t); });
  fail_each_allocation("lu", [&] { lu_parts(t); });
  fail_each_allocation("lstsq", [&] { least_squares(t, t); });
  fail_each_allocation("lstsq of a wide one", [&] { least_squares(w, w); });
  fail_each_allocation("pinv", [&] { pseudoinverse(t, std::nullopt); });
  fail_each_allocation("cholesky", [&] { cholesky_factor(add(product(a, a, true), identity(70))); });
}

}  // namespace
}  // namespace quern
