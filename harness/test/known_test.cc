// SPDX-License-Identifier: Apache-2.0
// Known deviations, by the built program: a server of Perl that greets otherwise than the scenarios want.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "catch.h"
#include "greeters.h"
#include "program_workspace.h"
#include "running_greeter.h"

namespace volley::test {
namespace {

const std::string property = "known \"says what\" for rude";

/// The scenario on lines 22 to 27 of a file behind the two greeters.
std::string file_with(std::string_view more_properties = "") {
  return greeters() + wants_hello("one", "host", property + std::string(more_properties));
}

}  // namespace

TEST_CASE("a deviation that is known fails no run, and is told and counted apart") {
  const Workspace workspace;
  workspace.write("a.volley", file_with());
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(steady(run.out) ==
        "ok   a.volley › one [polite] (T)\n"
        "known a.volley › one [rude] (T): says what\n"
        "1 passed, 0 failed, 0 skipped, 0 errors, 1 known in T s\n");
  CHECK(run.status == exited(0));
  CHECK(workspace.volley({"run", "a.volley", "--strict"}).status == exited(0));
  const auto alone = workspace.volley({"run", "a.volley", "--with", "host=rude"});
  CHECK(alone.status == exited(0));  // it did run
}

TEST_CASE("with -v a deviation is shown like a failure") {
  const Workspace workspace;
  workspace.write("a.volley", file_with());
  const auto run = workspace.volley({"run", "a.volley", "-v", "--with", "host=rude"});
  CHECK(
      steady(run.out).contains("known a.volley › one [rude] (T): says what\n"
                               "a.volley:25:9: byte 0 differs: expected 'h' (0x68), received 'w' (0x77)\n"
                               "    c < \"hello\"\n"));
  CHECK(run.out.contains("  repeat: volley run a.volley:22 --seed 0 --with host=rude\n"));
}

TEST_CASE("a deviation that has vanished is news, and fails only a strict run") {
  const Workspace workspace;
  workspace.write("a.volley", greeters() + wants_hello("one", "host", "known \"says \\x1b[1mwhat\" for polite") +
                                  wants_hello("two", "polite", "known \"is late\" for polite"));
  const auto run = workspace.volley({"run", "a.volley", "--with", "host=polite"});
  CHECK(steady(run.out) ==
        "NEWS a.volley › one [polite] (T):\n"
        "a.volley:23:5: passes, though a deviation is known for polite: says \\x1b[1mwhat\n"
        "    known \"says \\x1b[1mwhat\" for polite\n"
        "    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "  repeat: volley run a.volley:22 --seed 0 --with host=polite\n"
        "NEWS a.volley › two (T):\n"
        "a.volley:29:5: passes, though a deviation is known for polite: is late\n"
        "    known \"is late\" for polite\n"
        "    ^~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "  repeat: volley run a.volley:28 --seed 0\n"
        "0 passed, 0 failed, 0 skipped, 0 errors, 2 vanished in T s\n");
  CHECK(run.status == exited(0));
  const auto strict = workspace.volley({"run", "a.volley:28", "--strict"});
  CHECK(steady(strict.out)
            .starts_with("FAIL a.volley › two (T)\n"
                         "a.volley:29:5: passes, though a deviation is known for polite: is late\n"));
  CHECK(strict.out.contains("0 passed, 1 failed, 0 skipped, 0 errors in "));
  CHECK(strict.status == exited(1));
}

TEST_CASE("a deviation is that of one server, whatever the level of the clause") {
  const Workspace workspace;
  workspace.write("a.volley", greeters() + greeter("ruder", "pardon") + "target each = rude | ruder\n" +
                                  wants_hello("one", "each", property) +
                                  wants_hello("two", "each", property + "\n    level should") +
                                  wants_hello("three", "rude", property + "\n    level may"));
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(run.out.contains("known a.volley › one [rude]"));
  CHECK(run.out.contains("FAIL a.volley › one [ruder]"));
  CHECK(run.out.contains("known a.volley › two [rude]"));
  CHECK(run.out.contains("ADVICE a.volley › two [ruder]"));
  CHECK(run.out.contains("known a.volley › three ("));
  CHECK(run.out.contains("0 passed, 1 failed, 0 skipped, 0 errors, 3 known, 1 as advice in "));
  CHECK(run.status == exited(1));
}

TEST_CASE("no deviation covers a server that dies, or does not start, or reports an error of a sanitizer") {
  const Workspace workspace;
  workspace.write("dies.volley",
                  greeter("rude", "", "kill 'SEGV', $$; sleep 9") + wants_hello("one", "rude", property));
  const auto dies = workspace.volley({"run", "dies.volley"});
  CHECK(dies.out.contains("FAIL dies.volley › one ("));
  CHECK(dies.out.contains("  target rude was killed by SIGSEGV\n"));
  CHECK(dies.status == exited(1));

  workspace.write("passes.volley", greeter("rude", "hello'; kill 'SEGV', $$; sleep 9; print '") +
                                       "scenario \"one\" {\n    " + property +
                                       "\n    connect c tcp rude\n    c < \"hello\"\n    c < closed\n}\n");
  const auto passes = workspace.volley({"run", "passes.volley"});
  CHECK(passes.out.contains("FAIL passes.volley › one ("));
  CHECK(passes.out.contains("target rude was killed by SIGSEGV"));

  workspace.write("starts.volley",
                  "target rude {\n    run \"/bin/sh\" \"-c\" \"exit 4\"\n}\n" + wants_hello("one", "rude", property));
  CHECK(workspace.volley({"run", "starts.volley"}).out.contains("FAIL starts.volley › one ("));

  workspace.write("ends.volley", greeter("rude", "what") + "scenario \"one\" {\n    fresh\n    " + property +
                                     "\n    connect c tcp rude\n    c < \"what\"\n    signal rude kill\n"
                                     "    rude exits 0\n}\n");
  CHECK(workspace.volley({"run", "ends.volley"}).out.contains("FAIL ends.volley › one ("));

  workspace.write(
      "reports.volley",
      greeter("rude", "'; print STDERR qq(==$$==ERROR: AddressSanitizer: heap-use-after-free\\n); print {\\$c} 'what") +
          wants_hello("one", "rude", property));
  const auto reports = workspace.volley({"run", "reports.volley"});
  CHECK(reports.out.contains("FAIL reports.volley › one ("));
  CHECK(reports.status == exited(1));
}

TEST_CASE("of a server that takes a target's place by --target nothing is known, but if it is one of a family") {
  const Workspace workspace;
  const RunningGreeter other("what");
  workspace.write("a.volley", file_with() + wants_hello("two", "rude", property));
  const auto run = workspace.volley({"run", "a.volley", "--target", "rude=" + other.place()});
  CHECK(run.out.contains("known a.volley › one [rude]"));
  CHECK(run.out.contains("FAIL a.volley › two ("));
}

TEST_CASE("what is known of a server beside that of the family excuses no other") {
  const Workspace workspace;
  const RunningGreeter other("goodbye");
  workspace.write("a.volley", greeters() +
                                  "scenario \"both\" {\n    known \"is odd\" for polite\n    connect a tcp polite\n"
                                  "    connect c tcp host\n    c < \"hello\"\n    ignore a\n    ignore c\n}\n");
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(run.out.contains("NEWS a.volley › both [polite]"));
  CHECK(run.out.contains("FAIL a.volley › both [rude]"));
  const auto list = nlohmann::json::parse(workspace.volley({"list", "--json", "a.volley"}).out);
  CHECK(list[0]["known"] == nlohmann::json({{"server", "polite"}, {"deviation", "is odd"}}));
  CHECK(list[1]["known"].is_null());
  const auto external = workspace.volley({"run", "a.volley", "--target", "host=" + other.place()});
  CHECK(external.out.contains("FAIL a.volley › both [external]"));
}

TEST_CASE("a scenario that is known to fail is varied once it passes") {
  const Workspace workspace;
  workspace.write("a.volley", file_with("\n    known \"is late\" for polite"));
  const auto run = workspace.volley({"run", "a.volley", "--vary", "repeat"});
  CHECK(steady(run.out).contains("\nok   a.volley › one [repeat] [polite] ("));
  CHECK(run.out.contains("skip a.volley › one [repeat] [rude]: it is not met as written, which is known\n"));
  const auto alone = workspace.volley({"run", "a.volley", "--vary", "repeat", "--filter", "[repeat] [rude]"});
  CHECK(alone.out.starts_with("known a.volley › one [repeat] [rude] ("));
  // What is strict is what a run comes to, not whether its variations tell more.
  const auto strict = workspace.volley({"run", "a.volley", "--vary", "repeat", "--strict", "--with", "host=polite"});
  CHECK(strict.out.contains("FAIL a.volley › one [polite] ("));
  CHECK(strict.out.contains("ok   a.volley › one [repeat] [polite] ("));
}

TEST_CASE("with --strict, too, only what failed is tried again") {
  const Workspace workspace;
  workspace.write("a.volley", greeters() + wants_hello("one", "polite", "known \"is late\" for polite") +
                                  wants_hello("two", "rude", "level should"));
  const auto run = workspace.volley({"run", "a.volley", "--strict", "--retries", "3", "--report", "json=out"});
  std::istringstream lines(read_text(workspace.path("out")));
  std::size_t cases = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto one = nlohmann::json::parse(line);
    if (one["type"] != "case") continue;
    ++cases;
    CHECK(one["outcome"] == "failed");
    CHECK(one["attempts"] == 1);
  }
  CHECK(cases == 2);
  CHECK(run.status == exited(1));
}

TEST_CASE("what is known is not tried again, nor remembered as a failure") {
  const Workspace workspace;
  workspace.write("a.volley", file_with());
  const auto state = workspace.path("state");
  const auto volley = "XDG_STATE_HOME='" + state + "' '" + volley_program() + "' run a.volley --with host=rude ";
  const auto run = workspace.shell(volley + "--retries 3 --fail-fast --report json=-");
  const auto line = run.out.substr(run.out.find("\n") + 1);
  const auto one = nlohmann::json::parse(line.substr(0, line.find('\n')));
  CHECK(one["attempts"] == 1);
  CHECK(one["outcome"] == "known");
  CHECK(workspace.shell(volley + "--last-failed").err ==
        "volley: --last-failed: none of these failed when it last ran\nvolley: nothing ran\n");
}

TEST_CASE("every report tells what is known, and what has vanished") {
  const Workspace workspace;
  workspace.write("a.volley", greeters() + wants_hello("one", "host", property + "\n    known \"is late\" for polite"));
  const auto run = workspace.volley({"run", "a.volley", "--report", "json=out.jsonl", "--report", "tap=out.tap",
                                     "--report", "junit=out.xml", "--report", "github=out.txt"});
  CHECK(run.status == exited(0));
  const auto tap = read_text(workspace.path("out.tap"));
  CHECK(
      tap.contains("\nok 1 - a.volley › one [polite] # TODO passes, though a deviation is known for polite: is late\n"
                   "  ---\n"));
  CHECK(
      tap.contains("\nnot ok 2 - a.volley › one [rude] # TODO known for rude: says what\n"
                   "  ---\n  message: \"byte 0 differs: expected 'h' (0x68), received 'w' (0x77)\"\n  severity: \"known\"\n"
                   "  deviation: \"known for rude: says what\"\n"));
  const auto xml = read_text(workspace.path("out.xml"));
  CHECK(xml.contains("tests=\"2\" failures=\"0\" errors=\"0\""));
  CHECK(xml.contains("skipped=\"1\""));
  CHECK(xml.contains("<skipped message=\"known for rude: says what\" type=\"known\">known a.volley › one [rude] ("));
  CHECK(xml.contains("<system-out>NEWS a.volley › one [polite] ("));
  const auto github = read_text(workspace.path("out.txt"));
  CHECK(
      github.contains("::warning file=a.volley,line=24,col=5,endColumn=30,title=a.volley › one [polite]::passes, "
                      "though a deviation is known for polite: is late%0Arepeat: "));
  CHECK(
      github.contains("::notice file=a.volley,line=26,col=9,endColumn=15,title=a.volley › one [rude]::known for rude: "
                      "says what%0Abyte 0 differs: expected 'h' (0x68), received 'w' (0x77)%0A"));
  const auto lines = read_text(workspace.path("out.jsonl"));
  CHECK(lines.contains(R"("known":{"server":"polite","deviation":"is late"})"));
  CHECK(lines.contains(R"("known":{"server":"rude","deviation":"says what"})"));
  CHECK(lines.contains(R"("outcome":"vanished","reason":"passes, though a deviation is known for polite: is late")"));
  CHECK(lines.contains(R"("known":1,"vanished":1)"));
}

}  // namespace volley::test
