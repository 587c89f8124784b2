// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "plan/message.h"

namespace volley::plan {

/// Where the fields of some bytes begin, in bytes from their start.
struct Boundaries {
  std::vector<std::uint64_t> begins;  ///< Each once, ascending; none at the start or the end.
  std::uint64_t size = 0;             ///< Of all the bytes.
  friend bool operator==(const Boundaries&, const Boundaries&) = default;
};

/// Those of a value that is sent: of a message its fields, those of messages and lists in it too, but none that begins
/// within a byte. Nothing if the run has to tell what it is made of, or it cannot be made.
std::optional<Boundaries> boundaries(const Expression& value, const std::vector<Message>& messages);

}  // namespace volley::plan
