// SPDX-License-Identifier: Apache-2.0
#include "program/last_failed.h"

#include <sys/stat.h>

#include <filesystem>
#include <thread>
#include <vector>

#include "program_workspace.h"

namespace volley::test {
namespace {

using program::LastFailed;

std::string scenario_of(const std::string& name, bool passes) {
  return "scenario \"" + name + "\" {\n    expect 1 == " + (passes ? "1" : "2") + "\n}\n";
}

/// A plan that nobody runs, and a case of it.
struct Example {
  plan::Plan plan;
  report::Case one;
  Example(const std::string& name, judge::Outcome outcome) {
    plan.path = one.path = "/somewhere/a.volley";
    plan.name = one.name = name;
    one.plan = &plan;
    one.verdict.outcome = outcome;
  }
  Example(const Example&) = delete;
  Example& operator=(const Example&) = delete;
};

}  // namespace

TEST_CASE("the option --last-failed runs what failed when it last ran, until nothing is left") {
  const Workspace workspace;
  workspace.write("a.volley", scenario_of("good", true) + scenario_of("bad", false));
  workspace.write("b.volley", scenario_of("worse", false));
  CHECK(workspace.volley({"run", "."}).status == exited(1));
  const auto again = workspace.volley({"run", ".", "--last-failed"});
  CHECK(again.out.contains("0 passed, 2 failed, 0 skipped, 0 errors in "));
  CHECK(again.err.empty());
  // However its path is written, and also if only a part of them is chosen.
  workspace.write("b.volley", scenario_of("worse", true));
  const auto one = workspace.volley({"run", workspace.path("b.volley"), "--last-failed"});
  CHECK(one.out.contains("1 passed, 0 failed, 0 skipped, 0 errors in "));
  CHECK(one.status == exited(0));
  workspace.write("a.volley", scenario_of("good", true) + scenario_of("bad", true));
  CHECK(steady(workspace.volley({"run", ".", "--last-failed"}).out) ==
        "ok   a.volley › bad (T)\n1 passed, 0 failed, 0 skipped, 0 errors in T s\n");
  const auto none = workspace.volley({"run", ".", "--last-failed"});
  CHECK(steady(none.out) == "0 passed, 0 failed, 0 skipped, 0 errors in T s\n");
  CHECK(none.err == "volley: --last-failed: none of these failed when it last ran\nvolley: nothing ran\n");
  CHECK(none.status == exited(3));
}

TEST_CASE("what did not run stays as it was, and a run without failures leaves no file") {
  const Workspace workspace;
  workspace.write("a.volley", scenario_of("one", false) + scenario_of("two", false) + scenario_of("three", true));
  workspace.volley({"run", "a.volley:7"});
  CHECK_FALSE(std::filesystem::exists(workspace.path(".state")));
  workspace.volley({"run", "a.volley"});
  workspace.write("a.volley", scenario_of("one", false) + scenario_of("two", true) + scenario_of("three", true));
  workspace.volley({"run", "a.volley", "--last-failed", "--fail-fast", "--jobs", "1"});
  workspace.write("a.volley", scenario_of("one", true) + scenario_of("two", true) + scenario_of("three", true));
  CHECK(steady(workspace.volley({"run", "a.volley", "--last-failed"}).out) ==
        "ok   a.volley › one (T)\nok   a.volley › two (T)\n2 passed, 0 failed, 0 skipped, 0 errors in T s\n");
  struct stat status{};
  REQUIRE(::stat(workspace.path(".state/volley").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
}

TEST_CASE("a file of failures that is damaged, or no file, is no trouble") {
  const Workspace workspace;
  workspace.write("a.volley", scenario_of("bad", false));
  workspace.write(".state/volley/last-failed", "{\x1b]\n\n0123\n" + std::string(32, 'A') + "\n" + std::string(40, 'a'));
  CHECK(workspace.volley({"run", "a.volley", "--last-failed"}).status == exited(3));
  CHECK(workspace.volley({"run", "a.volley"}).status == exited(1));
  CHECK(workspace.volley({"run", "a.volley", "--last-failed"}).status == exited(1));
  CHECK(read_text(workspace.path(".state/volley/last-failed")).size() == 33);
  const auto without =
      workspace.shell("env -u XDG_STATE_HOME -u HOME '" + volley_program() + "' run a.volley --last-failed");
  CHECK(without.err == "volley: --last-failed: neither XDG_STATE_HOME nor HOME says where failures are remembered\n");
  CHECK(without.status == exited(3));
  const auto unwritable = workspace.shell("env XDG_STATE_HOME=/dev/null '" + volley_program() + "' run a.volley");
  CHECK(unwritable.err.empty());
  CHECK(unwritable.status == exited(1));
}

TEST_CASE("volleys that end at the same time lose no failure of each other") {
  const Workspace workspace;
  const auto path = workspace.path("state/last-failed");
  std::vector<std::unique_ptr<Example>> examples;
  for (int i = 0; i < 64; ++i) {
    examples.push_back(std::make_unique<Example>("number " + std::to_string(i), judge::Outcome::failed));
  }
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        for (std::size_t j = i; j < examples.size(); j += 8) {
          if (!LastFailed::update(path, {&examples[j]->one, 1}, false)) std::abort();
        }
      });
    }
  }
  const auto known = LastFailed::read(path);
  REQUIRE(known);
  for (const auto& example : examples) CHECK(known->contains(example->plan));
  CHECK(read_text(path).size() == 64 * 33);
}

TEST_CASE("what counts as a failure to remember depends on --strict, and the oldest are forgotten") {
  using judge::Outcome;
  struct Row {
    Outcome outcome;
    bool is_strict;
    bool is_remembered;
  };
  const Row rows[] = {{Outcome::failed, false, true},  {Outcome::error, false, true},
                      {Outcome::flaky, false, false},  {Outcome::flaky, true, true},
                      {Outcome::passed, true, false},  {Outcome::skipped, true, false},
                      {Outcome::advice, false, false}, {Outcome::information, true, false}};
  for (const auto& row : rows) {
    const Workspace workspace;
    const Example example("s", row.outcome);
    REQUIRE(LastFailed::update(workspace.path("last-failed"), {&example.one, 1}, row.is_strict));
    const auto known = LastFailed::read(workspace.path("last-failed"));
    REQUIRE(known);
    CHECK(known->contains(example.plan) == row.is_remembered);
  }
  const Workspace workspace;
  std::string many;
  for (std::size_t i = 0; i < LastFailed::most; ++i)
    many += std::string(24, '0') + std::to_string(10'000'000 + i) + "\n";
  workspace.write("last-failed", many);
  const Example example("s", Outcome::failed);
  REQUIRE(LastFailed::update(workspace.path("last-failed"), {&example.one, 1}, false));
  CHECK(read_text(workspace.path("last-failed")).size() == many.size());
  CHECK(LastFailed::read(workspace.path("last-failed"))->contains(example.plan));
  CHECK_FALSE(read_text(workspace.path("last-failed")).contains("10000000\n"));
}

}  // namespace volley::test
