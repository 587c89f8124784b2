// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/cutting.h"
#include "engine/excerpt.h"
#include "engine/trace.h"
#include "match/matcher.h"
#include "plan/plan.h"

namespace volley::engine {

/// A program counter over the plan, the values that its steps have bound, and how far the step under way has come. The
/// first runs the scenario; `parallel`, `any order` and `one of` start more, which end at the end of their body. Times
/// count from the start of the run. Must not move: its matcher reads its scope.
struct Strand {
  Strand() = default;
  Strand(const Strand&) = delete;
  Strand& operator=(const Strand&) = delete;

  std::uint32_t pc = 0;
  std::uint32_t end = 0;                    ///< Behind the last step.
  std::uint32_t next = 0;                   ///< Where it goes on when the step at `pc` is done.
  bool begun = false;                       ///< The step at `pc` is under way:
  std::chrono::nanoseconds step_began{};    ///< since then,
  std::chrono::nanoseconds deadline{};      ///< until then.
  bool sending = false;                     ///< Its send is queued, and must fail.
  std::optional<match::Matcher> matcher{};  ///< Of its receive,
  match::Result matching{};                 ///< what that said last,
  Gathered consumed{};                      ///< and what was dropped from the inbox already.
  std::optional<match::Matcher> skipper{};  ///< The pattern has not matched: what may pass before it.
  std::optional<Cutting> cutting{};         ///< Its send in segments.
  /// At the end of a round: when what is under way in links will have come.
  std::optional<std::chrono::nanoseconds> settled_at{};
  plan::Scope scope{};

  bool is_queued = false;                                              ///< It is to be tried.
  std::chrono::nanoseconds wake_at = std::chrono::nanoseconds::max();  ///< When it is to be tried at the latest.
  std::chrono::nanoseconds alarm = std::chrono::nanoseconds::max();    ///< An earlier time that its step waits for.
  std::vector<Stop::Round> rounds{};                                   ///< Of the loops around `pc`.
  std::uint32_t copy = 0;                                              ///< Of the innermost `parallel`, from 1.
  std::vector<std::uint32_t>
      sockets{};  ///< The socket of each of the plan's peers; if empty, they have the same numbers.

  // Of a strand that others have been started from, or are to be.
  std::vector<std::unique_ptr<Strand>> children{};
  std::vector<std::unique_ptr<Strand>>
      candidates{};          ///< Branches that wait for their first receive, in the order written.
  bool is_choosing = false;  ///< The block at `pc` has been begun.

  // Of one that was started from another.
  Strand* parent = nullptr;
  std::size_t number = 0;  ///< Among the parent's children.
  const plan::Body* body = nullptr;
  bool is_branch = false;       ///< What it binds goes to the parent in the end.
  bool is_passed_over = false;  ///< Of a candidate: what has come is not what it begins with.
};

}  // namespace volley::engine
