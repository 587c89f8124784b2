// SPDX-License-Identifier: Apache-2.0
#include "target/detach.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <initializer_list>

namespace volley::target {
namespace {

void reset_signals() {
  for (int number = 1; number < NSIG; ++number) std::signal(number, SIG_DFL);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTTOU, SIGUSR1, SIGUSR2})
    std::signal(number, SIG_IGN);
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGCHLD);
  ::sigprocmask(SIG_SETMASK, &blocked, nullptr);
}

void close_all_but(std::vector<Descriptor*> keep) {
  for (Descriptor* descriptor : keep) *descriptor = Descriptor(::fcntl(descriptor->get(), F_DUPFD_CLOEXEC, 3));
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int number : {0, 1, 2}) ::dup2(null, number);
  std::ranges::sort(keep, {}, &Descriptor::get);
  unsigned next = 3;
  for (const Descriptor* descriptor : keep) {
    const auto number = static_cast<unsigned>(descriptor->get());
    if (number > next) ::close_range(next, number - 1, 0);
    next = number + 1;
  }
  ::close_range(next, ~0U, 0);
}

}  // namespace

void detach(const char* name, std::vector<Descriptor*> keep) {
  ::prctl(PR_SET_NAME, name);
  reset_signals();
  close_all_but(std::move(keep));
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  static_cast<void>(::chdir("/"));
}

Descriptor child_signals() {
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  return Descriptor(::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
}

void drain(const Descriptor& child_signals) {
  signalfd_siginfo told{};
  while (::read(child_signals.get(), &told, sizeof told) > 0) continue;
}

}  // namespace volley::target
