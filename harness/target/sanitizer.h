// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace volley::target {

/// What the first line of a sanitizer's report says. Anybody could have written the line: whose it is must be asked.
struct ReportHead {
  pid_t pid = -1;    ///< Of the process that reports; -1 if the line names none, as those of UBSan.
  std::string what;  ///< `AddressSanitizer: heap-buffer-overflow`, at most 200 bytes. May hold bytes of any kind.
  friend bool operator==(const ReportHead&, const ReportHead&) = default;
};

/// Reads a line as the first of a report; nullopt if it is none. These are known: `==PID==ERROR: NAMESanitizer: …` and
/// `==PID==WARNING: …` (address, leak, memory), `WARNING: ThreadSanitizer: … (pid=PID)`, and UBSan's
/// `FILE:LINE:COLUMN: runtime error: …`.
std::optional<ReportHead> report_head(std::string_view line);

/// Knows which programs were built with UBSan. A report of UBSan names no process, and a peer could have a server write
/// such a line to its log; but a program without UBSan cannot report.
class UbsanBuilds {
 public:
  /// Whether the file refers to the functions that instrumented code calls. Reads each file once, at most 1 GiB of it;
  /// a file that cannot be read is none.
  bool contains(const std::string& program);

 private:
  std::map<std::pair<dev_t, ino_t>, bool> known_;
};

}  // namespace volley::target
