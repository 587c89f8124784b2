// SPDX-License-Identifier: Apache-2.0
#include "program/attempts.h"

#include <utility>

namespace volley::program {

bool Attempts::tries_again(report::Case& one, bool is_possible) {
  ++count_;
  const bool again =
      is_possible && !is_ended_badly_ && one.verdict.outcome == judge::Outcome::failed && count_ <= retries_;
  if (again && !first_failure_) first_failure_ = std::move(one);
  return again;
}

report::Case Attempts::conclude(report::Case one) {
  if (first_failure_) {
    auto first = *std::exchange(first_failure_, std::nullopt);
    if (is_ended_badly_) {
      one.is_last_attempt = true;
      one.kept.insert(one.kept.begin(), first.kept.begin(), first.kept.end());
    } else {
      if (one.verdict.outcome == judge::Outcome::passed) first.verdict.outcome = judge::Outcome::flaky;
      one = std::move(first);
    }
    one.attempts = count_;
  }
  count_ = 0;
  is_ended_badly_ = false;
  return one;
}

}  // namespace volley::program
