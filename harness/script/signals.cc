// SPDX-License-Identifier: Apache-2.0
#include "script/signals.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

namespace volley::script {
namespace {

using Named = std::pair<std::string_view, int>;
// POSIX.1-2017 XBD <signal.h>, and SIGWINCH.
constexpr std::array signals{
    Named{"abrt", SIGABRT}, Named{"alrm", SIGALRM},  Named{"bus", SIGBUS},   Named{"fpe", SIGFPE},
    Named{"hup", SIGHUP},   Named{"ill", SIGILL},    Named{"int", SIGINT},   Named{"kill", SIGKILL},
    Named{"pipe", SIGPIPE}, Named{"quit", SIGQUIT},  Named{"segv", SIGSEGV}, Named{"sys", SIGSYS},
    Named{"term", SIGTERM}, Named{"trap", SIGTRAP},  Named{"usr1", SIGUSR1}, Named{"usr2", SIGUSR2},
    Named{"xcpu", SIGXCPU}, Named{"xfsz", SIGXFSZ},  Named{"stop", SIGSTOP}, Named{"cont", SIGCONT},
    Named{"chld", SIGCHLD}, Named{"winch", SIGWINCH}};

}  // namespace

std::optional<int> signal_number(std::string_view name) {
  const auto found = std::ranges::find(signals, name, &Named::first);
  return found == signals.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string_view> signal_names() {
  std::vector<std::string_view> names;
  for (const auto& [name, number] : signals) names.push_back(name);
  return names;
}

}  // namespace volley::script
