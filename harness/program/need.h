// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "plan/plan.h"

namespace volley::program {

/// Why a scenario cannot run here, by its `needs`: the first of them that is not met.
std::optional<std::string> unmet_need(const plan::Plan& plan, const script::Reach& reach);

}  // namespace volley::program
