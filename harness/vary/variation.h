// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.h"

/// The same scenario under a transport that is legal, but less convenient: plans from plans. Pure.
namespace volley::vary {

/// What bounds the runs of one case.
struct Limits {
  std::size_t split = 64;  ///< Cuts that are tried.
};

/// One run of a case that consists of several.
struct Run {
  struct CutOfStep {
    std::uint32_t step = 0;
    plan::Cut cut;
    friend bool operator==(const CutOfStep&, const CutOfStep&) = default;
  };
  std::optional<CutOfStep> cut{};
  std::size_t at_once = 1;             ///< So many runs of the plan at the same time.
  bool has_own_seed = false;           ///< Other random bytes than the runs before it.
  std::string_view condition{};        ///< As in `Variation`; empty: as there.
  std::string_view condition_alone{};  ///< The same where the scenario has not run as written before it.
  friend bool operator==(const Run&, const Run&) = default;
};

/// The runs of one case, one after another, with the same instances of targets; they end with the first that fails.
struct Runs {
  std::vector<Run> runs;      ///< At least one.
  std::size_t left_out = 0;   ///< How many more there would be but for a limit.
  std::string_view remark{};  ///< What the variation asks for otherwise, and cannot be done; empty: nothing.
};

struct Variation {
  std::string_view name;  ///< Of `script::variation_words`.
  std::string_view meaning;
  std::string_view as_written;  ///< How a scenario passes without it: `whole`.
  std::string_view condition;   ///< When one fails that passes without it: `with every byte in a segment of its own`.
  /// What becomes of a plan; nothing if it changes nothing in it. It need not set `Plan::variation`.
  std::optional<plan::Plan> (*apply)(const plan::Plan& plan);
  /// The runs of a plan that `apply` has made; null: the one.
  Runs (*runs)(const plan::Plan& plan, const Limits& limits);
};

/// All of them, in the order in which they are run.
std::span<const Variation> variations();
/// Null if there is none of this name.
const Variation* find(std::string_view name);

/// The plan under the variations of these names that its property allows and that change something in it, in the order
/// of `variations`. Precondition: it is a plan as written.
std::vector<plan::Plan> expand(const plan::Plan& plan, std::span<const std::string> names);

/// The runs of a case; of a plan as it is written there is one.
Runs runs_of(const plan::Plan& plan, const Limits& limits);
/// The plan of one of them.
plan::Plan plan_of(const plan::Plan& plan, const Run& run);

}  // namespace volley::vary
