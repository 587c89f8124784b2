// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/poller.h>

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "plan/recipe.h"
#include "target/places.h"
#include "target/readiness.h"
#include "target/sanitizer.h"
#include "target/supervisor.h"
#include "target/watcher.h"

namespace volley::target {

/// One try at running a recipe: its ports, its directory with the files, its process, and who watches it. A resource;
/// neither copied nor moved.
class Instance {
 public:
  Instance() = default;
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  ~Instance() { end(); }

  /// Makes the directory, leases the ports, writes the files. Error: of whatever the system refused; EXDEV from
  /// "openat2" for a file that the recipe wants elsewhere.
  Result<void> prepare(const plan::Recipe& recipe, const Supervisor& supervisor, IpAddress host);
  /// Starts `file` as the recipe's program and begins to watch it.
  Result<void> launch(const plan::Recipe& recipe, std::string file);
  /// Waits until it is ready, as the recipe defines it, or `patience` is over.
  std::expected<void, NotReady> wait_until_ready(const plan::Recipe& recipe, const Patience& patience);
  /// Ends it: the program with all its descendants first, so that the watcher sees all that they wrote.
  void end();

  const Places& places() const { return *places_; }
  Supervised& program() { return program_; }
  const Supervised& program() const { return program_; }
  /// What it has written so far; complete after `end`.
  Output output() const { return watcher_ ? watcher_->output() : Output{}; }
  /// End of file for its stdin, if the recipe stops it so (else that is /dev/null).
  void close_stdin() { in_.close(); }

 private:
  bool has_ubsan();
  void note_programs(const std::vector<pid_t>& pids);

  std::optional<Places> places_;
  Descriptor in_;
  Supervised program_;
  std::mutex ubsan_mutex_;  ///< Of what follows: the watcher's thread asks.
  std::set<std::string> executables_;
  UbsanBuilds ubsan_builds_;
  int looks_left_ = 20;  ///< At the tree for further programs: a peer that forges reports must not keep us busy.
  std::unique_ptr<Watcher> watcher_;  ///< Last: its thread uses all of the above.
};

/// The file that a name of a program stands for: with a slash, a path from `scenario_dir`; any other is looked up in
/// PATH and, behind it, where servers are: /usr/local/sbin, /usr/sbin, /sbin. Absolute. Error: "execve", with the name
/// as it was given.
Result<std::string> find_file(const std::string& name, const std::string& scenario_dir);
/// The program of a recipe: a name with a slash as a path from `scenario_dir`, any other looked up so. Absolute.
/// Error: "execve", with the name as the recipe has it.
Result<std::string> find_file(const plan::Recipe& recipe, const std::string& scenario_dir);

}  // namespace volley::target
