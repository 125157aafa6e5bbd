#include "graph/written.hpp"

#include <charconv>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "graph/pulse.hpp"

namespace quern::graph {

namespace {

class Scanner {
 public:
  Scanner(std::string_view text, bool texts) : text_(text), rows_(true, texts) {}

  EdgeRows::Result graph() {
    BuildOptions options;
    bool weighted = false, seen[3] = {};
    expect('{');
    if (!accept('}')) {
      do {
        const std::string key = string();
        const int which = key == "directed" ? 0 : key == "edges" ? 1 : key == "isolated" ? 2 : -1;
        if (which < 0) refuse("a graph has the keys \"directed\", \"edges\" and \"isolated\" alone");
        if (std::exchange(seen[which], true)) refuse("a key comes twice");
        expect(':');
        if (which == 0)
          options.directed = boolean();
        else if (which == 1)
          list([&] { edge(weighted); });
        else
          list([&] { rows_.add_vertex(id()); });
      } while (accept(','));
      expect('}');
    }
    skip_space();
    if (at_ != text_.size()) refuse("nothing may follow the graph");
    if (!weighted) rows_.edges().weights.clear();
    return rows_.build(options);
  }

 private:
  void edge(bool& weighted) {
    expect('[');
    const std::int64_t source = id();
    expect(',');
    const std::int64_t target = id();
    double weight = 1;
    if (accept(',')) {
      weight = number<double>("a weight");
      weighted = true;
    }
    expect(']');
    rows_.add(source, target, weight);
    pulse_.count(0);
  }

  template <class F>
  void list(F&& item) {
    expect('[');
    if (accept(']')) return;
    do item();
    while (accept(','));
    expect(']');
  }

  std::int64_t id() {
    if (!rows_.texts()) return number<std::int64_t>("an id, which is a whole number of 64 bits,");
    const std::string text = string();
    if (text.find('\0') != std::string::npos) refuse("an id may not hold a character 0");
    return rows_.number_of(text);
  }

  template <class Number>
  Number number(std::string_view what) {
    skip_space();
    Number value{};
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc()) refuse(concat(what, " is expected"));
    at_ = static_cast<std::size_t>(end - text_.data());
    return value;
  }

  bool boolean() {
    skip_space();
    for (const bool value : {false, true}) {
      const std::string_view word = value ? "true" : "false";
      if (text_.substr(at_, word.size()) != word) continue;
      at_ += word.size();
      return value;
    }
    refuse("true or false is expected");
  }

  // Up to the closing quote by this reader, what is inside by the one of JSON.
  std::string string() {
    skip_space();
    const std::size_t begin = at_;
    if (at_ == text_.size() || text_[at_] != '"') refuse("a string in double quotes is expected");
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) at_ += text_[at_] == '\\';
    if (at_ >= text_.size()) refuse("a string has no end");
    ++at_;
    try {
      return parse_json(text_.substr(begin, at_ - begin)).string;
    } catch (const InvalidInput& fault) {
      at_ = begin;
      refuse(concat("a string is not one of JSON (", fault.what(), ")"));
    }
  }

  bool accept(char c) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) refuse(concat("'", std::string_view(&c, 1), "' is expected"));
  }
  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }

  [[noreturn]] void refuse(std::string_view what) const {
    throw InvalidInput(
        concat("invalid text of quern.graph: ", what, " at byte ", at_ + 1),
        "A graph is written as {\"directed\": true, \"edges\": [[1, 2], [1, 3, 0.5]], \"isolated\": [7]}, or as "
        "the name of a named graph.",
        Fault::malformed_text);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  EdgeRows rows_;
  Pulse pulse_;
};

void append_id(std::string& out, const Ids& ids, Vertex v) {
  if (!ids.are_text()) return append_number(out, ids.numbers[v]);
  Json id;
  id.kind = Json::Kind::string;
  id.string = ids.text(v);
  out += write_json(id);
}

}  // namespace

EdgeRows::Result parse_graph(std::string_view text, bool texts) { return Scanner(text, texts).graph(); }

std::string print_graph(const Graph& graph) {
  std::string out = graph.directed ? "{\"directed\": true, \"edges\": [" : "{\"directed\": false, \"edges\": [";
  const std::size_t n = graph.vertices();
  Vec<char> named(n, 0);
  Pulse pulse;
  bool first = true;
  for (Vertex v = 0; v < n; ++v) {
    for (Offset e = graph.out.offsets[v]; e < graph.out.offsets[v + 1]; ++e) {
      const Vertex u = graph.out.targets[e];
      named[v] = named[u] = 1;
      if (!graph.directed && u < v) continue;
      out += first ? "[" : ", [";
      first = false;
      append_id(out, graph.ids, v);
      out += ", ";
      append_id(out, graph.ids, u);
      if (graph.out.weighted()) {
        out += ", ";
        append_number(out, graph.out.weights[e]);
      }
      out += ']';
    }
    pulse.count(graph.out.degree(v));
  }
  out += ']';
  first = true;
  for (Vertex v = 0; v < n; ++v) {
    if (named[v]) continue;
    out += first ? ", \"isolated\": [" : ", ";
    first = false;
    append_id(out, graph.ids, v);
  }
  out += first ? "}" : "]}";
  return out;
}

}  // namespace quern::graph
