// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/error.h>

#include <cerrno>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace volley {

/// `errno` as it stands, as the unexpected value of a Result. Cold and out of line: the strings of an Error stay off
/// the paths that are timed.
[[gnu::cold, gnu::noinline]] inline std::unexpected<Error> failure(std::string_view call, std::string argument) {
  return std::unexpected(last_error(call, std::move(argument)));
}

/// The same about a descriptor: `recv fd 5: Bad file descriptor`.
[[gnu::cold, gnu::noinline]] inline std::unexpected<Error> failure(std::string_view call, int fd) {
  const int code = errno;
  return std::unexpected(Error{code, call, "fd " + std::to_string(fd)});
}

/// POSIX lets EAGAIN and EWOULDBLOCK differ.
inline bool would_block(int code) {
  return code == EAGAIN || code == EWOULDBLOCK;
}

}  // namespace volley
