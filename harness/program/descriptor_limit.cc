// SPDX-License-Identifier: Apache-2.0
#include "program/descriptor_limit.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

#include "plan/descriptors.h"
#include "vary/variation.h"

namespace volley::program {
namespace {

/// For files, event loops and targets.
constexpr std::uint64_t own_descriptors = 64;

/// How many runs of a plan are under way at once, at most.
std::uint64_t most_at_once(const plan::Plan& plan) {
  const auto runs = vary::runs_of(plan, {}).runs;
  return std::ranges::max_element(runs, {}, &vary::Run::at_once)->at_once;
}

}  // namespace

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
  limit.rlim_cur = limit.rlim_max;
  // Refused, it stays as it is, and `lacks_descriptors` looks at that.
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
}

std::optional<std::string> lacks_descriptors(const plan::Plan& plan) {
  rlimit limit{};
  const auto needed = plan::descriptors_needed(plan) * most_at_once(plan);
  if (::getrlimit(RLIMIT_NOFILE, &limit) < 0 || needed + own_descriptors <= limit.rlim_cur) return {};
  return fmt::format(
      "needs {} descriptors at once, {} of them for volley itself, and this process may have {}: raise the hard limit "
      "(ulimit -Hn)",
      needed + own_descriptors, own_descriptors, limit.rlim_cur);
}

std::optional<std::string> lacks_own_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) < 0 || own_descriptors <= limit.rlim_max) return {};
  return fmt::format(
      "a run needs {} descriptors for volley itself, and this process may have {}: raise the hard limit (ulimit -Hn)",
      own_descriptors, limit.rlim_max);
}

}  // namespace volley::program
