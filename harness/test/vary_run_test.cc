// SPDX-License-Identifier: Apache-2.0
// Variations as a user sees them: against servers that have the faults for which there are variations.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "program_workspace.h"

namespace volley::test {
namespace {

/// A line echo in which `${answer}` makes the answer to a read `$d` of connection `$c`; `$open` counts connections.
std::string server(std::string_view answer) {
  return "use IO::Socket::INET; use IO::Select;\n"
         "my $s = IO::Socket::INET->new(Listen => 9, LocalAddr => '127.0.0.1', LocalPort => $ARGV[0]) or die;\n"
         "my $all = IO::Select->new($s); my ($open, $most, $made) = (0, 0, 0); my %kept;\n"
         "while (my @ready = $all->can_read) {\n"
         "  for my $c (@ready) {\n"
         "    if ($c == $s) { $all->add(scalar $s->accept); $made++; $open++; $most = $open if $open > $most; next }\n"
         "    my $d; if (!sysread($c, $d, 4096)) { $all->remove($c); delete $kept{$c}; close $c; $open--; next }\n"
         "    " +
         std::string(answer) +
         "\n"
         "  }\n"
         "}\n";
}
/// Right: what has no end yet is kept.
constexpr std::string_view right = R"($kept{$c} .= $d; while ($kept{$c} =~ s/^(.*?\n)//s) { syswrite($c, $1) })";
/// Takes a read for a line.
constexpr std::string_view one_read = R"(syswrite($c, $d) if $d =~ s/\n.*/\n/s)";

const std::string one_line =
    "scenario \"a line comes back\" {\n"
    "    connect c tcp echo\n"
    "    c > \"hello\\n\"\n"
    "    c < \"hello\\n\" within 200ms\n"
    "}\n";

/// A directory with a server and a file that asks it.
class Served : public Workspace {
 public:
  Served(std::string_view answer, const std::string& scenarios = one_line) {
    write("echo.pl", server(answer));
    write("a.volley", target() + scenarios);
  }
  std::string target() const { return "target echo {\n    run \"perl\" \"" + path("echo.pl") + "\" \"${port}\"\n}\n"; }
};

}  // namespace

TEST_CASE("each scenario and variation is a case of its own, named in lists, reports and files") {
  const Served workspace(right, one_line + "scenario \"nothing is sent\" {\n    wait 1ms\n}\n");
  const auto run =
      workspace.volley({"run", "a.volley", "--vary", "segment,split,coalesce,repeat", "--report", "json=out.json",
                        "--report", "tap=out.tap", "--report", "junit=out.xml", "--pcap", "packets", "--jobs", "1"});
  CHECK(steady(run.out) ==
        "ok   a.volley › a line comes back (T)\n"
        "ok   a.volley › a line comes back [segment] (T)\n"
        "ok   a.volley › a line comes back [split] (T)\n"
        "ok   a.volley › a line comes back [repeat] (3 runs, T)\n"
        "ok   a.volley › nothing is sent (T)\n"
        "5 passed, 0 failed, 0 skipped, 0 errors in T s\n");
  CHECK(run.err.empty());
  CHECK(read_text(workspace.path("out.tap")).contains("\nok 3 - a.volley › a line comes back [split]\n"));
  CHECK(read_text(workspace.path("out.xml")).contains("<testcase name=\"a line comes back [split]\""));
  const auto lines = read_text(workspace.path("out.json"));
  CHECK(lines.contains(
      R"("name":"a line comes back","variation":"repeat","server":null,"runs":3,"all_runs":3,"left_out":0,)"));
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(workspace.path("packets"))) {
    files += file.path().string().contains("a_line_comes_back_split_-") ? 1 : 0;
  }
  CHECK(files == 1);
  CHECK(workspace.volley({"list", "a.volley", "--vary", "split"}).out ==
        "a.volley › a line comes back\t\techo\n"
        "a.volley › a line comes back [split]\t\techo\n"
        "a.volley › nothing is sent\t\t\n");
  const auto listed = nlohmann::json::parse(workspace.volley({"list", "a.volley", "--vary", "split", "--json"}).out);
  CHECK(listed[1]["variation"] == "split");
  CHECK(listed[0]["variation"] == "");
}

TEST_CASE("a failure under a variation alone says so first, with the cut marked") {
  const Served workspace(one_read);
  const auto run = workspace.volley({"run", "a.volley", "--vary", "segment,split"});
  CHECK(run.status == exited(1));
  auto text = steady(run.out);
  CHECK(
      text.starts_with("ok   a.volley › a line comes back (T)\n"
                       "FAIL a.volley › a line comes back [segment] (T)\n"
                       "passes whole, fails with every byte in a segment of its own\n"
                       "a.volley:7:9: byte 0 differs: expected 'h' (0x68), received 0x0a\n"));
  CHECK(text.contains("c > \"hello\\n\" in segments of 1\n"));
  CHECK(text.contains("  repeat: volley run a.volley:4 --seed 0 --vary segment --filter '[segment]'\n"));
  CHECK(
      text.contains("FAIL a.volley › a line comes back [split] (T)\n"
                    "passes whole, fails when cut after byte 3 (line 6)\n"
                    "  cut here  \"hel\" | \"lo\\n\"\n"
                    "a.volley:7:9: byte 0 differs: expected 'h' (0x68), received 'l' (0x6c)\n"
                    "    c < \"hello\\n\" within 200ms\n"));
  CHECK(text.contains("# c cut its send after byte 3: \"hel\" | \"lo\\n\"\n"));
  CHECK(text.contains("  repeat: volley run a.volley:4 --seed 0 --vary split --filter '[split]'\n"));
  CHECK(text.ends_with("1 passed, 2 failed, 0 skipped, 0 errors in T s\n"));
}

TEST_CASE("what is said of the scenario as written is what is known of it") {
  const Served workspace(one_read);
  const auto alone =
      workspace.volley({"run", "a.volley", "--vary", "split", "--filter", "[split]", "--report", "tap=out"});
  CHECK(
      steady(alone.out).starts_with("FAIL a.volley › a line comes back [split] (T)\n"
                                    "fails when cut after byte 3 (line 6)\n"));
  CHECK(read_text(workspace.path("out")).contains("message: \"fails when cut after byte 3 (line 6): byte 0 differs: "));
  // It is remembered as what it is.
  workspace.volley({"run", "a.volley", "--vary", "split,repeat"});
  CHECK(steady(workspace.volley({"run", "a.volley", "--vary", "split,repeat", "--last-failed"}).out)
            .ends_with("0 passed, 1 failed, 0 skipped, 0 errors in T s\n"));
}

TEST_CASE("what failed under a variation alone is run again without a choice of variations") {
  const Served workspace(one_read);
  CHECK(workspace.volley({"run", "a.volley", "--vary", "split,repeat"}).status == exited(1));
  const auto again = workspace.volley({"run", "a.volley", "--last-failed"});
  CHECK(again.err.empty());
  CHECK(again.out.starts_with("FAIL a.volley › a line comes back [split]"));
  CHECK(steady(again.out).ends_with("0 passed, 1 failed, 0 skipped, 0 errors in T s\n"));
  CHECK(workspace.volley({"run", "a.volley", "--last-failed", "--vary", "repeat"}).err ==
        "volley: --last-failed: none of these failed when it last ran\nvolley: nothing ran\n");
}

TEST_CASE("the command that repeats a variation runs it alone, even if the scenario fails as written") {
  const Served workspace("syswrite($c, 'no')");
  const auto options = Words{"run", "a.volley", "--vary", "segment", "--filter", "[segment]", "--strict"};
  const auto run = workspace.volley(options);
  const std::string head = "  repeat: volley ";
  const auto begin = run.out.find(head);
  REQUIRE(begin != std::string::npos);
  const auto command = run.out.substr(begin + head.size(), run.out.find('\n', begin) - begin - head.size());
  CHECK(command == "run a.volley:4 --seed 0 --strict --vary segment --filter '[segment]'");
  const auto again = workspace.shell(volley_program() + " " + command);
  CHECK(again.out.starts_with("FAIL a.volley › a line comes back [segment]"));
  CHECK(steady(again.out).ends_with("\n0 passed, 1 failed, 0 skipped, 0 errors in T s\n"));
}

TEST_CASE("a scenario that fails as written is not varied") {
  const Served workspace("syswrite($c, 'no')");
  const auto run = workspace.volley({"run", "a.volley", "--vary", "all"});
  const auto text = steady(run.out);
  CHECK(
      text.contains("skip a.volley › a line comes back [segment]: it fails as written\n"
                    "skip a.volley › a line comes back [split]: it fails as written\n"));
  CHECK(text.contains("skip a.volley › a line comes back [repeat]: it fails as written\n"));
  CHECK(text.contains("0 passed, 1 failed, "));
  CHECK(run.status == exited(1));
  workspace.write("b.volley", workspace.target() +
                                  "scenario \"s\" {\n    level should\n    connect c tcp echo\n    c > \"x\\n\"\n"
                                  "    c < \"x\\n\"\n}\n");
  CHECK(workspace.volley({"run", "b.volley", "--vary", "segment"})
            .out.contains("skip b.volley › s [segment]: it is not met as written\n"));
}

TEST_CASE("state that one connection leaves to another shows when a scenario runs again, or twice at once") {
  // What had no end yet is kept for whoever comes next.
  const Served leaking("$kept .= $d; while ($kept =~ s/^(.*?\\n)//s) { syswrite($c, $1) }",
                       "scenario \"a line comes back\" {\n    connect c tcp echo\n    c > \"hello\\nrest\"\n"
                       "    c < \"hello\\n\" within 200ms\n}\n");
  CHECK(steady(leaking.volley({"run", "a.volley", "--vary", "repeat"}).out)
            .contains("FAIL a.volley › a line comes back [repeat] (1 of 3 runs, T)\n"
                      "passes as written, fails when it runs again\n"
                      "a.volley:7:9: byte 0 differs: expected 'h' (0x68), received 'r' (0x72)\n"));
  const Served counting("syswrite($c, $d =~ /last/ ? ($most > 1 ? \"two\\n\" : \"one\\n\") : \"yes\\n\")",
                        "scenario \"alone\" {\n    connect c tcp echo\n    c > \"first\\n\"\n    c < \"yes\\n\"\n"
                        "    wait 50ms\n    c > \"last\\n\"\n    c < \"one\\n\"\n    shutdown c\n    c < eof\n}\n");
  const auto run = steady(counting.volley({"run", "a.volley", "--vary", "repeat"}).out);
  CHECK(run.contains("FAIL a.volley › alone [repeat] (3 runs, "));
  CHECK(run.contains("\npasses as written, fails when it runs twice at once\n"));
}

TEST_CASE("a first run that nothing has come before does not fail when it runs again") {
  const Served workspace("syswrite($c, uc $d)");
  const auto run = steady(workspace.volley({"run", "a.volley", "--vary", "repeat", "--filter", "[repeat]"}).out);
  CHECK(run.contains("FAIL a.volley › a line comes back [repeat] (1 of 3 runs, T)\nfails in its first run\n"));
}

TEST_CASE("what could not be done as asked in any of the runs of a case is remarked, once") {
  const Served workspace(right,
                         "scenario \"early\" {\n    listen l tcp\n    connect c tcp l\n    c > \"ab\"\n"
                         "    accept d from l\n    d < \"ab\"\n    d > \"x\" \"y\" \"z\"\n    c < \"xyz\"\n}\n"
                         "scenario \"own place\" {\n    listen l unix\n    connect c tcp echo\n    c > \"x\\n\"\n"
                         "    c < \"x\\n\"\n}\n");
  auto text = steady(workspace.volley({"run", "a.volley", "--vary", "split,repeat"}).out);
  CHECK(
      text.contains("ok   a.volley › early [split] (3 runs, T)\n"
                    "  line 7: not segmented from byte 1 on, since the other end of c does not read\n"
                    "ok   a.volley › own place (T)\n"));
  CHECK(
      text.contains("ok   a.volley › own place [repeat] (2 runs, T)\n"
                    "  not run twice at once, since both would need the one directory\n"));
  // Of runs at the same time only one is told of; what is remarked is of both.
  workspace.write("a.volley", workspace.target() +
                                  "scenario \"s\" {\n    listen l tcp\n    connect c tcp echo\n    connect a tcp l\n"
                                  "    a > \"ab\" in segments of 1\n}\n");
  text = steady(workspace.volley({"run", "a.volley", "--vary", "repeat"}).out);
  CHECK(
      text.contains("ok   a.volley › s [repeat] (3 runs, T)\n"
                    "  line 8: not segmented from byte 1 on, since the other end of a does not read\n"
                    "2 passed"));
}

TEST_CASE("sends that follow each other find a server that answers one read once") {
  const Served workspace(R"(syswrite($c, $1) if $d =~ /^(.*?\n)/s)",
                         "scenario \"two lines\" {\n    connect c tcp echo\n    c > \"one\\n\"\n    c > \"two\\n\"\n"
                         "    c < \"one\\ntwo\\n\" within 300ms\n}\n");
  const auto text = steady(workspace.volley({"run", "a.volley", "--vary", "coalesce", "--filter", "coalesce"}).out);
  CHECK(text.contains("a.volley:8:9: only 4 bytes came within 300ms\n"));
}

TEST_CASE("the number of cuts is bounded, told, and part of the command that repeats") {
  const Served workspace(right,
                         "scenario \"three\" {\n    connect c tcp echo\n    c > \"ab\" \"cd\" \"e\\n\"\n"
                         "    c < \"abcde\\n\"\n}\n");
  auto text = steady(workspace.volley({"run", "a.volley", "--vary", "split", "--split-limit", "3"}).out);
  CHECK(text.contains("ok   a.volley › three [split] (3 of 5 runs, "));
  text = workspace.volley({"run", "a.volley", "--vary", "split"}).out;
  CHECK(text.contains("ok   a.volley › three [split] (5 runs, "));
  workspace.write("echo.pl", server(one_read));
  text = workspace.volley({"run", "a.volley", "--vary", "split", "--split-limit", "3"}).out;
  CHECK(text.contains("FAIL a.volley › three [split] (1 of 5 runs, "));
  CHECK(text.contains("  repeat: volley run a.volley:4 --seed 0 --vary split --filter '[split]' --split-limit 3\n"));
}

TEST_CASE("a fresh scenario has a new server in each run") {
  const Served workspace("syswrite($c, \"$made\\n\")",
                         "scenario \"first of all\" {\n    fresh\n    connect c tcp echo\n    c > \"ab\" \"cd\"\n"
                         "    c < \"1\\n\"\n    shutdown c\n    c < eof\n}\n");
  workspace.write("echo.pl", server("syswrite($c, \"$made\\n\") if $d =~ /d/"));
  const auto run = workspace.volley({"run", "a.volley", "--vary", "segment,split"});
  CHECK(run.out.contains("\n3 passed, 0 failed, 0 skipped, 0 errors in "));
  CHECK(run.out.contains("[split] (3 runs, "));
}

TEST_CASE("what is wrong with the server of one fresh run is told of the variation in which it ran") {
  const Served workspace(
      right, "scenario \"s\" {\n    fresh\n    connect c tcp echo\n    c > \"ab\" \"\\n\"\n    c < \"ab\\n\"\n}\n");
  workspace.write("echo.pl", "$SIG{TERM} = sub { exit 3 };\n" + server(right));
  const auto run = workspace.volley({"run", "a.volley", "--vary", "segment,split"});
  const auto out = steady(run.out);
  for (const std::string name : {"\"s\"", "\"s [segment]\"", "\"s [split]\"", "\"s [split]\" [instance 2]"}) {
    CAPTURE(name);
    CHECK(out.contains("\nFAIL a.volley › target echo of " + name + " (T)\n"));
  }
  CHECK(out.contains("\n3 passed, 4 failed, 0 skipped"));
}

TEST_CASE("variations that do not exist are refused, with what may have been meant") {
  const Served workspace(right);
  const auto run = workspace.volley({"run", "a.volley", "--vary", "segment,splitt"});
  CHECK(run.status == exited(2));
  CHECK(run.out.empty());
  CHECK(run.err == "volley run: --vary: 'splitt' is no variation: did you mean 'split'?\nTry 'volley help run'.\n");
  CHECK(workspace.volley({"list", "a.volley", "--vary", ""}).status == exited(2));
  CHECK(workspace.volley({"run", "a.volley", "--vary", "xyz"})
            .err.starts_with("volley run: --vary: 'xyz' is no variation: segment, split, coalesce, "));
  CHECK(workspace.volley({"run", "a.volley", "--vary", "split", "--split-limit", "0"}).status == exited(2));
}

}  // namespace volley::test
