// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "plan/plan.h"

namespace volley::plan {

/// How many descriptors a run of the plan may hold at once, as far as the plan tells: copies whose number is computed
/// count as one, and closing is not looked at.
std::uint64_t descriptors_needed(const Plan& plan);

}  // namespace volley::plan
