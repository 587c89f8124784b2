// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "script/file.h"
#include "source/diagnostic.h"

namespace volley::script {

struct ParseResult {
  File file;  ///< What could be read; meaningful to `check` even if there are diagnostics.
  std::vector<source::Diagnostic> diagnostics;
  /// Names in text that was skipped after a mistake. They may have been bound there, so `check` does not call them
  /// unknown.
  std::vector<Name> skipped;
  /// A file that this one uses is missing, so that any name may stand there.
  bool is_incomplete = false;
};

/// Reads a scenario file, and of those that it uses the declarations, which stand in front of its own, but no
/// scenarios. Never throws, never stops at the first mistake: after one it goes on with the next line or block. Time
/// and memory are linear in the source; nesting deeper than 64 is a diagnostic.
ParseResult parse(const source::Source& source);

/// A file that a source names.
struct NamedFile {
  std::string path;
  Span span;  ///< The text that names it.
};
/// Of a source that has but one file, as far as they can be read: the `use "path"` and the `file("path")` in it.
/// Mistakes are for `parse` to tell.
std::vector<NamedFile> uses_of(const source::Source& source);
std::vector<NamedFile> contents_of(const source::Source& source);

}  // namespace volley::script
