// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/descriptor.h>

namespace volley::target {

// The two kinds of process that stand between us and the programs that we start. Ours holds the one other end of every
// channel, so end of file on a channel means that we are done with it or that we are dead: the answer is the same.
//
//     we ── control ──> supervisor ── lifeline ──> keeper ── parent of ──> program and all its descendants
//      └──────────────────── channel ────────────────┘
//
// Control: {"open"} with the other end of a new channel, on which the new keeper answers {"ok", its pid}.
// Channel: {"dir"} is answered by {"ok", path}; {"start", directory, program, which of 0 1 2 are given, argc, argv...,
// environment...} with the given descriptors, by {"ok", pid} with a pidfd; what fails by `error_texts`; {"keep"} is not
// answered. When the program ends, {"exit", kind, value} follows.

/// Serves `control` until its end of file, then waits until all keepers have cleaned up. To be called right after
/// fork(2) by a process without threads.
[[noreturn]] void run_supervisor(Descriptor control);

/// Serves one channel until its end of file, or until nothing holds the lifeline's other end; then kills all
/// descendants and removes the directory. To be called right after fork(2) by the supervisor.
[[noreturn]] void run_keeper(Descriptor channel, Descriptor lifeline);

}  // namespace volley::target
