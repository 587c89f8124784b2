// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "plan/plan.h"

namespace volley::program {

/// Lets this process have as many descriptors as the system allows (RLIMIT_NOFILE: the soft limit becomes the hard
/// one). Who was forked before keeps what it had, and so does what that starts.
void raise_descriptor_limit();

/// Why the runs of the plan that are under way at once cannot have their descriptors; nullopt if they can.
std::optional<std::string> lacks_descriptors(const plan::Plan& plan);

/// Why no run at all can have the descriptors that volley itself needs, however far it raises its limit; nullopt if one
/// can.
std::optional<std::string> lacks_own_descriptors();

}  // namespace volley::program
