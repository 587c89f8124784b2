// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

namespace volley::report {

/// The bytes of a stream that the trace has, by where they begin: of what was sent and of what was received, which may
/// have kept other parts of it. No two runs of them touch.
class Kept {
 public:
  using Runs = std::map<std::uint64_t, std::string>;

  void add(std::uint64_t begin, std::string_view bytes) {
    if (bytes.empty()) return;
    auto run = before(begin);
    if (run == runs_.end() || end_of(*run) < begin) run = runs_.emplace(begin, std::string()).first;
    append(run, begin, bytes);
    for (auto next = std::next(run); next != runs_.end() && next->first <= end_of(*run); next = runs_.erase(next)) {
      append(run, next->first, next->second);
    }
  }

  /// Calls `show(begin, bytes)` for each run of [begin, end) that it has.
  template <class Show>
  void for_each(std::uint64_t begin, std::uint64_t end, const Show& show) const {
    auto run = before(begin);
    if (run == runs_.end() || end_of(*run) <= begin) run = runs_.upper_bound(begin);
    for (; run != runs_.end() && run->first < end; ++run) {
      const auto first = std::max(begin, run->first);
      const auto last = std::min(end, end_of(*run));
      if (first < last) show(first, std::string_view(run->second).substr(first - run->first, last - first));
    }
  }

 private:
  static std::uint64_t end_of(const Runs::value_type& run) { return run.first + run.second.size(); }

  /// The last run that begins at or before a place, or none.
  static auto before(auto& runs, std::uint64_t begin) {
    const auto after = runs.upper_bound(begin);
    return after == runs.begin() ? runs.end() : std::prev(after);
  }
  Runs::iterator before(std::uint64_t begin) { return before(runs_, begin); }
  Runs::const_iterator before(std::uint64_t begin) const { return before(runs_, begin); }

  /// Precondition: `begin` is in the run or at its end.
  static void append(Runs::iterator run, std::uint64_t begin, std::string_view bytes) {
    const auto known = end_of(*run) - begin;
    if (known < bytes.size()) run->second += bytes.substr(known);
  }

  Runs runs_;
};

}  // namespace volley::report
