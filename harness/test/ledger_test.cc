// SPDX-License-Identifier: Apache-2.0
#include "program/ledger.h"

#include <thread>

#include "catch.h"

namespace volley::program {
namespace {

report::Case named(std::string name) {
  report::Case one;
  one.name = std::move(name);
  one.trace.arena = "bytes";
  return one;
}

/// Two files, the first with two scenarios in one lane, the second with one.
struct Example {
  Suite suite;
  std::vector<Lane> lanes{{0, {0, 1}}, {1, {2}}};
  std::vector<std::string> printed;

  Example() {
    suite.files.resize(2);
    suite.members = {{0, 0}, {0, 1}, {1, 0}};
  }
  Ledger::Print print() {
    return [this](const report::Case& one) { printed.push_back(one.name); };
  }
};

using Names = std::vector<std::string>;

report::Case missing(std::size_t member) {
  return named("missing " + std::to_string(member));
}

}  // namespace

TEST_CASE("a Ledger prints cases in order, whatever ends first") {
  Example example;
  Ledger ledger(example.suite, example.lanes, Ledger::Printing::at_once, example.print());
  ledger.add(2, named("third"));
  ledger.end_lane(1);
  CHECK(example.printed.empty());
  ledger.add(0, named("first"));
  CHECK(example.printed == Names{"first"});
  ledger.add(1, named("second"));
  CHECK(example.printed == Names{"first", "second"});
  ledger.add_target(0, named("target"));
  ledger.end_lane(0);
  CHECK(example.printed == Names{"first", "second", "target", "third"});
  CHECK(ledger.finish(missing).size() == 4);
}

TEST_CASE("a Ledger prints targets in the order of lines, whichever lane ends first") {
  Example example;
  example.lanes = {{0, {0}}, {0, {1}}};
  example.suite.members.pop_back();
  Ledger ledger(example.suite, example.lanes, Ledger::Printing::at_once, example.print());
  ledger.add(0, named("first"));
  ledger.add(1, named("second"));
  const auto target = [](std::size_t line, std::string name) {
    auto one = named(std::move(name));
    one.line = line;
    return one;
  };
  ledger.add_target(0, target(10, "last"));
  ledger.add_target(0, target(9, "d"));
  ledger.end_lane(0);
  ledger.add_target(0, target(9, "c"));
  ledger.end_lane(0);
  CHECK(example.printed == Names{"first", "second", "c", "d", "last"});
}

TEST_CASE("a Ledger keeps the traces of failures only") {
  Example example;
  Ledger ledger(example.suite, example.lanes, Ledger::Printing::at_once, example.print());
  ledger.add(0, named("passed"));
  auto failed = named("failed");
  failed.verdict.outcome = judge::Outcome::failed;
  ledger.add(1, std::move(failed));
  const auto cases = ledger.finish(missing);
  REQUIRE(cases.size() == 3);
  CHECK(cases[0].trace.arena.empty());
  CHECK(cases[1].trace.arena == "bytes");
}

TEST_CASE("a Ledger gives members without a case a substitute") {
  Example example;
  Ledger ledger(example.suite, example.lanes, Ledger::Printing::at_once, example.print());
  ledger.add(1, named("second"));
  CHECK(ledger.finish(missing).size() == 3);
  CHECK(example.printed == Names{"missing 0", "second", "missing 2"});
}

TEST_CASE("a Ledger prints on one thread what others add") {
  Example example;
  Ledger ledger(example.suite, example.lanes, Ledger::Printing::elsewhere, example.print());
  std::jthread second([&] {
    ledger.add(2, named("third"));
    ledger.end_lane(1);
    ledger.end_worker();
  });
  std::jthread first([&] {
    ledger.add(0, named("first"));
    ledger.add(1, named("second"));
    ledger.end_lane(0);
    ledger.end_worker();
  });
  ledger.print_until_ended(2);
  CHECK(example.printed == Names{"first", "second", "third"});
}

}  // namespace volley::program
