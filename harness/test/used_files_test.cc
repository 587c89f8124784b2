// SPDX-License-Identifier: Apache-2.0
#include "program/used_files.h"

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "catch.h"
#include "goldens.h"
#include "program_workspace.h"

namespace volley::test {
namespace {

constexpr std::string_view in_pair =
    "scenario \"s\" {\n    listen door tcp\n    connect a tcp door\n    accept b from door\n";

/// A suite: `tests/main.volley` stands beside what it may use, one file above, and one outside.
void make_suite(const Workspace& here) {
  for (const auto* directory : {"tests", "tests/below", "outside"}) {
    std::filesystem::create_directory(here.path(directory));
  }
  here.write("_top.volley", "let top = \"top\"\n");
  here.write("outside/_secret.volley", "let secret = \"s\"\n");
  here.write("tests/_words.volley", "# words\nuse \"../_top.volley\"\nlet word = top \"!\"\nlet other = 7\n");
  here.write("tests/below/_more.volley", "use \"../_words.volley\"\nlet more = word word\n");
  here.write("tests/_twice.volley", "let word = \"again\"\n");
  here.write("tests/_circle.volley", "use \"main.volley\"\n");
  here.write("tests/_self.volley", "use \"_self.volley\"\nlet self = 1\n");
  here.write("tests/_wrong.volley", "let fine = 1\nlet wrong = nowhere\n");
  here.write("tests/_other.txt", "let x = 1\n");
  std::filesystem::create_directory(here.path("tests/_folder.volley"));
  std::filesystem::create_symlink("../outside/_secret.volley", here.path("tests/_link.volley"));
  std::filesystem::create_symlink("_words.volley", here.path("tests/_near.volley"));
}

}  // namespace

std::vector<Golden> use_goldens() {
  return {
      {"files that cannot be used", R"(use "_none.volley"
use "/etc/passwd"
use "_other.txt"
use ""
use "_folder.volley"
use "_link.volley"
use "below/../../_top.volley"
let x = missing
)",
       R"(tests/main.volley:1:5: error: the file cannot be used: No such file or directory [unusable-file]
use "_none.volley"
    ^~~~~~~~~~~~~~
tests/main.volley:2:5: error: no path of a file that can be used [unusable-file]
use "/etc/passwd"
    ^~~~~~~~~~~~~
hint: it is relative to this file and ends in .volley: use "_common.volley"
tests/main.volley:3:5: error: no path of a file that can be used [unusable-file]
use "_other.txt"
    ^~~~~~~~~~~~
hint: it is relative to this file and ends in .volley: use "_common.volley"
tests/main.volley:4:5: error: no path of a file that can be used [unusable-file]
use ""
    ^~
hint: it is relative to this file and ends in .volley: use "_common.volley"
tests/main.volley:5:5: error: the file cannot be used: Is a directory [unusable-file]
use "_folder.volley"
    ^~~~~~~~~~~~~~~~
tests/main.volley:6:5: error: the file cannot be used: its path leads out of its directory [unusable-file]
use "_link.volley"
    ^~~~~~~~~~~~~~
tests/main.volley:7:5: error: the file cannot be used: its path leads out of its directory [unusable-file]
use "below/../../_top.volley"
    ^~~~~~~~~~~~~~~~~~~~~~~~~
)"},
      {"files that use each other", "use \"_circle.volley\"\nuse \"main.volley\"\nuse \"_self.volley\"\n",
       R"(tests/_circle.volley:1:5: error: the file that is used here uses this one, or is this one [use-cycle]
use "main.volley"
    ^~~~~~~~~~~~~
hint: what both need may stand in a third file
tests/_self.volley:1:5: error: the file that is used here uses this one, or is this one [use-cycle]
use "_self.volley"
    ^~~~~~~~~~~~~~
hint: what both need may stand in a third file
tests/main.volley:2:5: error: the file that is used here uses this one, or is this one [use-cycle]
use "main.volley"
    ^~~~~~~~~~~~~
hint: what both need may stand in a third file
)"},
      {"names that two files bind",
       "use \"_words.volley\"\nuse \"_twice.volley\"\nlet other = 8\nscenario \"s\" {\n    let top = 1\n}\n",
       R"(tests/_twice.volley:1:5: error: the name 'word' is bound already [bound-twice]
let word = "again"
    ^~~~
hint: each name is bound once, this one at tests/_words.volley:3:5
tests/main.volley:3:5: error: the name 'other' is bound already [bound-twice]
let other = 8
    ^~~~~
hint: each name is bound once, this one at tests/_words.volley:4:5
tests/main.volley:5:9: error: the name 'top' is bound already [bound-twice]
    let top = 1
        ^~~
hint: each name is bound once, this one at _top.volley:1:5
)"},
      {"a mistake in a used file, and one in the file itself",
       "use \"_wrong.volley\"\nlet mine = unknown\nlet m = fine\n",
       R"(tests/_wrong.volley:2:13: error: unknown name 'nowhere' [unknown-name]
let wrong = nowhere
            ^~~~~~~
hint: a text stands in quotes: "nowhere"
tests/main.volley:2:12: error: unknown name 'unknown' [unknown-name]
let mine = unknown
           ^~~~~~~
hint: a text stands in quotes: "unknown"
)"},
  };
}

TEST_CASE("what is wrong with a use is told at its place, and what is wrong in a used file in that file") {
  const Workspace here;
  make_suite(here);
  for (const auto& golden : use_goldens()) {
    here.write("tests/main.volley", golden.source);
    CAPTURE(golden.about);
    const auto finished = here.volley({"check", "tests/main.volley"});
    CHECK(finished.err == golden.rendered);
    CHECK(finished.status == exited(2));
  }
}

TEST_CASE("a file has the names of those that it uses, each file counted once") {
  const Workspace here;
  make_suite(here);
  here.write("tests/main.volley", "use \"below/_more.volley\"\nuse \"_near.volley\"\nuse \"_words.volley\"\n" +
                                      std::string(in_pair) + "    a > more top\n    b < \"top!top!top\"\n}\n");
  const auto finished = here.volley({"run", "tests/main.volley"});
  CHECK(finished.err == "");
  CHECK(steady(finished.out) == "ok   tests/main.volley › s (T)\n1 passed, 0 failed, 0 skipped, 0 errors in T s\n");
}

TEST_CASE("a failure in what a used file computes is shown in that file") {
  const Workspace here;
  here.write("_limit.volley", "# the limit\nlet limit = 3 * (4 + 5)\n");
  here.write("main.volley", "use \"_limit.volley\"\n" + std::string(in_pair) +
                                "    a > \"x\"\n    b < bytes(1) as d where len(d) > limit\n}\n");
  const auto finished = here.volley({"run", "main.volley"});
  CHECK(finished.status == exited(1));
  CHECK(finished.out.find("main.volley:7:") != std::string::npos);
}

TEST_CASE("a target of a used file is started for the file that uses it") {
  const Workspace here;
  std::filesystem::create_directory(here.path("tests"));
  here.write("tests/serve", "#!/bin/sh\necho ready\nexec sleep 100\n");
  REQUIRE(::chmod(here.path("tests/serve").c_str(), 0755) == 0);
  here.write("tests/_server.volley", "target server {\n    run \"./serve\"\n    ready output ~ /ready/\n}\n");
  here.write("a.volley", "use \"tests/_server.volley\"\nscenario \"s\" {\n    connect c tcp server fails refused\n}\n");
  const auto finished = here.volley({"run", "a.volley"});
  CHECK(finished.err == "");
  CHECK(steady(finished.out).find("1 passed") != std::string::npos);
}

TEST_CASE("a mistake in a file that many use is told once") {
  const Workspace here;
  here.write("_wrong.volley", "let wrong = nowhere\n");
  here.write("a.volley", "use \"_wrong.volley\"\n");
  here.write("b.volley", "use \"_wrong.volley\"\nlet x = unknown\n");
  const std::string in_used =
      "_wrong.volley:1:13: error: unknown name 'nowhere' [unknown-name]\nlet wrong = nowhere\n            ^~~~~~~\n"
      "hint: a text stands in quotes: \"nowhere\"\n";
  const auto finished = here.volley({"check", "."});
  CHECK(finished.err == in_used +
                            "b.volley:2:9: error: unknown name 'unknown' [unknown-name]\nlet x = unknown\n"
                            "        ^~~~~~~\nhint: a text stands in quotes: \"unknown\"\n");
  CHECK(here.volley({"check", "_wrong.volley"}).err == in_used);
}

TEST_CASE("the scenarios of a used file are not run with those of the file that uses it") {
  const Workspace here;
  here.write("a.volley", "let word = \"w\"\nscenario \"a\" {\n    wait 1ms\n}\n");
  here.write("b.volley", "use \"a.volley\"\nscenario \"b\" {\n    expect len(word) == 1\n}\n");
  CHECK(here.volley({"list", "b.volley"}).out == "b.volley › b\t\t\n");
  CHECK(here.volley({"list", "."}).out == "a.volley › a\t\t\nb.volley › b\t\t\n");
}

TEST_CASE("too much that is used is refused") {
  const Workspace here;
  std::string uses;
  for (int i = 0; i < 5; ++i) {
    const auto name = "_" + std::to_string(i) + ".volley";
    here.write(name, std::string(15 << 20, '\n'));
    uses += "use \"" + name + "\"\n";
  }
  here.write("_large.volley", std::string((16 << 20) + 1, '\n'));
  here.write("main.volley", "use \"_large.volley\"\n" + uses);
  const auto finished = here.volley({"check", "main.volley"});
  CHECK(finished.err ==
        "main.volley:1:5: error: the file cannot be used: File too large [unusable-file]\nuse \"_large.volley\"\n"
        "    ^~~~~~~~~~~~~~~\n"
        "main.volley:6:5: error: the used files have more than 64 MiB together [unusable-file]\nuse \"_4.volley\"\n"
        "    ^~~~~~~~~~~\n");
}

TEST_CASE("files that use each other in a long row are refused") {
  const Workspace here;
  for (int i = 0; i < 80; ++i) {
    here.write("_" + std::to_string(i) + ".volley", "use \"_" + std::to_string(i + 1) + ".volley\"\n");
  }
  here.write("_80.volley", "let last = 1\n");
  const auto finished = here.volley({"check", "_0.volley"});
  CHECK(finished.err ==
        "_64.volley:1:5: error: more than 64 files use each other in a row [unusable-file]\nuse \"_65.volley\"\n"
        "    ^~~~~~~~~~~~\n");
}

}  // namespace volley::test
