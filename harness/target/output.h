// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

namespace volley::target {

/// What a target has written so far.
struct Output {
  struct Stream {
    std::string text;         ///< The first and last 32 KiB, with a line between them that tells how much is missing.
    std::uint64_t bytes = 0;  ///< How much it wrote in all.
    friend bool operator==(const Stream&, const Stream&) = default;
  };
  Stream out;  ///< stdout
  Stream err;  ///< stderr
  /// What followed the first line of a sanitizer's report (`==PID==ERROR: …Sanitizer` at the start of a line, where PID
  /// is a process of the target), with that line, at most 64 KiB; empty if there was none.
  std::string sanitizer;
  friend bool operator==(const Output&, const Output&) = default;
};

}  // namespace volley::target
