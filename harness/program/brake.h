// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mutex>
#include <optional>
#include <string>

#include "judge/verdict.h"

namespace volley::program {

/// Whether a case of this outcome makes the run a failure (exit status 1 or 3); `is_strict` as with --strict.
inline bool fails_run(judge::Outcome outcome, bool is_strict) {
  using judge::Outcome;
  if (outcome == Outcome::failed || outcome == Outcome::error) return true;
  return is_strict && (outcome == Outcome::skipped || outcome == Outcome::flaky);
}

/// Stops a run after its first failure: what has begun goes on, what has not is skipped. Any thread.
class Brake {
 public:
  /// Remembers the first case for which it is pulled.
  void pull(std::string identity) {
    const std::lock_guard lock(mutex_);
    if (!cause_) cause_ = std::move(identity);
  }
  /// The case for which it was pulled, if it was.
  std::optional<std::string> cause() const {
    const std::lock_guard lock(mutex_);
    return cause_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<std::string> cause_;
};

}  // namespace volley::program
