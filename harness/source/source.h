// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/error.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace volley::source {

/// A half-open range of bytes of one source.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  friend auto operator<=>(const Span&, const Span&) = default;
};

/// Line and column, both from 1; a column counts bytes.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
  friend auto operator<=>(const Position&, const Position&) = default;
};

/// A scenario file as it was read: its path, its bytes and where its lines start. A value; spans of later stages point
/// into it.
class Source {
 public:
  Source() = default;
  /// A byte order mark in front of the bytes is dropped.
  Source(std::string path, std::string bytes);

  const std::string& path() const { return path_; }
  std::string_view bytes() const { return bytes_; }
  std::string_view text(Span span) const { return std::string_view(bytes_).substr(span.begin, span.end - span.begin); }
  Position position(std::size_t offset) const;
  /// The line's text without its end; empty for a line past the last. `number` is from 1.
  std::string_view line(std::size_t number) const;
  std::size_t line_count() const { return line_starts_.size(); }

 private:
  std::string path_;
  std::string bytes_;
  std::vector<std::size_t> line_starts_{0};
};

/// The largest scenario file that is read.
inline constexpr std::size_t max_source_bytes = 16u << 20;

/// Reads a file. Errors: those of open(2), fstat(2) and read(2); EISDIR for a directory, EFBIG over `max_source_bytes`.
Result<Source> read(const std::string& path);
/// The same from stdin up to its end; its path is `stdin`.
Result<Source> read_stdin();

}  // namespace volley::source
