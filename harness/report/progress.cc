// SPDX-License-Identifier: Apache-2.0
#include "report/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace volley::report {
namespace {

std::string time_left(const Progress& progress) {
  if (progress.total == 0 || progress.done() == 0 || progress.elapsed < std::chrono::seconds(1)) return {};
  const auto left = static_cast<double>(progress.total - std::min(progress.done(), progress.total));
  const auto each = std::chrono::duration<double>(progress.elapsed).count() / static_cast<double>(progress.done());
  const auto seconds = static_cast<long>(left * each) + 1;
  if (left == 0) return {};
  if (seconds < 100) return fmt::format(", about {} s left", seconds);
  return fmt::format(", about {} min left", (seconds + 30) / 60);
}

}  // namespace

std::string text(const Progress& progress, std::size_t width) {
  const auto of_all = progress.total == 0 ? std::string() : fmt::format("/{}", progress.total);
  const auto known = progress.known == 0 ? std::string() : fmt::format(", {} known", progress.known);
  const std::array parts{fmt::format("[{}{}]", progress.done(), of_all),
                         fmt::format(" {} running", progress.running),
                         fmt::format(", {} passed", progress.passed),
                         fmt::format(", {} failed", progress.failed),
                         known,
                         time_left(progress)};
  std::string line;
  for (const auto& part : parts) {
    if (line.size() + part.size() > width) break;
    line += part;
  }
  return line;
}

}  // namespace volley::report
