// SPDX-License-Identifier: Apache-2.0
#include "program/lane.h"

#include "catch.h"
#include "program/seed.h"

namespace volley::program {
namespace {

plan::Plan scenario(std::vector<std::string> targets, bool is_fresh = false) {
  plan::Plan plan;
  plan.targets = std::move(targets);
  plan.fresh = is_fresh;
  return plan;
}

/// A suite of all scenarios of some files.
Suite suite_of(std::vector<std::vector<plan::Plan>> files) {
  Suite suite;
  for (auto& plans : files) {
    for (std::size_t i = 0; i < plans.size(); ++i) suite.members.push_back({suite.files.size(), i});
    suite.files.push_back({{}, std::move(plans), {}, {}});
  }
  return suite;
}

using Lanes = std::vector<Lane>;

}  // namespace

TEST_CASE("scenarios of a file that share a target are one lane, in order") {
  const auto suite = suite_of({{scenario({"redis"}), scenario({"nginx"}), scenario({"redis"})}});
  CHECK(lanes(suite) == Lanes{{0, {0, 2}}, {0, {1}}});
}

TEST_CASE("files share no instance, whatever their targets are called") {
  const auto suite = suite_of({{scenario({"redis"})}, {scenario({"redis"})}});
  CHECK(lanes(suite) == Lanes{{0, {0}}, {1, {1}}});
}

TEST_CASE("a scenario without a target and a fresh one are lanes of their own") {
  const auto suite =
      suite_of({{scenario({}), scenario({"redis"}), scenario({"redis"}, true), scenario({}), scenario({"redis"})}});
  CHECK(lanes(suite) == Lanes{{0, {0}}, {0, {1, 4}}, {0, {2}}, {0, {3}}});
}

TEST_CASE("a scenario that uses two targets joins their lanes") {
  const auto suite =
      suite_of({{scenario({"a"}), scenario({"b"}), scenario({"c"}), scenario({"b", "a"}), scenario({"b"})}});
  CHECK(lanes(suite) == Lanes{{0, {0, 1, 3, 4}}, {0, {2}}});
}

TEST_CASE("a scenario and its variations are one lane, though it has no target, or is fresh") {
  const auto varied = [](plan::Plan plan, std::size_t line, std::string variation) {
    plan.line = line;
    plan.variation = std::move(variation);
    return plan;
  };
  const auto suite =
      suite_of({{varied(scenario({}), 1, ""), varied(scenario({}), 1, "segment"), varied(scenario({}), 1, "split"),
                 varied(scenario({"a"}, true), 9, ""), varied(scenario({"a"}, true), 9, "split"),
                 varied(scenario({}), 20, "split"), varied(scenario({}), 20, "repeat")}});
  CHECK(lanes(suite) == Lanes{{0, {0, 1, 2}}, {0, {3, 4}}, {0, {5, 6}}});
}

TEST_CASE("a case's seed depends on the run's seed and the identity alone") {
  CHECK(case_seed(0, "a.volley › one") == case_seed(0, "a.volley › one"));
  CHECK(case_seed(0, "a.volley › one") != case_seed(1, "a.volley › one"));
  CHECK(case_seed(0, "a.volley › one") != case_seed(0, "a.volley › two"));
  // A report names its seed for years: these may never change.
  CHECK(case_seed(0, "") == 0x813f0174a2367c13);
  CHECK(case_seed(7, "a.volley › one") == 0x91d7f47d8338bbef);
}

}  // namespace volley::program
