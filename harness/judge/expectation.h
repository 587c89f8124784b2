// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "engine/trace.h"
#include "judge/verdict.h"
#include "plan/plan.h"

namespace volley::judge {

/// What expressions saw when the run stopped.
plan::Scope scope_at_end(const plan::Plan& plan, const engine::Trace& trace);

/// Both sides around the place where a receive stopped: the bytes that were due, as far as items with known bytes stand
/// there side by side, or else the text of the item; and what had come.
Comparison compare(const plan::Plan& plan, const plan::Receive& step, const engine::Trace& trace,
                   const source::Source& source);

}  // namespace volley::judge
