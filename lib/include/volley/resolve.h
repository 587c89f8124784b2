// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/endpoint.h>
#include <volley/error.h>

#include <string_view>
#include <vector>

namespace volley {

/// The endpoints of a host and a service, in the order in which they should be tried (RFC 6724), each once. Never
/// empty. This is the one function here that may wait for the network (DNS).
///
/// `host` is a name, an IPv4 address, or an IPv6 address without brackets and perhaps with a zone; the shortened, octal
/// and hexadecimal forms of IPv4 addresses are refused. `service` is a port, decimal 0 to 65535 without sign or leading
/// zero, or a name with a letter in it, from services(5): getaddrinfo(3) alone would read 65536 as 0 and "" as 0.
///
/// Errors: an EAI_… value, call "getaddrinfo", the host as argument; for EAI_SERVICE the service. EAI_SYSTEM is told as
/// the errno behind it, with call "resolve".
Result<std::vector<Endpoint>> resolve(std::string_view host, std::string_view service);

}  // namespace volley
