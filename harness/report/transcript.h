// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "engine/trace.h"
#include "plan/plan.h"
#include "source/source.h"

namespace volley::report {

/// What happened, in the words of the language, so that it can be compared with what was written: a line an event of
/// any peer, each with its time since the start, such as `    0.21 ms  alice > "last words"`. Where a run stopped the
/// last line tells what came in place of what was due. What the language has no word for (where a client came from, how
/// many bytes a cut literal has) is in comments.
struct Transcript {
  std::size_t left_out = 0;  ///< Events before the first line.
  std::vector<std::string> lines;
  friend bool operator==(const Transcript&, const Transcript&) = default;
};

/// The last `most` lines. `source` is the plan's; a line is at most some 120 bytes.
Transcript transcript(const plan::Plan& plan, const engine::Trace& trace, const source::Source& source,
                      std::size_t most);

}  // namespace volley::report
