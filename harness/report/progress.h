// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>

#include "report/case.h"

namespace volley::report {

/// How far a run has come.
struct Progress {
  std::size_t total = 0;
  std::size_t running = 0;
  std::size_t passed = 0;
  std::size_t failed = 0;  ///< Errors too.
  std::size_t known = 0;   ///< Deviations.
  std::size_t others = 0;  ///< Skipped, advice, information.
  nanoseconds elapsed{};

  std::size_t done() const { return passed + failed + known + others; }
};

/// One line without its end, at most `width` columns wide: `[3/96] 4 running, 2 passed, 1 failed, about 8 s left`. What
/// has no room is left out, the time first. The time left is a guess from the cases so far, once there is one and a
/// second has passed.
std::string text(const Progress& progress, std::size_t width);

}  // namespace volley::report
