// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>

namespace volley::bench {

/// The time of one call of `slice`, in seconds.
template <class Slice>
double seconds(Slice& slice) {
  const auto begin = std::chrono::steady_clock::now();
  slice();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Measures two ways of doing the same work in alternating short slices of the same run, so that whatever else the
/// machine does hits both. The fastest slice of each stands for it: noise only adds. Each slice does `operations`
/// operations.
///
/// The benchmark's time is that of our slices (register it with `UseManualTime`). Counters: `ours_ns` and `base_ns`,
/// the nanoseconds of one operation, and `ratio`, ours divided by the baseline: 1.03 means that ours takes 3 % longer.
template <class Ours, class Baseline>
void interleave(benchmark::State& state, std::size_t operations, Ours ours, Baseline baseline) {
  double best_ours = std::numeric_limits<double>::infinity();
  double best_baseline = best_ours;
  bool ours_first = true;
  for ([[maybe_unused]] const auto& iteration : state) {
    double base_time = ours_first ? 0 : seconds(baseline);
    const double our_time = seconds(ours);
    if (ours_first) base_time = seconds(baseline);
    ours_first = !ours_first;
    state.SetIterationTime(our_time);
    best_ours = std::min(best_ours, our_time);
    best_baseline = std::min(best_baseline, base_time);
  }
  const double nanoseconds = 1e9 / static_cast<double>(operations);
  state.counters["ours_ns"] = best_ours * nanoseconds;
  state.counters["base_ns"] = best_baseline * nanoseconds;
  state.counters["ratio"] = best_ours / best_baseline;
}

}  // namespace volley::bench
