// SPDX-License-Identifier: Apache-2.0
#include "target/process_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <volley/descriptor.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <ctime>
#include <map>
#include <memory>
#include <string>

namespace volley::target {
namespace {

ProcessEntry read_entry(std::string_view pid) {
  const Descriptor file(::open(std::string("/proc/").append(pid).append("/stat").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return {};
  std::array<char, 1024> line{};
  const ssize_t size = ::read(file.get(), line.data(), line.size());
  return size > 0 ? parse_stat({line.data(), static_cast<std::size_t>(size)}) : ProcessEntry{};
}

std::vector<ProcessEntry> all_processes() {
  std::vector<ProcessEntry> all;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), [](DIR* d) { return ::closedir(d); });
  if (proc == nullptr) return all;
  while (const dirent* entry = ::readdir(proc.get())) {
    const std::string_view name = entry->d_name;
    if (name[0] < '1' || name[0] > '9') continue;
    if (const auto process = read_entry(name); process.pid > 0) all.push_back(process);
  }
  return all;
}

/// Kills by pidfd, once sure that the pidfd is of the process that was seen. False if we have not the right.
bool kill_entry(const ProcessEntry& entry) {
  const Descriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, entry.pid, 0)));
  if (!pidfd || read_entry(std::to_string(entry.pid)).start != entry.start) return true;
  return ::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0) == 0 || errno != EPERM;
}

/// Reaps what has died; false if no child is left.
bool reap() {
  pid_t pid = 0;
  while ((pid = ::waitpid(-1, nullptr, WNOHANG)) > 0) continue;
  return pid == 0;
}

void wait_for_a_death() {
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  // A grandchild's death is told to its parent only, so not without end.
  const timespec pause{0, 5'000'000};
  ::sigtimedwait(&child, nullptr, &pause);
}

}  // namespace

ProcessEntry parse_stat(std::string_view line) {
  const auto open = line.find(" (");
  const auto close = line.rfind(") ");
  ProcessEntry entry;
  if (open == line.npos || close == line.npos || close < open) return {};
  std::from_chars(line.data(), line.data() + open, entry.pid);
  entry.name = line.substr(open + 2, close - open - 2);
  // After the name: state, parent, and the start time as the 22nd of all fields.
  std::string_view rest = line.substr(close + 2);
  for (int field = 3; field <= 22; ++field) {
    const auto end = std::min(rest.find(' '), rest.size());
    if (field == 3 && end > 0) entry.state = rest[0];
    if (field == 4) std::from_chars(rest.data(), rest.data() + end, entry.parent);
    if (field == 22) std::from_chars(rest.data(), rest.data() + end, entry.start);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return entry;
}

std::vector<ProcessEntry> descendants(pid_t root) {
  std::multimap<pid_t, ProcessEntry> by_parent;
  for (const auto& process : all_processes()) by_parent.emplace(process.parent, process);
  std::vector<ProcessEntry> found;
  std::vector<pid_t> parents{root};
  while (!parents.empty()) {
    const auto [begin, end] = by_parent.equal_range(parents.back());
    parents.pop_back();
    for (auto child = begin; child != end; ++child) {
      found.push_back(child->second);
      parents.push_back(child->second.pid);
    }
    // Each parent is looked up once, even if a number was used again while /proc was read.
    by_parent.erase(begin, end);
  }
  return found;
}

bool is_descendant(pid_t pid, pid_t root) {
  // Numbers that are used again while we look could make a circle.
  for (int generation = 0; generation < 1000 && pid > 1; ++generation) {
    pid = read_entry(std::to_string(pid)).parent;
    if (pid == root) return true;
  }
  return false;
}

void kill_descendants(const std::set<pid_t>& exempt) {
  while (reap()) {
    bool waiting = false;
    for (const auto& process : descendants(::getpid())) {
      if (exempt.contains(process.pid) || kill_entry(process)) waiting = true;
    }
    if (!waiting) return;
    wait_for_a_death();
  }
}

}  // namespace volley::target
