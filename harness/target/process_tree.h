// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace volley::target {

/// What /proc/PID/stat says of a process. The start time (in clock ticks since boot) tells two processes apart that had
/// the same number one after the other.
struct ProcessEntry {
  pid_t pid = -1;
  pid_t parent = -1;
  unsigned long long start = 0;
  char state = ' ';  ///< Z: has ended, and its parent was not told yet.
  std::string name;  ///< Of its program, cut after 15 bytes; or any other that it has given itself.
  friend bool operator==(const ProcessEntry&, const ProcessEntry&) = default;
};

/// Reads one line of /proc/PID/stat; the name in it may have spaces and parentheses. A pid of -1 if it is no such line.
ProcessEntry parse_stat(std::string_view line);

/// All processes below `root`, at the moment of asking: found by their parents in /proc/*/stat, since not every kernel
/// has /proc/PID/task/*/children.
std::vector<ProcessEntry> descendants(pid_t root);

/// Whether a process is below `root`, found from it upwards: the cost does not grow with the number of processes.
bool is_descendant(pid_t pid, pid_t root);

/// Kills and reaps all descendants of this process, which must be a subreaper with SIGCHLD blocked, until none is left;
/// one that dies leaves its children to us, so several rounds may be needed. Those in `exempt`, our own children, are
/// waited for but not killed. Descendants that we have not the right to kill are left behind.
void kill_descendants(const std::set<pid_t>& exempt = {});

}  // namespace volley::target
