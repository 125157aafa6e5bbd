#include "matrix/sparse_text.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include "base/pace.hpp"
#include "base/record_json.hpp"
#include "base/text.hpp"
#include "base/text_reader.hpp"

namespace quern {

namespace {

constexpr std::string_view type = "quern.smatrix", invalid = "invalid input for type quern.smatrix";

struct SparseMatrixJson {
  std::int64_t height = 0, width = 0;
  std::vector<double> i, j, value;

  static constexpr std::array columns{"rows", "columns", "i", "j", "value"};
};

}  // namespace

SparseMatrix parse_sparse_matrix(std::string_view text) {
  TextReader reader(type, "Write {row:{column:value,...},...}/rowsxcolumns, such as {1:{2:0.5,7:1},3:{1:2}}/3x8.",
                    text);
  std::vector<std::int64_t> rows, columns;
  std::vector<double> values;
  Pace pace;
  reader.expect('{');
  if (!reader.accept('}')) {
    do {
      const std::int64_t row = reader.whole();
      reader.expect(':');
      reader.expect('{');
      if (reader.accept('}')) continue;
      do {
        rows.push_back(row);
        columns.push_back(reader.whole());
        reader.expect(':');
        values.push_back(reader.number());
        pace.spend(50);
      } while (reader.accept(','));
      reader.expect('}');
    } while (reader.accept(','));
    reader.expect('}');
  }
  reader.expect('/');
  Shape shape;
  shape.rows = reader.whole();
  reader.expect('x');
  shape.columns = reader.whole();
  reader.expect_end();
  return sparse_from_entries(invalid, Fault::malformed_text, shape, rows, columns, values);
}

std::string print_sparse_matrix(const CsrView& a) {
  std::string out = "{";
  Pace pace;
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    const SparseFeatures row = a.row(i);
    if (row.indices.empty()) continue;
    if (out.size() > 1) out += ',';
    append_number(out, i + 1);
    for (std::size_t k = 0; k < row.indices.size(); ++k) {
      out += k == 0 ? ":{" : ",";
      append_number(out, std::size_t{row.indices[k]} + 1);
      out += ':';
      append_number(out, row.values[k]);
      pace.spend(50);
    }
    out += '}';
  }
  out += "}/";
  append_number(out, a.rows);
  out += 'x';
  append_number(out, a.columns);
  return out;
}

SparseMatrix parse_sparse_matrix_json(std::string_view text) {
  SparseMatrixJson json;
  read_record(type, text, json);
  if (json.i.size() != json.value.size() || json.j.size() != json.value.size())
    throw InvalidInput(
        concat(invalid, ": ", json.i.size(), " rows and ", json.j.size(), " columns of ", json.value.size(), " values"),
        {}, Fault::malformed_text);
  const auto whole = [](const char* name, const std::vector<double>& numbers) {
    std::vector<std::int64_t> result;
    result.reserve(numbers.size());
    for (const double number : numbers) {
      if (number != std::floor(number) || std::abs(number) > 0x1p53) detail::refuse_field(type, name, "whole numbers");
      result.push_back(static_cast<std::int64_t>(number));
    }
    return result;
  };
  return sparse_from_entries(invalid, Fault::malformed_text, {json.height, json.width}, whole("i", json.i),
                             whole("j", json.j), json.value);
}

std::string print_sparse_matrix_json(const CsrView& a) {
  SparseMatrixJson json{a.rows, a.columns, {}, {}, {a.values.begin(), a.values.end()}};
  json.i.reserve(a.entries());
  json.j.reserve(a.entries());
  for (std::size_t i = 0; i < a.row_count(); ++i)
    for (const std::uint32_t column : a.row(i).indices) {
      json.i.push_back(static_cast<double>(i + 1));
      json.j.push_back(static_cast<double>(column) + 1);
    }
  return write_record(json);
}

std::string show(const CsrView& a, std::int64_t most) {
  if (most < 0) throw InvalidInput(concat("show: most must not be negative (", most, ")"));
  std::string out = concat(to_text(shape_of(a)), ", ", a.entries(), a.entries() == 1 ? " entry" : " entries");
  std::vector<std::array<std::string, 2>> lines;  // place and value
  std::size_t widest[2] = {0, 0};
  for (std::size_t i = 0; i < a.row_count() && lines.size() < static_cast<std::size_t>(most); ++i) {
    const SparseFeatures row = a.row(i);
    for (std::size_t k = 0; k < row.indices.size() && lines.size() < static_cast<std::size_t>(most); ++k) {
      char value[32];
      std::snprintf(value, sizeof value, "%.6g", row.values[k]);
      lines.push_back({concat("(", i + 1, ", ", std::size_t{row.indices[k]} + 1, ")"), value});
      for (std::size_t part = 0; part < 2; ++part) widest[part] = std::max(widest[part], lines.back()[part].size());
    }
  }
  for (const auto& [place, value] : lines) {
    out += '\n';
    out += place;
    out.append(widest[0] - place.size() + 2 + widest[1] - value.size(), ' ');
    out += value;
  }
  if (lines.size() < a.entries()) out += concat("\n... ", a.entries() - lines.size(), " more");
  return out;
}

}  // namespace quern
