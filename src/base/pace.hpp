// A checkpoint() for every so much work, in loops whose steps differ in what they cost.
#pragma once

#include <cstddef>

#include "base/error.hpp"

namespace quern {

class Pace {
 public:
  // `work` in operations of about a nanosecond.
  void spend(std::size_t work) {
    if (work >= left_) {
      checkpoint();
      left_ = interval;
    } else {
      left_ -= work;
    }
  }

 private:
  static constexpr std::size_t interval = std::size_t{1} << 21;

  std::size_t left_ = interval;
};

}  // namespace quern
