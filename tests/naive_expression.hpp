// The plain way to compute an expression: the tree is walked, every operation makes its matrix, nothing is rearranged.
// With each number goes a magnitude, by which rounding in any order of the same operations is bounded.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "matrix/expression/syntax.hpp"

namespace quern::naive {

struct Value {
  std::size_t rows = 0, columns = 0;
  std::vector<double> x, size;

  Value() = default;
  Value(std::size_t rows, std::size_t columns)
      : rows(rows), columns(columns), x(rows * columns), size(rows * columns) {}
  double& at(std::size_t i, std::size_t j) { return x[i * columns + j]; }
  double at(std::size_t i, std::size_t j) const { return x[i * columns + j]; }
  double& size_at(std::size_t i, std::size_t j) { return size[i * columns + j]; }
  double size_at(std::size_t i, std::size_t j) const { return size[i * columns + j]; }
};

struct Rounded {
  double x, size;
};

inline Value transposed(const Value& a) {
  Value t(a.columns, a.rows);
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < a.columns; ++j) {
      t.at(j, i) = a.at(i, j);
      t.size_at(j, i) = a.size_at(i, j);
    }
  return t;
}

template <class F>
Value each(const Value& a, F f) {
  Value c = a;
  for (std::size_t i = 0; i < a.x.size(); ++i) {
    const Rounded r = f(a.x[i], a.size[i]);
    c.x[i] = r.x;
    c.size[i] = r.size + std::fabs(r.x);
  }
  return c;
}

template <class F>
Value each(const Value& a, const Value& b, F f) {
  Value c(a.rows == 1 ? b.rows : a.rows, a.columns == 1 ? b.columns : a.columns);
  for (std::size_t i = 0; i < c.rows; ++i)
    for (std::size_t j = 0; j < c.columns; ++j) {
      const std::size_t ai = a.rows == 1 ? 0 : i, aj = a.columns == 1 ? 0 : j;
      const std::size_t bi = b.rows == 1 ? 0 : i, bj = b.columns == 1 ? 0 : j;
      const Rounded r = f(a.at(ai, aj), a.size_at(ai, aj), b.at(bi, bj), b.size_at(bi, bj));
      c.at(i, j) = r.x;
      c.size_at(i, j) = r.size + std::fabs(r.x);
    }
  return c;
}

inline Value product(const Value& a, const Value& b) {
  if (a.columns != b.rows) throw std::runtime_error("shapes");
  Value c(a.rows, b.columns);
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < b.columns; ++j)
      for (std::size_t k = 0; k < a.columns; ++k) {
        c.at(i, j) += a.at(i, k) * b.at(k, j);
        c.size_at(i, j) += a.size_at(i, k) * b.size_at(k, j);
      }
  return c;
}

inline Value sum_along(const Value& a, bool rows, bool columns) {
  Value c(rows ? 1 : a.rows, columns ? 1 : a.columns);
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < a.columns; ++j) {
      c.at(rows ? 0 : i, columns ? 0 : j) += a.at(i, j);
      c.size_at(rows ? 0 : i, columns ? 0 : j) += a.size_at(i, j);
    }
  return c;
}

// Gauss-Jordan with row exchanges. Magnitudes are those of well-conditioned matrices.
inline Value solve(Value a, Value b, double* determinant = nullptr) {
  double d = 1, size = 1;
  for (const double s : a.size) size = std::max(size, s);
  for (const double s : b.size) size = std::max(size, s);
  for (std::size_t k = 0; k < a.rows; ++k) {
    std::size_t p = k;
    for (std::size_t i = k; i < a.rows; ++i)
      if (std::fabs(a.at(i, k)) > std::fabs(a.at(p, k))) p = i;
    if (p != k) d = -d;
    for (std::size_t j = 0; j < a.columns; ++j) std::swap(a.at(p, j), a.at(k, j));
    for (std::size_t j = 0; j < b.columns; ++j) std::swap(b.at(p, j), b.at(k, j));
    d *= a.at(k, k);
    for (std::size_t i = 0; i < a.rows; ++i) {
      if (i == k) continue;
      const double f = a.at(i, k) / a.at(k, k);
      for (std::size_t j = 0; j < a.columns; ++j) a.at(i, j) -= f * a.at(k, j);
      for (std::size_t j = 0; j < b.columns; ++j) b.at(i, j) -= f * b.at(k, j);
    }
  }
  for (std::size_t i = 0; i < b.rows; ++i)
    for (std::size_t j = 0; j < b.columns; ++j) {
      b.at(i, j) /= a.at(i, i);
      b.size_at(i, j) = size * size * 100;
    }
  if (determinant) *determinant = d;
  return b;
}

inline Value identity(std::size_t n) {
  Value c(n, n);
  for (std::size_t i = 0; i < n; ++i) c.at(i, i) = c.size_at(i, i) = 1;
  return c;
}

inline Value number(double x) {
  Value c(1, 1);
  c.x[0] = x;
  c.size[0] = std::fabs(x);
  return c;
}

inline Value call(std::string_view name, const std::vector<Value>& v) {
  const Value& a = v[0];
  const auto f = [&](auto value, auto slope) {
    return each(a, [&](double x, double s) { return Rounded{value(x), slope(x) * s}; });
  };
  if (name == "t") return transposed(a);
  if (name == "sum") return sum_along(a, true, true);
  if (name == "rowSums") return sum_along(a, false, true);
  if (name == "colSums") return sum_along(a, true, false);
  if (name == "mean" || name == "rowMeans" || name == "colMeans") {
    const bool rows = name != "rowMeans", columns = name != "colMeans";
    const double n = static_cast<double>((rows ? a.rows : 1) * (columns ? a.columns : 1));
    return each(sum_along(a, rows, columns), [&](double x, double s) { return Rounded{x / n, s / n}; });
  }
  if (name == "exp") return f([](double x) { return std::exp(x); }, [](double x) { return std::exp(x); });
  if (name == "log") return f([](double x) { return std::log(x); }, [](double x) { return 1 / x; });
  if (name == "sqrt") return f([](double x) { return std::sqrt(x); }, [](double x) { return 0.5 / std::sqrt(x); });
  if (name == "abs") return f([](double x) { return std::fabs(x); }, [](double) { return 1.0; });
  if (name == "tanh") return f([](double x) { return std::tanh(x); }, [](double) { return 1.0; });
  if (name == "sigmoid") return f([](double x) { return 1 / (1 + std::exp(-x)); }, [](double) { return 1.0; });
  if (name == "norm") {
    Value c = number(0);
    for (std::size_t i = 0; i < a.x.size(); ++i) {
      c.x[0] = std::hypot(c.x[0], a.x[i]);
      c.size[0] += a.size[i];
    }
    return c;
  }
  if (name == "min" || name == "max") {
    Value c =
        number(name == "min" ? *std::min_element(a.x.begin(), a.x.end()) : *std::max_element(a.x.begin(), a.x.end()));
    c.size[0] = *std::max_element(a.size.begin(), a.size.end());
    return c;
  }
  if (name == "pmin" || name == "pmax")
    return each(a, v[1], [&](double x, double s, double y, double t) {
      return Rounded{name == "pmin" ? std::min(x, y) : std::max(x, y), s + t};
    });
  if (name == "diag") {
    if (a.rows == 1 || a.columns == 1) {
      Value c(a.x.size(), a.x.size());
      for (std::size_t i = 0; i < a.x.size(); ++i) {
        c.at(i, i) = a.x[i];
        c.size_at(i, i) = a.size[i];
      }
      return c;
    }
    Value c(std::min(a.rows, a.columns), 1);
    for (std::size_t i = 0; i < c.rows; ++i) {
      c.x[i] = a.at(i, i);
      c.size[i] = a.size_at(i, i);
    }
    return c;
  }
  if (name == "trace") {
    Value c = number(0);
    for (std::size_t i = 0; i < a.rows; ++i) {
      c.x[0] += a.at(i, i);
      c.size[0] += a.size_at(i, i);
    }
    return c;
  }
  if (name == "eye") return identity(static_cast<std::size_t>(a.x[0]));
  if (name == "nrow") return number(static_cast<double>(a.rows));
  if (name == "ncol") return number(static_cast<double>(a.columns));
  if (name == "crossprod") return product(transposed(a), v.back());
  if (name == "tcrossprod") return product(a, transposed(v.back()));
  if (name == "inv") return solve(a, identity(a.rows));
  if (name == "solve") return solve(a, v[1]);
  throw std::runtime_error(std::string(name));
}

using Names = std::map<std::string, Value, std::less<>>;

inline Value evaluate(const expression::Program& program, Names names) {
  using expression::Syntax;
  std::vector<Value> values;
  std::size_t statement = 0;
  for (const expression::SyntaxNode& node : program.nodes) {
    std::vector<Value> operands;
    for (const std::size_t operand : node.operands) operands.push_back(values[operand]);
    const auto both = [&](auto f) { return each(operands[0], operands[1], f); };
    switch (node.kind) {
      case Syntax::number:
        values.push_back(number(node.number));
        break;
      case Syntax::name:
        values.push_back(names.find(node.name)->second);
        break;
      case Syntax::call:
        values.push_back(call(node.name, operands));
        break;
      case Syntax::negate:
        values.push_back(each(operands[0], [](double x, double s) { return Rounded{-x, s}; }));
        break;
      case Syntax::add:
        values.push_back(both([](double x, double s, double y, double t) { return Rounded{x + y, s + t}; }));
        break;
      case Syntax::subtract:
        values.push_back(both([](double x, double s, double y, double t) { return Rounded{x - y, s + t}; }));
        break;
      case Syntax::multiply:
        values.push_back(both([](double x, double s, double y, double t) { return Rounded{x * y, s * t}; }));
        break;
      case Syntax::divide:
        values.push_back(both([](double x, double s, double y, double t) {
          return Rounded{x / y, s / std::fabs(y) + std::fabs(x) / (y * y) * t};
        }));
        break;
      case Syntax::power:
        values.push_back(both([](double x, double s, double y, double t) {
          const double p = std::pow(x, y);
          return Rounded{p, std::fabs(y * std::pow(x, y - 1)) * s + (x > 0 ? std::fabs(p * std::log(x)) * t : 0)};
        }));
        break;
      case Syntax::product:
        values.push_back(product(operands[0], operands[1]));
        break;
      case Syntax::transpose:
        values.push_back(transposed(operands[0]));
        break;
    }
    if (program.statements[statement].value + 1 == values.size()) {
      const std::string name(program.statements[statement++].name);
      if (!name.empty()) names[name] = values.back();
    }
  }
  return values[program.statements.back().value];
}

}  // namespace quern::naive
