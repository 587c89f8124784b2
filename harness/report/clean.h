// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace volley::report {

/// Text that others chose (names, paths, a server's stderr) as one line that harms no reader: what is not well-formed
/// UTF-8, control characters (C0, DEL, C1, so that no terminal obeys them), line and paragraph separators,
/// bidirectional overrides (which make a line read as another) and what XML 1.0 §2.2 forbids become `\n`, `\t`, `\r` or
/// `\xHH`, one for each byte. The rest stays as it is. Every writer of a report sends such text through here, and only
/// here.
std::string clean(std::string_view bytes);

/// Text of several lines so that no program that reads logs takes one of them for a command to itself: GitHub's runner
/// obeys `::error::` at the start of a line, white space aside, and `##[error]` anywhere; others `##vso[` and
/// `##teamcity[`. The first `:` of such a line and the second `#` become `\x3a` and `\x23`.
std::string inert(std::string_view text);

/// Clean text of a scenario file on one line: a line end and the indentation after it become one space.
std::string one_line(std::string_view source);

/// `text` if it has at most `width` bytes, else its start with `…` after it; no character of UTF-8 is cut.
std::string cut(std::string text, std::size_t width);

}  // namespace volley::report
