// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/socket.h>

namespace volley {

/// socket(2), close-on-exec: `socket AF_INET6: Address family not supported by protocol`.
Result<Descriptor> open_socket(int domain, int type, Blocking blocking);

/// bind(2), with the endpoint as the argument of its error.
Result<void> bind_socket(int fd, const Endpoint& local);

}  // namespace volley
