// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/endpoint.h>
#include <volley/error.h>
#include <volley/process.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/recipe.h"
#include "target/output.h"
#include "target/supervisor.h"

namespace volley::target {

/// A running server under test: started from its recipe, watched, and stopped at the end; or one that somebody else
/// runs. A resource: movable, the destructor stops it without asking. All const functions may be called from any
/// thread.
class Target {
 public:
  /// Why a start did not succeed. `what` is one line: `redis exited with status 1 before it was ready`.
  struct Failure {
    std::string what;
    bool skip = false;           ///< Not installed, or cannot run here: a reason to skip, no failure of the target.
    std::optional<Error> error;  ///< The system refused us something: neither is this the target's.
    std::optional<ExitStatus> status;     ///< How it ended, if it did;
    std::string end;                      ///< the same in words.
    std::string stderr_tail;              ///< The end of its stderr, at most 4 KiB;
    std::vector<Output::Report> reports;  ///< what sanitizers reported;
    std::string kept_dir;                 ///< and `${dir}`, if it stays.
  };

  /// What does not stand in a recipe.
  struct Wish {
    IpAddress host = Ipv4Address({127, 0, 0, 1});  ///< A loopback address.
    bool keep_dir_on_failure = false;              ///< `${dir}` stays if it does not get ready.
    int cancel = -1;                               ///< The start is given up when this descriptor is readable.
  };

  /// How it stopped. Clean are exit 0, death by the very signal that was sent, and exit 128 + that signal, unless
  /// it has left processes running, which have a second to follow it, times the slow factor. One with a datagram
  /// socket that is connected to a peer may stay: it cannot know that the peer has left.
  struct Stopped {
    bool clean = false;
    bool was_running = false;  ///< Whether it ran when it was asked; if not, `status` is how it had ended by itself.
    ExitStatus status;
    std::string what;  ///< One line, empty if clean: `redis exited with status 3 after SIGTERM`.
  };

  /// Leases ports, makes `${dir}`, writes the files, starts the program and waits until it is ready, at most
  /// `recipe.within` times `slow_factor`. Blocks; any thread. A relative argv[0] with a slash is looked for in
  /// `scenario_dir`. If the address was in use, other ports are tried, three in all.
  static std::expected<Target, Failure> start(const plan::Recipe& recipe, const Supervisor& supervisor,
                                              const std::string& scenario_dir, double slow_factor, const Wish& wish);
  static std::expected<Target, Failure> start(const plan::Recipe& recipe, const Supervisor& supervisor,
                                              const std::string& scenario_dir, double slow_factor) {
    return start(recipe, supervisor, scenario_dir, slow_factor, Wish{});
  }
  /// A server that already runs (`--target NAME=HOST:PORT`, `--target NAME.PORT=HOST:PORT`): nothing is started,
  /// watched or stopped. The endpoints are by the names of its ports, that of `${port}` by the empty one.
  static Target external(std::string name, std::map<std::string, Endpoint, std::less<>> endpoints);
  /// Whether the program of the recipe is installed, without starting it; its name if it is not.
  static std::expected<void, std::string> find(const plan::Recipe& recipe, const std::string& scenario_dir);

  Target(Target&&) noexcept;
  Target& operator=(Target&&) noexcept;
  ~Target();

  const std::string& name() const;
  /// `${dir}`; empty if external.
  const std::string& dir() const;
  /// Of `${port}`, `${port.NAME}` or `${socket.NAME}`. Precondition: the recipe names it, or the external target was
  /// given it.
  Endpoint endpoint(std::string_view port_name = "") const;

  bool alive() const;
  /// How it ended; nullopt while it runs, and always if external. Does not block.
  std::optional<ExitStatus> exit_status() const;
  /// The same in words, empty while it runs.
  std::string end_text() const;
  /// Readable (POLLIN) for ever once it has ended; -1 if external.
  int exit_fd() const;
  /// -1 if external.
  pid_t pid() const;
  /// Sends a signal to its process. Error ESRCH if it has ended, or is external.
  Result<void> signal(int number) const;
  Output output() const;

  /// Asks it to stop as the recipe says, kills it if it has not ended after `grace`, then kills what is left of its
  /// descendants and removes `${dir}`. `output` is complete afterwards. An external one is left alone, and is clean.
  Stopped stop(std::chrono::nanoseconds grace = std::chrono::seconds(5)) {
    return stop([](const Stopped&, const Output&) { return false; }, grace);
  }
  /// The same; `${dir}` stays if `keeps` says so of what is known when the program has ended or its time is over.
  Stopped stop(const std::function<bool(const Stopped&, const Output&)>& keeps,
               std::chrono::nanoseconds grace = std::chrono::seconds(5));
  /// `${dir}` stays after the stop.
  void keep_dir();

 private:
  struct State;
  explicit Target(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace volley::target
