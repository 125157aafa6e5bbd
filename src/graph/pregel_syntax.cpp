#include "graph/pregel_syntax.hpp"

#include <charconv>

#include "base/text.hpp"

namespace quern::pregel {

namespace {

constexpr int most_depth = 200;  // the parser calls itself
constexpr std::size_t most_nodes = 10'000, most_bytes = 1 << 16;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool opens_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool in_name(char c) { return opens_name(c) || is_digit(c) || c == '$'; }

enum class Kind { number, text, name, sign, end };

struct Token {
  Kind kind;
  Place place;
  std::string text;  // of a name in lower case
  double number = 0;
};

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::vector<Token> tokens() {
    while (at_ < source_.size()) next();
    push(Kind::end, 0, {});
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }

  void push(Kind kind, std::size_t length, std::string text, double number = 0) {
    tokens_.push_back({kind, {at_, at_ + length}, std::move(text), number});
    at_ += length;
  }

  [[noreturn]] void refuse(std::size_t at) const {
    refuse_part(source_, {at, at + 1}, concat("syntax error at \"", source_.substr(at, 1), "\""),
                Fault::malformed_expression);
  }

  void next() {
    const char c = peek();
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f') {
      ++at_;
    } else if (c == '-' && peek(1) == '-') {
      while (at_ < source_.size() && source_[at_] != '\n') ++at_;
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      number();
    } else if (opens_name(c)) {
      name();
    } else if (c == '\'') {
      text();
    } else {
      sign();
    }
  }

  void number() {
    double value = 0;
    const auto [stop, error] = std::from_chars(source_.data() + at_, source_.data() + source_.size(), value);
    const auto length = static_cast<std::size_t>(stop - (source_.data() + at_));
    if (error != std::errc())
      refuse_part(source_, {at_, at_ + length}, "the number is out of range", Fault::out_of_range);
    const bool whole = source_.substr(at_, length).find_first_of(".eE") == std::string_view::npos;
    push(Kind::number, length, whole ? "whole" : "", value);
    if (in_name(peek()) || peek() == '.') refuse(at_);
  }

  void name() {
    std::size_t length = 1;
    while (in_name(peek(length))) ++length;
    std::string lower(source_.substr(at_, length));
    for (char& c : lower)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (peek(length) == '\'') refuse(at_ + length);  // e'...', b'...'
    push(Kind::name, length, std::move(lower));
  }

  void text() {
    const std::size_t stop = source_.find('\'', at_ + 1);
    if (stop == std::string_view::npos || (stop + 1 < source_.size() && source_[stop + 1] == '\'')) refuse(at_);
    push(Kind::text, stop + 1 - at_, std::string(source_.substr(at_ + 1, stop - at_ - 1)));
  }

  // Where PostgreSQL reads a longer operator, there is none of this name here.
  void sign() {
    constexpr std::string_view signs[] = {"::", "<=", ">=", "<>", "!=", "+", "-", "*", "/",
                                          "%",  "^",  "=",  "<",  ">",  "(", ")", ",", "."};
    for (const std::string_view sign : signs)
      if (source_.substr(at_).starts_with(sign)) return push(Kind::sign, sign.size(), std::string(sign));
    refuse(at_);
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

class Parser {
 public:
  explicit Parser(std::string_view source) : source_(source), tokens_(Lexer(source).tokens()) {}

  std::vector<SyntaxNode> parse() {
    either();
    if (token().kind != Kind::end) refuse();
    return std::move(nodes_);
  }

 private:
  const Token& token() const { return tokens_[at_]; }
  bool is(std::string_view sign) const { return token().kind == Kind::sign && token().text == sign; }
  bool is_word(std::string_view word) const { return token().kind == Kind::name && token().text == word; }
  bool accept(std::string_view sign) { return is(sign) && ++at_ > 0; }
  bool accept_word(std::string_view word) { return is_word(word) && ++at_ > 0; }
  void expect(std::string_view sign) {
    if (!accept(sign)) refuse();
  }
  void expect_word(std::string_view word) {
    if (!accept_word(word)) refuse();
  }

  [[noreturn]] void refuse() const {
    const Token& t = token();
    refuse_part(source_, t.place,
                t.kind == Kind::end
                    ? std::string("syntax error at the end")
                    : concat("syntax error at \"", source_.substr(t.place.begin, t.place.end - t.place.begin), "\""),
                Fault::malformed_expression);
  }

  std::size_t add(SyntaxNode node) {
    if (nodes_.size() >= most_nodes)
      refuse_part(source_, node.place, concat("an expression has at most ", most_nodes, " parts"),
                  Fault::limit_exceeded);
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
  }
  std::size_t call(std::size_t begin, std::string name, std::vector<std::size_t> operands) {
    return add({Form::call, {begin, tokens_[at_ - 1].place.end}, std::move(name), 0, std::move(operands)});
  }
  std::size_t begin() const { return token().place.begin; }

  struct Deeper {
    explicit Deeper(Parser& parser) : parser(parser) {
      if (++parser.depth_ > most_depth)
        refuse_part(parser.source_, parser.token().place,
                    concat("the expression is nested more than ", most_depth, " deep"), Fault::limit_exceeded);
    }
    ~Deeper() { --parser.depth_; }
    Parser& parser;
  };

  std::size_t either() {
    const Deeper deeper(*this);
    const std::size_t from = begin();
    std::size_t left = both();
    while (accept_word("or")) {
      const std::size_t right = both();
      left = call(from, "or", {left, right});
    }
    return left;
  }

  std::size_t both() {
    const std::size_t from = begin();
    std::size_t left = negation();
    while (accept_word("and")) {
      const std::size_t right = negation();
      left = call(from, "and", {left, right});
    }
    return left;
  }

  std::size_t negation() {
    const std::size_t from = begin();
    if (!accept_word("not")) return test();
    const Deeper deeper(*this);
    const std::size_t operand = negation();
    return call(from, "not", {operand});
  }

  std::size_t test() {
    const std::size_t from = begin();
    std::size_t left = comparison();
    for (;;) {
      if (accept_word("isnull")) {
        left = call(from, "is null", {left});
      } else if (accept_word("notnull")) {
        left = call(from, "not", {call(from, "is null", {left})});
      } else if (accept_word("is")) {
        const bool negated = accept_word("not");
        if (accept_word("distinct")) {
          expect_word("from");
          const std::size_t right = comparison();
          left = call(from, "is distinct from", {left, right});
        } else if (accept_word("null") || accept_word("unknown")) {
          left = call(from, "is null", {left});
        } else if (accept_word("true")) {
          left = call(from, "is true", {left});
        } else if (accept_word("false")) {
          left = call(from, "is false", {left});
        } else {
          refuse();
        }
        if (negated) left = call(from, "not", {left});
      } else {
        return left;
      }
    }
  }

  std::size_t comparison() {
    const std::size_t from = begin();
    const std::size_t left = range();
    for (const char* const sign : {"=", "<>", "!=", "<", "<=", ">", ">="})
      if (accept(sign)) {
        const std::size_t right = range();
        const bool unequal = sign[0] == '!';
        return call(from, unequal ? "<>" : sign, {left, right});
      }
    return left;
  }

  std::size_t range() {
    const std::size_t from = begin();
    std::size_t left = sum();
    const bool negated = is_word("not") && tokens_[at_ + 1].kind == Kind::name &&
                         (tokens_[at_ + 1].text == "between" || tokens_[at_ + 1].text == "in") && ++at_ > 0;
    if (accept_word("between")) {
      const std::size_t low = sum();
      expect_word("and");
      const std::size_t high = sum();
      const std::size_t above = call(from, ">=", {left, low});
      const std::size_t below = call(from, "<=", {left, high});
      left = call(from, "and", {above, below});
    } else if (accept_word("in")) {
      expect("(");
      std::size_t found = call(from, "=", {left, either()});
      while (accept(",")) {
        const std::size_t next = call(from, "=", {left, either()});
        found = call(from, "or", {found, next});
      }
      expect(")");
      left = found;
    }
    return negated ? call(from, "not", {left}) : left;
  }

  std::size_t sum() {
    const std::size_t from = begin();
    std::size_t left = term();
    while (is("+") || is("-")) {
      const std::string sign = tokens_[at_++].text;
      const std::size_t right = term();
      left = call(from, sign, {left, right});
    }
    return left;
  }

  std::size_t term() {
    const std::size_t from = begin();
    std::size_t left = power();
    while (is("*") || is("/") || is("%")) {
      const std::string sign = tokens_[at_++].text;
      const std::size_t right = power();
      left = call(from, sign, {left, right});
    }
    return left;
  }

  std::size_t power() {
    const std::size_t from = begin();
    std::size_t left = with_sign();
    while (accept("^")) {
      const std::size_t right = with_sign();
      left = call(from, "^", {left, right});
    }
    return left;
  }

  std::size_t with_sign() {
    const std::size_t from = begin();
    if (is("+") || is("-")) {
      const Deeper deeper(*this);
      const char* const name = tokens_[at_++].text == "+" ? "plus" : "minus";
      const std::size_t operand = with_sign();
      return call(from, name, {operand});
    }
    std::size_t operand = primary();
    while (accept("::")) {
      const std::string type = cast();
      operand = call(from, type, {operand});
    }
    return operand;
  }

  std::string cast() {
    if (accept_word("double")) {
      expect_word("precision");
      return "::float8";
    }
    if (accept_word("float8")) return "::float8";
    if (accept_word("bigint") || accept_word("int8")) return "::int8";
    if (accept_word("int") || accept_word("integer") || accept_word("int4")) return "::int4";
    if (accept_word("boolean") || accept_word("bool")) return "::bool";
    refuse();
  }

  std::size_t primary() {
    const Token first = token();
    switch (first.kind) {
      case Kind::number:
        ++at_;
        return add({Form::number, first.place, first.text, first.number});
      case Kind::text:
        ++at_;
        return add({Form::text, first.place, first.text});
      case Kind::name:
        ++at_;
        return word(first);
      case Kind::sign:
        if (accept("(")) {
          const std::size_t inside = either();
          expect(")");
          return inside;
        }
        refuse();
      case Kind::end:
        refuse();
    }
    refuse();
  }

  std::size_t word(const Token& first) {
    constexpr std::string_view reserved[] = {"and", "or",   "not",  "is",  "in",   "between", "then", "else",
                                             "end", "when", "from", "all", "some", "any",     "as"};
    for (const std::string_view taken : reserved)
      if (first.text == taken) {
        --at_;
        refuse();
      }
    if (first.text == "null") return add({Form::null, first.place});
    if (first.text == "true") return add({Form::truth, first.place, {}, 1});
    if (first.text == "false") return add({Form::truth, first.place, {}, 0});
    if (first.text == "case") return choice(first);
    if (first.text == "cast") {
      expect("(");
      const std::size_t operand = either();
      expect_word("as");
      const std::string type = cast();
      expect(")");
      return call(first.place.begin, type, {operand});
    }
    if (accept("(")) {
      std::vector<std::size_t> operands;
      if (!is(")")) do
          operands.push_back(either());
        while (accept(","));
      expect(")");
      return call(first.place.begin, first.text, std::move(operands));
    }
    std::string name = first.text;
    if (accept(".")) {
      if (token().kind != Kind::name) refuse();
      name = concat(name, ".", tokens_[at_++].text);
    }
    return add({Form::name, {first.place.begin, tokens_[at_ - 1].place.end}, std::move(name)});
  }

  std::size_t choice(const Token& first) {
    const bool compares = !is_word("when");
    const std::size_t subject = compares ? either() : 0;
    std::vector<std::size_t> operands;
    while (accept_word("when")) {
      const std::size_t from = begin();
      std::size_t condition = either();
      if (compares) condition = call(from, "=", {subject, condition});
      expect_word("then");
      const std::size_t value = either();
      operands.push_back(condition);
      operands.push_back(value);
    }
    if (operands.empty()) refuse();
    operands.push_back(accept_word("else") ? either() : add({Form::null, first.place}));
    expect_word("end");
    return add({Form::choice, {first.place.begin, tokens_[at_ - 1].place.end}, {}, 0, std::move(operands)});
  }

  std::string_view source_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::vector<SyntaxNode> nodes_;
};

}  // namespace

std::vector<SyntaxNode> parse(std::string_view text) {
  if (text.size() > most_bytes)
    throw InvalidInput(concat("an expression has at most ", most_bytes, " bytes, not ", text.size()), {},
                       Fault::limit_exceeded);
  return Parser(text).parse();
}

}  // namespace quern::pregel
