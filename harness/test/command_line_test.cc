// SPDX-License-Identifier: Apache-2.0
#include "program/command_line.h"

#include "catch.h"

namespace volley::program {
namespace {

using Words = std::vector<std::string>;

/// `volley run` with a path and what else is given.
std::expected<RunOptions, Refusal> run_with(Words words) {
  words.push_back("a.volley");
  return parse_run(words);
}

}  // namespace

TEST_CASE("run has defaults for everything but the path") {
  const auto options = run_with({});
  REQUIRE(options);
  CHECK(options->selection.paths == Words{"a.volley"});
  CHECK(options->selection.filters.empty());
  CHECK(options->selection.tags.empty());
  CHECK(options->jobs >= 1);
  CHECK(options->external.empty());
  CHECK(options->reports.empty());
  CHECK(options->seed == 0);
  CHECK(options->slow_factor == 1);
  CHECK_FALSE(options->strict);
  CHECK_FALSE(options->verbose);
  CHECK(options->retries == 0);
  CHECK_FALSE(options->repeat);
  CHECK_FALSE(options->repeat_until_fail);
  CHECK_FALSE(options->shuffle);
  CHECK_FALSE(options->fail_fast);
  CHECK_FALSE(options->last_failed);
}

TEST_CASE("run reads how often and in which order") {
  const auto options = run_with(
      {"--retries", "2", "--repeat", "3", "--repeat-until-fail", "--shuffle=7", "--fail-fast", "--last-failed"});
  REQUIRE(options);
  CHECK(options->selection.paths == Words{"a.volley"});
  CHECK(options->retries == 2);
  CHECK(options->repeat == 3);
  CHECK(options->repeat_until_fail);
  CHECK(options->shuffle == 7);
  CHECK(options->fail_fast);
  CHECK(options->last_failed);
  const auto by_chance = run_with({"--shuffle"});  // what stands behind it is a path, no seed
  REQUIRE(by_chance);
  CHECK(by_chance->shuffle);
  CHECK(by_chance->selection.paths == Words{"a.volley"});
}

TEST_CASE("run reads its options, before and after paths") {
  const Words words{"b.volley",
                    "--jobs",
                    "3",
                    "--filter",
                    "half",
                    "--filter",
                    "close",
                    "--tag",
                    "slow",
                    "--target",
                    "redis=127.0.0.1:6379",
                    "--target",
                    "dns=[::1]:53",
                    "--report",
                    "junit=out.xml",
                    "--report",
                    "json=out.jsonl",
                    "--report",
                    "tap=-",
                    "--report",
                    "github=a=b",
                    "--seed",
                    "18446744073709551615",
                    "--slow-factor",
                    "2.5",
                    "--strict",
                    "-v",
                    "a.volley"};
  const auto options = parse_run(words);
  REQUIRE(options);
  CHECK(options->selection.paths == Words{"b.volley", "a.volley"});
  CHECK(options->selection.filters == Words{"half", "close"});
  CHECK(options->selection.tags == Words{"slow"});
  CHECK(options->jobs == 3);
  REQUIRE(options->external.size() == 2);
  CHECK(options->external.at("redis").at("") == Endpoint::parse("127.0.0.1:6379").value());
  CHECK(options->external.at("dns").at("") == Endpoint::parse("[::1]:53").value());
  using Format = ReportRequest::Format;
  CHECK(options->reports ==
        std::vector<ReportRequest>{
            {Format::junit, "out.xml"}, {Format::json, "out.jsonl"}, {Format::tap, "-"}, {Format::github, "a=b"}});
  CHECK(options->seed == UINT64_MAX);
  CHECK(options->slow_factor == 2.5);
  CHECK(options->strict);
  CHECK(options->verbose);
}

TEST_CASE("the option --target takes localhost by its name") {
  const auto options = run_with({"--target", "redis=localhost:6379"});
  REQUIRE(options);
  CHECK(options->external.at("redis").at("").to_string() == "127.0.0.1:6379");
}

TEST_CASE("the option --target gives each port of a target its place") {
  const auto options = run_with(
      {"--target", "web=127.0.0.1:80", "--target", "web.admin=127.0.0.1:81", "--target", "dns.control=[::1]:53"});
  REQUIRE(options);
  REQUIRE(options->external.size() == 2);
  REQUIRE(options->external.at("web").size() == 2);
  CHECK(options->external.at("web").at("").to_string() == "127.0.0.1:80");
  CHECK(options->external.at("web").at("admin").to_string() == "127.0.0.1:81");
  CHECK(options->external.at("dns").size() == 1);
  CHECK(options->external.at("dns").at("control").to_string() == "[::1]:53");
}

TEST_CASE("run says what is wrong with its command line") {
  struct Row {
    Words words;
    std::string_view complaint;
  };
  const Row rows[] = {
      {{"--frob"}, "volley run: unknown option '--frob'\n"},
      {{"--fial-fast"}, "volley run: unknown option '--fial-fast': did you mean '--fail-fast'?\n"},
      {{"--seeds=1"}, "volley run: unknown option '--seeds': did you mean '--seed'?\n"},
      {{"-x"}, "volley run: unknown option '-x'\n"},
      {{"--shuffle=x"}, "volley run: --shuffle: 'x' is no number of 64 bits\n"},
      {{"--shuffle=-1"}, "volley run: --shuffle: '-1' is no number of 64 bits\n"},
      {{"--retries", "1001"}, "volley run: --retries: Value 1001 not in range 0 to 1000\n"},
      {{"--repeat", "0"}, "volley run: --repeat: Value 0 not in range 1 to 1000000\n"},
      {{"--jobs", "0"}, "volley run: --jobs: Value 0 not in range 1 to 10000\n"},
      {{"--seed", "-1"}, "volley run: --seed: '-1' is no number of 64 bits\n"},
      {{"--slow-factor", "0.5"}, "volley run: --slow-factor: 0.5 is not from 1 to 1000\n"},
      {{"--slow-factor", "nan"}, "volley run: --slow-factor: nan is not from 1 to 1000\n"},
      {{"--color", "red"}, "volley run: --color: 'red' is not auto, always or never\n"},
      {{"--slow", "-1"}, "volley run: --slow: -1 is not from 0 to 1000000\n"},
      {{"--report", "out.xml"}, "volley run: --report: 'out.xml' is not of the form FORMAT=FILE\n"},
      {{"--report", "html=out.html"},
       "volley run: --report: 'html' is no format of reports: junit, json, tap and github are\n"},
      {{"--report", "tap=out", "--report", "json=out"}, "volley run: --report: two reports cannot both go to 'out'\n"},
      {{"--report", "github", "--report", "github"}, "volley run: --report: two reports cannot both go to '-'\n"},
      {{"--report", "github", "--report", "tap=-"},
       "volley run: --report: 'github' without a file writes to stdout, which another report has for itself\n"},
      {{"--target", "web=127.0.0.1:80", "--target", "web=127.0.0.1:81"},
       "volley run: --target: 'web' is given twice\n"},
      {{"--target", "web.a=127.0.0.1:80", "--target", "web.a=127.0.0.1:80"},
       "volley run: --target: 'web.a' is given twice\n"},
      {{"--target", "redis"}, "volley run: --target: 'redis' is not of the form NAME=HOST:PORT\n"},
      {{"--target", "redis=nowhere"}, "volley run: --target: 'nowhere' is no address and port\n"},
      {{"--target", "redis=127.0.0.1:0"}, "volley run: --target: '127.0.0.1:0' is no address and port\n"},
      {{"--target", "redis=192.0.2.1:80"},
       "volley run: --target: 192.0.2.1:80 is not on loopback: a scenario talks to this machine only\n"},
      {{"--allow-net", "192.0.2.9", "--target", "redis=192.0.2.1:80"},
       "volley run: --target: 192.0.2.1:80 is neither on loopback nor named by --allow-net\n"},
      {{"--allow-net", "example.com"},
       "volley run: --allow-net: 'example.com' is no address, nor a block of them such as 192.0.2.0/24\n"},
      {{"--allow-net", "192.0.2.1/24"},
       "volley run: --allow-net: '192.0.2.1/24' is no address, nor a block of them such as 192.0.2.0/24\n"},
      {{"--\x1b[31m"}, "volley run: unknown option '--\\x1b[31m'\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.complaint);
    const auto options = run_with(row.words);
    REQUIRE_FALSE(options);
    CHECK(options.error().text == std::string(row.complaint) + "Try 'volley help run'.\n");
    CHECK_FALSE(options.error().is_help);
  }
  CHECK(parse_run({}).error().text == "volley run: PATH is required\nTry 'volley help run'.\n");
}

TEST_CASE("check and list read their options") {
  const Words check_words{"--dump", "plan", "a.volley"};
  CHECK(parse_check(check_words)->dump_plan);
  const Words wrong{"--dump", "tree", "a.volley"};
  CHECK(parse_check(wrong).error().text ==
        "volley check: --dump: 'tree' cannot be shown: plan can\nTry 'volley help check'.\n");
  const Words list_words{"--tag", "slow", "a.volley"};
  CHECK(parse_list(list_words)->selection.tags == Words{"slow"});
}

TEST_CASE("help names every option") {
  const Words help{"--help"};
  const auto options = parse_run(help);
  REQUIRE_FALSE(options);
  CHECK(options.error().is_help);
  for (const auto* option :
       {"PATH", "--jobs", "--filter", "--tag", "--target", "--report", "--seed", "--slow-factor", "--strict", "-v"}) {
    CHECK(options.error().text.contains(option));
  }
  CHECK(options.error().text.contains("\n  split       a send in two segments, cut at one boundary a run\n"));
}

}  // namespace volley::program
