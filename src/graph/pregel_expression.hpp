// Expressions of a vertex program, compiled once and evaluated a block of vertices or messages at a time.
//
// An expression of numbers (what pregel_syntax.hpp reads) becomes a program for a machine whose registers are blocks of
// 512 numbers: about a nanosecond an operation and vertex or less. It gives what PostgreSQL gives for the same text,
// NULL and NaN included, where all names are double precision; constants with a point are double precision too
// (numeric in PostgreSQL), and results too small to be told from 0 are 0, not an error.
//
// CASE, coalesce, AND and OR compute all their branches for all of a block, and errors count only where SQL would
// have computed the branch: the processor's exception flags say that a block may have an error, and only then it is
// computed once more, looking at each operation where its branch is wanted.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "graph/graph.hpp"

namespace quern::pregel {

using graph::Vertex;

inline constexpr std::size_t block = 512;

enum class Name : std::uint8_t {
  value,
  id,
  superstep,
  out_degree,
  num_vertices,
  weight,
  message,
  target,    // dst.id
  previous,  // the value before apply
  a,
  b,
};
inline constexpr std::size_t name_count = 11;

// A set of names.
class Names {
 public:
  constexpr Names() = default;
  constexpr Names(std::initializer_list<Name> names) {
    for (const Name name : names) add(name);
  }
  constexpr void add(Name name) { bits_ |= 1u << static_cast<unsigned>(name); }
  constexpr bool has(Name name) const { return bits_ >> static_cast<unsigned>(name) & 1; }

 private:
  std::uint32_t bits_ = 0;
};

// The names as the text of an expression has them; `text` in lower case. False if it is none of `among`.
bool find_name(std::string_view text, Names among, Name& name);
// All ways to write them: "value, id, superstep".
std::string list_of(Names names);

// Numbers of a block: one for each place, or one for all.
struct Column {
  const double* values = nullptr;
  const std::uint8_t* nulls = nullptr;  // 1 where NULL; no pointer: nowhere
  bool steps = true;

  double at(std::size_t i) const { return values[steps ? i : 0]; }
  bool null_at(std::size_t i) const { return nulls && nulls[steps ? i : 0]; }
};

struct Block {
  std::size_t size = 0;  // at most `block`
  std::array<Column, name_count> columns{};

  const Column& operator[](Name name) const { return columns[static_cast<std::size_t>(name)]; }
  Column& operator[](Name name) { return columns[static_cast<std::size_t>(name)]; }
};

class Expression {
 public:
  virtual ~Expression() = default;
  // Columns that evaluate() reads; those of superstep and num_vertices are always there.
  virtual Names uses() const = 0;
  // Valid until the next call; where NULL, the number is any.
  virtual Column evaluate(const Block& block) = 0;
};

// The text of an expression and what it may speak of.
struct Source {
  std::string_view role;  // initial, message, combine, apply or halt: for messages
  std::string_view text;
  Names names;
  bool condition = false;  // its value is a truth, not a number
  bool text_ids = false;   // ids are texts: their columns hold numbers of vertices
};

// Refuses what is not an expression of numbers as above, ids that are texts too.
std::unique_ptr<Expression> compile(const Source& source);

}  // namespace quern::pregel
