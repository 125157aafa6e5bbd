#include "linalg/sparse_vector.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/hash.hpp"
#include "base/record_json.hpp"
#include "base/text.hpp"
#include "base/text_reader.hpp"

namespace quern {

namespace {

// Lets the server in every few milliseconds of a loop over entries.
void checkpoint_at(std::size_t entry) {
  if ((entry & 0xfffff) == 0xfffff) checkpoint();
}

void append(SparseVector& x, std::uint32_t index, double value) {
  if (value == 0) return;
  x.indices.push_back(index);
  x.values.push_back(value);
}

void reserve(SparseVector& x, std::size_t entries) {
  if (entries > max_sparse_entries) entries = max_sparse_entries;
  x.indices.reserve(entries);
  x.values.reserve(entries);
}

void check_size(std::string_view where, Fault fault, std::int64_t size) {
  if (size < 0 || size > max_sparse_size)
    throw InvalidInput(concat(where, ": the size must be between 0 and ", max_sparse_size, ", not ", size), {}, fault);
}

void check_entries(std::string_view where, std::size_t entries) {
  if (entries > max_sparse_entries)
    throw InvalidInput(concat(where, ": ", entries, " entries, and at most ", max_sparse_entries, " are supported"), {},
                       Fault::limit_exceeded);
}

void match_sizes(std::string_view function, std::size_t a, std::size_t b) {
  if (a != b) throw InvalidInput(concat(function, ": the vectors have different sizes (", a, " and ", b, ")"));
}

// A result that is infinite or NaN although what it is made of is finite.
[[noreturn]] void refuse_overflow(std::string_view function) {
  throw InvalidInput(concat(function, ": result out of range"), {}, Fault::out_of_range);
}

double in_range(std::string_view function, double result, double a, double b) {
  if (!std::isfinite(result) && std::isfinite(a) && std::isfinite(b)) refuse_overflow(function);
  return result;
}

// f(index, a's value, b's value) for every index that either has, in order, until f returns false.
template <class F>
void for_either(const SparseFeatures& a, const SparseFeatures& b, F&& f) {
  std::size_t i = 0, j = 0;
  while (i < a.indices.size() || j < b.indices.size()) {
    checkpoint_at(i + j);
    const bool left = j == b.indices.size() || (i < a.indices.size() && a.indices[i] <= b.indices[j]);
    const bool right = i == a.indices.size() || (j < b.indices.size() && b.indices[j] <= a.indices[i]);
    const std::uint32_t index = left ? a.indices[i] : b.indices[j];
    if (!f(index, left ? a.values[i] : 0, right ? b.values[j] : 0)) return;
    i += left;
    j += right;
  }
}

// f(index, a's value, b's value) for every index that both have.
template <class F>
void for_both(const SparseFeatures& a, const SparseFeatures& b, F&& f) {
  std::size_t i = 0, j = 0;
  while (i < a.indices.size() && j < b.indices.size()) {
    checkpoint_at(i + j);
    const std::uint32_t left = a.indices[i], right = b.indices[j];
    if (left == right) f(left, a.values[i], b.values[j]);
    i += left <= right;
    j += right <= left;
  }
}

// f(std::span) of the numbers that are not 0, or all of a dense vector.
template <class F>
decltype(auto) visit_numbers(const FeatureRow& x, F&& f) {
  return x.is_sparse() ? f(x.sparse().values) : x.dense().visit(f);
}

template <class F>
double sum_of(const FeatureRow& x, F&& term) {
  return visit_numbers(x, [&](auto values) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      sum += term(static_cast<double>(values[i]));
      checkpoint_at(i);
    }
    return sum;
  });
}

int order_of(double a, double b) {  // as float8
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) - std::isnan(b);
  return (a > b) - (a < b);
}

}  // namespace

bool is_ordered(const SparseFeatures& x) {
  if (x.indices.empty()) return true;
  bool ordered = x.indices.back() < x.size;
  for (std::size_t i = 1; i < x.indices.size(); ++i) ordered &= x.indices[i - 1] < x.indices[i];
  return ordered;
}

bool SparseVector::valid() const {
  return size >= 0 && size <= max_sparse_size && indices.size() <= max_sparse_entries &&
         indices.size() == values.size() && is_ordered(view()) &&
         std::find(values.begin(), values.end(), 0.0) == values.end();
}

SparseVector sparse_from_entries(std::string_view where, Fault fault, std::int64_t size,
                                 std::span<const std::int64_t> indices, std::span<const double> values) {
  check_size(where, fault, size);
  for (const std::int64_t index : indices)
    if (index < 1 || index > size)
      throw InvalidInput(concat(where, ": index ", index, " is not between 1 and the size ", size), {}, fault);
  std::vector<std::uint32_t> order;
  if (!std::is_sorted(indices.begin(), indices.end())) {
    order.resize(indices.size());
    std::iota(order.begin(), order.end(), 0u);
    checkpoint();
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return indices[a] < indices[b]; });
    checkpoint();
  }
  SparseVector x{size, {}, {}};
  reserve(x, indices.size());
  std::int64_t previous = 0;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const std::size_t at = order.empty() ? i : order[i];
    if (indices[at] == previous) throw InvalidInput(concat(where, ": index ", previous, " is there twice"), {}, fault);
    previous = indices[at];
    append(x, static_cast<std::uint32_t>(previous - 1), values[at]);
    checkpoint_at(i);
  }
  check_entries(where, x.indices.size());
  return x;
}

SparseVector sparse_from_dense(const Features& x) {
  SparseVector result{static_cast<std::int64_t>(x.size()), {}, {}};
  x.visit([&](auto values) {
    reserve(result, values.size() - static_cast<std::size_t>(std::count(values.begin(), values.end(), 0)));
    for (std::size_t i = 0; i < values.size(); ++i) {
      append(result, static_cast<std::uint32_t>(i), static_cast<double>(values[i]));
      checkpoint_at(i);
    }
  });
  check_entries("svec", result.indices.size());
  return result;
}

void drop_zeros(SparseVector& x) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < x.indices.size(); ++i) {
    if (x.values[i] == 0) continue;
    x.indices[kept] = x.indices[i];
    x.values[kept++] = x.values[i];
  }
  x.indices.resize(kept);
  x.values.resize(kept);
}

void copy_to_dense(const SparseFeatures& x, double* to) {
  std::fill_n(to, x.size, 0.0);
  for (std::size_t i = 0; i < x.indices.size(); ++i) to[x.indices[i]] = x.values[i];
}

namespace {

struct SparseJson {
  std::int64_t size = 0;
  std::vector<double> indices, values;

  static constexpr std::array columns{"size", "indices", "values"};
};

}  // namespace

SparseVector parse_sparse(std::string_view text) {
  TextReader reader("quern.svec", "Write {index:value,...}/size, such as {1:0.5,7:2}/100.", text);
  std::vector<std::int64_t> indices;
  std::vector<double> values;
  reader.expect('{');
  if (!reader.accept('}')) {
    do {
      indices.push_back(reader.whole());
      reader.expect(':');
      values.push_back(reader.number());
      checkpoint_at(indices.size());
    } while (reader.accept(','));
    reader.expect('}');
  }
  reader.expect('/');
  const std::int64_t size = reader.whole();
  reader.expect_end();
  return sparse_from_entries("invalid input for type quern.svec", Fault::malformed_text, size, indices, values);
}

std::string print_sparse(const SparseFeatures& x) {
  std::string out = "{";
  for (std::size_t i = 0; i < x.indices.size(); ++i) {
    if (i > 0) out += ',';
    append_number(out, std::uint64_t{x.indices[i]} + 1);
    out += ':';
    append_number(out, x.values[i]);
    checkpoint_at(i);
  }
  out += "}/";
  append_number(out, x.size);
  return out;
}

SparseVector parse_sparse_json(std::string_view text) {
  constexpr std::string_view type = "quern.svec", where = "invalid input for type quern.svec";
  SparseJson json;
  read_record(type, text, json);
  if (json.indices.size() != json.values.size())
    throw InvalidInput(concat(where, ": ", json.indices.size(), " indices, but ", json.values.size(), " values"), {},
                       Fault::malformed_text);
  std::vector<std::int64_t> indices;
  indices.reserve(json.indices.size());
  for (const double index : json.indices) {
    if (index != std::floor(index) || std::abs(index) > 0x1p53) detail::refuse_field(type, "indices", "whole numbers");
    indices.push_back(static_cast<std::int64_t>(index));
  }
  return sparse_from_entries(where, Fault::malformed_text, json.size, indices, json.values);
}

std::string print_sparse_json(const SparseFeatures& x) {
  SparseJson json{
      static_cast<std::int64_t>(x.size), {x.indices.begin(), x.indices.end()}, {x.values.begin(), x.values.end()}};
  for (double& index : json.indices) index += 1;
  return write_record(json);
}

double element(const SparseFeatures& x, std::uint32_t index) {
  const auto found = std::lower_bound(x.indices.begin(), x.indices.end(), index);
  return found != x.indices.end() && *found == index ? x.values[static_cast<std::size_t>(found - x.indices.begin())]
                                                     : 0;
}

namespace {

SparseVector sum(std::string_view function, const SparseFeatures& a, const SparseFeatures& b, double sign) {
  match_sizes(function, a.size, b.size);
  SparseVector result{static_cast<std::int64_t>(a.size), {}, {}};
  reserve(result, a.indices.size() + b.indices.size());
  for_either(a, b, [&](std::uint32_t index, double left, double right) {
    append(result, index, in_range(function, left + sign * right, left, right));
    return true;
  });
  check_entries(function, result.indices.size());
  return result;
}

}  // namespace

SparseVector add(const SparseFeatures& a, const SparseFeatures& b) { return sum("add", a, b, 1); }
SparseVector subtract(const SparseFeatures& a, const SparseFeatures& b) { return sum("subtract", a, b, -1); }

SparseVector multiply(const SparseFeatures& a, const SparseFeatures& b) {
  match_sizes("multiply", a.size, b.size);
  SparseVector result{static_cast<std::int64_t>(a.size), {}, {}};
  reserve(result, std::min(a.indices.size(), b.indices.size()));
  for_both(a, b, [&](std::uint32_t index, double left, double right) {
    append(result, index, in_range("multiply", left * right, left, right));
  });
  return result;
}

SparseVector scale(double factor, const SparseFeatures& x) {
  SparseVector result{static_cast<std::int64_t>(x.size), {}, {}};
  reserve(result, x.indices.size());
  for (std::size_t i = 0; i < x.indices.size(); ++i) {
    append(result, x.indices[i], in_range("multiply", factor * x.values[i], factor, x.values[i]));
    checkpoint_at(i);
  }
  return result;
}

int compare(const SparseFeatures& a, const SparseFeatures& b) {
  int order = 0;
  for_either(a, b, [&](std::uint32_t index, double left, double right) {
    if (index >= a.size || index >= b.size) return false;
    order = order_of(left, right);
    return order == 0;
  });
  if (order != 0) return order;
  return (a.size > b.size) - (a.size < b.size);
}

std::uint64_t hash(const SparseFeatures& x, std::uint64_t seed) {
  NumberHash hash(seed);
  hash.add(std::uint64_t{x.size});
  for (std::size_t i = 0; i < x.indices.size(); ++i) {
    hash.add(std::uint64_t{x.indices[i]});
    hash.add(x.values[i]);
    checkpoint_at(i);
  }
  return hash.value();
}

namespace {

double dot(const SparseFeatures& a, const Features& b) {
  return b.visit([&](auto values) {
    double sum = 0;
    for (std::size_t i = 0; i < a.indices.size(); ++i) {
      sum += a.values[i] * static_cast<double>(values[a.indices[i]]);
      checkpoint_at(i);
    }
    return sum;
  });
}

double dot(const SparseFeatures& a, const SparseFeatures& b) {
  double sum = 0;
  for_both(a, b, [&](std::uint32_t, double left, double right) { sum += left * right; });
  return sum;
}

double dot(const Features& a, const Features& b) {
  return a.visit([&](auto left) {
    return b.visit([&](auto right) {
      double sum = 0;
      for (std::size_t i = 0; i < left.size(); ++i) {
        sum += static_cast<double>(left[i]) * static_cast<double>(right[i]);
        checkpoint_at(i);
      }
      return sum;
    });
  });
}

}  // namespace

double dot(const FeatureRow& a, const FeatureRow& b) {
  match_sizes("dot", a.size(), b.size());
  const double result = a.is_sparse() && b.is_sparse() ? dot(a.sparse(), b.sparse())
                        : a.is_sparse()                ? dot(a.sparse(), b.dense())
                        : b.is_sparse()                ? dot(b.sparse(), a.dense())
                                                       : dot(a.dense(), b.dense());
  if (!std::isfinite(result) && a.finite() && b.finite()) refuse_overflow("dot");
  return result;
}

double l1_norm(const FeatureRow& x) {
  const double result = sum_of(x, [](double value) { return std::abs(value); });
  if (std::isinf(result) && x.finite()) refuse_overflow("l1_norm");
  return result;
}

double l2_norm(const FeatureRow& x) {
  const double squares = sum_of(x, [](double value) { return value * value; });
  if (squares > 0x1p-900 && squares < 0x1p+1000) return std::sqrt(squares);
  const double largest = linf_norm(x);
  if (largest == 0 || !std::isfinite(largest)) return largest;
  const int exponent = std::ilogb(largest);  // the squares of what is left neither overflow nor vanish
  const auto scaled_square = [&](double value) {
    const double scaled = std::scalbn(value, -exponent);
    return scaled * scaled;
  };
  const double result = std::scalbn(std::sqrt(sum_of(x, scaled_square)), exponent);
  if (std::isinf(result)) refuse_overflow("l2_norm");
  return result;
}

double linf_norm(const FeatureRow& x) {
  return visit_numbers(x, [](auto values) {
    double largest = 0;
    for (const double value : values) {
      if (std::isnan(value)) return static_cast<double>(value);
      largest = std::max(largest, std::abs(value));
    }
    return largest;
  });
}

}  // namespace quern
