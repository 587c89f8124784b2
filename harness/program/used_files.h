// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>
#include <volley/error.h>

#include <string>
#include <vector>

#include "source/diagnostic.h"
#include "source/source.h"

namespace volley::program {

/// A regular file that was read, known by more than its name.
struct ReadFile {
  dev_t device = 0;
  ino_t inode = 0;
};

/// A scenario file with all that it uses, and the uses that are wrong, in order of place.
struct Opened {
  source::Source source;
  std::vector<source::Diagnostic> problems;
  bool is_incomplete = false;  ///< A used file is missing.
  std::vector<ReadFile> read;  ///< The file, those that it uses, and those whose bytes are sent or expected.
};

/// Reads a file and what it uses, each file once however often it is used. A used file is a `*.volley` whose path is
/// relative to that of the file that uses it; it may climb by `..` at its begin, and no symbolic link leads out of the
/// directory to which it has climbed. At most `most_used_bytes` are read. What `file("path")` names is read as well and
/// attached to the source: it stands in the directory of the file that names it or below, and no link leads out; at
/// most `most_content_bytes`. Errors: those of `source::read` for the file itself.
Result<Opened> open(const std::string& path);

/// What is told, with its line end, of a scenario file that cannot be read.
std::string unreadable(const Error& error);

inline constexpr std::size_t most_used_bytes = 64u << 20;
inline constexpr std::size_t most_content_bytes = 64u << 20;

}  // namespace volley::program
