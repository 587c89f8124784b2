// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "catch.h"
#include "report/comparison.h"
#include "report/text.h"
#include "report_example.h"

namespace volley::report {

TEST_CASE("a passed case is one line") {
  Example example;
  example.exchange();
  CHECK(text(example.a_case(judge::Outcome::passed)) == "ok   suite/echo.volley › an echo (1.2 ms)\n");
  example.trace.duration = std::chrono::milliseconds(2340);
  CHECK(text(example.a_case(judge::Outcome::passed)) == "ok   suite/echo.volley › an echo (2.34 s)\n");
}

TEST_CASE("in detail a passed case has its transcript") {
  Example example;
  example.exchange();
  CHECK(text(example.a_case(judge::Outcome::passed), Detail::everything) ==
        "ok   suite/echo.volley › an echo (1.2 ms)\n"
        "      0.10 ms  listen door tcp 127.0.0.1:8000\n"
        "      0.20 ms  connect alice tcp 127.0.0.1:8000\n"
        "      0.30 ms  accept bob from door  # 127.0.0.1:50000\n"
        "      0.40 ms  alice > \"last words\"\n");
}

TEST_CASE("a skipped case is one line with the reason") {
  Example example;
  auto one = example.a_case(judge::Outcome::skipped);
  one.reason = "redis-server is not installed";
  CHECK(text(one) == "skip suite/echo.volley › an echo: redis-server is not installed\n");
}

TEST_CASE("a failed case tells where, what, both sides, what happened, and how to repeat it") {
  Example example;
  CHECK(text(example.a_mismatch()) ==
        "FAIL suite/echo.volley › an echo (1.2 ms)\n"
        "suite/echo.volley:6:11: byte 5 differs: expected 'W', received 'w'\n"
        "    bob < \"last Words\"   # wrong\n"
        "          ^~~~~~~~~~~~\n"
        "  expected  \"last Words\"\n"
        "  received  \"last words\"\n"
        "                  ^ byte 5\n"
        "  what happened:\n"
        "      0.10 ms  listen door tcp 127.0.0.1:8000\n"
        "      0.20 ms  connect alice tcp 127.0.0.1:8000\n"
        "      0.30 ms  accept bob from door  # 127.0.0.1:50000\n"
        "      0.40 ms  alice > \"last words\"\n"
        "      1.23 ms  bob < \"last words\"  # stopped here\n"
        "  repeat: volley run suite/echo.volley:1 --seed 0\n");
}

TEST_CASE("a failure shows how the target ended and its last words, cleaned") {
  Example example;
  auto one = example.a_mismatch();
  one.trace.events.clear();
  one.trace.stop = {};
  one.target = TargetEnd{"redis", "was killed by SIGSEGV", "1\n2\n3\n4\nfive \x1b[31m\r\nsix\n"};
  CHECK(text(one) ==
        "FAIL suite/echo.volley › an echo (1.2 ms)\n"
        "suite/echo.volley:6:11: byte 5 differs: expected 'W', received 'w'\n"
        "    bob < \"last Words\"   # wrong\n"
        "          ^~~~~~~~~~~~\n"
        "  expected  \"last Words\"\n"
        "  received  \"last words\"\n"
        "                  ^ byte 5\n"
        "  target redis was killed by SIGSEGV; its last words:\n"
        "    2\n"
        "    3\n"
        "    4\n"
        "    five \\x1b[31m\n"
        "    six\n"
        "  repeat: volley run suite/echo.volley:1 --seed 0\n");
}

TEST_CASE("a target that runs on is told only with its output") {
  Example example;
  auto one = example.a_mismatch();
  one.target = TargetEnd{"redis", "", ""};
  CHECK_FALSE(text(one).contains("target"));
  one.target->output = "warning\n";
  CHECK(text(one).contains("  target redis runs on; its last words:\n    warning\n"));
}

TEST_CASE("a case that fails before any step tells the reason and its line") {
  Example example;
  auto one = example.a_case(judge::Outcome::error);
  one.reason = "socket: Too many open files";
  CHECK(text(one) ==
        "ERROR suite/echo.volley › an echo (0.0 ms)\n"
        "suite/echo.volley:1: socket: Too many open files\n"
        "  repeat: volley run suite/echo.volley:1 --seed 0\n");
}

TEST_CASE("a failure has at most 25 lines, and the history gives way") {
  Example example;
  auto one = example.a_mismatch();
  for (int i = 0; i < 1000; ++i) one.trace.events.push_back(one.trace.events.back());
  one.verdict.explanation->notes = std::vector<std::string>(10, "a note");
  one.target = TargetEnd{"redis", "exited with status 1", "a\nb\nc\nd\ne\nf\ng\n"};
  const auto lines = text(one);
  CHECK(std::ranges::count(lines, '\n') == 25);
  CHECK(lines.contains("  what happened, after 999 earlier events:\n"));
  CHECK(lines.contains("stopped here\n  target redis exited with status 1; its last words:\n    c\n"));
}

TEST_CASE("whatever there is to tell of a failure, it has at most 25 lines of at most 400 bytes") {
  Example example;
  auto one = example.a_mismatch();
  const std::string flood(100'000, 'x');
  std::string lines_of_flood;
  for (int i = 0; i < 100; ++i) lines_of_flood += flood + "\n";
  for (int i = 0; i < 1000; ++i) one.trace.events.push_back(one.trace.events.back());
  one.verdict.explanation->what = flood;
  one.verdict.explanation->notes = std::vector<std::string>(10, flood);
  one.verdict.explanation->comparison->expected = flood;
  one.verdict.explanation->comparison->received = flood;
  one.verdict.remarks = std::vector<std::string>(10, flood);
  one.target = TargetEnd{"redis", "exited with status 1", lines_of_flood};
  one.programs = std::vector<TargetEnd>(10, TargetEnd{"p", "exited with status 1", lines_of_flood});
  one.kept = std::vector<std::string>(10, "/kept");
  const auto all = text(one);
  CHECK(std::ranges::count(all, '\n') <= 25);
  CHECK(all.contains("\n  and 6 more remarks\n"));
  CHECK(all.ends_with("  kept: /kept\n  kept: /kept\n  repeat: volley run suite/echo.volley:1 --seed 0\n"));
  for (std::size_t begin = 0; begin < all.size();) {
    const auto end = all.find('\n', begin);
    CHECK(end - begin <= 400);
    begin = end + 1;
  }
}

TEST_CASE("of a sanitizer's report the beginning is shown, and the directories that stay are told") {
  Example example;
  auto one = example.a_case(judge::Outcome::error);
  one.reason = "any";
  one.target = TargetEnd{"redis", "", "==1==ERROR: AddressSanitizer: x\nREAD\n#0\n#1\x1b[2J\n#2\n#3\n", true};
  one.kept = {"/tmp/volley-a\x1b"};
  CHECK(text(one) ==
        "ERROR suite/echo.volley › an echo (0.0 ms)\n"
        "suite/echo.volley:1: any\n"
        "  target redis runs on; its sanitizer's report begins:\n"
        "    ==1==ERROR: AddressSanitizer: x\n"
        "    READ\n"
        "    #0\n"
        "    #1\\x1b[2J\n"
        "    #2\n"
        "  kept: /tmp/volley-a\\x1b\n"
        "  repeat: volley run suite/echo.volley:1 --seed 0\n");
}

TEST_CASE("hostile names, paths, messages and bytes reach no terminal") {
  Example example;
  auto one = example.a_mismatch();
  one.path = "\x1b]0;path\x07";
  one.name = "\x1b[2Jname";
  one.verdict.explanation->what = "what\x1b[1m\n";
  one.verdict.explanation->notes = {"note\x9b"};
  one.verdict.explanation->comparison->expected = "\x1b[31mexpected";
  one.verdict.explanation->comparison->received = "\x1b[32mreceived";
  one.target = TargetEnd{"t\x1b", "status\x1b", "output\x1b[5m\n"};
  const auto lines = text(one);
  CHECK(std::ranges::none_of(lines, [](char c) { return c != '\n' && static_cast<unsigned char>(c) < 0x20; }));
  CHECK(lines.starts_with("FAIL \\x1b]0;path\\x07 › \\x1b[2Jname (1.2 ms)\n\\x1b]0;path\\x07:6:11: what\\x1b[1m\\n\n"));
}

TEST_CASE("the summary counts everything") {
  Summary summary;
  for (const auto outcome : {judge::Outcome::passed, judge::Outcome::passed, judge::Outcome::failed,
                             judge::Outcome::skipped, judge::Outcome::error}) {
    summary.count(outcome);
  }
  summary.duration = std::chrono::milliseconds(424);
  CHECK(text(summary) == "2 passed, 1 failed, 1 skipped, 1 error in 0.42 s\n");
  CHECK(summary.anything_ran());
  CHECK_FALSE(Summary{.skipped = 3}.anything_ran());
  for (const auto outcome : {judge::Outcome::flaky, judge::Outcome::advice, judge::Outcome::information}) {
    summary.count(outcome);
  }
  summary.rounds = 3;
  CHECK(text(summary) ==
        "2 passed, 1 failed, 1 skipped, 1 error, 1 flaky, 1 as advice, 1 as information, 3 rounds in 0.42 s\n");
  CHECK(summary.total() == 8);
  CHECK(Summary{.flaky = 1}.anything_ran());
}

TEST_CASE("side_by_side marks the first byte that differs") {
  using Lines = std::vector<std::string>;
  SECTION("in a window of a long text") {
    const std::string before(100, 'a');
    const judge::Comparison comparison{.expected = before + "\r\nX" + std::string(100, 'b'),
                                       .pattern = {},
                                       .received = before + "\r\nY",
                                       .origin = 0,
                                       .differs_at = 102,
                                       .received_is_cut = true};
    CHECK(side_by_side(comparison) ==
          Lines{"expected  … \"aaaaaaaaaaaaaaaaaaaaaa\\r\\nXbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\" …",
                "received  … \"aaaaaaaaaaaaaaaaaaaaaa\\r\\nY\" …",
                "                                       ^ byte 102"});
  }
  SECTION("as hex where bytes are no text") {
    const judge::Comparison comparison{.expected = std::string("\0\x64\0\0\0\0\0\0\0\0\0\0", 12),
                                       .pattern = {},
                                       .received = std::string("\0\x64\0\0\0\0\0\0\0\1", 10),
                                       .origin = 0,
                                       .differs_at = 9};
    CHECK(side_by_side(comparison) ==
          Lines{"expected  000000  00 64 00 00 00 00 00 00  00 00 00 00              |.d..........|",
                "received  000000  00 64 00 00 00 00 00 00  00 01                    |.d........|",
                "                                              ^^ byte 9"});
  }
  SECTION("in the row of the dump where it stands") {
    const std::string zeros(40, '\0');
    const judge::Comparison comparison{
        .expected = zeros, .pattern = {}, .received = zeros.substr(0, 37) + "\xff", .origin = 100, .differs_at = 137};
    CHECK(side_by_side(comparison) ==
          Lines{"expected  000080  00 00 00 00 00 00 00 00  00 00 00 00              |............|",
                "received  000080  00 00 00 00 00 00 00 00  00 ff                    |..........|",
                "                                              ^^ byte 137"});
  }
  SECTION("and shows the pattern where the bytes are not known") {
    const judge::Comparison comparison{
        .expected = {}, .pattern = "line ~ /\\d+/", .received = "abc\r\n", .origin = 4, .differs_at = 4};
    CHECK(side_by_side(comparison) ==
          Lines{"expected  line ~ /\\d+/", "received  \"abc\\r\\n\"", "           ^ byte 4"});
  }
  SECTION("and says so if nothing was due") {
    const judge::Comparison comparison{.expected = {}, .pattern = {}, .received = "!"};
    CHECK(side_by_side(comparison) == Lines{"expected  nothing", "received  \"!\"", "           ^ byte 0"});
  }
  SECTION("and says so if nothing came") {
    const judge::Comparison comparison{.expected = "pong", .pattern = {}, .received = ""};
    CHECK(side_by_side(comparison) == Lines{"expected  \"pong\"", "received  nothing", "           ^ byte 0"});
  }
}

TEST_CASE("a case is called by its variation, its server and its round") {
  Case one;
  one.path = "a.volley";
  one.name = "asks";
  one.variation = "split";
  CHECK(identity(one) == "a.volley › asks [split]");
  one.server = "unbound";
  one.round = 2;
  CHECK(title(one) == "asks [split] [unbound] [round 2]");
}

}  // namespace volley::report
