// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/source.h"

namespace volley::source {

/// Something wrong in the text of a scenario file. `id` is stable and names the rule ("unknown-step"); docs list them
/// by it.
struct Diagnostic {
  std::string_view id;  ///< A literal.
  Span span;            ///< What to underline; empty spans get one caret.
  std::string what;     ///< One sentence without a full stop, for example "unknown step 'conect'".
  std::string hint;     ///< For example "did you mean 'connect'?"; empty if there is none.
  /// What else to look at: `render` ends the hint with its place, `file:line:column`.
  std::optional<Span> other = std::nullopt;
  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

/// At most this many are reported for one file.
inline constexpr std::size_t max_diagnostics = 50;

/// `file:line:column: error: what [id]`, the source line, the underline, and the hint, each on a line of its own.
/// Control bytes of the source are shown as `.`, tabs as one space, and a line is cut to a window around the caret if
/// it is over 160 bytes.
std::string render(const Source& source, const Diagnostic& diagnostic);

/// The two middle lines of `render`, for whoever has a message of another kind: the source line and the underline, each
/// with its end.
std::string excerpt(const Source& source, Span span);

/// The candidate closest to `word` if it is close enough to be a typing error (edit distance at most a third of its
/// length, at least one), else empty. Capitals are no edits.
std::string_view closest(std::string_view word, const std::vector<std::string_view>& candidates);

/// `'text'`, cut after 60 bytes, for use in `what` and `hint`: a file's longest word must not make the longest message.
std::string quote(std::string_view text);

}  // namespace volley::source
