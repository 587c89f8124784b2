// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/endpoint.h>

namespace volley::script {

/// Whether an endpoint is on loopback, or no IP endpoint at all. A scenario cannot make us talk to a stranger, nor let
/// one in.
inline bool is_on_this_machine(const Endpoint& endpoint) {
  return !endpoint.is_ip() || endpoint.address().unmapped().is_loopback();
}

}  // namespace volley::script
