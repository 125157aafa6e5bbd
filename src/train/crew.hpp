// What the processes of a training do.
#pragma once

#include "base/crew.hpp"

namespace quern {

enum class Operation : std::int32_t {
  scan,                // some pages of a table, packed into the row store
  measure,             // moments of the columns, over some blocks
  standardize,         // rows in memory, in place
  value,               // the loss at a point
  gradient,            // and its gradient
  hessian,             // and its Hessian
  hessian_product,     // the Hessian times a direction
  validate,            // the loss over rows held out
  epoch,               // of stochastic descent on a copy of the parameters
  shared_epoch,        // of stochastic descent on the parameters on the board
  minibatch_gradient,  // of one synchronous mini-batch
  technique,           // of a Training of its own, which says what in Command::step
};

}  // namespace quern
