// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <netdb.h>
#include <volley/resolve.h>

#include <algorithm>
#include <memory>

#include "decimal.h"

namespace volley {
namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

std::unexpected<Error> failed(int code, std::string_view argument) {
  if (code == EAI_SYSTEM) return std::unexpected(last_error("resolve", std::string(argument)));
  return std::unexpected(Error{code, "getaddrinfo", std::string(argument)});
}

bool is_letter(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

/// Whether inet_aton(3) reads it, which getaddrinfo would do, and we do not: 127.1, 0x7f000001, 010.0.0.1.
bool is_loose_v4(const std::string& host) {
  in_addr ignored;
  return !Ipv4Address::parse(host) && inet_aton(host.c_str(), &ignored) != 0;
}

/// getaddrinfo(3); a null `service` leaves the ports 0.
Result<AddressList> look_up(const std::string& host, const char* service) {
  addrinfo* list = nullptr;
  const addrinfo any{};
  if (const int code = getaddrinfo(host.c_str(), service, &any, &list); code != 0) {
    return failed(code, code == EAI_SERVICE ? std::string_view(service) : std::string_view(host));
  }
  return AddressList(list, &freeaddrinfo);
}

}  // namespace

Result<std::vector<Endpoint>> resolve(std::string_view host, std::string_view service) {
  const bool is_name = std::ranges::any_of(service, is_letter) && !has_nul(service);
  const auto port = read_decimal(service, 0, port_range);
  if (!is_name && !port) return failed(EAI_SERVICE, service);
  const std::string host_name(host);
  if (host.empty() || has_nul(host) || is_loose_v4(host_name)) return failed(EAI_NONAME, host);
  const std::string service_name(service);
  const auto list = look_up(host_name, is_name ? service_name.c_str() : nullptr);
  if (!list) return std::unexpected(list.error());

  std::vector<Endpoint> endpoints;
  for (const addrinfo* entry = list->get(); entry != nullptr; entry = entry->ai_next) {
    auto endpoint = Endpoint::from_sockaddr(entry->ai_addr, entry->ai_addrlen);
    if (!endpoint) continue;  // a family that this library has no word for
    if (port) endpoint = Endpoint(endpoint->address(), static_cast<std::uint16_t>(*port), endpoint->scope());
    // getaddrinfo tells each address once for every type of socket.
    if (std::ranges::find(endpoints, *endpoint) == endpoints.end()) endpoints.push_back(*std::move(endpoint));
  }
  if (endpoints.empty()) return failed(EAI_NONAME, host);
  return endpoints;
}

}  // namespace volley
