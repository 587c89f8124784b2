// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/socket.h>

#include "plan/value.h"
#include "script/option.h"

namespace volley::engine {

/// Sets an option by setsockopt(2). `value` is of the type that the option takes, `linger` a duration or `false`.
/// Precondition: not `backlog`, which is no option of the kernel's.
Result<void> set_option(Socket& socket, script::Option option, const plan::Value& value);

/// What getsockopt(2) says of an option; of `linger` that is off it is `false`. Precondition: as above.
Result<plan::Value> get_option(const Socket& socket, script::Option option);

}  // namespace volley::engine
