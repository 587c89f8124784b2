// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "program/lane.h"
#include "program/suite.h"
#include "report/case.h"

namespace volley::program {

/// Takes cases as they are finished, by any thread, and hands them on in the order of path and line; what is wrong with
/// a file's targets comes after its scenarios, when its lanes have ended, in the order of lines. So a report does not
/// depend on what ran first.
class Ledger {
 public:
  using Print = std::function<void(const report::Case&)>;
  /// Is told at once, by any thread, that a case begins to run, and that it has ended: whether it had begun.
  struct Watch {
    std::function<void()> begun;
    std::function<void(judge::Outcome, bool)> ended;
  };
  /// Who prints: whoever adds, or one thread that calls `print_until_ended`.
  enum class Printing : std::uint8_t { at_once, elsewhere };

  /// `print` is called once for each case, in order, never by two threads at once.
  Ledger(const Suite& suite, const std::vector<Lane>& lanes, Printing printing, Print print, Watch watch = {});

  /// The case runs now.
  void begin(std::size_t member);

  void add(std::size_t member, report::Case one);
  void add_target(std::size_t file, report::Case one);
  void end_lane(std::size_t file);
  /// One of those who add cases has ended.
  void end_worker();

  /// Prints cases as they get their turn, until `workers` have ended.
  void print_until_ended(std::size_t workers);
  /// When all workers have ended: all cases in order. Those that passed have lost their traces. A member without a
  /// case, as after the failure of a loop, gets one from `substitute`.
  std::vector<report::Case> finish(const std::function<report::Case(std::size_t)>& substitute);

 private:
  struct File {
    std::size_t end = 0;  ///< One past its last member.
    std::size_t open_lanes = 0;
    std::vector<report::Case> targets;
  };
  bool has_turn() const;
  std::vector<report::Case> take_turns();
  void print_ready();

  const Printing printing_;
  const Print print_;
  const Watch watch_;
  std::vector<report::Case> printed_;  // by the printing thread only

  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::vector<std::optional<report::Case>> cases_;  // by member, until they have their turn
  std::vector<bool> has_begun_;                     // by member
  std::vector<File> files_;
  std::size_t file_ = 0;  // whose turn it is
  std::size_t member_ = 0;
  std::size_t ended_workers_ = 0;
};

}  // namespace volley::program
