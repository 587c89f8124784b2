// SPDX-License-Identifier: Apache-2.0
// What runs again, in which order, and when it stops: --retries, --repeat, --shuffle, --fail-fast.
#include <fmt/format.h>
#include <re2/re2.h>
#include <volley/listen_socket.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <span>

#include "program/shuffle.h"
#include "program_workspace.h"
#include "report_readers.h"

namespace volley::test {
namespace {

std::string scenario_of(std::string_view name, std::string_view steps) {
  return fmt::format("scenario \"{}\" {{\n    {}\n}}\n", name, steps);
}
const std::string good = "expect 1 == 1";
const std::string bad = "expect 1 == 2";

/// A server that says `no` to as many connections as `refusals`, and `ok` to the others.
std::string moody_target(int refusals) {
  return fmt::format(R"pl(target moody {{
    run   "perl" "-e" "use IO::Socket::INET; $| = 1; my $l = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1:${{port}}') or die; print qq(ready\n); my $n = 0; while (my $c = $l->accept) {{ print $c (++$n > {} ? 'ok' : 'no') }}"
    ready output ~ /ready/
}}
)pl",
                     refusals);
}
const std::string asks = "connect c tcp moody\n    c < \"ok\"\n    c < eof";

/// The words of the cases in their order, `FAIL` or `ok` with the names, and the summary.
std::string gist(const std::string& out) {
  std::string text;
  re2::StringPiece rest(out);
  std::string word;
  std::string name;
  while (RE2::FindAndConsume(&rest, R"((?m)^(ok|skip|FAIL|FLAKY|ADVICE|INFO|ERROR) +\S+ › (.*?)(?: \(|: |$))", &word,
                             &name)) {
    text += fmt::format("{} {}\n", word, name);
  }
  const auto summary = steady(out);
  return text + summary.substr(summary.rfind('\n', summary.size() - 2) + 1);
}

}  // namespace

TEST_CASE("a case that passes only when it is tried again is flaky, and shows its first failure") {
  const Workspace workspace;
  workspace.write("a.volley", moody_target(1) + scenario_of("asks", asks));
  const auto run = workspace.volley({"run", "a.volley", "--retries", "2", "--report", "junit=out.xml", "--report",
                                     "json=out.jsonl", "--report", "tap=out.tap", "--report", "github=out.txt"});
  CHECK(steady(run.out) == R"(FLAKY a.volley › asks (T): passed at attempt 2, the first one failed:
a.volley:7:9: byte 0 differs: expected 'o' (0x6f), received 'n' (0x6e)
    c < "ok"
        ^~~~
  expected  "ok"
  received  "no"
             ^ byte 0
  what happened:
    T  connect c tcp 127.0.0.1:PORT
    T  c < "no"  # stopped here
  repeat: volley run a.volley:5 --seed 0
0 passed, 0 failed, 0 skipped, 0 errors, 1 flaky in T s
)");
  CHECK(run.err.empty());
  CHECK(run.status == exited(0));
  const auto xml = read_text(workspace.path("out.xml"));
  CHECK(xml.contains("tests=\"1\" failures=\"0\" errors=\"0\""));
  CHECK(xml.contains(" type=\"flaky\">FLAKY a.volley › asks"));
  CHECK(read_json_lines(workspace.path("out.jsonl")) == "flaky\ta.volley › asks\n");
  const auto json = read_text(workspace.path("out.jsonl"));
  CHECK(json.contains("\"round\":null,\"attempts\":2,"));
  CHECK(json.contains("\"flaky\":1,\"known\":0,\"vanished\":0,\"rounds\":1,"));
  const auto tap = read_text(workspace.path("out.tap"));
  CHECK(tap.starts_with("TAP version 14\nok 1 - a.volley › asks\n  ---\n"));
  CHECK(tap.contains("  severity: \"flaky\"\n  attempts: 2\n"));
  CHECK(read_commands(read_text(workspace.path("out.txt"))) ==
        "warning\ta.volley\t7\ta.volley › asks\tbyte 0 differs: expected 'o' (0x6f), received 'n' (0x6e)\n");
  const auto strict = workspace.volley({"run", "a.volley", "--retries", "2", "--strict"});
  CHECK(gist(strict.out) == "FLAKY asks\n0 passed, 0 failed, 0 skipped, 0 errors, 1 flaky in T s\n");
  CHECK(strict.status == exited(1));
}

TEST_CASE("a case that never passes fails once, and says how often it was tried") {
  struct Row {
    int refusals;
    const char* retries;
    std::string_view begin;
    int status;
  };
  const Row rows[] = {
      {1, "0", "FAIL a.volley › asks (T)\na.volley:7:9: ", 1},
      {2, "1", "FAIL a.volley › asks (T): tried 2 times, the first time so:\na.volley:7:9: ", 1},
      {2, "2", "FLAKY a.volley › asks (T): passed at attempt 3, the first one failed:\na.volley:7:9: ", 0},
      {0, "2", "ok   a.volley › asks (T)\n", 0},
  };
  for (const auto& row : rows) {
    CAPTURE(row.begin);
    const Workspace workspace;
    workspace.write("a.volley", moody_target(row.refusals) + scenario_of("asks", asks));
    const auto run = workspace.volley({"run", "a.volley", "--retries", row.retries});
    CHECK(steady(run.out).starts_with(row.begin));
    CHECK(std::ranges::count(run.out, '\n') == (row.refusals == 0 ? 2 : 12));
    CHECK(run.status == exited(row.status));
  }
}

TEST_CASE("a fresh scenario that is tried again gets a new instance, and advice is not tried again") {
  const Workspace workspace;
  workspace.write("a.volley", moody_target(1) + scenario_of("alone", "fresh\n    " + asks) +
                                  scenario_of("should", "level should\n    " + asks));
  const auto run = workspace.volley({"run", "a.volley", "--retries", "3"});
  CHECK(steady(run.out).starts_with("FAIL a.volley › alone (T): tried 4 times, the first time so:\n"));
  CHECK(steady(run.out).contains("ADVICE a.volley › should (T)\n"));
}

TEST_CASE("a server that dies is never flaky, whatever comes after it") {
  struct Row {
    const char* answers;  // of the server, by connection: an expression of perl that prints or kills
    std::string_view begin;
  };
  const Row rows[] = {
      {"kill(11, $$)", "FAIL a.volley › asks (T)\n"},
      {"$n == 2 ? kill(11, $$) : print $c ($n > 2 ? 'ok' : 'no')",
       "FAIL a.volley › asks (T): tried 2 times, the last time so:\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.answers);
    const Workspace workspace;
    workspace.write("a.volley", fmt::format(R"pl(target moody {{
    run   "perl" "-e" "use IO::Socket::INET; $| = 1; my $l = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1:${{port}}') or die; print qq(ready\n); my $n = 0; while (my $c = $l->accept) {{ ++$n; {} }}"
    ready output ~ /ready/
}}
)pl",
                                            row.answers) +
                                    scenario_of("asks", asks));
    const auto run = workspace.volley({"run", "a.volley", "--retries", "5"});
    CHECK(steady(run.out).starts_with(row.begin));
    CHECK(run.out.contains("moody was killed by SIGSEGV"));
    CHECK(run.status == exited(1));
  }
}

TEST_CASE("the option --fail-fast leaves a case that is under way its retries") {
  const Workspace workspace;
  workspace.write("a.volley", moody_target(1) + scenario_of("asks", "wait 300ms\n    " + asks));
  workspace.write("b.volley", scenario_of("fails", bad));
  const auto run = workspace.volley({"run", ".", "--fail-fast", "--retries", "1", "--jobs", "2"});
  CHECK(gist(run.out) == "FLAKY asks\nFAIL fails\n0 passed, 1 failed, 0 skipped, 0 errors, 1 flaky in T s\n");
}

TEST_CASE("a run of several rounds tells the cases of each, and counts them all") {
  const Workspace workspace;
  workspace.write("a.volley", moody_target(1) + scenario_of("asks", asks) + scenario_of("again", asks));
  const auto run = workspace.volley({"run", "a.volley", "--repeat", "2", "--report", "junit=out.xml", "--report",
                                     "json=out.jsonl", "--report", "tap=out.tap"});
  CHECK(gist(run.out) ==
        "FAIL asks [round 1]\nok again [round 1]\nFAIL asks [round 2]\nok again [round 2]\n"
        "2 passed, 2 failed, 0 skipped, 0 errors, 2 rounds in T s\n");
  CHECK(run.out.contains("  repeat: volley run a.volley:5 --seed 0\n"));
  CHECK(read_json_lines(workspace.path("out.jsonl")) ==
        "failed\ta.volley › asks [round 1]\npassed\ta.volley › again [round 1]\n"
        "failed\ta.volley › asks [round 2]\npassed\ta.volley › again [round 2]\n");
  CHECK(read_text(workspace.path("out.tap")).ends_with("ok 4 - a.volley › again [round 2]\n1..4\n"));
  CHECK(run.err.empty());
  CHECK(run.status == exited(1));
  const auto xml = read_text(workspace.path("out.xml"));
  CHECK(xml.contains("tests=\"4\" failures=\"2\" errors=\"0\""));
  CHECK(xml.contains("<testcase name=\"again [round 2]\""));
}

TEST_CASE("a run that repeats until it fails stops after the round in which something does") {
  const Workspace workspace;
  auto door = TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0));
  REQUIRE(door);
  const auto place = door->local()->to_string();
  workspace.write("a.volley",
                  scenario_of("asks", "connect c tcp " + place + "\n    c < \"ok\"") + scenario_of("good", good));
  auto program = workspace.start({"run", "a.volley", "--repeat-until-fail", "--report", "junit=out.xml"});
  for (const std::string_view answer : {"ok", "ok", "no"}) {
    wait_until_readable(door->fd());
    auto connection = door->accept(Blocking::yes);
    REQUIRE(connection);
    REQUIRE((*connection)->stream.send_all(std::as_bytes(std::span(answer))));
  }
  const auto run = workspace.finish(std::move(program));
  CHECK(gist(run.out) ==
        "ok asks [round 1]\nok good [round 1]\nok asks [round 2]\nok good [round 2]\n"
        "FAIL asks [round 3]\nok good [round 3]\n5 passed, 1 failed, 0 skipped, 0 errors, 3 rounds in T s\n");
  CHECK(run.status == exited(1));
  CHECK(read_text(workspace.path("out.xml")).contains("<testsuite name=\"a.volley\" tests=\"2\" failures=\"1\""));
}

TEST_CASE("a bounded run until failure that never fails passes, and one of nothing ends") {
  const Workspace workspace;
  workspace.write("a.volley", scenario_of("good", good));
  const auto run = workspace.volley({"run", "a.volley", "--repeat-until-fail", "--repeat", "3"});
  CHECK(gist(run.out) ==
        "ok good [round 1]\nok good [round 2]\nok good [round 3]\n"
        "3 passed, 0 failed, 0 skipped, 0 errors, 3 rounds in T s\n");
  CHECK(run.status == exited(0));
  const auto empty = workspace.volley({"run", "a.volley", "--repeat-until-fail", "--filter", "no such"});
  CHECK(steady(empty.out) == "0 passed, 0 failed, 0 skipped, 0 errors in T s\n");
  CHECK(empty.status == exited(3));
}

TEST_CASE("an interrupt ends a run that repeats until it fails") {
  const Workspace workspace;
  auto door = TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0));
  REQUIRE(door);
  workspace.write("a.volley", scenario_of("calls", "connect c tcp " + door->local()->to_string() + "\n    c < eof"));
  auto program = workspace.start({"run", "a.volley", "--repeat-until-fail", "--report", "junit=out.xml"});
  for (int i = 0; i < 3; ++i) {
    wait_until_readable(door->fd());
    auto connection = door->accept(Blocking::yes);
    REQUIRE(connection);
    if (i == 2) REQUIRE(program.signal(SIGINT));
  }
  const auto run = workspace.finish(std::move(program));
  CHECK(run.err == "volley: interrupted by SIGINT\n");
  CHECK(run.status == exited(130));
  CHECK(read_text(workspace.path("out.xml")).ends_with("</testsuites>\n"));
}

TEST_CASE("the option --fail-fast skips what has not begun when something fails") {
  const Workspace workspace;
  workspace.write("a.volley", scenario_of("first", good) + scenario_of("second", bad) + scenario_of("third", good));
  workspace.write("b.volley", scenario_of("fourth", good));
  const std::string rest =
      "skip a.volley › third: not run after the failure of a.volley › second\n"
      "skip b.volley › fourth: not run after the failure of a.volley › second\n";
  const auto run = workspace.volley({"run", ".", "--fail-fast", "--jobs", "1"});
  CHECK(run.out.contains(rest + "1 passed, 1 failed, 2 skipped, 0 errors in "));
  CHECK(run.status == exited(1));
  const auto rounds = workspace.volley({"run", ".", "--fail-fast", "--jobs", "1", "--repeat", "5"});
  CHECK(gist(rounds.out) ==
        "ok first [round 1]\nFAIL second [round 1]\nskip third [round 1]\nskip fourth [round 1]\n"
        "1 passed, 1 failed, 2 skipped, 0 errors in T s\n");
}

TEST_CASE("shuffling changes what runs first, by a seed that is told, and no report") {
  const Workspace workspace;
  std::string text;
  std::string expected;
  for (int i = 0; i < 8; ++i) {
    text += scenario_of(fmt::format("number {}", i), good);
    expected += fmt::format("ok number {}\n", i);
  }
  workspace.write("a.volley", text + scenario_of("last", bad));
  const auto run = workspace.volley({"run", "a.volley", "--shuffle=42", "--jobs", "1"});
  CHECK(gist(run.out) == expected + "FAIL last\n8 passed, 1 failed, 0 skipped, 0 errors in T s\n");
  CHECK(run.err == "volley: in the order of --shuffle=42\n");
  CHECK(run.out.contains("  repeat: volley run a.volley:25 --seed 0 --shuffle=42\n"));
  // Who stops at the first failure shows which scenarios were before it.
  const auto until_failure = [&](const char* shuffle) {
    return gist(workspace.volley({"run", "a.volley", shuffle, "--jobs", "1", "--fail-fast"}).out);
  };
  CHECK(until_failure("--shuffle=1") == until_failure("--shuffle=1"));
  CHECK(until_failure("--shuffle=1") != until_failure("--shuffle=2"));
  const auto chance = workspace.volley({"run", "a.volley", "--shuffle"});
  CHECK(RE2::FullMatch(chance.err, R"(volley: in the order of --shuffle=\d+\n)"));
}

TEST_CASE("every option of run may stand beside every other") {
  const std::vector<Words> options{{"--fail-fast"},
                                   {"--repeat", "2"},
                                   {"--repeat-until-fail"},
                                   {"--shuffle=3"},
                                   {"--strict"},
                                   {"--retries", "1"},
                                   {"--last-failed"},
                                   {"--jobs", "1"},
                                   {"--filter", "›"},
                                   {"--seed", "7"},
                                   {"--slow-factor", "2"},
                                   {"--color", "always"},
                                   {"--slow", "0"},
                                   {"--allow-net", "192.0.2.1"},
                                   {"--keep"},
                                   {"-v"},
                                   {"--report", "tap=out.tap"},
                                   {"--pcap", "packets"}};
  const Workspace workspace;
  workspace.write("a.volley", scenario_of("good", good) + scenario_of("bad", bad));
  workspace.write("b.volley", scenario_of("elsewhere", "needs net\n    connect c tcp 192.0.2.1:80 fails refused") +
                                  scenario_of("good, too", good));
  workspace.volley({"run", "a.volley"});  // for --last-failed
  for (std::size_t i = 0; i < options.size(); ++i) {
    for (std::size_t j = i + 1; j < options.size(); ++j) {
      Words words{"run", "a.volley", "b.volley:5", "--report", "json=out.jsonl"};
      words.insert(words.end(), options[i].begin(), options[i].end());
      words.insert(words.end(), options[j].begin(), options[j].end());
      CAPTURE(options[i].front(), options[j].front());
      const auto has = [&](const char* option) { return options[i].front() == option || options[j].front() == option; };
      const bool is_once = has("--fail-fast") || has("--repeat-until-fail");
      const int rounds = has("--repeat") && !is_once ? 2 : 1;
      const auto run = workspace.volley(words);
      CHECK(run.status == exited(1));
      CHECK(run.err == (has("--shuffle=3") ? "volley: in the order of --shuffle=3\n" : ""));
      const auto cases = read_json_lines(workspace.path("out.jsonl"));
      CHECK(std::ranges::count(cases, '\n') == rounds * (has("--last-failed") ? 1 : 3));
      const auto labelled = has("--repeat") || has("--repeat-until-fail");
      CHECK(cases.contains(labelled ? "failed\ta.volley › bad [round 1]\n" : "failed\ta.volley › bad\n"));
    }
  }
}

TEST_CASE("a seed decides an order, and all orders have their turn") {
  using program::shuffle;
  const std::vector<int> sorted{0, 1, 2};
  std::map<std::vector<int>, int> seen;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    auto items = sorted;
    shuffle(items, seed);
    ++seen[items];
    std::ranges::sort(items);
    CHECK(items == sorted);
  }
  CHECK(seen.size() == 6);
  CHECK(std::ranges::all_of(seen, [](const auto& order) { return order.second > 60; }));
  std::vector<int> eight{0, 1, 2, 3, 4, 5, 6, 7};
  shuffle(eight, 42);
  CHECK(eight == std::vector<int>{3, 1, 6, 2, 4, 0, 7, 5});  // on every machine
}

}  // namespace volley::test
