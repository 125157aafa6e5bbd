#include "graph/pregel_messages.hpp"

#include <algorithm>
#include <bit>
#include <cfenv>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.hpp"
#include "graph/pregel_kernels.hpp"
#include "graph/pulse.hpp"

namespace quern::pregel {

using graph::Csr;
using graph::Offset;
using graph::Pulse;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// NaN is above all numbers, as in min(float8).
double least(double a, double b) { return (b < a) | (a != a) ? b : a; }
double greatest(double a, double b) { return (b > a) | (b != b) ? b : a; }

// What stands for a message where there is none, and leaves the rest as they are; -0.0 + x is x for all x.
double neutral(Combine combine) {
  return combine == Combine::min ? infinite : combine == Combine::max ? -infinite : -0.0;
}

double sum_of(std::span<const Vertex> senders, const double* sent) {
  double sum = -0.0;
  for (const Vertex u : senders) sum += sent[u];
  return sum;
}

// The best message, four at a time, for the order does not matter; none is better than `bound`, which ends the search.
template <class Better>
double best_of(std::span<const Vertex> senders, const double* sent, double worst, double bound, Better better) {
  constexpr std::size_t lanes = 4, piece = 16;
  double best[lanes] = {worst, worst, worst, worst};
  const auto take = [&](double& at, double message) { at = better(message, at) ? message : at; };
  const auto joined = [&] {
    double all = best[0];
    for (std::size_t l = 1; l < lanes; ++l) take(all, best[l]);
    return all;
  };
  std::size_t i = 0;
  while (i + piece <= senders.size()) {
    for (const std::size_t end = i + piece; i < end; i += lanes)
      for (std::size_t l = 0; l < lanes; ++l) take(best[l], sent[senders[i + l]]);
    if (joined() == bound) return bound;
  }
  for (; i + lanes <= senders.size(); i += lanes)
    for (std::size_t l = 0; l < lanes; ++l) take(best[l], sent[senders[i + l]]);
  for (; i < senders.size(); ++i) take(best[0], sent[senders[i]]);
  return joined();
}

// messages[v] = combined(the senders to v), without NaN. Nothing may be there where it is the neutral number.
template <class F>
void pull_all(const Csr& in, const Vec<std::uint8_t>& sends, double nothing, double* messages, std::uint8_t* missing,
              F&& combined) {
  Pulse pulse;
  const auto bits = std::bit_cast<std::uint64_t>(nothing);
  for (Vertex v = 0; v < in.vertices(); ++v) {
    const auto senders = in.neighbors(v);
    const double message = combined(senders);
    const bool none = std::bit_cast<std::uint64_t>(message) == bits &&
                      std::none_of(senders.begin(), senders.end(), [&](Vertex u) { return sends[u] != 0; });
    messages[v] = none ? 0 : message;
    missing[v] = none;
    pulse.count(senders.size());
  }
}

void refuse_overflow() {
  if (std::fetestexcept(FE_OVERFLOW))
    throw InvalidInput("pregel: combine: the sum of messages is out of range", {}, Fault::out_of_range);
}

}  // namespace

Columns::Columns(const graph::Graph& graph, const Vertices& vertices, bool text_ids)
    : graph_(graph),
      vertices_(vertices),
      text_ids_(text_ids),
      numbers_(name_count * block),
      nulls_(block),
      missing_(block) {}

void Columns::fill(Block& to, Names names, std::span<const Vertex> list, bool ascending) {
  const std::size_t n = list.size();
  const Vertex first = n > 0 ? list.front() : 0;
  const bool view = ascending && n > 0 && list.back() - first + 1 == n;
  to.size = n;
  to[Name::superstep] = {&vertices_.superstep, nullptr, false};
  to[Name::num_vertices] = {&vertices_.count, nullptr, false};
  const auto numbers = [&](Name name, const Vec<double>& from) {
    if (view) return from.data() + first;
    double* const copies = room(name);
    for (std::size_t i = 0; i < n; ++i) copies[i] = from[list[i]];
    return static_cast<const double*>(copies);
  };
  const auto bytes = [&](const Vec<std::uint8_t>& from, Vec<std::uint8_t>& copies) -> const std::uint8_t* {
    const std::uint8_t* found = from.data() + first;
    if (!view) {
      for (std::size_t i = 0; i < n; ++i) copies[i] = from[list[i]];
      found = copies.data();
    }
    return std::memchr(found, 1, n) ? found : nullptr;
  };
  if (names.has(Name::value))
    to[Name::value] = {numbers(Name::value, vertices_.values),
                       vertices_.any_null ? bytes(vertices_.nulls, nulls_) : nullptr};
  if (names.has(Name::message))
    to[Name::message] = {numbers(Name::message, vertices_.messages), bytes(vertices_.missing, missing_)};
  if (names.has(Name::id)) {
    for (std::size_t i = 0; i < n; ++i) room(Name::id)[i] = id(list[i]);
    to[Name::id] = {room(Name::id)};
  }
  if (names.has(Name::out_degree)) {
    for (std::size_t i = 0; i < n; ++i) room(Name::out_degree)[i] = static_cast<double>(graph_.out.degree(list[i]));
    to[Name::out_degree] = {room(Name::out_degree)};
  }
}

void Columns::fill_targets(Block& to, std::span<const Vertex> list) {
  for (std::size_t i = 0; i < list.size(); ++i) room(Name::target)[i] = id(list[i]);
  to[Name::target] = {room(Name::target)};
}

Messages::Messages(const graph::Graph& graph, bool text_ids, std::unique_ptr<Expression> message, Combine combine,
                   std::unique_ptr<Expression> combination)
    : graph_(graph),
      in_(graph.directed ? graph.in : graph.out),
      text_ids_(text_ids),
      message_(std::move(message)),
      combine_(combine),
      combination_(std::move(combination)) {
  reached_.resize(graph.vertices() + 1);
}

const Csr& Messages::lists_in() {
  if (in_.offsets.empty()) {
    turned_ = graph::transpose(graph_.out);
    in_ = turned_.view();
  }
  return in_;
}

std::optional<std::span<const Vertex>> Messages::reached() const {
  if (all_over_) return std::nullopt;
  return std::span<const Vertex>(reached_.data(), reached_count_);
}

void Messages::clear(Vertices& vertices) {
  if (all_over_) {
    std::fill(vertices.missing.begin(), vertices.missing.end(), 1);
    std::fill(vertices.messages.begin(), vertices.messages.end(), 0);
  }
  for (std::size_t i = 0; i < reached_count_; ++i) {
    vertices.missing[reached_[i]] = 1;
    vertices.messages[reached_[i]] = 0;
  }
  reached_count_ = 0;
  all_over_ = false;
}

// One message more; the branches would not be predicted.
template <class Join>
void Messages::receive(Vertex v, double message, Vertices& vertices, Join&& joined) {
  const bool first = vertices.missing[v] != 0;
  double& at = vertices.messages[v];
  const double both = joined(at, message);
  at = first ? message : both;
  vertices.missing[v] = 0;
  reached_[reached_count_] = v;
  reached_count_ += first;
}

// f(join of two messages).
template <class F>
void Messages::with_join(F&& f) {
  switch (combine_) {
    case Combine::sum:
      return f([](double so_far, double message) { return so_far + message; });
    case Combine::min:
      return f([](double so_far, double message) { return least(so_far, message); });
    case Combine::max:
      return f([](double so_far, double message) { return greatest(so_far, message); });
    case Combine::count:  // of messages that are 1
      return f([](double so_far, double message) { return so_far + message; });
    default:
      return f([](double so_far, double) { return so_far; });
  }
}

std::int64_t Messages::send(std::span<const Vertex> senders, Vertices& vertices) {
  std::size_t edges = 0;
  for (const Vertex v : senders) edges += graph_.out.degree(v);
  if (edges == 0) return 0;
  if (combine_ == Combine::expression) return gather(senders, vertices);
  if (message_->uses().has(Name::weight) || message_->uses().has(Name::target)) return push_edges(senders, vertices);
  const bool dense = edges > graph_.out.edges() / 8;
  if (dense && (++dense_ > 1 || !in_.offsets.empty()))
    if (const auto sent = pull(senders, vertices)) return *sent;
  return push(senders, vertices);
}

namespace {

// f(up to a block of the senders that have an edge).
template <class F>
void by_blocks(const Csr& out, std::span<const Vertex> senders, F&& f) {
  Vertex list[block];
  std::size_t n = 0;
  Pulse pulse;
  for (const Vertex v : senders) {
    list[n] = v;
    n += out.degree(v) > 0;
    if (n == block) {
      f(std::span<const Vertex>(list, n));
      n = 0;
      pulse.count(16 * block);
    }
  }
  if (n > 0) f(std::span<const Vertex>(list, n));
}

}  // namespace

std::int64_t Messages::push(std::span<const Vertex> senders, Vertices& vertices) {
  Columns columns(graph_, vertices, text_ids_);
  std::int64_t sent = 0;
  Pulse pulse;
  by_blocks(graph_.out, senders, [&](std::span<const Vertex> list) {
    Block given;
    columns.fill(given, message_->uses(), list);
    const Column messages = message_->evaluate(given);
    std::feclearexcept(FE_OVERFLOW);
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (messages.null_at(i)) continue;
      const double message = combine_ == Combine::count ? 1 : messages.at(i);
      with_join([&](auto join) {
        for (const Vertex v : graph_.out.neighbors(list[i])) receive(v, message, vertices, join);
      });
      sent += static_cast<std::int64_t>(graph_.out.degree(list[i]));
      pulse.count(graph_.out.degree(list[i]));
    }
    if (combine_ == Combine::sum) refuse_overflow();
  });
  return sent;
}

std::int64_t Messages::push_edges(std::span<const Vertex> senders, Vertices& vertices) {
  const Csr& out = graph_.out;
  Columns columns(graph_, vertices, text_ids_);
  const Names uses = message_->uses();
  Vertex from[block], to[block];
  double weights[block];
  std::size_t n = 0;
  std::int64_t sent = 0;
  const auto deliver = [&] {
    Block given;
    columns.fill(given, uses, {from, n}, false);
    if (uses.has(Name::target)) columns.fill_targets(given, {to, n});
    given[Name::weight] = {weights};
    const Column messages = message_->evaluate(given);
    std::feclearexcept(FE_OVERFLOW);
    with_join([&](auto join) {
      for (std::size_t i = 0; i < n; ++i) {
        if (messages.null_at(i)) continue;
        receive(to[i], combine_ == Combine::count ? 1 : messages.at(i), vertices, join);
        ++sent;
      }
    });
    if (combine_ == Combine::sum) refuse_overflow();
    n = 0;
  };
  Pulse pulse;
  for (const Vertex u : senders) {
    for (Offset e = out.offsets[u]; e < out.offsets[u + 1];) {
      const std::size_t some = std::min<std::size_t>(block - n, out.offsets[u + 1] - e);
      std::fill_n(from + n, some, u);
      std::copy_n(out.targets.data() + e, some, to + n);
      if (out.weighted())
        std::copy_n(out.weights.data() + e, some, weights + n);
      else
        std::fill_n(weights + n, some, 1.0);
      n += some;
      e += some;
      if (n == block) {
        deliver();
        pulse.count(16 * block);
      }
    }
  }
  if (n > 0) deliver();
  return sent;
}

// Nothing where a message is NaN, which has its own order.
std::optional<std::int64_t> Messages::pull(std::span<const Vertex> senders, Vertices& vertices) {
  const Csr& in = lists_in();
  const double nothing = neutral(combine_);
  sent_.assign(graph_.vertices(), nothing);
  sends_.assign(graph_.vertices(), 0);
  Columns columns(graph_, vertices, text_ids_);
  std::int64_t sent = 0;
  bool any_nan = false;
  double smallest = infinite, largest = -infinite;
  by_blocks(graph_.out, senders, [&](std::span<const Vertex> list) {
    Block given;
    columns.fill(given, message_->uses(), list);
    const Column messages = message_->evaluate(given);
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (messages.null_at(i)) continue;
      const double message = messages.at(i);
      any_nan |= message != message;
      smallest = message < smallest ? message : smallest;
      largest = message > largest ? message : largest;
      sent_[list[i]] = message;
      sends_[list[i]] = 1;
      sent += static_cast<std::int64_t>(graph_.out.degree(list[i]));
    }
  });
  if (any_nan) return std::nullopt;
  std::feclearexcept(FE_OVERFLOW);
  const double* const from = sent_.data();
  const auto pull = [&](auto&& combined) {
    pull_all(in, sends_, nothing, vertices.messages.data(), vertices.missing.data(), combined);
  };
  switch (combine_) {
    case Combine::sum:
      pull([&](std::span<const Vertex> list) { return sum_of(list, from); });
      refuse_overflow();
      break;
    case Combine::min:
      pull([&](std::span<const Vertex> list) {
        return best_of(list, from, nothing, smallest, [](double a, double b) { return a < b; });
      });
      break;
    case Combine::max:
      pull([&](std::span<const Vertex> list) {
        return best_of(list, from, nothing, largest, [](double a, double b) { return a > b; });
      });
      break;
    case Combine::count:
      pull([&](std::span<const Vertex> list) {
        std::size_t count = 0;
        for (const Vertex u : list) count += sends_[u];
        return count == 0 ? nothing : static_cast<double>(count);
      });
      break;
    default:
      pull([&](std::span<const Vertex> list) {
        for (const Vertex u : list)
          if (sends_[u]) return from[u];
        return nothing;
      });
  }
  all_over_ = true;
  return sent;
}

namespace {

// The messages of a vertex, one after the other in a buffer.
struct Segment {
  Vertex vertex;
  std::size_t begin, size;
};

// Combines what lies in `messages` by pairs, until each segment has one.
void combine_pairs(Expression& combination, std::vector<Segment>& segments, Vec<double>& messages,
                   Vec<std::uint8_t>& nulls, const Vertices& vertices) {
  double a[block], b[block];
  std::uint8_t a_nulls[block], b_nulls[block];
  std::size_t places[block];
  for (bool left = true; left;) {
    left = false;
    std::size_t n = 0;
    const auto flush = [&] {
      Block given;
      given.size = n;
      given[Name::a] = {a, a_nulls};
      given[Name::b] = {b, b_nulls};
      given[Name::superstep] = {&vertices.superstep, nullptr, false};
      given[Name::num_vertices] = {&vertices.count, nullptr, false};
      const Column result = combination.evaluate(given);
      for (std::size_t i = 0; i < n; ++i) {
        messages[places[i]] = result.at(i);
        nulls[places[i]] = result.null_at(i);
      }
      n = 0;
    };
    for (Segment& segment : segments) {
      if (segment.size < 2) continue;
      const std::size_t pairs = segment.size / 2;
      // Results go to the front; what is not read yet lies behind them.
      for (std::size_t i = 0; i < pairs; ++i) {
        const std::size_t at = segment.begin + 2 * i;
        a[n] = messages[at], a_nulls[n] = nulls[at];
        b[n] = messages[at + 1], b_nulls[n] = nulls[at + 1];
        places[n++] = segment.begin + i;
        if (n == block) flush();
      }
      if (segment.size % 2 == 1) {
        const std::size_t last = segment.begin + segment.size - 1;
        messages[segment.begin + pairs] = messages[last];
        nulls[segment.begin + pairs] = nulls[last];
      }
      segment.size = (segment.size + 1) / 2;
      left |= segment.size > 1;
    }
    if (n > 0) flush();
    checkpoint();
  }
}

}  // namespace

std::int64_t Messages::gather(std::span<const Vertex> senders, Vertices& vertices) {
  constexpr std::size_t enough = 1 << 15;
  const Csr& in = lists_in();
  sends_.assign(graph_.vertices(), 0);
  for (const Vertex v : senders) sends_[v] = 1;
  Columns columns(graph_, vertices, text_ids_);
  const Names uses = message_->uses();
  Vec<double> messages;
  Vec<std::uint8_t> nulls;
  std::vector<Segment> segments;
  Vertex from[block], to[block];
  double weights[block];
  std::size_t n = 0;
  std::int64_t sent = 0;
  const auto evaluate = [&] {
    Block given;
    columns.fill(given, uses, {from, n}, false);
    if (uses.has(Name::target)) columns.fill_targets(given, {to, n});
    given[Name::weight] = {weights};
    const Column result = message_->evaluate(given);
    for (std::size_t i = 0; i < n; ++i) {
      if (result.null_at(i)) continue;
      if (segments.empty() || segments.back().vertex != to[i]) segments.push_back({to[i], messages.size(), 0});
      ++segments.back().size;
      messages.push_back(result.at(i));
      ++sent;
    }
    n = 0;
  };
  const auto combine = [&] {
    nulls.assign(messages.size(), 0);
    combine_pairs(*combination_, segments, messages, nulls, vertices);
    for (const Segment& segment : segments)
      if (!nulls[segment.begin]) {
        vertices.messages[segment.vertex] = messages[segment.begin];
        vertices.missing[segment.vertex] = 0;
      }
    segments.clear();
    messages.clear();
  };
  Pulse pulse;
  for (Vertex v = 0; v < in.vertices(); ++v) {
    for (Offset e = in.offsets[v]; e < in.offsets[v + 1]; ++e) {
      if (!sends_[in.targets[e]]) continue;
      from[n] = in.targets[e];
      to[n] = v;
      weights[n++] = in.weight(e);
      if (n == block) evaluate();
    }
    if (messages.size() >= enough) {
      if (n > 0) evaluate();
      combine();
    }
    pulse.count(8 * in.degree(v));
  }
  if (n > 0) evaluate();
  combine();
  all_over_ = true;
  return sent;
}

}  // namespace quern::pregel
