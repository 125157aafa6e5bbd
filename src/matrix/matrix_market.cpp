#include "matrix/matrix_market.hpp"

#include <array>
#include <charconv>
#include <vector>

#include "base/pace.hpp"
#include "base/text.hpp"

namespace quern {

namespace {

constexpr std::string_view blanks = " \t\r\f\v";

// The text line by line, and the words of a line.
class MarketReader {
 public:
  explicit MarketReader(std::string_view text) : text_(text) {}

  // To the next line that is not empty; comments are lines that begin with %.
  bool next_line(bool comments = false) {
    while (at_ < text_.size()) {
      const std::size_t end = std::min(text_.find('\n', at_), text_.size());
      line_ = text_.substr(at_, end - at_);
      at_ = end + 1;
      ++number_;
      skip_blanks();
      if (!line_.empty() && (comments || line_.front() != '%')) return true;
    }
    return false;
  }
  bool line_done() const { return line_.empty(); }

  std::string_view word() {
    const std::string_view found = line_.substr(0, line_.find_first_of(blanks));
    line_.remove_prefix(found.size());
    skip_blanks();
    return found;
  }
  template <class Number>
  Number number(const char* what) {
    std::string_view found = word();
    const std::string_view given = found;
    if (!found.empty() && found.front() == '+') found.remove_prefix(1);
    Number value{};
    const auto [stop, error] = std::from_chars(found.data(), found.data() + found.size(), value);
    if (error == std::errc::result_out_of_range)
      throw InvalidInput(concat("from_matrix_market: line ", number_, ": ", given, " is out of range"), {},
                         Fault::out_of_range);
    if (error != std::errc() || stop != found.data() + found.size())
      refuse(concat(what, " expected", given.empty() ? "" : concat(", not \"", given.substr(0, 40), "\"")));
    return value;
  }
  void end_line() {
    if (!line_done()) refuse(concat("nothing expected after ", "the numbers, but \"", line_.substr(0, 40), "\""));
  }
  [[noreturn]] void refuse(const std::string& what) const {
    throw InvalidInput(concat("from_matrix_market: line ", number_, ": ", what), {}, Fault::malformed_text);
  }

 private:
  void skip_blanks() {
    line_.remove_prefix(std::min(line_.find_first_not_of(blanks), line_.size()));
    if (const std::size_t last = line_.find_last_not_of(blanks); last != std::string_view::npos)
      line_ = line_.substr(0, last + 1);
  }

  std::string_view text_, line_;
  std::size_t at_ = 0, number_ = 0;
};

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x >= 'A' && x <= 'Z' ? static_cast<char>(x + 'a' - 'A') : x) == y; });
}

template <std::size_t N>
std::size_t choice(MarketReader& reader, const char* what, const std::array<std::string_view, N>& choices) {
  const std::string_view found = reader.word();
  std::string all;
  for (std::size_t i = 0; i < N; ++i) {
    if (same_word(found, choices[i])) return i;
    all += concat(i ? ", " : "", choices[i]);
  }
  reader.refuse(concat(what, " \"", found.substr(0, 40), "\" is not one of ", all));
}

struct Header {
  bool array = false, pattern = false;
  enum Symmetry { general, symmetric, skew } symmetry = general;
  Shape shape;
  std::size_t entries = 0;
};

Header read_header(MarketReader& reader) {
  if (!reader.next_line(true) || !same_word(reader.word(), "%%matrixmarket"))
    throw InvalidInput("from_matrix_market: the text does not begin with %%MatrixMarket",
                       "The first line is such as \"%%MatrixMarket matrix coordinate real general\".",
                       Fault::malformed_text);
  Header header;
  choice<1>(reader, "object", {"matrix"});
  header.array = choice<2>(reader, "format", {"coordinate", "array"}) == 1;
  header.pattern = choice<4>(reader, "field", {"real", "double", "integer", "pattern"}) == 3;
  header.symmetry =
      static_cast<Header::Symmetry>(choice<3>(reader, "symmetry", {"general", "symmetric", "skew-symmetric"}));
  if (header.array && header.pattern) reader.refuse("an array has no pattern");
  if (!reader.next_line()) reader.refuse("a line of sizes expected");
  header.shape.rows = reader.number<std::int64_t>("the number of rows");
  header.shape.columns = reader.number<std::int64_t>("the number of columns");
  if (header.shape.rows < 0 || header.shape.columns < 0 || header.shape.rows > max_matrix_side ||
      header.shape.columns > max_matrix_side)
    reader.refuse(
        concat("a matrix has between 0 and ", max_matrix_side, " rows and columns, not ", to_text(header.shape)));
  if (!header.array) header.entries = reader.number<std::uint64_t>("the number of entries");
  reader.end_line();
  if (header.symmetry != Header::general && header.shape.rows != header.shape.columns)
    reader.refuse(concat("a symmetric matrix must be square (", to_text(header.shape), ")"));
  return header;
}

double mirrored(const Header& header, double value) { return header.symmetry == Header::skew ? -value : value; }

SparseMatrix read_coordinates(MarketReader& reader, const Header& header) {
  std::vector<std::int64_t> rows, columns;
  std::vector<double> values;
  Pace pace;
  for (std::size_t k = 0; k < header.entries; ++k) {
    if (!reader.next_line()) reader.refuse(concat(header.entries, " entries expected, but there are ", k));
    const auto i = reader.number<std::int64_t>("a row");
    const auto j = reader.number<std::int64_t>("a column");
    const double value = header.pattern ? 1 : reader.number<double>("a number");
    reader.end_line();
    if (i < 1 || i > header.shape.rows || j < 1 || j > header.shape.columns)
      reader.refuse(concat("entry (", i, ", ", j, ") is outside of ", to_text(header.shape)));
    if (header.symmetry == Header::skew && i == j && value != 0)
      reader.refuse("a skew-symmetric matrix has no diagonal");
    rows.push_back(i);
    columns.push_back(j);
    values.push_back(value);
    if (header.symmetry != Header::general && i != j) {
      rows.push_back(j);
      columns.push_back(i);
      values.push_back(mirrored(header, value));
    }
    if (values.size() > 2 * max_sparse_entries) sparse_bytes(header.shape, values.size());
    pace.spend(100);
  }
  if (reader.next_line()) reader.refuse(concat("more than the ", header.entries, " entries"));
  return sparse_from_entries("from_matrix_market", Fault::malformed_text, header.shape, rows, columns, values,
                             Duplicates::add);
}

// Column by column; of a symmetric matrix from the diagonal on, of a skew-symmetric one from below it. The numbers may
// stand in any number of lines.
Matrix read_array(MarketReader& reader, const Header& header) {
  const Shape shape = header.shape;
  // At least one character and a blank for each number: a size that the text cannot hold makes no room.
  std::vector<double> numbers;
  Pace pace;
  while (reader.next_line())
    while (!reader.line_done()) {
      numbers.push_back(reader.number<double>("a number"));
      pace.spend(100);
    }
  const std::size_t n = shape.size(), side = static_cast<std::size_t>(shape.rows);
  const std::size_t expected = header.symmetry == Header::general     ? n
                               : header.symmetry == Header::symmetric ? side * (side + 1) / 2
                                                                      : side * (side - (side > 0)) / 2;
  if (numbers.size() != expected) reader.refuse(concat(expected, " numbers expected, but there are ", numbers.size()));
  Matrix a = dense_zeros(shape);
  std::size_t k = 0;
  for (std::size_t j = 0; j < a.columns(); ++j) {
    const std::size_t first = header.symmetry == Header::general ? 0 : header.symmetry == Header::symmetric ? j : j + 1;
    for (std::size_t i = first; i < a.rows(); ++i) {
      a(i, j) = numbers[k++];
      if (header.symmetry != Header::general && i != j) a(j, i) = mirrored(header, a(i, j));
    }
    pace.spend(8 * a.rows());
  }
  return a;
}

}  // namespace

SparseMatrix parse_matrix_market(std::string_view text) {
  MarketReader reader(text);
  const Header header = read_header(reader);
  return header.array ? sparse_from_dense(read_array(reader, header)) : read_coordinates(reader, header);
}

Matrix parse_matrix_market_dense(std::string_view text) {
  MarketReader reader(text);
  const Header header = read_header(reader);
  return header.array ? read_array(reader, header) : to_dense(read_coordinates(reader, header));
}

std::string print_matrix_market(const CsrView& a) {
  std::string out =
      concat("%%MatrixMarket matrix coordinate real general\n", a.rows, " ", a.columns, " ", a.entries(), "\n");
  Pace pace;
  for (std::size_t i = 0; i < a.row_count(); ++i) {
    const SparseFeatures row = a.row(i);
    for (std::size_t k = 0; k < row.indices.size(); ++k) {
      append_number(out, i + 1);
      out += ' ';
      append_number(out, std::size_t{row.indices[k]} + 1);
      out += ' ';
      append_number(out, row.values[k]);
      out += '\n';
      pace.spend(100);
    }
  }
  return out;
}

std::string print_matrix_market(const MatrixView& a) {
  std::string out = concat("%%MatrixMarket matrix array real general\n", a.shape().rows, " ", a.shape().columns, "\n");
  Pace pace;
  for (std::size_t j = 0; j < a.columns(); ++j)
    for (std::size_t i = 0; i < a.rows(); ++i) {
      append_number(out, a(i, j));
      out += '\n';
      pace.spend(100);
    }
  return out;
}

}  // namespace quern
