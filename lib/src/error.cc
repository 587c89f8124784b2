// SPDX-License-Identifier: Apache-2.0
#include <netdb.h>
#include <volley/error.h>

#include <cerrno>
#include <cstring>

namespace volley {
namespace {

/// The C library's words: always English, and no call into the C++ runtime, whose checked builds want a free descriptor
/// at the very moment when EMFILE is what has to be said.
std::string reason(int code) {
  const char* words = ::strerrordesc_np(code);
  return words ? words : "Unknown error " + std::to_string(code);
}

}  // namespace

std::string to_string(const Error& error) {
  std::string text(error.call);
  if (!error.argument.empty()) text.append(" ").append(error.argument);
  const bool resolving = error.call == "getaddrinfo";
  return text + ": " + (resolving ? gai_strerror(error.code) : reason(error.code));
}

Error last_error(std::string_view call, std::string argument) {
  return Error{errno, call, std::move(argument)};
}

}  // namespace volley
