// SPDX-License-Identifier: Apache-2.0
// Descriptors: what a plan needs, what we may have, and what the programs get that we start.
#include "catch.h"
#include "compiled.h"
#include "plan/descriptors.h"
#include "program_workspace.h"

namespace volley::test {
namespace {

std::uint64_t needed(std::string_view steps) {
  return plan::descriptors_needed(compile_steps(steps).plan());
}

/// 100 connections at once, both ends ours.
const std::string crowd =
    "scenario \"a crowd\" {\n    listen door tcp\n    parallel 100 {\n        connect c tcp door\n"
    "        accept s from door by c\n        c > \"x\"\n        s < \"x\"\n    }\n}\n";

}  // namespace

TEST_CASE("a plan tells how many descriptors it may hold at once") {
  CHECK(needed("expect true") == 0);
  CHECK(needed("listen door tcp\nconnect a tcp door\naccept b from door\nbind u udp") == 4);
  CHECK(needed("start p \"cat\"") == 6);
  CHECK(needed("listen door tcp\nrepeat 500 {\nconnect a tcp door\naccept b from door\n}\nbind u udp") == 4);
  CHECK(needed("listen door tcp\nparallel 500 {\nconnect a tcp door\nparallel 2 {\nbind u udp\n}\n}\nbind v udp") ==
        1502);
  CHECK(needed("let n = now / 1us\nparallel n {\nbind u udp\n}") == 1);
  CHECK(needed("bind u udp\nalways {\nbind v udp\nbind w udp\n}") == 2);
}

TEST_CASE("a scenario may have more descriptors than the soft limit, and its programs get that limit back") {
  const Workspace workspace;
  workspace.write("a.volley", crowd +
                                  "scenario \"their limit\" {\n    start p \"sh\" \"-c\" \"ulimit -Sn\"\n"
                                  "    p < \"150\\n\"\n    p exits 0\n}\n");
  const auto run = workspace.shell("ulimit -Sn 150; exec " + volley_program() + " run a.volley");
  CAPTURE(run.out, run.err);
  CHECK(run.status == exited(0));
}

TEST_CASE("a scenario that needs more descriptors than the hard limit is an error before it runs") {
  const Workspace workspace;
  workspace.write("a.volley", crowd);
  const auto run = workspace.shell("ulimit -Sn 150; ulimit -Hn 200; exec " + volley_program() + " run a.volley");
  CHECK(steady(run.out) ==
        "ERROR a.volley › a crowd (T)\n"
        "a.volley:1: needs 265 descriptors at once, 64 of them for volley itself, and this process may have 200: raise "
        "the hard limit (ulimit -Hn)\n"
        "  repeat: volley run a.volley:1 --seed 0\n"
        "0 passed, 0 failed, 0 skipped, 1 error in T s\n");
  CHECK(run.status == exited(3));
}

TEST_CASE("runs that are under way at once have their descriptors at once") {
  const Workspace workspace;
  workspace.write(
      "a.volley",
      "target t {\n    run \"perl\" \"-MIO::Socket::INET\" \"-e\" \"my $l = IO::Socket::INET->new(Listen => 99, "
      "LocalAddr => $ARGV[0]) or die; 1 while my $c = $l->accept\" \"${endpoint}\"\n}\n"
      "scenario \"a crowd\" {\n    parallel 100 {\n        connect c tcp t\n        ignore c\n    }\n}\n");
  const auto run =
      workspace.shell("ulimit -Sn 150; ulimit -Hn 200; exec " + volley_program() + " run a.volley --vary repeat");
  CAPTURE(run.out, run.err);
  CHECK(run.out.starts_with("ok   a.volley › a crowd ("));
  CHECK(run.out.contains("\nERROR a.volley › a crowd [repeat] ("));
  CHECK(run.out.contains("\na.volley:4: needs 264 descriptors at once, 64 of them for volley itself, "));
}

}  // namespace volley::test
