// The ids of the users or the items of a model: whole numbers or texts, sorted, each once. What belongs to an id lies
// at its place in the order.
//
// A model holds only numbers, so it keeps ids as such: whole numbers as they are if a double holds all of them exactly,
// else as rows (high, low), id = 2^32 high + low; texts one after the other, each with a byte 0 behind it, six bytes a
// number, the first the lowest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "base/vec.hpp"
#include "model/model.hpp"

namespace quern {

// As numbers of a model's parameter. Both are sorted; the texts hold no byte 0.
Parameter ids_parameter(Name name, std::span<const std::int64_t> numbers);
Parameter ids_parameter(Name name, std::span<const std::string> texts);

class Ids {
 public:
  // Reads what ids_parameter wrote, and makes a hash table. Throws InvalidInput unless the parameter `numbers` or the
  // parameter `texts` of the model holds `count` ids, sorted. The Ids point to nothing in it.
  Ids(const Model& model, std::string_view numbers, std::string_view texts, std::size_t count);

  std::size_t size() const { return count_; }
  bool are_texts() const { return texts_; }

  // A number among texts is looked for as its digits, a text among numbers as the number that it writes.
  std::optional<std::size_t> find(std::int64_t id) const;
  std::optional<std::size_t> find(std::string_view id) const;

  std::int64_t number(std::size_t i) const { return numbers_[i]; }  // unless are_texts()
  std::string_view text(std::size_t i) const {                      // if are_texts()
    return std::string_view(bytes_.data() + starts_[i], starts_[i + 1] - starts_[i] - 1);
  }
  // Whichever it is.
  std::string written(std::size_t i) const;

 private:
  void read_numbers(const Parameter& parameter);
  void read_texts(const Parameter& parameter);
  void hash();
  std::size_t hash_of(std::size_t i) const;

  std::size_t count_;
  bool texts_ = false;
  Vec<std::int64_t> numbers_;
  Vec<char> bytes_;
  Vec<std::uint64_t> starts_;  // of the texts, and the end
  Vec<std::uint32_t> slots_;   // 0: free, else the place + 1
};

}  // namespace quern
