#include "matrix/expression/syntax.hpp"

#include <charconv>

#include "base/text.hpp"

namespace quern::expression {

namespace {

constexpr int most_depth = 500;  // parentheses in parentheses: the parser calls itself
constexpr std::size_t most_nodes = 100'000, most_bytes = 1 << 20;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool opens_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<signed char>(c) < 0;
}
bool in_name(char c) { return opens_name(c) || is_digit(c); }

enum class Kind { number, name, sign, newline, end };

struct Token {
  Kind kind;
  Place place;
  std::string_view text;
  double number = 0;
};

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::vector<Token> tokens() {
    while (at_ < source_.size()) next();
    push(Kind::end, 0);
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }

  void push(Kind kind, std::size_t length, double number = 0) {
    tokens_.push_back({kind, {at_, at_ + length}, source_.substr(at_, length), number});
    at_ += length;
  }

  // Does what stands before need more to its right?
  bool unfinished() const {
    if (tokens_.empty() || tokens_.back().kind == Kind::newline) return true;
    return tokens_.back().kind == Kind::sign && tokens_.back().text != ")" && tokens_.back().text != ".T";
  }

  void next() {
    const char c = peek();
    if (c == '\n') {
      if (open_ > 0 || unfinished())
        ++at_;
      else
        push(Kind::newline, 1);
    } else if (c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f') {
      ++at_;
    } else if (c == '#') {
      while (at_ < source_.size() && source_[at_] != '\n') ++at_;
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      number();
    } else if (opens_name(c)) {
      std::size_t length = 1;
      while (in_name(peek(length))) ++length;
      push(Kind::name, length);
    } else {
      sign();
    }
  }

  void number() {
    double value = 0;
    const auto [stop, error] = std::from_chars(source_.data() + at_, source_.data() + source_.size(), value);
    const auto length = static_cast<std::size_t>(stop - (source_.data() + at_));
    const Place place{at_, at_ + length};
    if (error == std::errc::result_out_of_range)
      refuse_at(source_, place, "the number is out of range", Fault::out_of_range);
    push(Kind::number, length, value);
    if (in_name(peek()))
      refuse_at(source_, {at_, at_ + 1}, concat("syntax error at \"", source_.substr(at_, 1), "\""),
                Fault::malformed_expression);
  }

  void sign() {
    constexpr std::string_view signs[] = {"%*%", "**", "<-", ".T", "+", "-", "*", "/",
                                          "^",   "@",  "=",  "(",  ")", ",", ";"};
    for (const std::string_view sign : signs)
      if (source_.substr(at_).starts_with(sign)) {
        if (sign == ".T" && in_name(peek(2))) break;
        open_ += sign == "(" ? 1 : sign == ")" && open_ > 0 ? -1 : 0;
        return push(Kind::sign, sign.size());
      }
    refuse_at(source_, {at_, at_ + 1}, concat("syntax error at \"", source_.substr(at_, 1), "\""),
              Fault::malformed_expression);
  }

  std::string_view source_;
  std::size_t at_ = 0;
  int open_ = 0;
  std::vector<Token> tokens_;
};

class Parser {
 public:
  explicit Parser(std::string_view source) : tokens_(Lexer(source).tokens()) { program_.source = source; }

  Program program() {
    while (separator()) {
    }
    do {
      if (is_end() && !program_.statements.empty()) break;
      statement();
      if (!is_end() && !separator()) refuse();
      while (separator()) {
      }
    } while (true);
    return std::move(program_);
  }

 private:
  const Token& token() const { return tokens_[at_]; }
  bool is_end() const { return token().kind == Kind::end; }
  bool is(std::string_view sign) const { return token().kind == Kind::sign && token().text == sign; }
  bool accept(std::string_view sign) {
    if (!is(sign)) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view sign) {
    if (!accept(sign)) refuse();
  }
  bool separator() {
    if (token().kind != Kind::newline && !is(";")) return false;
    ++at_;
    return true;
  }

  [[noreturn]] void refuse() const {
    const Token& t = token();
    refuse_at(program_.source, t.place,
              t.kind == Kind::end       ? std::string("syntax error at the end")
              : t.kind == Kind::newline ? std::string("syntax error at the end of the line")
                                        : concat("syntax error at \"", t.text, "\""),
              Fault::malformed_expression);
  }

  std::size_t add(SyntaxNode node) {
    if (program_.nodes.size() >= most_nodes)
      refuse_at(program_.source, node.place, concat("an expression has at most ", most_nodes, " parts"),
                Fault::limit_exceeded);
    program_.nodes.push_back(std::move(node));
    return program_.nodes.size() - 1;
  }
  std::size_t binary(Syntax kind, std::size_t begin, std::size_t a, std::size_t b) {
    return add({kind, {begin, tokens_[at_ - 1].place.end}, {}, 0, {a, b}});
  }

  struct Deeper {
    explicit Deeper(Parser& parser) : parser(parser) {
      if (++parser.depth_ > most_depth)
        refuse_at(parser.program_.source, parser.token().place,
                  concat("the expression is nested more than ", most_depth, " deep"), Fault::limit_exceeded);
    }
    ~Deeper() { --parser.depth_; }
    Parser& parser;
  };

  void statement() {
    std::string_view name;
    if (token().kind == Kind::name && tokens_[at_ + 1].kind == Kind::sign &&
        (tokens_[at_ + 1].text == "<-" || tokens_[at_ + 1].text == "=")) {
      name = token().text;
      at_ += 2;
    }
    const std::size_t value = sum();
    program_.statements.push_back({name, value});
  }

  std::size_t sum() {
    const std::size_t begin = token().place.begin;
    std::size_t left = term();
    for (;;) {
      if (accept("+"))
        left = binary(Syntax::add, begin, left, term());
      else if (accept("-"))
        left = binary(Syntax::subtract, begin, left, term());
      else
        return left;
    }
  }

  std::size_t term() {
    const std::size_t begin = token().place.begin;
    std::size_t left = chain();
    for (;;) {
      if (accept("*"))
        left = binary(Syntax::multiply, begin, left, chain());
      else if (accept("/"))
        left = binary(Syntax::divide, begin, left, chain());
      else if (accept("@"))
        left = binary(Syntax::product, begin, left, chain());
      else
        return left;
    }
  }

  std::size_t chain() {
    const std::size_t begin = token().place.begin;
    std::size_t left = with_sign();
    while (accept("%*%")) left = binary(Syntax::product, begin, left, with_sign());
    return left;
  }

  std::size_t with_sign() {
    const Deeper deeper(*this);
    const std::size_t begin = token().place.begin;
    if (accept("+")) return with_sign();
    if (!accept("-")) return power();
    const std::size_t operand = with_sign();
    return add({Syntax::negate, {begin, tokens_[at_ - 1].place.end}, {}, 0, {operand}});
  }

  std::size_t power() {
    const std::size_t begin = token().place.begin;
    const std::size_t base = factor();
    if (!accept("^") && !accept("**")) return base;
    return binary(Syntax::power, begin, base, with_sign());
  }

  std::size_t factor() {
    const std::size_t begin = token().place.begin;
    std::size_t node = primary();
    while (accept(".T")) node = add({Syntax::transpose, {begin, tokens_[at_ - 1].place.end}, {}, 0, {node}});
    return node;
  }

  std::size_t primary() {
    const Token first = token();
    if (first.kind == Kind::number) {
      ++at_;
      return add({Syntax::number, first.place, {}, first.number, {}});
    }
    if (first.kind == Kind::name) {
      ++at_;
      if (!accept("(")) return add({Syntax::name, first.place, first.text, 0, {}});
      std::vector<std::size_t> operands;
      if (!is(")")) do
          operands.push_back(sum());
        while (accept(","));
      expect(")");
      return add({Syntax::call, {first.place.begin, tokens_[at_ - 1].place.end}, first.text, 0, std::move(operands)});
    }
    expect("(");
    const std::size_t inside = sum();
    expect(")");
    return inside;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  Program program_;
};

}  // namespace

Program parse(std::string_view source) {
  if (source.size() > most_bytes)
    throw InvalidInput(concat("eval: an expression has at most ", most_bytes, " bytes, not ", source.size()), {},
                       Fault::limit_exceeded);
  return Parser(source).program();
}

void refuse_at(std::string_view source, const Place& place, std::string_view what, Fault fault) {
  refuse_part(source, place, concat("eval: ", what), fault);
}

}  // namespace quern::expression
