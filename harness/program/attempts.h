// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>

#include "report/case.h"

namespace volley::program {

/// The attempts at one scenario (`--retries`), and the one case that is told of all of them.
class Attempts {
 public:
  /// `retries`: how often a scenario that failed is tried again.
  explicit Attempts(std::size_t retries) : retries_(retries) {}

  /// Whether none has ended yet.
  bool is_first() const { return count_ == 0; }
  /// In the attempt that is ending a server died or reported an error: that is never flaky, and no other follows.
  void end_badly() { is_ended_badly_ = true; }
  /// Whether what the attempt that is ending came to will be told, if it is a failure.
  bool is_told() const { return !first_failure_ || is_ended_badly_; }
  /// Counts an attempt that has ended. True if another is due, and `is_possible`: then the case is kept until then.
  bool tries_again(report::Case& one, bool is_possible);
  /// What is told in the end, when nothing is tried again after `one`. The next attempt is the first of another
  /// scenario.
  report::Case conclude(report::Case one);

 private:
  std::size_t retries_;
  std::size_t count_ = 0;                      // of those that have ended,
  std::optional<report::Case> first_failure_;  // and the first of them, if it failed and there was another
  bool is_ended_badly_ = false;
};

}  // namespace volley::program
