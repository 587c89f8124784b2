// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <span>
#include <string>

#include "report/case.h"

namespace volley::report {

/// Whether the transcripts of passed cases are told too (`-v`).
enum class Detail : std::uint8_t { failures, everything };

/// A failure takes at most this many lines.
inline constexpr std::size_t max_failure_lines = 25;

/// A case for the console, each line with its end: one line if it passed or was skipped. If it failed: where and what,
/// the source line underlined, both sides of a comparison, the last events of all peers, the target's end, and the
/// command that repeats it. Holds no control character but line ends, whatever bytes peers, files and targets have come
/// up with.
std::string text(const Case& one, Detail detail = Detail::failures);

/// The slowest cases that took `least` or longer, at most `max_slow`, each a line: `slow 2.31 s  a.volley › name`.
std::string slow_cases(std::span<const Case> cases, nanoseconds least);
inline constexpr std::size_t max_slow = 5;

/// `12 passed, 1 failed, 2 skipped, 0 errors in 0.42 s` with a line end. What is rare is told only if there is any,
/// after the errors: `, 1 flaky, 1 as advice, 1 as information, 3 rounds`.
std::string text(const Summary& summary);

}  // namespace volley::report
