// Every operation of the backend table on random matrices, for the test that compares backends and for the bench that
// times them.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "linalg/backend.hpp"

namespace quern::linalg {

struct Operation {
  std::string name;
  double flops;
  std::function<bool(const Backend&)> is_there;
  std::function<void()> prepare;                  // fresh copies of what is worked on in place
  std::function<void(const Backend&)> run;        // after prepare()
  std::function<std::vector<double>()> result;    // what backends must agree on, up to rounding
};

namespace detail {

using Numbers = std::vector<double>;

inline Numbers random_numbers(std::size_t n, std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  Numbers numbers(n);
  for (double& v : numbers) v = normal(random);
  return numbers;
}

// C = op(A) op(B) by the definition.
inline Numbers product_of(const Numbers& a, bool transpose_a, const Numbers& b, bool transpose_b, std::size_t m,
                          std::size_t k, std::size_t n) {
  Numbers c(m * n);
  reference_backend().gemm({.transpose_a = transpose_a,
                            .transpose_b = transpose_b,
                            .m = m,
                            .n = n,
                            .k = k,
                            .a = a.data(),
                            .lda = transpose_a ? m : k,
                            .b = b.data(),
                            .ldb = transpose_b ? k : n,
                            .c = c.data(),
                            .ldc = n});
  return c;
}

// The data of one operation, which its functions share.
struct Case {
  Numbers a, b, given, out, second, third;
  std::vector<std::size_t> pivots;
};

inline void append(Numbers& to, const Numbers& from) { to.insert(to.end(), from.begin(), from.end()); }

}  // namespace detail

// m x n matrices with m >= n; the operations of square ones are of n.
inline std::vector<Operation> backend_operations(std::size_t m, std::size_t n, std::uint64_t seed) {
  using detail::Case;
  using detail::Numbers;
  std::vector<Operation> all;
  std::mt19937_64 random(seed);
  const double dm = static_cast<double>(m), dn = static_cast<double>(n);
  const auto add = [&](std::string name, double flops, auto entry, Numbers a, Numbers b, auto run, auto result) {
    const auto data = std::make_shared<Case>();
    data->a = std::move(a);
    data->b = std::move(b);
    all.push_back({std::move(name), flops, [=](const Backend& by) { return by.*entry != nullptr; },
                   [=] { data->given = data->a; data->out = data->b; },
                   [=](const Backend& by) { run(by, *data); }, [=] { return result(*data); }});
  };
  const auto numbers = [&](std::size_t count) { return detail::random_numbers(count, random); };
  const auto out = [](const Case& c) { return c.out; };

  for (int form = 0; form < 4; ++form) {
    const bool ta = form & 1, tb = form & 2;
    add(std::string("gemm ") + (ta ? "A' " : "A ") + (tb ? "B'" : "B"), 2 * dm * dn * dn, &Backend::gemm, numbers(m * n),
        numbers(n * n + m * n), [=](const Backend& by, Case& c) {
          by.gemm({.transpose_a = ta, .transpose_b = tb, .m = m, .n = n, .k = n, .alpha = -1.5, .a = c.given.data(),
                   .lda = ta ? m : n, .b = c.out.data(), .ldb = n, .beta = 0.5, .c = c.out.data() + n * n, .ldc = n});
        }, out);
  }
  for (const bool transpose : {false, true})
    add(transpose ? "gemv A'x" : "gemv A x", 2 * dm * dn, &Backend::gemv, numbers(m * n), numbers(2 * m),
        [=](const Backend& by, Case& c) {
          by.gemv({.transpose = transpose, .rows = m, .columns = n, .alpha = 2, .a = c.given.data(), .lda = n,
                   .x = c.out.data(), .beta = -1, .y = c.out.data() + m});
        }, out);
  add("gram", dm * dn * dn, &Backend::gram, numbers(m * n), numbers(n * n), [=](const Backend& by, Case& c) {
    by.gram({.n = n, .k = m, .alpha = 0.5, .a = c.given.data(), .lda = n, .beta = 2, .c = c.out.data(), .ldc = n});
  }, out);

  for (int form = 0; form < 16; ++form) {
    const bool right = form & 1, upper = form & 2, transpose = form & 4, unit = form & 8;
    Numbers t = numbers(n * n);
    for (double& v : t) v /= dn;  // so that the solutions do not grow
    for (std::size_t i = 0; i < n; ++i) t[i * n + i] = 1 + std::abs(t[i * n + i]);
    add(std::string("solve_triangular ") + (right ? "right " : "left ") + (upper ? "upper" : "lower") +
            (transpose ? " transposed" : "") + (unit ? " unit" : ""),
        dm * dn * dn, &Backend::solve_triangular, t, numbers(m * n), [=](const Backend& by, Case& c) {
          by.solve_triangular({.right = right, .upper = upper, .transpose = transpose, .unit_diagonal = unit,
                               .rows = right ? m : n, .columns = right ? n : m, .t = c.given.data(), .ldt = n,
                               .b = c.out.data(), .ldb = right ? n : m});
        }, out);
  }

  const Numbers tall = numbers(m * n);
  Numbers gram = detail::product_of(tall, true, tall, false, n, m, n);
  for (std::size_t i = 0; i < n; ++i) gram[i * n + i] += 1;
  add("cholesky", dn * dn * dn / 3, &Backend::cholesky, gram, {}, [=](const Backend& by, Case& c) {
    if (by.cholesky({n, n, c.given.data(), n}) != n) c.given.clear();
  }, [=](const Case& c) {
    Numbers lower = c.given;
    for (std::size_t i = 0; i < n && !lower.empty(); ++i) std::fill_n(lower.data() + i * n + i + 1, n - i - 1, 0.0);
    return lower;
  });
  Numbers indefinite = gram;
  indefinite[(n / 2) * n + n / 2] = -1;
  add("cholesky of an indefinite matrix", dn * dn * dn / 3, &Backend::cholesky, indefinite, {0},
      [=](const Backend& by, Case& c) { c.out[0] = static_cast<double>(by.cholesky({n, n, c.given.data(), n})); }, out);
  for (const bool wide : {false, true})
    add(wide ? "lu of a wide matrix" : "lu", dn * dn * (dm - dn / 3), &Backend::lu, numbers(m * n), numbers(n),
        [=](const Backend& by, Case& c) {
          c.pivots.assign(n, 0);
          by.lu(wide ? Panel{n, m, c.given.data(), m} : Panel{m, n, c.given.data(), n}, c.pivots.data());
          for (std::size_t i = 0; i < n; ++i) c.out[i] = static_cast<double>(c.pivots[i]);
        }, [](const Case& c) {
          Numbers both = c.given;
          detail::append(both, c.out);
          return both;
        });
  add("qr", 2 * dn * dn * (dm - dn / 3), &Backend::qr, numbers(m * n), numbers(n), [=](const Backend& by, Case& c) {
    by.qr({m, n, c.given.data(), n}, c.out.data());
  }, [](const Case& c) {
    Numbers both = c.given;
    detail::append(both, c.out);
    return both;
  });

  for (int form = 0; form < 3; ++form) {
    Numbers a = numbers(m * n);
    if (form == 1)  // of rank n / 2 at most
      for (std::size_t i = 0; i < m; ++i)
        for (std::size_t j = n / 2; j < n; ++j) a[i * n + j] = n / 2 > 0 ? a[i * n + j % (n / 2)] : 0;
    const bool vectors = form < 2;
    add(form == 0 ? "svd" : form == 1 ? "svd of a matrix of half rank" : "svd, values only",
        vectors ? 6 * dm * dn * dn + 20 * dn * dn * dn : 2 * dm * dn * dn + 2 * dn * dn * dn, &Backend::svd, a, numbers(n),
        [=](const Backend& by, Case& c) {
          c.second.resize(vectors ? m * n : 0);
          c.third.resize(vectors ? n * n : 0);
          if (!by.svd({m, n, c.given.data(), c.out.data(), vectors ? c.second.data() : nullptr,
                       vectors ? c.third.data() : nullptr}))
            c.out.clear();
        }, [=](const Case& c) {  // s, U S V', U'U, V'V
          Numbers result = c.out;
          if (!vectors || c.out.empty()) return result;
          Numbers us = c.second;
          for (std::size_t i = 0; i < m * n; ++i) us[i] *= c.out[i % n];
          detail::append(result, detail::product_of(us, false, c.third, false, m, n, n));
          detail::append(result, detail::product_of(c.second, true, c.second, false, n, m, n));
          detail::append(result, detail::product_of(c.third, false, c.third, true, n, n, n));
          return result;
        });
  }

  Numbers symmetric = numbers(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j) symmetric[j * n + i] = symmetric[i * n + j];
  for (const bool vectors : {true, false})
    add(vectors ? "symmetric_eigen" : "symmetric_eigen, values only", (vectors ? 9.0 : 4.0 / 3) * dn * dn * dn,
        &Backend::symmetric_eigen, symmetric, numbers(n), [=](const Backend& by, Case& c) {
          if (!by.symmetric_eigen({n, vectors, c.given.data(), c.out.data()})) c.out.clear();
        }, [=](const Case& c) {  // values, V values V', V V'
          Numbers result = c.out;
          if (!vectors || c.out.empty()) return result;
          Numbers scaled = c.given;
          for (std::size_t i = 0; i < n * n; ++i) scaled[i] *= c.out[i / n];
          detail::append(result, detail::product_of(c.given, true, scaled, false, n, n, n));
          detail::append(result, detail::product_of(c.given, false, c.given, true, n, n, n));
          return result;
        });

  add("general_eigen", 25 * dn * dn * dn, &Backend::general_eigen, numbers(n * n), numbers(2 * n),
      [=](const Backend& by, Case& c) {
        c.second.assign(n * n, 0);
        if (!by.general_eigen({n, c.given.data(), c.out.data(), c.out.data() + n, c.second.data()})) c.out.clear();
      }, [=](const Case& c) {  // A V - V diag(values), the trace less the sum of the values: 0, and the lengths less 1
        if (c.out.empty()) return Numbers{1};
        const double *const re = c.out.data(), *const im = re + n;
        Numbers result, av = detail::product_of(c.second, false, c.a, true, n, n, n);  // rows are A v
        double trace = 0;
        for (std::size_t i = 0; i < n; ++i) trace += c.a[i * n + i] - re[i];
        result.push_back(trace);
        for (std::size_t i = 0; i < n; i += im[i] != 0 ? 2 : 1) {
          const bool pair = im[i] > 0;
          double length = -1;
          for (std::size_t j = 0; j < n; ++j) {
            const double x = c.second[i * n + j], y = pair ? c.second[(i + 1) * n + j] : 0;
            result.push_back(av[i * n + j] - (re[i] * x - im[i] * y));
            if (pair) result.push_back(av[(i + 1) * n + j] - (re[i] * y + im[i] * x));
            length += x * x + y * y;
          }
          result.push_back(length);
        }
        return result;
      });
  return all;
}

}  // namespace quern::linalg
