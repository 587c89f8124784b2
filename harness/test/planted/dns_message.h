// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace volley::planted {

/// The OPT record of a question (RFC 6891 §6.1.2).
struct Opt {
  std::size_t size = 0;  ///< How large an answer may be; as it was sent.
  unsigned version = 0;
  bool wants_signatures = false;
};

/// What a DNS message asks (RFC 1035 §4.1).
struct Question {
  std::uint16_t id = 0;
  std::uint16_t flags = 0;
  bool malformed = false;    ///< What follows is not to be relied upon.
  std::string name;          ///< Labels with dots between them, as they were sent.
  bool has_pointer = false;  ///< In its name, where nothing stands yet that it could mean.
  bool odd_name = false;     ///< A label has a dot in it: the text is ambiguous.
  std::uint16_t type = 0;
  std::uint16_t record_class = 0;
  std::string copy;  ///< The question's bytes.
  std::optional<Opt> opt;
};

/// nullopt: not even a header.
std::optional<Question> read_question(std::string_view message);

std::string u16_text(std::size_t value);
/// Precondition: the bytes are there.
std::uint16_t u16_of(std::string_view bytes, std::size_t at);

}  // namespace volley::planted
