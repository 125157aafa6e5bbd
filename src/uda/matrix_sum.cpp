#include "uda/matrix_sum.hpp"

#include "base/clones.hpp"
#include "base/features.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

constexpr std::size_t piece = std::size_t{1} << 20;  // between two checkpoints

QUERN_CLONES void add_to(double* sum, const double* values, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) sum[i] += values[i];
}

std::optional<Matrix> written(std::string_view function, const MatrixSum& state, double divisor) {
  if (state.total.rows == 0) return std::nullopt;
  Matrix result({state.height, state.width});
  state.total.write(function, divisor, result.values());
  return result;
}

std::optional<Vec<double>> written(std::string_view function, const VectorSum& state, double divisor) {
  if (state.total.rows == 0) return std::nullopt;
  Vec<double> result(state.total.sum.size());
  state.total.write(function, divisor, result);
  return result;
}

void check_sizes(std::size_t first, std::size_t second) {
  if (first != second)
    throw InvalidInput(concat("sum: vectors of different sizes (", first, ", then ", second, ")"),
                       "Every row needs a vector of the same size; write NULL for a row to be left out.");
}

}  // namespace

void ElementSum::add(std::span<const double> values) {
  finite = finite && Features(values).finite();
  if (rows == 0) {
    sum.assign(values.begin(), values.end());
  } else if (values.size() <= piece) {
    add_to(sum.data(), values.data(), values.size());
  } else {
    for (std::size_t at = 0; at < values.size(); at += piece, checkpoint())
      add_to(sum.data() + at, values.data() + at, std::min(piece, values.size() - at));
  }
  ++rows;
}

void ElementSum::merge(const ElementSum& other) {
  if (other.rows == 0) return;
  const std::int64_t before = rows;
  const bool all_finite = finite && other.finite;
  add(other.sum);
  rows = before + other.rows;
  finite = all_finite;
}

void ElementSum::write(std::string_view function, double divisor, std::span<double> to) const {
  if (finite && !Features(std::span<const double>(sum)).finite())
    throw InvalidInput(concat(function, ": result out of range"), {}, Fault::out_of_range);
  for (std::size_t i = 0; i < sum.size(); ++i) to[i] = divisor == 1 ? sum[i] : sum[i] / divisor;
}

void MatrixSum::accumulate(const MatrixView& a) {
  if (total.rows > 0 && a.shape() != Shape{height, width})
    refuse_shapes("sum", "matrices of different shapes", {height, width}, a.shape());
  height = a.shape().rows;
  width = a.shape().columns;
  total.add(a.values());
}

void MatrixSum::merge(const MatrixSum& other) {
  if (other.total.rows == 0) return;
  if (total.rows > 0 && (height != other.height || width != other.width))
    refuse_shapes("sum", "matrices of different shapes", {height, width}, {other.height, other.width});
  height = other.height;
  width = other.width;
  total.merge(other.total);
}

bool MatrixSum::valid() const {
  return height >= 0 && width >= 0 && height <= max_matrix_side && width <= max_matrix_side &&
         Shape{height, width}.size() == total.sum.size() && (total.rows > 0 || (height == 0 && width == 0));
}

std::optional<Matrix> MatrixSum::sum() const { return written("sum", *this, 1); }
std::optional<Matrix> MatrixSum::mean() const { return written("avg", *this, static_cast<double>(total.rows)); }

void VectorSum::accumulate(std::span<const double> v) {
  if (total.rows > 0) check_sizes(total.sum.size(), v.size());
  total.add(v);
}

void VectorSum::merge(const VectorSum& other) {
  if (total.rows > 0 && other.total.rows > 0) check_sizes(total.sum.size(), other.total.sum.size());
  total.merge(other.total);
}

std::optional<Vec<double>> VectorSum::sum() const { return written("sum", *this, 1); }
std::optional<Vec<double>> VectorSum::mean() const { return written("avg", *this, static_cast<double>(total.rows)); }

}  // namespace quern
