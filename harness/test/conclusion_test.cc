// SPDX-License-Identifier: Apache-2.0
#include "program/conclusion.h"

#include "compiled.h"
#include "vary/variation.h"

namespace volley::test {
namespace {

using engine::Reason;
using judge::Outcome;

/// A case of the variation `split` whose run, which was cut, ended so.
report::Case ended(Reason reason, std::string_view properties = {}, bool ended_badly = false) {
  static const std::vector<std::string> split{"split"};
  const auto compiled =
      compile_steps("listen l tcp\nconnect a tcp l\naccept b from l\na > \"hi\"\nb < \"hi\"", properties);
  const auto plans = vary::expand(compiled.plan(), split);
  REQUIRE(plans.size() == 1);
  engine::Trace trace;
  trace.stop.reason = reason;
  trace.stop.step = 4;
  trace.done.resize(plans[0].steps.size());
  report::Case one;
  one.plan = &plans[0];
  one.source = &compiled.source;
  const program::CaseRuns runs(plans[0], {});
  auto done = program::concluded(std::move(one), std::move(trace), runs, ended_badly, Outcome::passed);
  done.plan = nullptr;
  done.source = nullptr;
  return done;
}

}  // namespace

TEST_CASE("only of what a peer did it is told what a variation had to do with it") {
  const std::string difference = "passes whole, fails before anything is cut (run 1)";
  CHECK(ended(Reason::timeout).difference == difference);
  CHECK(ended(Reason::timeout, "level should").difference == difference);
  CHECK(ended(Reason::none).difference.empty());
  const auto interrupted = ended(Reason::interrupted);
  CHECK(interrupted.verdict.outcome == Outcome::skipped);
  CHECK(interrupted.difference.empty());
  const auto refused = ended(Reason::system);
  CHECK(refused.verdict.outcome == Outcome::error);
  CHECK(refused.difference.empty());
}

TEST_CASE("no level allows that a server ends badly") {
  CHECK(ended(Reason::timeout, "level should").verdict.outcome == Outcome::advice);
  CHECK(ended(Reason::timeout, "level should", true).verdict.outcome == Outcome::failed);
  CHECK(ended(Reason::system, "level should", true).verdict.outcome == Outcome::error);
}

TEST_CASE("strictness makes failures of advice and of deviations that have vanished") {
  CHECK(program::settled(Outcome::advice, true) == Outcome::failed);
  CHECK(program::settled(Outcome::vanished, true) == Outcome::failed);
  CHECK(program::settled(Outcome::known, true) == Outcome::known);
  CHECK(program::settled(Outcome::information, true) == Outcome::information);
  CHECK(program::settled(Outcome::advice, false) == Outcome::advice);
}

}  // namespace volley::test
