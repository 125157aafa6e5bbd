// Every operation of the table, on every backend that is there, against the reference; then what is built of them
// against the definitions, on sizes around the widths of the panels.
#include "backend_operations.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "linalg/decompositions.hpp"

namespace quern::linalg {
namespace {

using Numbers = std::vector<double>;

void expect_close(const Numbers& seen, const Numbers& wanted, double tolerance) {
  ASSERT_EQ(seen.size(), wanted.size());
  for (std::size_t i = 0; i < seen.size(); ++i)
    ASSERT_NEAR(seen[i], wanted[i], tolerance * (1 + std::abs(wanted[i]))) << "number " << i;
}

TEST(Backend, EveryOperationAgreesWithTheReference) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::size_t compared = 0;
  for (const auto& [m, n] : {std::pair<std::size_t, std::size_t>{1, 1}, {2, 2}, {5, 3}, {17, 17}, {40, 23}, {90, 33}})
    for (const Operation& operation : backend_operations(m, n, seed)) {
      Numbers wanted;
      const bool known = operation.is_there(reference_backend());
      if (known) {
        operation.prepare();
        operation.run(reference_backend());
        wanted = operation.result();
      }
      for (const Backend* const backend : {&reference_backend(), &eigen_backend(), openblas_backend()}) {
        if (!backend || !operation.is_there(*backend) || (known && backend == &reference_backend())) continue;
        SCOPED_TRACE(testing::Message() << operation.name << " of " << m << " x " << n << " by " << backend->name);
        operation.prepare();
        operation.run(*backend);
        const Numbers seen = operation.result();
        expect_close(seen, known ? wanted : Numbers(seen.size()), 1e-10 * static_cast<double>(m));
        compared += 1;
      }
    }
  EXPECT_GT(compared, openblas_backend() ? 400u : 200u);
}

TEST(Backend, OpenBlasHasEveryEntryOrSaysWhyNot) {
  const Backend* const backend = openblas_backend();
  if (!backend) GTEST_SKIP() << why_no_openblas();
  for (const Operation& operation : backend_operations(2, 2, 1)) EXPECT_TRUE(operation.is_there(*backend));
  EXPECT_NE(openblas_description().find("OpenBLAS"), std::string::npos);
  EXPECT_NE(openblas_description().find("1 thread"), std::string::npos);
}

class Cut : public testing::TestWithParam<Choice> {
 protected:
  void SetUp() override { choose_backend(GetParam()); }
  void TearDown() override { choose_backend(Choice::best); }

  Numbers random_matrix(std::size_t m, std::size_t n) { return detail::random_numbers(m * n, random_); }
  std::mt19937_64 random_{20260101};
};

INSTANTIATE_TEST_SUITE_P(Backends, Cut, testing::Values(Choice::best, Choice::eigen, Choice::reference));

TEST_P(Cut, LuTimesItsPartsIsTheMatrix) {
  for (const auto& [m, n] : {std::pair<std::size_t, std::size_t>{64, 64}, {65, 65}, {150, 150}, {200, 70}, {70, 200}}) {
    const Numbers a = random_matrix(m, n);
    const std::size_t k = std::min(m, n);
    Numbers f = a, permuted = a, l(m * k), u(k * n);
    std::vector<std::size_t> pivots(k);
    lu({m, n, f.data(), n}, pivots.data());
    for (std::size_t i = 0; i < k; ++i) {
      ASSERT_GE(pivots[i], i);
      if (pivots[i] != i)
        std::swap_ranges(permuted.begin() + static_cast<long>(i * n), permuted.begin() + static_cast<long>((i + 1) * n),
                         permuted.begin() + static_cast<long>(pivots[i] * n));
    }
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        if (j < i && j < k) l[i * k + j] = f[i * n + j];
        if (i < k && j >= i) u[i * n + j] = f[i * n + j];
        if (i == j) l[i * k + j] = 1;
        if (j < i && j < k) ASSERT_LE(std::abs(f[i * n + j]), 1) << "partial pivoting";
      }
    expect_close(detail::product_of(l, false, u, false, m, k, n), permuted, 1e-11);
  }
}

TEST_P(Cut, CholeskyTimesItsTransposeIsTheMatrix) {
  for (const std::size_t n : {1, 63, 256, 257, 530}) {
    const Numbers x = random_matrix(n + 5, n);
    const Numbers a = detail::product_of(x, true, x, false, n, n + 5, n);
    Numbers l = a;
    ASSERT_EQ(cholesky({n, n, l.data(), n}), n);
    for (std::size_t i = 0; i < n; ++i) std::fill_n(l.data() + i * n + i + 1, n - i - 1, 0.0);
    expect_close(detail::product_of(l, false, l, true, n, n, n), a, 1e-10);
    Numbers bad = a;
    const std::size_t where = n * 3 / 4;
    bad[where * n + where] = -1;
    EXPECT_EQ(cholesky({n, n, bad.data(), n}), where);
  }
}

TEST_P(Cut, QrTimesItsPartsIsTheMatrix) {
  for (const auto& [m, n] : {std::pair<std::size_t, std::size_t>{1, 1}, {64, 64}, {65, 65}, {300, 130}, {131, 65}}) {
    const Numbers a = random_matrix(m, n);
    Numbers f = a, tau(n), q(m * n), full(m * m), r(n * n);
    qr({m, n, f.data(), n}, tau.data());
    form_q({m, n, f.data(), n}, tau.data(), {m, n, q.data(), n});
    form_q({m, n, f.data(), n}, tau.data(), {m, m, full.data(), m});
    for (std::size_t i = 0; i < n; ++i) std::copy(f.begin() + static_cast<long>(i * n + i),
                                                  f.begin() + static_cast<long>((i + 1) * n), r.begin() + static_cast<long>(i * n + i));
    expect_close(detail::product_of(q, false, r, false, m, n, n), a, 1e-11);
    Numbers identity(m * m);
    for (std::size_t i = 0; i < m; ++i) identity[i * m + i] = 1;
    expect_close(detail::product_of(full, true, full, false, m, m, m), identity, 1e-12);
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = 0; j < n; ++j) ASSERT_NEAR(full[i * m + j], q[i * n + j], 1e-13);

    Numbers c = random_matrix(m, 7), turned = c;
    apply_q({m, n, f.data(), n}, tau.data(), true, {m, 7, turned.data(), 7});
    expect_close(turned, detail::product_of(full, true, c, false, m, m, 7), 1e-11);
    apply_q({m, n, f.data(), n}, tau.data(), false, {m, 7, turned.data(), 7});
    expect_close(turned, c, 1e-11);
  }
}

TEST_P(Cut, TriangularSolvesOfManyBlocks) {
  const std::size_t n = 600, k = 3;
  Numbers t = random_matrix(n, n);
  for (double& v : t) v /= n;
  for (std::size_t i = 0; i < n; ++i) t[i * n + i] = 1 + std::abs(t[i * n + i]);
  for (int form = 0; form < 16; ++form) {
    const bool right = form & 1, upper = form & 2, transpose = form & 4, unit = form & 8;
    const std::size_t rows = right ? k : n, columns = right ? n : k;
    Numbers triangle = t;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        if (i != j ? (j > i) != upper : unit) triangle[i * n + j] = i == j;
    const Numbers x = random_matrix(rows, columns);
    Numbers b = right ? detail::product_of(x, false, triangle, transpose, k, n, n)
                      : detail::product_of(triangle, transpose, x, false, n, n, k);
    solve_triangular({.right = right, .upper = upper, .transpose = transpose, .unit_diagonal = unit, .rows = rows,
                      .columns = columns, .t = t.data(), .ldt = n, .b = b.data(), .ldb = columns});
    SCOPED_TRACE(form);
    expect_close(b, x, 1e-11);
  }
}

}  // namespace
}  // namespace quern::linalg
