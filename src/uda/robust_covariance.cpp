#include "uda/robust_covariance.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "linalg/householder.hpp"

namespace quern {

namespace {

constexpr double rounding = 0x1p-100;  // of a fourth moment, relative to the sum of absolute values
constexpr double wanted = 1e-8;        // relative error of a variance

// The moments in the order of add_fourth_moments, by any four indices.
class Moments {
 public:
  Moments(std::span<const double> packed, std::size_t columns)
      : packed_(packed), columns_(columns), start_(columns * columns * columns) {
    std::size_t next = 0;
    for (std::size_t a = 0; a < columns; ++a)
      for (std::size_t b = a; b < columns; ++b)
        for (std::size_t c = b; c < columns; ++c) {
          start_[(a * columns + b) * columns + c] = next;
          next += columns - c;
        }
  }

  DoubleDouble operator()(std::size_t a, std::size_t b, std::size_t c, std::size_t d) const {
    std::array order{a, b, c, d};
    std::sort(order.begin(), order.end());
    const std::size_t at = start_[(order[0] * columns_ + order[1]) * columns_ + order[2]] + order[3] - order[2];
    return {packed_[at], packed_[at + fourth_moments(columns_)]};
  }

 private:
  std::span<const double> packed_;
  std::size_t columns_;
  std::vector<std::size_t> start_;
};

using Matrix = std::vector<std::vector<DoubleDouble>>;

Matrix square(std::size_t n) { return Matrix(n, std::vector<DoubleDouble>(n)); }

// (X'X)^-1 = R^-1 R^-T, zero in rows and columns of aliased terms.
Matrix inverse_gram(const LeastSquares<DoubleDouble>& fit) {
  const std::size_t terms = fit.terms;
  auto r = [&](std::size_t i, std::size_t j) { return fit.triangle[triangle_row(terms + 1, i) + j]; };
  Matrix inverse = square(terms), gram = square(terms);
  for (std::size_t j = 0; j < terms; ++j)
    for (std::size_t i = j + 1; i-- > 0 && !fit.aliased[j];) {
      if (fit.aliased[i]) continue;
      DoubleDouble sum = i == j ? 1 : 0;
      for (std::size_t l = i + 1; l <= j; ++l)
        if (!fit.aliased[l]) sum -= r(i, l) * inverse[l][j];
      inverse[i][j] = sum / r(i, i);
    }
  for (std::size_t i = 0; i < terms; ++i)
    for (std::size_t j = 0; j < terms; ++j)
      for (std::size_t l = std::max(i, j); l < terms; ++l) gram[i][j] += inverse[i][l] * inverse[j][l];
  return gram;
}

}  // namespace

std::vector<double> robust_errors(const LeastSquares<DoubleDouble>& fit, std::span<const double> moments) {
  const std::size_t terms = fit.terms, columns = terms + 1;
  const Moments moment(moments, columns);
  const Matrix gram = inverse_gram(fit);
  std::vector<DoubleDouble> residual(columns, 1);  // e = z . residual
  for (std::size_t i = 0; i < terms; ++i) residual[i] = -fit.estimate[i];

  Matrix middle = square(terms);
  for (std::size_t i = 0; i < terms; ++i)
    for (std::size_t j = i; j < terms; ++j) {
      for (std::size_t a = 0; a < columns; ++a) {
        DoubleDouble sum;
        for (std::size_t b = 0; b < columns; ++b) sum += residual[b] * moment(i, j, a, b);
        middle[i][j] += residual[a] * sum;
      }
      middle[j][i] = middle[i][j];
    }

  // Size of each column, and of what adds up to e.
  std::vector<double> size(columns);
  double residual_size = 0;
  for (std::size_t a = 0; a < columns; ++a) {
    size[a] = std::sqrt(std::sqrt(moment(a, a, a, a).high));
    residual_size += size[a] * std::abs(residual[a].high);
  }

  std::vector<double> errors(terms, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t k = 0; k < terms; ++k) {
    if (fit.aliased[k]) continue;
    DoubleDouble variance;
    double row_size = 0;
    for (std::size_t i = 0; i < terms; ++i) {
      row_size += std::abs(gram[k][i].high) * size[i];
      for (std::size_t j = 0; j < terms; ++j) variance += gram[k][i] * middle[i][j] * gram[k][j];
    }
    const double lost = rounding * std::pow(row_size * residual_size, 2);
    if (!(lost <= wanted * variance.high))
      throw InvalidInput(
          "linear_regression: robust standard errors are lost in rounding: offsets in y or x are too "
          "large for their spread",
          "Subtract a typical value from y and each feature, or use robust \"none\".", Fault::out_of_range);
    errors[k] = static_cast<double>(sqrt(variance));
  }
  return errors;
}

}  // namespace quern
