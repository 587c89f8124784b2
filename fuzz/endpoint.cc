// SPDX-License-Identifier: Apache-2.0
// Endpoint::parse takes address:port if inet_pton takes the address and the port is a plain number up to 65535; what
// stands before an error's offset is right. An endpoint reads back from its text and from its sockaddr.
#include <arpa/inet.h>
#include <volley/endpoint.h>

#include <string>

#include "require.h"

using volley::Endpoint;

namespace {

bool is_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || text.find_first_not_of("0123456789") != std::string_view::npos) return false;
  return (text[0] != '0' || text.size() == 1) && std::stoul(std::string(text)) <= 65535;
}

/// Whether it is a.b.c.d:port or [a:b::]:port without a zone, by libc's word.
bool is_plain_ip(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.find('\0') != std::string_view::npos || !is_port(text.substr(colon + 1)))
    return false;
  std::string host(text.substr(0, colon));
  const bool brackets = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (brackets) host = host.substr(1, host.size() - 2);
  in6_addr ignored;
  return inet_pton(brackets ? AF_INET6 : AF_INET, host.c_str(), &ignored) == 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text(data, size);
  const auto endpoint = Endpoint::parse(text);
  const bool beyond_libc = text.starts_with("unix:") || text.find('%') != std::string_view::npos;
  if (!beyond_libc) require(endpoint.has_value() == is_plain_ip(text));
  if (!endpoint) {
    require_true_offset(Endpoint::parse, text, endpoint.error());
    return 0;
  }
  require(Endpoint::parse(endpoint->to_string()) == *endpoint);
  const auto kernel_form = endpoint->to_sockaddr();
  require(Endpoint::from_sockaddr(kernel_form.get(), kernel_form.length) == *endpoint);
  return 0;
}
