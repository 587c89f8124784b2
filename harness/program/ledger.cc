// SPDX-License-Identifier: Apache-2.0
#include "program/ledger.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "report/place.h"

namespace volley::program {
namespace {

/// What orders the cases of targets: where a target stands, its name, and what it has done.
std::tuple<std::size_t, std::string, std::string> what_is_wrong(const report::Case& one) {
  return {one.line, one.name, report::reason_of(one)};
}

}  // namespace

Ledger::Ledger(const Suite& suite, const std::vector<Lane>& lanes, Printing printing, Print print, Watch watch)
    : printing_(printing),
      print_(std::move(print)),
      watch_(std::move(watch)),
      cases_(suite.members.size()),
      has_begun_(suite.members.size()),
      files_(suite.files.size()) {
  for (std::size_t i = 0; i < suite.members.size(); ++i) files_[suite.members[i].file].end = i + 1;
  for (const auto& lane : lanes) ++files_[lane.file].open_lanes;
}

void Ledger::begin(std::size_t member) {
  {
    const std::lock_guard lock(mutex_);
    if (has_begun_[member]) return;
    has_begun_[member] = true;
  }
  if (watch_.begun) watch_.begun();
}

void Ledger::add(std::size_t member, report::Case one) {
  const auto outcome = one.verdict.outcome;
  bool had_begun = false;
  {
    const std::lock_guard lock(mutex_);
    cases_[member] = std::move(one);
    had_begun = has_begun_[member];
  }
  if (watch_.ended) watch_.ended(outcome, had_begun);
  changed_.notify_all();
  if (printing_ == Printing::at_once) print_ready();
}

void Ledger::add_target(std::size_t file, report::Case one) {
  const std::lock_guard lock(mutex_);
  files_[file].targets.push_back(std::move(one));
}

void Ledger::end_lane(std::size_t file) {
  {
    const std::lock_guard lock(mutex_);
    --files_[file].open_lanes;
  }
  changed_.notify_all();
  if (printing_ == Printing::at_once) print_ready();
}

void Ledger::end_worker() {
  {
    const std::lock_guard lock(mutex_);
    ++ended_workers_;
  }
  changed_.notify_all();
}

bool Ledger::has_turn() const {
  if (file_ == files_.size()) return false;
  const auto& file = files_[file_];
  return member_ < file.end ? cases_[member_].has_value() : file.open_lanes == 0;
}

std::vector<report::Case> Ledger::take_turns() {
  std::vector<report::Case> batch;
  while (has_turn()) {
    auto& file = files_[file_];
    if (member_ < file.end) {
      batch.push_back(*std::exchange(cases_[member_++], std::nullopt));
      continue;
    }
    std::ranges::sort(file.targets, {}, what_is_wrong);  // they came as lanes ended
    for (auto& target : file.targets) batch.push_back(std::move(target));
    ++file_;
  }
  return batch;
}

void Ledger::print_ready() {
  std::unique_lock lock(mutex_);
  auto batch = take_turns();
  lock.unlock();
  for (auto& one : batch) {
    print_(one);
    if (one.verdict.outcome == judge::Outcome::passed) one.trace = {};
    printed_.push_back(std::move(one));
  }
}

void Ledger::print_until_ended(std::size_t workers) {
  bool all_ended = false;
  while (!all_ended) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return ended_workers_ == workers || has_turn(); });
      all_ended = ended_workers_ == workers;
    }
    print_ready();
  }
}

std::vector<report::Case> Ledger::finish(const std::function<report::Case(std::size_t)>& substitute) {
  for (auto& file : files_) file.open_lanes = 0;
  for (std::size_t member = member_; member < cases_.size(); ++member) {
    if (!cases_[member]) cases_[member] = substitute(member);
  }
  print_ready();
  return std::move(printed_);
}

}  // namespace volley::program
