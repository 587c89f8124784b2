// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/error.h>

#include <string>
#include <vector>

#include "source/diagnostic.h"
#include "source/source.h"

namespace volley::program {

/// A scenario file with all that it uses, and the uses that are wrong, in order of place.
struct Opened {
  source::Source source;
  std::vector<source::Diagnostic> problems;
};

/// Reads a file and what it uses, each file once however often it is used. A used file is a `*.volley` whose path is
/// relative to that of the file that uses it; it may climb by `..` at its begin, and no symbolic link leads out of the
/// directory to which it has climbed. At most `most_used_bytes` are read. Errors: those of `source::read` for the file
/// itself.
Result<Opened> open(const std::string& path);

inline constexpr std::size_t most_used_bytes = 64u << 20;

}  // namespace volley::program
