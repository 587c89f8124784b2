// SPDX-License-Identifier: Apache-2.0
#include <volley/error.h>

#include <netdb.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace volley {

std::string to_string(const Error& error) {
  std::string text(error.call);
  if (!error.argument.empty()) text.append(" ").append(error.argument);
  const bool resolving = error.call == "getaddrinfo";
  return text + ": " + (resolving ? gai_strerror(error.code) : std::generic_category().message(error.code));
}

Error last_error(std::string_view call, std::string argument) { return Error{errno, call, std::move(argument)}; }

}  // namespace volley
