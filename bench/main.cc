// SPDX-License-Identifier: Apache-2.0
// volley_microbench: all microbenchmarks in one program, pinned to one core, because a wandering process measures the
// scheduler.
#include <benchmark/benchmark.h>
#include <sched.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace {

/// Pins this process to the last core that it may use; the first one gets most of a machine's interrupts. Says what it
/// did.
std::string pin_to_one_core() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return std::string("not pinned: ") + std::strerror(errno);
  int last = CPU_SETSIZE - 1;
  while (!CPU_ISSET(last, &allowed)) --last;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(last, &one);
  if (sched_setaffinity(0, sizeof one, &one) != 0) return std::string("not pinned: ") + std::strerror(errno);
  return "pinned to core " + std::to_string(last);
}

}  // namespace

int main(int count, char** arguments) {
  benchmark::AddCustomContext("volley_build_type", VOLLEY_BUILD_TYPE);
  benchmark::AddCustomContext("volley_compiler", VOLLEY_COMPILER);
  benchmark::AddCustomContext("volley_core", pin_to_one_core());
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
  const std::size_t run = benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return run > 0 ? 0 : 1;
}
