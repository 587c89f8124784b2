// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "engine/excerpt.h"
#include "match/matcher.h"
#include "plan/expression.h"

namespace volley::engine {

/// A program counter over the plan, the values that its steps have bound, and how far the step under way has come.
/// Times count from the start of the run. Must not move: its matcher reads its scope.
struct Strand {
  Strand() = default;
  Strand(const Strand&) = delete;
  Strand& operator=(const Strand&) = delete;

  std::uint32_t pc = 0;
  bool begun = false;                       ///< The step at `pc` is under way:
  std::chrono::nanoseconds step_began{};    ///< since then,
  std::chrono::nanoseconds deadline{};      ///< until then.
  bool sending = false;                     ///< Its send is queued, and must fail.
  std::optional<match::Matcher> matcher{};  ///< Of its receive,
  match::Result matching{};                 ///< what that said last,
  Gathered consumed{};                      ///< and what was dropped from the inbox already.
  plan::Scope scope{};
};

}  // namespace volley::engine
