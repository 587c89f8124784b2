// SPDX-License-Identifier: Apache-2.0
#include "target/keeper.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <volley/process.h>
#include <volley/temp_dir.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <iterator>
#include <string>
#include <vector>

#include "target/detach.h"
#include "target/message.h"
#include "target/process_tree.h"

namespace volley::target {
namespace {

class Keeper {
 public:
  Keeper(Descriptor channel, Descriptor lifeline)
      : channel_(std::move(channel)), lifeline_(std::move(lifeline)), children_(child_signals()) {}

  void serve() {
    send({"ok", std::to_string(::getpid())});
    std::array<pollfd, 3> entries{pollfd{channel_.get(), POLLIN, 0}, pollfd{children_.get(), POLLIN, 0},
                                  pollfd{lifeline_.get(), POLLIN, 0}};
    while (true) {
      if (::poll(entries.data(), entries.size(), -1) < 0) continue;
      if (entries[1].revents != 0) reap();
      // What we were told before everything ended still counts, as that the directory is to be kept.
      if (entries[0].revents != 0 && !answer()) {
        is_asked_to_end_ = true;
        return;
      }
      if (entries[0].revents == 0 && entries[2].revents != 0) return;
    }
  }

  void clean_up() {
    reap();
    kill_descendants();
    // Told from silence, which means that somebody has killed us or the supervisor.
    if (is_asked_to_end_ && program_.pid() > 0 && !is_exit_told_) send({"exit", "signalled", std::to_string(SIGKILL)});
    static_cast<void>(directory_.remove());
  }

 private:
  void send(const std::vector<std::string>& texts, std::span<const int> descriptors = {}) {
    // An error means that nobody listens any more: the end of file says so too, and decides.
    static_cast<void>(send_message(channel_, texts, descriptors));
  }

  bool answer() {
    auto message = receive_message(channel_);
    if (!message || !*message || (*message)->texts.empty()) return false;
    const std::string& verb = (*message)->texts.front();
    if (verb == "dir") make_directory();
    if (verb == "start") start(**message);
    if (verb == "keep") directory_.keep();
    return true;
  }

  void make_directory() {
    auto made = TempDir::make();
    if (!made) return send(error_texts(made.error()));
    directory_ = std::move(*made);
    send({"ok", directory_.path()});
  }

  void start(Message& message) {
    auto process = Process::start(setup_of(message));
    if (!process) return send(error_texts(process.error()));
    program_ = std::move(*process);
    const int pidfd = program_.pidfd().get();
    send({"ok", std::to_string(program_.pid())}, std::span(&pidfd, 1));
  }

  static Process::Setup setup_of(const Message& message) {
    Process::Setup setup;
    setup.directory = message.texts[1];
    setup.program = message.texts[2];
    std::size_t given = 0;
    for (std::size_t i = 0; i < setup.stdio.size(); ++i) {
      if (message.texts[3][i] == '1') setup.stdio[i] = message.descriptors[given++].get();
    }
    const auto argv = message.texts.begin() + 5;
    const auto environment = argv + std::atoi(message.texts[4].c_str());
    setup.argv.assign(argv, environment);
    setup.environment.assign(environment, message.texts.end());
    return setup;
  }

  /// The program's status is told; the orphans that it left to us are only buried.
  void reap() {
    drain(children_);
    siginfo_t info{};
    while (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0) {
      if (info.si_pid != program_.pid()) {
        ::waitpid(info.si_pid, nullptr, 0);
      } else if (const auto status = program_.try_wait(); status && *status) {
        is_exit_told_ = true;
        const bool exited = (*status)->kind == ExitStatus::Kind::exited;
        send({"exit", exited ? "exited" : "signalled", std::to_string((*status)->value)});
      }
      info = {};
    }
  }

  Descriptor channel_;
  Descriptor lifeline_;
  Descriptor children_;
  Process program_;
  TempDir directory_;
  bool is_exit_told_ = false;
  bool is_asked_to_end_ = false;
};

class SupervisorProcess {
 public:
  explicit SupervisorProcess(Descriptor control) : control_(std::move(control)), children_(child_signals()) {
    std::array<int, 2> ends{-1, -1};
    static_cast<void>(::pipe2(ends.data(), O_CLOEXEC));
    lifeline_ = Descriptor(ends[0]);
    lifeline_holder_ = Descriptor(ends[1]);
  }

  void serve() {
    std::array<pollfd, 2> entries{pollfd{control_.get(), POLLIN, 0}, pollfd{children_.get(), POLLIN, 0}};
    while (true) {
      if (::poll(entries.data(), entries.size(), -1) < 0) continue;
      if (entries[1].revents != 0) reap();
      if (entries[0].revents == 0) continue;
      auto message = receive_message(control_);
      if (!message || !*message || (*message)->descriptors.empty()) return;
      open((*message)->descriptors.front());
    }
  }

  void clean_up() {
    lifeline_holder_.close();
    kill_descendants(keepers_);
  }

 private:
  void open(Descriptor& channel) {
    const pid_t pid = ::fork();
    if (pid == 0) run_keeper(std::move(channel), std::move(lifeline_));
    if (pid > 0) {
      keepers_.insert(pid);
    } else {
      static_cast<void>(send_message(channel, error_texts(last_error("fork"))));
    }
  }

  void reap() {
    drain(children_);
    pid_t pid = 0;
    while ((pid = ::waitpid(-1, nullptr, WNOHANG)) > 0) keepers_.erase(pid);
  }

  Descriptor control_;
  Descriptor children_;
  Descriptor lifeline_;
  Descriptor lifeline_holder_;  ///< Its closing, or our death, ends all keepers.
  std::set<pid_t> keepers_;
};

}  // namespace

void run_supervisor(Descriptor control) {
  ::setsid();
  detach("volley-super", {&control});
  SupervisorProcess supervisor(std::move(control));
  supervisor.serve();
  supervisor.clean_up();
  ::_exit(0);
}

void run_keeper(Descriptor channel, Descriptor lifeline) {
  detach("volley-keeper", {&channel, &lifeline});
  Keeper keeper(std::move(channel), std::move(lifeline));
  keeper.serve();
  keeper.clean_up();
  ::_exit(0);
}

}  // namespace volley::target
