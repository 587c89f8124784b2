// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/descriptor.h>

#include <vector>

namespace volley::target {

/// Makes a forked process independent of the one it came from: a `name` of its own (at most 15 bytes, so that
/// `killall volley` does not mean it), working directory `/`, no handler of signals, those that
/// a terminal or a careless `kill` sends ignored, SIGCHLD blocked (for signalfd), /dev/null as stdio, and no other
/// descriptor than those in `keep`, which are moved above 2. Descendants that lose their parent become its children.
void detach(const char* name, std::vector<Descriptor*> keep);

/// Readable when a child has changed its state.
Descriptor child_signals();

/// Takes what `child_signals` has to tell, so that it is readable only after the next change.
void drain(const Descriptor& child_signals);

}  // namespace volley::target
