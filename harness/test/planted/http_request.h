// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace volley::planted {

/// The head of a request (RFC 9112 §3, §5).
struct Request {
  std::string method;
  std::string target;
  std::string version;
  std::vector<std::pair<std::string, std::string>> fields;  ///< Names as they were sent.

  /// How many fields have that name, and the value of the first; names are compared in small letters if `ignores_case`.
  std::size_t count(std::string_view name, bool ignores_case) const;
  std::string value(std::string_view name, bool ignores_case) const;
};

/// Where the head at the front of `input` ends, behind its empty line; npos if that has not come. What stands before
/// `from` is known to have none.
std::size_t end_of_head(std::string_view input, std::size_t from = 0);

/// nullopt: it is none.
std::optional<Request> parse_head(std::string_view head);

/// The bytes for which a percent and two hexadecimal digits stand; nullopt where digits are missing.
std::optional<std::string> decode_percents(std::string_view text);

}  // namespace volley::planted
