// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/descriptor.h>
#include <volley/error.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace volley::source {

/// The bytes of a file that a scenario sends or expects: read once, and shared by all that speak of it.
using Content = std::shared_ptr<const std::string>;

/// A half-open range of bytes of one source. If the source has several files, they stand one after another.
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

/// A scenario file as it was read: its path, its bytes and where its lines start; and the files that it uses, in front
/// of it. A value; spans of later stages point into it.
class Source {
 public:
  Source() = default;
  /// A byte order mark in front of the bytes is dropped.
  Source(std::string path, std::string bytes);
  /// `main` and the files that it uses, each behind those that it uses itself. None of them has several files.
  Source(const std::vector<Source>& used, const Source& main);

  const std::string& path() const { return files_.back().path; }
  /// The path of the file in which the byte at `offset` stands, or ends.
  const std::string& path(std::size_t offset) const { return file_at(offset).path; }
  /// Where each file stands, the used ones first, and last the file itself.
  std::vector<Span> files() const;
  std::string_view bytes() const { return bytes_; }
  std::string_view text(Span span) const { return std::string_view(bytes_).substr(span.begin, span.end - span.begin); }
  /// In the file in which the byte stands.
  Position position(std::size_t offset) const;
  /// The text of a line of the file itself without its end; empty for a line past the last. `number` is from 1.
  std::string_view line(std::size_t number) const { return line_of(files_.back(), number); }
  /// The text of the line in which the byte at `offset` stands.
  std::string_view line_at(std::size_t offset) const { return line_of(file_at(offset), position(offset).line); }
  /// Says what the file has whose name begins at `offset`.
  void attach(std::uint32_t offset, Content content) { contents_[offset] = std::move(content); }
  /// Null if nothing is attached there.
  Content content_at(std::uint32_t offset) const;
  std::size_t line_count() const { return files_.back().line_starts.size(); }

 private:
  struct File {
    std::string path;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::vector<std::size_t> line_starts{0};  ///< Counted from `begin`.
  };
  const File& file_at(std::size_t offset) const;
  std::string_view line_of(const File& file, std::size_t number) const;

  std::string bytes_;
  std::map<std::uint32_t, Content> contents_;
  std::vector<File> files_ = std::vector<File>(1);
};

/// The largest scenario file that is read.
inline constexpr std::size_t max_source_bytes = 16u << 20;

/// Reads all that a descriptor has to give, and stops after `limit` bytes. Errors: those of read(2); EFBIG.
Result<std::string> read_all(const Descriptor& file, const std::string& path, std::size_t limit);

/// Reads a file. Errors: those of open(2), fstat(2) and read(2); EISDIR for a directory, EFBIG over `max_source_bytes`.
Result<Source> read(const std::string& path);
/// The same from an open file, or from what else a descriptor stands for, up to its end.
Result<Source> read(const Descriptor& file, const std::string& path);

}  // namespace volley::source
