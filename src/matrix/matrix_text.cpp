#include "matrix/matrix_text.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "base/text_reader.hpp"

namespace quern {

namespace {

constexpr std::string_view type = "quern.matrix";

struct Notation {
  char open, close;
  bool json;
};
constexpr Notation braces{'{', '}', false}, brackets{'[', ']', true};

double read_number(TextReader& reader, const Notation& notation) {
  const bool quoted = notation.json && reader.accept('"');
  const double number = reader.number();
  if (quoted) reader.expect('"');
  return number;
}

// {row,row,...} into one list of numbers.
Matrix read_rows(TextReader& reader, const Notation& notation) {
  std::vector<double> values;
  Shape shape;
  reader.expect(notation.open);
  if (!reader.accept(notation.close)) {
    do {
      const std::size_t before = values.size();
      reader.expect(notation.open);
      if (!reader.accept(notation.close)) {
        do values.push_back(read_number(reader, notation));
        while (reader.accept(','));
        reader.expect(notation.close);
      }
      const auto columns = static_cast<std::int64_t>(values.size() - before);
      if (shape.rows++ == 0) shape.columns = columns;
      if (columns != shape.columns)
        throw InvalidInput(concat("invalid input for type ", type, ": row ", shape.rows, " has ", columns,
                                  " columns, the rows before have ", shape.columns),
                           {}, Fault::malformed_text);
      checkpoint();
    } while (reader.accept(','));
    reader.expect(notation.close);
  }
  Matrix a(shape);
  std::copy(values.begin(), values.end(), a.data());
  return a;
}

void append_value(std::string& out, double value, const Notation& notation) {
  const bool quoted = notation.json && !(value - value == 0);
  if (quoted) out += '"';
  append_number(out, value);
  if (quoted) out += '"';
}

std::string print_rows(const MatrixView& a, const Notation& notation) {
  std::string out(1, notation.open);
  for (std::size_t i = 0; i < a.rows(); ++i) {
    if (i > 0) out += ',';
    out += notation.open;
    for (std::size_t j = 0; j < a.columns(); ++j) {
      if (j > 0) out += ',';
      append_value(out, a(i, j), notation);
    }
    out += notation.close;
    checkpoint();
  }
  out += notation.close;
  return out;
}

}  // namespace

Matrix parse_matrix(std::string_view text) {
  TextReader reader(type, "Write rows in braces, such as {{1,2},{3,4}}.", text);
  Matrix a = read_rows(reader, braces);
  if (a.rows() == 0 && reader.accept('/')) {
    Shape shape;
    shape.rows = reader.whole();
    reader.expect('x');
    shape.columns = reader.whole();
    if (shape.size() != 0) reader.refuse();
    a = Matrix(shape);
  }
  reader.expect_end();
  return a;
}

std::string print_matrix(const MatrixView& a) {
  if (a.rows() == 0 && a.columns() > 0) return concat("{}/0x", a.columns());
  return print_rows(a, braces);
}

Matrix parse_matrix_json(std::string_view text) {
  TextReader reader(type, "Write rows in brackets, such as [[1,2],[3,4]].", text);
  Matrix a = read_rows(reader, brackets);
  reader.expect_end();
  return a;
}

std::string print_matrix_json(const MatrixView& a) { return print_rows(a, brackets); }

}  // namespace quern
