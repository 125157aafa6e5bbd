#include "uda/tall_svd.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "linalg/spectral.hpp"
#include "uda/row_checks.hpp"

namespace quern {

void TallSvd::accumulate(std::span<const double> x) {
  if (factor.width == 0)
    check_width("svd", x.size(), max_columns);
  else if (x.size() != static_cast<std::size_t>(factor.width))
    refuse_widths("svd", factor.width, static_cast<std::int64_t>(x.size()));
  check_finite("svd", x);
  std::copy(x.begin(), x.end(), factor.next_row(x.size()));
  factor.settle();
}

void TallSvd::merge(const TallSvd& other) {
  if (factor.width != 0 && other.factor.width != 0 && factor.width != other.factor.width)
    refuse_widths("svd", factor.width, other.factor.width);
  factor.merge(other.factor);
}

std::optional<TallSvd::Decomposition> TallSvd::decomposition() const {
  if (factor.width == 0) return std::nullopt;
  const std::vector<double> a = factor.square();
  if (!Features(std::span<const double>(a)).finite())
    throw InvalidInput("svd: a sum of squares is beyond the range of double precision", "Scale the rows.",
                       Fault::out_of_range);
  const auto p = static_cast<std::size_t>(factor.width), k = std::min(p, static_cast<std::size_t>(factor.count()));
  const linalg::Spectrum spectrum = linalg::right_singular_vectors(a, a.size() / p, p);
  const std::size_t found = spectrum.values.size();
  Decomposition result{Vec<double>(spectrum.values.begin(), spectrum.values.begin() + static_cast<std::ptrdiff_t>(k)),
                       Matrix({factor.width, static_cast<std::int64_t>(k)})};
  for (std::size_t j = 0; j < p; ++j) std::copy_n(&spectrum.vectors[j * found], k, result.v.data() + j * k);
  return result;
}

}  // namespace quern
