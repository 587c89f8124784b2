// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/trace.h"
#include "plan/plan.h"

namespace volley::judge {

/// Both sides of a comparison from the same origin. Bytes of peers: never print them raw.
struct Comparison {
  std::optional<std::string> expected;  ///< The bytes that were due, as far as they are known;
  std::string pattern;                  ///< or else the source text of the item that did not match.
  std::string received;                 ///< At most some KiB around the place.
  std::uint64_t origin = 0;             ///< Offset of both from the start of the pattern.
  std::uint64_t differs_at = 0;         ///< Offset of the first difference from the start of the pattern.
  bool received_is_cut = false;         ///< More had been received after these.
  friend bool operator==(const Comparison&, const Comparison&) = default;
};

/// `advice` and `information`: not met, but the clause says `should` or `may`. `flaky`: failed, and passed when it was
/// tried again; one run alone is never judged so. `known`: not met, as is known of that server. `vanished`: passed,
/// though a deviation is known.
enum class Outcome : std::uint8_t { passed, failed, skipped, error, advice, information, flaky, known, vanished };

/// What a scenario says of a server that departs from its clause.
struct Deviation {
  std::string server;
  std::string what;
  friend bool operator==(const Deviation&, const Deviation&) = default;
};

/// Why a case did not pass.
struct Explanation {
  source::Span span;  ///< The step, or the item in it.
  std::string what;   ///< One line: "byte 6 differs: expected 'W', received 'w'"
  std::optional<Comparison> comparison;
  std::vector<std::string> notes;  ///< More lines, such as "3 bytes of 8 had come".
  friend bool operator==(const Explanation&, const Explanation&) = default;
};

/// The verdict on each step, and on the whole.
struct Verdict {
  enum class OfStep : std::uint8_t { passed, failed, not_reached };
  Outcome outcome = Outcome::passed;
  std::vector<OfStep> steps;               ///< One for each step of the plan.
  std::optional<Explanation> explanation;  ///< With all but `passed` and `skipped`.
  std::optional<Deviation> deviation;      ///< Of `known` and `vanished`, whatever becomes of that later.
  std::vector<std::string> remarks;        ///< What was not done as the scenario asks, whatever came of it.
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

/// Turns a trace into a verdict and explains it. Decides nothing again: where and why a run stopped is in the trace.
/// Pure.
Verdict judge(const plan::Plan& plan, const engine::Trace& trace, const source::Source& source);

/// What was not done as the scenario asks: `Verdict::remarks` of this run.
std::vector<std::string> remarks(const plan::Plan& plan, const engine::Trace& trace, const source::Source& source);

}  // namespace volley::judge
