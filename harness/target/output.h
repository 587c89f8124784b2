// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

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
  /// A sanitizer's report: it begins with a line of its form (`report_head`) that names a process of the target. One of
  /// UBSan, which names none, counts only on the stderr of a target that was built with UBSan.
  struct Report {
    std::string what;  ///< `AddressSanitizer: heap-buffer-overflow`
    std::string text;  ///< From its first line on, at most 16 KiB, whatever else followed on that stream.
    friend bool operator==(const Report&, const Report&) = default;
  };
  std::vector<Report> reports;  ///< The first four,
  std::uint64_t reported = 0;   ///< of so many.
  friend bool operator==(const Output&, const Output&) = default;
};

}  // namespace volley::target
