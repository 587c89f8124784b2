// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/outbox.h"
#include "plan/expression.h"

namespace volley::engine {

struct Peer;

/// A send in segments, as far as it has come. Times count from the start of the run.
struct Cutting {
  Outbox outbox;                        ///< What is left to be sent: the peer's own is empty meanwhile.
  std::uint64_t segment = 1;            ///< Bytes of each.
  std::uint64_t edge = UINT64_MAX;      ///< Behind so many bytes, and up to as many before the end, nothing is cut.
  std::optional<std::uint64_t> cut;     ///< Cut here only;
  std::string before;                   ///< with it, the last of the bytes that have left.
  std::uint64_t left = 0;               ///< Of the segment under way.
  std::uint64_t size = 0;               ///< Of the whole send.
  std::uint64_t sent = 0;               ///< Of it, with the kernel.
  std::optional<Endpoint> local;        ///< Of the sending end,
  std::optional<Endpoint> remote;       ///< and the other one; of a unix socket neither says who is there.
  Peer* unix_other = nullptr;           ///< The other end of a unix stream, if it is ours and has shown itself.
  bool is_on_its_way = false;           ///< A segment is with the kernel, and may not be delivered yet.
  bool pauses = false;                  ///< Nobody tells when one is delivered.
  std::chrono::nanoseconds sent_at{};   ///< When the last segment was complete.
  std::uint64_t waiting = 0;            ///< Bytes that the other end had not read when it was last looked at,
  std::chrono::nanoseconds moved_at{};  ///< and when that or `sent` has last changed.
  std::chrono::nanoseconds pause{};     ///< How long until the other end is looked at again.

  /// Bytes of the segment that begins with the first unsent byte.
  std::uint64_t next() const {
    if (cut) return sent < *cut ? *cut - sent : size - sent;
    const bool is_between = sent >= edge && size > edge && sent < size - edge;
    return std::min(size - sent, is_between ? size - edge - sent : segment);
  }
  /// Whether the segment under way is the last one.
  bool is_last() const { return sent + left == size; }
};

}  // namespace volley::engine
