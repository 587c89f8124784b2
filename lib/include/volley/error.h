// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace volley {

/// A system call of ours that failed: which one, on what, and why. The one error type of everything in this library
/// that asks the kernel. `code` is an errno value, or an EAI_… value where `call` is "getaddrinfo".
struct Error {
  int code = 0;
  std::string_view call;  ///< A literal, such as "connect": it outlives every Error.
  std::string argument;   ///< What the call was about: an endpoint, a path, a descriptor's number. May be empty.

  friend bool operator==(const Error&, const Error&) = default;
};

/// `connect 127.0.0.1:6379: Connection refused`; without an argument `epoll_create1: Too many open files`.
std::string to_string(const Error& error);

/// The Error of the call that has just failed: takes `errno` as it stands.
Error last_error(std::string_view call, std::string argument = {});

template <class T>
using Result = std::expected<T, Error>;

/// Why a text is not the value it was read as. Plain data: making one allocates nothing.
struct ParseError {
  std::size_t offset = 0;  ///< The byte at which the text stops being valid; the length of the text if more was needed.
  std::string_view what;   ///< A literal, such as "an octet is at most 255".

  friend bool operator==(const ParseError&, const ParseError&) = default;
};

template <class T>
using Parsed = std::expected<T, ParseError>;

}  // namespace volley
