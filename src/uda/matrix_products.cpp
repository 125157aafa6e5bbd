#include "uda/matrix_products.hpp"

#include <algorithm>

#include "base/clones.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "linalg/backend.hpp"
#include "linalg/symmetric_rank_update.hpp"
#include "uda/row_checks.hpp"

namespace quern {

namespace {

using linalg::symmetric_rank_update;
using linalg::triangle_row;
using linalg::triangle_size;

// Rows that are multiplied together: of wide ones more, since each block passes over all of the product.
constexpr std::size_t rows_in_block(std::size_t columns) { return columns <= 256 ? 64 : 256; }
constexpr std::size_t piece = std::size_t{1} << 20;  // between two checkpoints

bool all_finite(const Vec<double>& values) { return Features(std::span<const double>(values)).finite(); }

[[noreturn]] void refuse_range(std::string_view function) {
  throw InvalidInput(concat(function, ": result out of range"), {}, Fault::out_of_range);
}

void check_row_finite(std::string_view function, const FeatureRow& x) {
  if (x.is_sparse())
    check_finite(function, Features(x.sparse().values));
  else
    check_finite(function, x.dense());
}

void add(const Vec<double>& from, Vec<double>& to) {
  if (to.empty()) {
    to = from;
    return;
  }
  for (std::size_t at = 0; at < from.size(); at += piece, checkpoint()) {
    const std::size_t end = std::min(at + piece, from.size());
    for (std::size_t i = at; i < end; ++i) to[i] += from[i];
  }
}

// Writes the upper triangle, which has to be finite, below the diagonal too.
void mirror(Matrix& a) {
  constexpr std::size_t tile = 64;
  const std::size_t p = a.rows();
  for (std::size_t i0 = 0; i0 < p; i0 += tile, checkpoint())
    for (std::size_t j0 = i0; j0 < p; j0 += tile)
      for (std::size_t i = i0; i < std::min(i0 + tile, p); ++i) {
        const std::size_t first = std::max(i, j0), last = std::min(j0 + tile, p);
        if (!Features(std::span<const double>(&a(i, first), last - first)).finite()) refuse_range("gram");
        for (std::size_t j = first; j < last; ++j) a(j, i) = a(i, j);
      }
}

// Doubling, up to a block.
void append(Vec<double>& rows, const Features& x, std::size_t block_rows) {
  if (rows.capacity() - rows.size() < x.size())
    rows.reserve(std::min(2 * rows.size() + x.size(), block_rows * x.size()));
  x.visit([&](auto values) { rows.insert(rows.end(), values.begin(), values.end()); });
}

// sum += x (x . v)
template <class T>
[[gnu::always_inline]] inline void add_chain(const T* x, const double* v, std::size_t n, double* sum) {
  constexpr std::size_t lanes = 16;
  double parts[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) parts[lane] += static_cast<double>(x[i + lane]) * v[i + lane];
  double product = 0;
  for (; i < n; ++i) product += static_cast<double>(x[i]) * v[i];
  for (std::size_t half = lanes / 2; half > 0; half /= 2)
    for (std::size_t lane = 0; lane < half; ++lane) parts[lane] += parts[lane + half];
  product += parts[0];
  for (i = 0; i < n; ++i) sum[i] += product * static_cast<double>(x[i]);
}

QUERN_CLONES void add_chain_double(const double* x, const double* v, std::size_t n, double* sum) {
  add_chain(x, v, n, sum);
}
QUERN_CLONES void add_chain_float(const float* x, const double* v, std::size_t n, double* sum) {
  add_chain(x, v, n, sum);
}

}  // namespace

void Gram::accumulate(const FeatureRow& x) {
  const std::size_t p = x.size();
  if (width != 0 && p != static_cast<std::size_t>(width)) refuse_widths("gram", width, static_cast<std::int64_t>(p));
  if (width == 0) check_width("gram", p, max_features);
  width = static_cast<std::int64_t>(p);
  if (!x.is_sparse()) return add_dense(x.dense());
  check_finite("gram", x.sparse().values);
  sparse.add(x.sparse());
}

void Gram::add_dense(const Features& x) {
  check_finite("gram", x);
  append(waiting, x, rows_in_block(x.size()));
  if (waiting.size() == rows_in_block(x.size()) * x.size()) fold();
}

void Gram::fold() {
  const auto p = static_cast<std::size_t>(width);
  if (waiting.empty()) return;
  if (product.empty()) product.assign(triangle_size(p), 0);
  symmetric_rank_update(waiting.data(), waiting.size() / p, p, product.data());
  waiting.clear();
}

void Gram::merge(const Gram& other) {
  if (other.width == 0) return;
  if (width != 0 && width != other.width) refuse_widths("gram", width, other.width);
  width = other.width;
  const auto p = static_cast<std::size_t>(width);
  if (!other.product.empty()) add(other.product, product);
  for (std::size_t row = 0; row < other.waiting.size(); row += p)
    add_dense(Features(std::span(other.waiting.data() + row, p)));
  sparse.merge(other.sparse);
}

bool Gram::valid() const {
  if (width < 0 || static_cast<std::size_t>(width) > max_features) return false;
  const auto p = static_cast<std::size_t>(width);
  if (p == 0) return product.empty() && waiting.empty() && sparse.empty();
  if (!sparse.empty() && sparse.features != width) return false;
  return (!product.empty() || !waiting.empty() || !sparse.empty()) &&
         (product.empty() || product.size() == triangle_size(p)) && waiting.size() % p == 0 &&
         waiting.size() < rows_in_block(p) * p && all_finite(waiting);
}

std::optional<Matrix> Gram::matrix() const {
  if (width == 0) return std::nullopt;
  const auto p = static_cast<std::size_t>(width);
  Matrix result({width, width});
  for (std::size_t i = 0; i < p; ++i, checkpoint()) {
    if (product.empty())
      std::fill_n(&result(i, i), p - i, 0.0);
    else
      std::copy_n(&product[triangle_row(i, p) + i], p - i, &result(i, i));
  }
  if (!waiting.empty())
    linalg::gram(
        {.n = p, .k = waiting.size() / p, .a = waiting.data(), .lda = p, .beta = 1, .c = result.data(), .ldc = p});
  if (!sparse.empty()) sparse.add_upper_to(result);
  mirror(result);
  return result;
}

void Cross::check(const FeatureRow& x, const Features& y) const {
  const auto p = static_cast<std::int64_t>(x.size()), q = static_cast<std::int64_t>(y.size());
  if (width == 0) {
    check_width("cross", x.size(), max_elements);
    if (q == 0)
      throw InvalidInput("cross: y has no numbers",
                         "Give at least one number in each row, or leave the row out by a NULL.");
    if (x.size() > max_elements / y.size())
      throw InvalidInput(concat("cross: a matrix of ", p, " x ", q, " has more than ", max_elements, " elements"),
                         "Use fewer features.", Fault::limit_exceeded);
  } else if (p != width) {
    refuse_widths("cross", width, p);
  } else if (q != responses) {
    throw InvalidInput(concat("cross: rows have different numbers of responses y (", responses, ", then ", q, ")"),
                       "Every row needs the same responses; write NULL for a row to be left out.");
  }
  check_row_finite("cross", x);
  if (!y.finite()) {
    std::size_t i = 0;
    while (std::isfinite(y[i])) ++i;
    throw InvalidInput(concat("cross: y must be finite, but y[", i + 1, "] is ", y[i]),
                       "Leave such rows out with WHERE or FILTER, or by a NULL.");
  }
}

void Cross::accumulate(FeatureRow x, Responses y) {
  check(x, y.values);
  width = static_cast<std::int64_t>(x.size());
  responses = static_cast<std::int64_t>(y.values.size());
  if (x.is_sparse()) {
    const std::size_t q = y.values.size();
    if (product.empty()) product.assign(x.size() * q, 0);
    const SparseFeatures& entries = x.sparse();
    for (std::size_t e = 0; e < entries.indices.size(); ++e) {
      double* const to = &product[entries.indices[e] * q];
      for (std::size_t c = 0; c < q; ++c) to[c] += entries.values[e] * y.values[c];
    }
    return;
  }
  append(waiting_x, x.dense(), rows_in_block(x.size()));
  append(waiting_y, y.values, rows_in_block(x.size()));
  if (waiting_x.size() == rows_in_block(x.size()) * x.size()) fold();
}

void Cross::fold() {
  if (waiting_x.empty()) return;
  const auto p = static_cast<std::size_t>(width), q = static_cast<std::size_t>(responses);
  const std::size_t count = waiting_x.size() / p;
  if (product.empty()) product.assign(p * q, 0);
  if (q == 1)
    linalg::gemv({.transpose = true,
                  .rows = count,
                  .columns = p,
                  .a = waiting_x.data(),
                  .lda = p,
                  .x = waiting_y.data(),
                  .beta = 1,
                  .y = product.data()});
  else
    linalg::gemm({.transpose_a = true,
                  .m = p,
                  .n = q,
                  .k = count,
                  .a = waiting_x.data(),
                  .lda = p,
                  .b = waiting_y.data(),
                  .ldb = q,
                  .beta = 1,
                  .c = product.data(),
                  .ldc = q});
  waiting_x.clear();
  waiting_y.clear();
}

void Cross::merge(const Cross& other) {
  if (other.width == 0) return;
  if (width != 0 && (width != other.width || responses != other.responses))
    refuse_shapes("cross", "rows have different numbers of features or responses", {width, responses},
                  {other.width, other.responses});
  width = other.width;
  responses = other.responses;
  const auto p = static_cast<std::size_t>(width), q = static_cast<std::size_t>(responses);
  if (!other.product.empty()) add(other.product, product);
  for (std::size_t row = 0; row < other.waiting_x.size() / p; ++row)
    accumulate(Features(std::span(other.waiting_x.data() + row * p, p)),
               {Features(std::span(other.waiting_y.data() + row * q, q))});
}

bool Cross::valid() const {
  if (width < 0 || responses < 0 || (width == 0) != (responses == 0)) return false;
  const auto p = static_cast<std::size_t>(width), q = static_cast<std::size_t>(responses);
  if (p == 0) return product.empty() && waiting_x.empty() && waiting_y.empty();
  if (p > max_elements / q || (product.empty() ? waiting_x.empty() : product.size() != p * q)) return false;
  return waiting_x.size() % p == 0 && waiting_y.size() == waiting_x.size() / p * q &&
         waiting_x.size() < rows_in_block(p) * p && all_finite(waiting_x) && all_finite(waiting_y);
}

std::optional<Matrix> Cross::matrix() const {
  if (width == 0) return std::nullopt;
  if (!waiting_x.empty()) {
    Cross folded = *this;
    folded.fold();
    return folded.matrix();
  }
  if (!all_finite(product)) refuse_range("cross");
  return Matrix(MatrixView({width, responses}, product.data()));
}

void MatrixChain::accumulate(FeatureRow x, std::span<const double> v) {
  if (x.size() != v.size())
    throw InvalidInput(concat("mmchain: x has ", x.size(), " features, and v has ", v.size(), " numbers"),
                       "v is one vector for all rows, of as many numbers as x has.");
  if (sum.empty())
    check_width("mmchain", x.size(), max_features);
  else if (x.size() != sum.size())
    refuse_widths("mmchain", static_cast<std::int64_t>(sum.size()), static_cast<std::int64_t>(x.size()));
  check_row_finite("mmchain", x);
  if (sum.empty()) {
    if (!Features(v).finite()) throw InvalidInput("mmchain: v must be finite");
    sum.resize(x.size());
  }
  if (x.is_sparse()) {
    const SparseFeatures& entries = x.sparse();
    double product = 0;
    for (std::size_t e = 0; e < entries.indices.size(); ++e) product += entries.values[e] * v[entries.indices[e]];
    for (std::size_t e = 0; e < entries.indices.size(); ++e) sum[entries.indices[e]] += entries.values[e] * product;
    return;
  }
  x.dense().visit([&](auto values) {
    if constexpr (std::is_same_v<decltype(values), std::span<const double>>)
      add_chain_double(values.data(), v.data(), values.size(), sum.data());
    else
      add_chain_float(values.data(), v.data(), values.size(), sum.data());
  });
}

void MatrixChain::merge(const MatrixChain& other) {
  if (other.sum.empty()) return;
  if (!sum.empty() && sum.size() != other.sum.size())
    refuse_widths("mmchain", static_cast<std::int64_t>(sum.size()), static_cast<std::int64_t>(other.sum.size()));
  add(other.sum, sum);
}

std::optional<Vec<double>> MatrixChain::product() const {
  if (sum.empty()) return std::nullopt;
  if (!all_finite(sum)) refuse_range("mmchain");
  return sum;
}

}  // namespace quern
