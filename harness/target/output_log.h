// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace volley::target {

/// What a program writes to one of its outputs, of which the first and last 32 KiB are kept whatever the amount.
class OutputLog {
 public:
  static constexpr std::size_t kept = 32 * 1024;

  void append(std::string_view bytes);
  /// All of it, or its first and last 32 KiB with the line `[... 123 bytes are left out ...]` between them.
  std::string text() const;
  /// How much there was in all.
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::string head_;
  std::string tail_;  ///< The last bytes after `head_`: all of them, or at least `kept` and less than twice that.
  std::uint64_t bytes_ = 0;
};

/// Cuts a stream into lines, without their ends (`\n` or `\r\n`). Of a line longer than 64 KiB the beginning is told.
class LineCutter {
 public:
  static constexpr std::size_t longest = 64 * 1024;

  /// Calls `take` with each line that `bytes` completes.
  template <class Take>
  void feed(std::string_view bytes, Take take) {
    for (auto end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n')) {
      extend(bytes.substr(0, end));
      finish(take);
      bytes.remove_prefix(end + 1);
    }
    extend(bytes);
  }

  /// Calls `take` with the line that the end of the stream left unfinished, if any.
  template <class Take>
  void finish_last(Take take) {
    if (!line_.empty()) finish(take);
  }

 private:
  void extend(std::string_view bytes) { line_.append(bytes.substr(0, longest - line_.size())); }

  template <class Take>
  void finish(Take take) {
    std::string_view line = line_;
    if (line.ends_with('\r')) line.remove_suffix(1);
    take(line);
    line_.clear();
  }

  std::string line_;
};

}  // namespace volley::target
