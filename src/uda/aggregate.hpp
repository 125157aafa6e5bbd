// What an aggregate is. No server here: a State is an ordinary value.
//
//   struct Mean {
//     std::int64_t n = 0;
//     double sum = 0;
//     void accumulate(double x) { n += 1; sum += x; }
//     void merge(const Mean& other) { n += other.n; sum += other.sum; }
//     bool valid() const { return n >= 0 && n <= max_rows; }    // optional, see base/pack.hpp
//     void skip();                         // optional: a row with a NULL in it
//     bool remove(double x);               // optional, with `bool unskip()`: takes a row out again (moving windows);
//                                          // false if that would cost accuracy and the window has to be summed anew
//     std::optional<double> mean() const { ... }
//     std::string why_none() const;        // optional: what to warn of when there are rows and yet no result
//   };
//
// A learner's accumulate is (y, Features x, Weight w), and it has
//
//     using Options = ...;                 // see base/options.hpp
//     Vec<char> options;                   // the JSON text as given; empty: the defaults
//     void configure();                    // called once after `options` is set to anything but the defaults, before
//                                          // the first row; validates
//
// which yields the SQL forms (y, x), (y, x, options) and (y, x, weight, options).
//
// Laws, checked for every registered state by tests/unit/laws_test.cpp:
//   State{} is valid and the identity of merge, and adopts the other's options; merge of any split of the rows gives
//   the whole; states of different options do not merge; pack then unpack is equality; bytes that are cut, altered or
//   of another kind are refused or harmless; removing a row undoes accumulating it.
#pragma once

#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>

#include "base/features.hpp"
#include "base/pack.hpp"
#include "base/sequence.hpp"
#include "base/vec.hpp"

namespace quern {

// Bound on the row counts a state may claim: exact in a double, and the sum of two does not overflow.
inline constexpr std::int64_t max_rows = std::int64_t{1} << 53;

// Argument types of accumulate() beyond double, std::int64_t, Features, FeatureRow, a MatrixView and a vector, which is
// a std::span<const double>.

// The weight of a row: 1 where the SQL form has none.
struct Weight {
  double value = 1;
};

// The y of a binary classifier: a boolean, or a number that has to be 0 or 1.
struct Outcome {
  double value = 0;
  bool boolean = true;  // what it was given as
};

// The y of a classifier: text, a boolean or a number, as text; valid during the call only.
struct ClassLabel {
  std::string_view text;
  enum class Type : std::int32_t { boolean = 1, number = 2, text = 3 } type = Type::text;  // as in Target
};

// y of one number or of several.
struct Responses {
  Features values;
};

// Of a user or an item: a number or text, all of a group alike; text is valid during the call only.
struct Id {
  std::string_view text;
  std::int64_t number = 0;
  bool is_text = false;
};

// The labels of a sequence; valid during the call only.
struct SequenceLabels {
  std::span<const std::string_view> texts;
};

// The features of its positions; valid during the call only. In SQL one argument, or two: an array of all features and
// the offsets at which positions begin.
struct SequenceFeatures {
  std::span<const SequenceEntry> entries;
  std::size_t positions = 0;
};

// The size of a vector that a row is a part of; an SQL form without it leaves it open. Always the last argument.
struct Dimension {
  std::int64_t value = 0;
  bool given = false;
};

namespace detail {

template <class F>
struct Method;

template <class C, class... A>
struct Method<void (C::*)(A...)> {
  using Args = std::tuple<std::remove_cvref_t<A>...>;
};

template <class C, class R>
struct Method<R (C::*)() const noexcept> : Method<R (C::*)() const> {};
template <class C, class R>
struct Method<R (C::*)() const> {
  using State = C;
  using Result = R;
};

// All memory the state owns comes from its Vecs, so freeing the arena frees the state.
template <class T>
constexpr bool lives_in_arena() {
  if constexpr (Scalar<T>) {
    return true;
  } else if constexpr (Sequence<T>) {
    using E = typename T::value_type;
    return std::is_same_v<typename T::allocator_type, std::pmr::polymorphic_allocator<E>> &&
           (Sequence<E> ? lives_in_arena<E>() : std::is_trivially_destructible_v<E>);
  } else if constexpr (Record<T>) {
    return []<class... F>(std::tuple<F&...>*) {
      return (lives_in_arena<F>() && ...);
    }(static_cast<decltype(tie_fields(std::declval<T&>()))*>(nullptr));
  } else {
    return false;
  }
}

template <class T>
inline constexpr bool safe_to_longjmp_over = false;
template <class... A>
inline constexpr bool safe_to_longjmp_over<std::tuple<A...>> = (std::is_trivially_destructible_v<A> && ...);

}  // namespace detail

template <class S>
using Args = typename detail::Method<decltype(&S::accumulate)>::Args;

template <class S>
concept State = Record<S> && std::is_nothrow_default_constructible_v<S> && requires(S& s, const S& other) {
  &S::accumulate;
  s.merge(other);
} && detail::safe_to_longjmp_over<Args<S>> && detail::lives_in_arena<S>();

template <class S>
concept Learner = State<S> && requires(S& s) {
  typename S::Options;
  s.options;
  s.configure();
};

template <class S>
concept CountsSkipped = requires(S& s) {
  s.skip();
};

template <class S>
concept Removable = requires(S& s) {
  &S::remove;
  s.unskip();
};

// A final function is a const member of the state: a window frame calls it many times on one state.
template <auto final>
using StateOf = typename detail::Method<decltype(final)>::State;
template <auto final>
using ResultOf = typename detail::Method<decltype(final)>::Result;

}  // namespace quern
