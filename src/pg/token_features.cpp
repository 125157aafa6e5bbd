// quern.token_features: what taggers usually ask of the tokens of a text, as names of features (Ratnaparkhi, EMNLP
// 1996; the shapes of Collins, ACL 2002). A position has its own features and, with their distance in front, those of
// its neighbours that say what they are.
#include "base/json.hpp"
#include "base/options.hpp"
#include "base/text.hpp"
#include "pg/entry.hpp"
#include "pg/sequences.hpp"

extern "C" {
#include <mb/pg_wchar.h>
#include <utils/formatting.h>
}

namespace quern::pg {

namespace {

struct TokenOptions {
  std::int64_t prefixes = 3, suffixes = 3, window = 1;
  bool identity = true, lower = true, shape = true, flags = true, bias = true;

  static constexpr auto options = std::tuple{Option("prefixes", &TokenOptions::prefixes, within(0, 20)),
                                             Option("suffixes", &TokenOptions::suffixes, within(0, 20)),
                                             Option("window", &TokenOptions::window, within(0, 10)),
                                             Option("identity", &TokenOptions::identity),
                                             Option("lower", &TokenOptions::lower),
                                             Option("shape", &TokenOptions::shape),
                                             Option("flags", &TokenOptions::flags),
                                             Option("bias", &TokenOptions::bias)};
};

struct Token {
  std::string_view text, lower;
  const int* ends;  // of each character of the text, in bytes
  int characters;
};

// Lies in the present memory context. May ereport.
Token* read_tokens(const RawLabels& tokens, Oid collation) {
  auto* const out = static_cast<Token*>(palloc(sizeof(Token) * (tokens.count + 1)));
  for (std::size_t i = 0; i < tokens.count; ++i) {
    const Bytes bytes = bytes_of(DatumGetPointer(tokens.texts[i]));
    const auto* const text = reinterpret_cast<const char*>(bytes.data());
    const auto size = static_cast<int>(bytes.size());
    const char* const lower = str_tolower(text, bytes.size(), collation);
    auto* const ends = static_cast<int*>(palloc(sizeof(int) * (bytes.size() + 1)));
    int characters = 0;
    for (int at = 0; at < size;) ends[characters++] = at += pg_mblen(text + at);
    out[i] = {{text, bytes.size()}, lower, ends, characters};
  }
  return out;
}

// Capital letters as X, other letters as x, digits as d, and no more than two of a kind in a row.
std::string shape_of(const Token& token) {
  std::string shape;
  int from = 0;
  for (int c = 0; c < token.characters; from = token.ends[c++]) {
    const char first = token.text[static_cast<std::size_t>(from)];
    const bool ascii = static_cast<unsigned char>(first) < 128;
    char kind = first;
    if (first >= '0' && first <= '9')
      kind = 'd';
    else if (first >= 'A' && first <= 'Z')
      kind = 'X';
    else if (!ascii || (first >= 'a' && first <= 'z'))
      kind = !ascii && token.lower.substr(0, token.text.size())
                               .find(token.text.substr(static_cast<std::size_t>(from),
                                                       static_cast<std::size_t>(token.ends[c] - from))) ==
                           std::string_view::npos
                 ? 'X'
                 : 'x';
    const std::size_t n = shape.size();
    if (n < 2 || shape[n - 1] != kind || shape[n - 2] != kind) shape += kind;
  }
  return shape;
}

class Writer {
 public:
  Writer(const TokenOptions& options, std::span<const Token> tokens) : o_(options), tokens_(tokens) {}

  std::string write() {
    out_ = "[";
    for (std::size_t t = 0; t < tokens_.size(); ++t) {
      if (t % 256 == 0) checkpoint();
      out_ += t ? ",[" : "[";
      first_ = true;
      if (o_.bias) add("bias");
      own(tokens_[t]);
      const auto here = static_cast<std::int64_t>(t), n = static_cast<std::int64_t>(tokens_.size());
      if (t == 0) add("first");
      if (here == n - 1) add("last");
      for (std::int64_t d = -o_.window; d <= o_.window; ++d)
        if (d != 0 && here + d >= 0 && here + d < n)
          what(concat(d > 0 ? "+" : "", d, ":"), tokens_[static_cast<std::size_t>(here + d)]);
      out_ += "]";
    }
    return out_ + "]";
  }

 private:
  void add(std::string_view name) {
    if (!std::exchange(first_, false)) out_ += ",";
    append_json_string(out_, name);
  }

  // What a token is, whoever asks.
  void what(const std::string& who, const Token& token) {
    if (o_.identity) add(concat(who, "word=", token.text));
    if (o_.lower) add(concat(who, "lower=", token.lower));
    if (o_.shape) add(concat(who, "shape=", shape_of(token)));
  }

  void own(const Token& token) {
    what("", token);
    for (int n = 1; n <= o_.prefixes && n < token.characters; ++n)
      add(concat("prefix=", token.text.substr(0, static_cast<std::size_t>(token.ends[n - 1]))));
    for (int n = 1; n <= o_.suffixes && n < token.characters; ++n)
      add(concat("suffix=", token.text.substr(static_cast<std::size_t>(token.ends[token.characters - n - 1]))));
    if (!o_.flags) return;
    const std::string shape = shape_of(token);
    if (shape.find('d') != std::string::npos) add("has_digit");
    if (shape == "d" || shape == "dd") add("all_digits");
    if (shape.find('-') != std::string::npos) add("has_hyphen");
    if (shape.size() > 0 && shape[0] == 'X') add("capital");
    if (shape == "XX") add("all_capitals");
    if (shape.find_first_of("Xxd") == std::string::npos) add("punctuation");
  }

  const TokenOptions& o_;
  std::span<const Token> tokens_;
  std::string out_;
  bool first_ = true;
};

Datum token_features(FunctionCallInfo fcinfo) {
  const RawLabels tokens = read_labels("token_features", PG_GETARG_DATUM(0));
  if (tokens.null) PG_RETURN_NULL();
  const char* text = "{}";
  if (PG_NARGS() > 1) {
    Jsonb* const json = PG_GETARG_JSONB_P(1);
    text = JsonbToCString(nullptr, &json->root, VARSIZE(json));
  }
  const Token* const read = read_tokens(tokens, PG_GET_COLLATION());
  return guarded([&] {
    const auto options = parse_options<TokenOptions>("token_features", text);
    const std::string written = Writer(options, {read, tokens.count}).write();
    return call([&] { return DirectFunctionCall1(jsonb_in, CStringGetDatum(written.c_str())); });
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_token_features, quern::pg::token_features)
