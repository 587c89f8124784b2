// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "plan/plan.h"

namespace volley::plan {

/// Calls `visit` once for each expression of a plan, those of its messages included, and for each operand behind what
/// it is an operand of. `visit` may change what it is given; operands that it adds are visited, too.
void each_expression(Plan& plan, const std::function<void(Expression&)>& visit);

}  // namespace volley::plan
