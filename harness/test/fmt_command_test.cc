// SPDX-License-Identifier: Apache-2.0
// `volley fmt` as its users meet it.
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "catch.h"
#include "program_workspace.h"

namespace volley::test {
namespace {

constexpr std::string_view untidy = "scenario \"s\" {\nwait   1ms # short\n}\n";
constexpr std::string_view tidy = "scenario \"s\" {\n    wait 1ms  # short\n}\n";
constexpr std::string_view wrong = "scenario \"s\" {\nwait   1\n}\n";

}  // namespace

TEST_CASE("fmt rewrites files, keeps their permissions, and says nothing") {
  const Workspace here;
  here.write("a.volley", untidy);
  REQUIRE(::chmod(here.path("a.volley").c_str(), 0640) == 0);
  std::filesystem::create_directory(here.path("below"));
  here.write("below/_b.volley", untidy);
  const auto finished = here.volley({"fmt"});
  CHECK(finished.status == exited(0));
  CHECK(finished.out + finished.err == "");
  CHECK(read_text(here.path("a.volley")) == tidy);
  CHECK(read_text(here.path("below/_b.volley")) == tidy);
  struct stat status{};
  REQUIRE(::stat(here.path("a.volley").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0640);
}

TEST_CASE("fmt does not touch a file that is as it should be, and writes through a symbolic link") {
  const Workspace here;
  here.write("a.volley", tidy);
  const auto before = std::filesystem::last_write_time(here.path("a.volley")) - std::chrono::hours(1);
  std::filesystem::last_write_time(here.path("a.volley"), before);
  here.write("real", untidy);
  std::filesystem::create_symlink("real", here.path("link.volley"));
  CHECK(here.volley({"fmt", "a.volley", "link.volley"}).status == exited(0));
  CHECK(std::filesystem::last_write_time(here.path("a.volley")) == before);
  CHECK(std::filesystem::is_symlink(here.path("link.volley")));
  CHECK(read_text(here.path("real")) == tidy);
}

TEST_CASE("fmt --check lists the files that would change") {
  const Workspace here;
  here.write("a.volley", tidy);
  here.write("b.volley", untidy);
  here.write("c.volley", untidy);
  const auto finished = here.volley({"fmt", "--check", "."});
  CHECK(finished.status == exited(1));
  CHECK(finished.out == "b.volley\nc.volley\n");
  CHECK(finished.err == "");
  CHECK(read_text(here.path("b.volley")) == untidy);
  CHECK(here.volley({"fmt", "--check", "a.volley"}).status == exited(0));
}

TEST_CASE("fmt leaves a file with mistakes alone, and formats the others") {
  const Workspace here;
  here.write("a.volley", wrong);
  here.write("b.volley", untidy);
  const auto finished = here.volley({"fmt", "."});
  CHECK(finished.status == exited(2));
  CHECK(finished.out == "");
  CHECK(finished.err ==
        "a.volley:2:8: error: '1' is no duration [duration-without-unit]\nwait   1\n       ^\n"
        "hint: a duration has a unit: us, ms or s\n");
  CHECK(read_text(here.path("a.volley")) == wrong);
  CHECK(read_text(here.path("b.volley")) == tidy);
  const auto none = here.volley({"fmt", "none.volley"});
  CHECK(none.status == exited(2));
  CHECK(none.err == "volley: none.volley: no such file or directory\n");
}

TEST_CASE("fmt - formats stdin to stdout") {
  const Workspace here;
  here.write("a", untidy);
  here.write("tidy", tidy);
  here.write("wrong", wrong);
  const auto program = "'" + volley_program() + "'";
  const auto finished = here.shell(program + " fmt - < a");
  CHECK(finished.status == exited(0));
  CHECK(finished.out == tidy);
  const auto checked = here.shell(program + " fmt --check - < a");
  CHECK(checked.status == exited(1));
  CHECK(checked.out == "-\n");
  CHECK(here.shell(program + " fmt --check - < tidy").status == exited(0));
  const auto failed = here.shell(program + " fmt - < wrong");
  CHECK(failed.status == exited(2));
  CHECK(failed.out == "");
  CHECK(failed.err.starts_with("stdin:2:8: error: '1' is no duration"));
  const auto both = here.volley({"fmt", "-", "a"});
  CHECK(both.status == exited(2));
  CHECK(both.err == "volley fmt: '-' stands alone\nTry 'volley help fmt'.\n");
}

}  // namespace volley::test
