// SPDX-License-Identifier: Apache-2.0
// volley_paired RUNS COMMAND… -- BASELINE…: times two commands in turns, so that what else the machine does hits both,
// and prints the median of each in milliseconds, their difference and their ratio, and the largest memory that any
// process of them has held. Both must exit with 0.
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>
#include <volley/poller.h>
#include <volley/process.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using volley::Clock;

struct Pair {
  int runs = 0;
  std::vector<std::string> command;
  std::vector<std::string> baseline;
};

std::optional<Pair> read(std::span<char*> arguments) {
  Pair pair;
  if (arguments.size() < 5) return {};
  const std::string_view runs = arguments[1];
  if (std::from_chars(runs.data(), runs.data() + runs.size(), pair.runs).ec != std::errc() || pair.runs < 1) return {};
  auto* into = &pair.command;
  for (const std::string_view argument : arguments.subspan(2)) {
    if (argument == "--" && into == &pair.command) {
      into = &pair.baseline;
    } else {
      into->emplace_back(argument);
    }
  }
  if (pair.command.empty() || pair.baseline.empty()) return {};
  return pair;
}

std::vector<std::string> environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable; ++variable) variables.emplace_back(*variable);
  return variables;
}

/// Milliseconds from before the start to after the end; nullopt if it did not exit with 0.
std::optional<double> time_of(const std::vector<std::string>& command) {
  const auto begin = Clock::now();
  auto process =
      volley::Process::start({.program = command[0], .argv = command, .environment = environment(), .directory = {}});
  if (!process) {
    fmt::print(stderr, "{}\n", to_string(process.error()));
    return {};
  }
  pollfd end{process->pidfd().get(), POLLIN, 0};
  while (::poll(&end, 1, -1) != 1) continue;
  const auto status = process->try_wait();
  const std::chrono::duration<double, std::milli> time = Clock::now() - begin;
  if (!status || !*status || **status != volley::ExitStatus{}) {
    fmt::print(stderr, "{} failed\n", command[0]);
    return {};
  }
  return time.count();
}

double median(std::vector<double> times) {
  std::ranges::nth_element(times, times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2));
  return times[times.size() / 2];
}

}  // namespace

int main(int count, char** arguments) {
  const auto pair = read({arguments, static_cast<std::size_t>(count)});
  if (!pair) {
    fmt::print(stderr, "usage: volley_paired RUNS COMMAND... -- BASELINE...\n");
    return 2;
  }
  std::vector<double> ours;
  std::vector<double> base;
  for (int i = 0; i < pair->runs; ++i) {
    const auto first = time_of(pair->command);
    const auto second = time_of(pair->baseline);
    if (!first || !second) return 1;
    ours.push_back(*first);
    base.push_back(*second);
  }
  const auto [a, b] = std::pair(median(ours), median(base));
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  fmt::print("{:.2f} ms, baseline {:.2f} ms, difference {:.2f} ms, ratio {:.3f}, peak {:.1f} MiB\n", a, b, a - b, a / b,
             static_cast<double>(usage.ru_maxrss) / 1024);
  return 0;
}
