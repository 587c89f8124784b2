// SPDX-License-Identifier: Apache-2.0
// Of any bytes that a kernel or a caller may hand over as a sockaddr, Endpoint makes an endpoint or an error. The
// endpoint gives the same address, port and scope back to the kernel, and reads back from its sockaddr and from its
// text.
#include <volley/endpoint.h>

#include <cerrno>
#include <cstring>

#include "require.h"

using volley::Endpoint;

namespace {

template <class Sockaddr>
Sockaddr copy_of(const void* bytes) {
  Sockaddr copy{};
  std::memcpy(&copy, bytes, sizeof copy);
  return copy;
}

void check_same_ip(const void* given, const void* made, int domain) {
  if (domain == AF_INET) {
    const auto a = copy_of<sockaddr_in>(given), b = copy_of<sockaddr_in>(made);
    require(a.sin_port == b.sin_port && a.sin_addr.s_addr == b.sin_addr.s_addr);
  } else if (domain == AF_INET6) {
    const auto a = copy_of<sockaddr_in6>(given), b = copy_of<sockaddr_in6>(made);
    require(a.sin6_port == b.sin6_port && a.sin6_scope_id == b.sin6_scope_id);
    require(std::memcmp(&a.sin6_addr, &b.sin6_addr, sizeof a.sin6_addr) == 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto endpoint = Endpoint::from_sockaddr(reinterpret_cast<const sockaddr*>(data), static_cast<socklen_t>(size));
  if (!endpoint) {
    require(endpoint.error().code == EINVAL || endpoint.error().code == EAFNOSUPPORT);
    return 0;
  }
  const auto kernel_form = endpoint->to_sockaddr();
  require(kernel_form.get()->sa_family == endpoint->domain());
  check_same_ip(data, kernel_form.get(), endpoint->domain());
  require(Endpoint::from_sockaddr(kernel_form.get(), kernel_form.length) == *endpoint);
  require(Endpoint::parse(endpoint->to_string()) == *endpoint);
  return 0;
}
