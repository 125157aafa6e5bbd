#include "graph/pregel.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/text.hpp"
#include "graph/pregel_messages.hpp"
#include "graph/pulse.hpp"

namespace quern::pregel {

using graph::Graph;
using graph::Pulse;

namespace {

constexpr Names of_start{Name::id, Name::superstep, Name::out_degree, Name::num_vertices};
constexpr Names of_message{Name::value,        Name::id,     Name::superstep, Name::out_degree,
                           Name::num_vertices, Name::weight, Name::target};
constexpr Names of_combination{Name::a, Name::b, Name::superstep, Name::num_vertices};
constexpr Names of_apply{Name::value, Name::message, Name::id, Name::superstep, Name::out_degree, Name::num_vertices};
constexpr Names of_halt{Name::value,     Name::previous,   Name::message,     Name::id,
                        Name::superstep, Name::out_degree, Name::num_vertices};

enum class Halt { unchanged, never, condition };

std::string lower(std::string_view text) {
  const auto from = text.find_first_not_of(" \t\n\r\v\f");
  if (from == std::string_view::npos) return {};
  std::string word(text.substr(from, text.find_last_not_of(" \t\n\r\v\f") + 1 - from));
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return word;
}

class Run {
 public:
  Run(const Graph& graph, const Program& program, const Options& options, const Elsewhere& elsewhere)
      : graph_(graph), elsewhere_(elsewhere), most_(options.max_supersteps), columns_(graph, vertices_, text_ids()) {
    const std::string combine = lower(program.combine), halt = lower(options.halt);
    initial_ = expression({"initial", program.initial, of_start});
    std::unique_ptr<Expression> message = expression({"message", program.message, of_message}), combination;
    Combine how = Combine::expression;
    const std::pair<std::string_view, Combine> known[] = {
        {"least(a, b)", Combine::min}, {"greatest(a, b)", Combine::max},
        {"a + b", Combine::sum},       {"sum", Combine::sum},
        {"min", Combine::min},         {"max", Combine::max},
        {"count", Combine::count},     {"first", Combine::first}};
    for (const auto& [name, value] : known)
      if (combine == name) how = value;
    if (how == Combine::expression) combination = expression({"combine", program.combine, of_combination});
    counts_ = how == Combine::count;
    apply_ = expression({"apply", program.apply, of_apply});
    halt_ = halt == "unchanged" ? Halt::unchanged : halt == "never" ? Halt::never : Halt::condition;
    if (halt_ == Halt::condition) condition_ = expression({"halt", options.halt, of_halt, true});
    messages_.emplace(graph, text_ids(), std::move(message), how, std::move(combination));
  }

  Outcome outcome(Keep keep) {
    const std::size_t n = graph_.vertices();
    vertices_.count = static_cast<double>(n);
    vertices_.values.resize(n);
    vertices_.nulls.assign(n, 0);
    vertices_.messages.assign(n, 0);
    vertices_.missing.assign(n, 1);
    active_.assign(n, 0);
    senders_.resize(n + 1);
    before_.resize(n + 1);
    Outcome result;
    for (std::int64_t superstep = 0;; ++superstep) {
      const auto start = std::chrono::steady_clock::now();
      vertices_.superstep = static_cast<double>(superstep);
      Superstep row{superstep};
      row.computed = superstep == 0 ? begin() : advance();
      row.active = static_cast<std::int64_t>(active_count_);
      const bool last = active_count_ == 0 || superstep == most_;
      messages_->clear(vertices_);
      if (!last) row.messages = messages_->send({senders_.data(), active_count_}, vertices_);
      row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      if (keep == Keep::last_superstep) result.supersteps.clear();
      result.supersteps.push_back(row);
      if (last) break;
      checkpoint();
    }
    result.halted = active_count_ == 0;
    result.values = std::move(vertices_.values);
    result.nulls = std::move(vertices_.nulls);
    return result;
  }

 private:
  bool text_ids() const { return graph_.ids.are_text(); }

  std::unique_ptr<Expression> expression(Source source) const {
    source.text_ids = text_ids();
    if (!elsewhere_) return compile(source);
    try {
      return compile(source);
    } catch (const InvalidInput&) {
      return elsewhere_(source);
    }
  }

  // Superstep 0.
  std::int64_t begin() {
    const auto n = static_cast<Vertex>(graph_.vertices());
    Pulse pulse;
    Vertex list[block];
    for (Vertex v = 0; v < n;) {
      std::size_t some = 0;
      for (; some < block && v < n; ++some, ++v) list[some] = v;
      compute(*initial_, {list, some}, true);
      pulse.count(16 * some);
    }
    return n;
  }

  // A superstep: those that got a message or are active.
  std::int64_t advance() {
    std::int64_t computed = 0;
    Pulse pulse;
    const std::optional<std::span<const Vertex>> reached = messages_->reached();
    std::swap(senders_, before_);
    const std::size_t before = std::exchange(active_count_, 0);
    Vertex list[block];
    std::size_t n = 0;
    const auto flush = [&] {
      compute(*apply_, {list, n}, false);
      computed += static_cast<std::int64_t>(n);
      pulse.count(16 * n);
      n = 0;
    };
    if (reached && reached->size() + before < graph_.vertices() / 16) {
      reached_.assign(reached->begin(), reached->end());
      std::sort(reached_.begin(), reached_.end());
      for (std::size_t i = 0, j = 0; i < reached_.size() || j < before;) {
        const Vertex a = i < reached_.size() ? reached_[i] : graph::no_vertex;
        const Vertex b = j < before ? before_[j] : graph::no_vertex;
        list[n++] = std::min(a, b);
        i += a <= b;
        j += b <= a;
        if (n == block) flush();
      }
    } else {
      for (Vertex v = 0; v < graph_.vertices(); ++v) {
        list[n] = v;
        n += (vertices_.missing[v] == 0) | active_[v];
        if (n == block) flush();
      }
    }
    if (n > 0) flush();
    return computed;
  }

  // New values of a block, and who goes on.
  void compute(Expression& expression, std::span<const Vertex> list, bool is_first) {
    Names wanted = expression.uses();
    if (condition_)
      for (const Name name : {Name::message, Name::id, Name::out_degree})
        if (condition_->uses().has(name)) wanted.add(name);
    if (!is_first) wanted.add(Name::value);
    Block given;
    columns_.fill(given, wanted, list);
    if (counts_ && given[Name::message].nulls) given[Name::message].nulls = nullptr;  // no message: 0
    const Column result = expression.evaluate(given);
    Column halts;
    if (condition_) {
      given[Name::previous] = is_first ? Column{&nothing, &yes, false} : given[Name::value];
      given[Name::value] = result;
      halts = condition_->evaluate(given);
    }
    if (condition_)
      keep(list, result, [&](std::size_t i, double, double, bool) { return halts.null_at(i) || halts.at(i) == 0; });
    else if (halt_ == Halt::unchanged && !is_first)
      keep(list, result, [](std::size_t, double value, double old, bool same_null) {
        return !same_null | !((value == old) | ((value != value) & (old != old)));
      });
    else
      keep(list, result, [](std::size_t, double, double, bool) { return true; });
  }

  // Takes the new values; a vertex goes on if goes_on(place, new value, old value, are both or none NULL). Where NULL,
  // the value is 0.
  template <class F>
  void keep(std::span<const Vertex> list, const Column& result, F&& goes_on) {
    if (result.nulls) vertices_.any_null = true;
    std::size_t count = active_count_;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Vertex v = list[i];
      const std::uint8_t null = result.null_at(i);
      const double value = null ? 0 : result.at(i);
      const bool on = goes_on(i, value, vertices_.values[v], null == vertices_.nulls[v]);
      vertices_.values[v] = value;
      vertices_.nulls[v] = null;
      active_[v] = on;
      senders_[count] = v;
      count += on;
    }
    active_count_ = count;
  }

  static constexpr double nothing = 0;
  static constexpr std::uint8_t yes = 1;

  const Graph& graph_;
  const Elsewhere& elsewhere_;
  std::int64_t most_;
  std::unique_ptr<Expression> initial_, apply_, condition_;
  Halt halt_ = Halt::unchanged;
  bool counts_ = false;
  Vertices vertices_;
  Columns columns_;
  std::optional<Messages> messages_;
  Vec<std::uint8_t> active_;
  Vec<Vertex> senders_, before_, reached_;  // senders: who is active, ascending, and room for one more
  std::size_t active_count_ = 0;
};

}  // namespace

Outcome run(const Graph& graph, const Program& program, const Options& options, const Elsewhere& elsewhere, Keep keep) {
  return Run(graph, program, options, elsewhere).outcome(keep);
}

}  // namespace quern::pregel
