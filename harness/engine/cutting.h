// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/outbox.h"
#include "plan/expression.h"

namespace volley::engine {

/// A send in segments, as far as it has come. Times count from the start of the run.
struct Cutting {
  Outbox outbox;                       ///< What is left to be sent: the peer's own is empty meanwhile.
  std::uint64_t segment = 1;           ///< Bytes of each.
  std::uint64_t edge = UINT64_MAX;     ///< Behind so many bytes, and up to as many before the end, nothing is cut.
  std::optional<std::uint64_t> cut;    ///< Cut here only,
  std::string before;                  ///< between some of the bytes before
  std::string after;                   ///< and some of those after.
  std::uint64_t left = 0;              ///< Of the segment under way.
  std::uint64_t size = 0;              ///< Of the whole send.
  std::uint64_t sent = 0;              ///< Of it, with the kernel.
  std::optional<Endpoint> local;       ///< Of the sending end.
  bool is_on_its_way = false;          ///< A segment is with the kernel, and may not be delivered yet.
  bool is_whole = false;               ///< The other end does not read: the rest goes out as it is.
  bool is_varied = false;              ///< A variation asks for it: the rest may leave while later steps run.
  std::chrono::nanoseconds sent_at{};  ///< When the last segment was complete.
  std::chrono::nanoseconds pause{};    ///< How long until the other end is looked at again.

  /// Bytes of the segment that begins with the first unsent byte.
  std::uint64_t next() const {
    if (cut) return sent < *cut ? *cut - sent : size - sent;
    const bool is_between = sent >= edge && size > edge && sent < size - edge;
    return is_between ? size - edge - sent : segment;
  }
};

}  // namespace volley::engine
