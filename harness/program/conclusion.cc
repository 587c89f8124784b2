// SPDX-License-Identifier: Apache-2.0
#include "program/conclusion.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "judge/verdict.h"
#include "program/one_case.h"

namespace volley::program {
namespace {

using engine::Reason;
using judge::Outcome;

/// After a run that did not pass: a crash closes sockets before the process is reaped.
constexpr int dying_ms = 100;

/// After one that passed: short, since a server may well close a connection and live.
constexpr int parting_ms = 20;

/// The same if another run follows, of which there may be many.
constexpr int passing_ms = 2;

/// Whether the other end of some connection went away in a run that passed, which is how a crash looks from outside.
bool saw_an_end(const engine::Trace& trace) {
  using Kind = engine::Event::Kind;
  return std::ranges::any_of(trace.events, [](const engine::Event& event) {
    return event.kind == Kind::ended || event.kind == Kind::was_reset || event.kind == Kind::refused ||
           event.kind == Kind::cut_off;
  });
}

/// Whether a run may have ended so because a target was about to die.
bool may_be_death(Reason reason) {
  return reason == Reason::unexpected_eof || reason == Reason::unexpected_reset || reason == Reason::unexpected_end ||
         reason == Reason::refused || reason == Reason::call_failed || reason == Reason::not_taken ||
         reason == Reason::left_over;
}

std::vector<report::TargetEnd> ends_of_programs(const plan::Plan& plan, const engine::Trace& trace) {
  std::vector<report::TargetEnd> ends;
  for (const auto& program : trace.programs) {
    const auto status = program.status ? to_string(*program.status) : std::string();
    ends.push_back({plan.peers[program.peer].name, status, program.errors});
  }
  return ends;
}

/// Whether somebody did something else than the scenario says.
bool is_departure(Outcome outcome) {
  return outcome == Outcome::failed || outcome == Outcome::advice || outcome == Outcome::information ||
         outcome == Outcome::known;
}

}  // namespace

int patience_after(const engine::Trace& trace, const CaseRuns& runs) {
  if (trace.stop.reason != Reason::none) return may_be_death(trace.stop.reason) ? dying_ms : 0;
  if (!saw_an_end(trace)) return 0;
  return runs.is_last() ? parting_ms : passing_ms;
}

report::Case concluded(report::Case one, engine::Trace trace, const CaseRuns& runs, bool ended_badly,
                       std::optional<Outcome> as_written) {
  one.verdict = judge::judge(runs.plan(), trace, *one.source);
  if (ended_badly && is_departure(one.verdict.outcome)) one.verdict.outcome = Outcome::failed;
  one.programs = ends_of_programs(runs.plan(), trace);
  one.duration = trace.duration;
  if (trace.stop.reason == Reason::interrupted) one = skipped(std::move(one), "interrupted");
  one.trace = std::move(trace);
  if (is_departure(one.verdict.outcome)) one.difference = runs.difference(one, as_written);
  return one;
}

Outcome settled(Outcome outcome, bool is_strict) {
  const bool is_stricter = outcome == Outcome::advice || outcome == Outcome::vanished;
  return is_strict && is_stricter ? Outcome::failed : outcome;
}

}  // namespace volley::program
