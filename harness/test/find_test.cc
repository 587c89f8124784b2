// SPDX-License-Identifier: Apache-2.0
#include "program/find.h"

#include <unistd.h>
#include <volley/temp_dir.h>

#include <filesystem>

#include "catch.h"
#include "run_program.h"

namespace volley::program {
namespace {

/// Files of a fresh directory that is the current one.
class Tree {
 public:
  explicit Tree(std::initializer_list<const char*> files) : before_(std::filesystem::current_path()) {
    auto made = TempDir::make();
    REQUIRE(made);
    directory_ = std::move(*made);
    for (const auto* file : files) test::write_text(directory_.path() + "/" + file, "");
    std::filesystem::current_path(directory_.path());
  }
  ~Tree() { std::filesystem::current_path(before_); }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

 private:
  std::filesystem::path before_;
  TempDir directory_;
};

using Problems = std::vector<std::string>;

Found found(const std::vector<std::string>& paths, Shared shared = Shared::left_out) {
  const auto result = find(paths, shared);
  if (!result) FAIL(result.error().front());
  return *result;
}

Problems problems(const std::vector<std::string>& paths) {
  const auto result = find(paths, Shared::left_out);
  REQUIRE_FALSE(result);
  return result.error();
}

}  // namespace

TEST_CASE("find gives the scenario files of a directory and those below it") {
  const Tree tree{"suite/b.volley", "suite/a/z.volley", "suite/notes.txt", "suite/_shared.volley",
                  "suite/.git/x.volley"};
  CHECK(found({"suite"}) == Found{{"suite/a/z.volley", {}}, {"suite/b.volley", {}}});
  CHECK(found({"suite"}, Shared::included) ==
        Found{{"suite/_shared.volley", {}}, {"suite/a/z.volley", {}}, {"suite/b.volley", {}}});
}

TEST_CASE("find gives a file one name, however it is written and how often") {
  const Tree tree{"suite/a.volley"};
  CHECK(found({"./suite//a.volley", "suite", "suite/../suite/a.volley"}) == Found{{"suite/a.volley", {}}});
}

TEST_CASE("find takes a file of any name if it is named") {
  const Tree tree{"draft.txt"};
  CHECK(found({"draft.txt"}) == Found{{"draft.txt", {}}});
}

TEST_CASE("find reads FILE:LINE, and the whole file outweighs a line of it") {
  const Tree tree{"a.volley", "b.volley", "odd:7"};
  CHECK(found({"a.volley:3", "a.volley:12"}) == Found{{"a.volley", {3, 12}}});
  CHECK(found({"a.volley:3", "a.volley"}) == Found{{"a.volley", {}}});
  CHECK(found({"a.volley", "a.volley:3"}) == Found{{"a.volley", {}}});
  CHECK(found({"odd:7"}) == Found{{"odd:7", {}}});
}

TEST_CASE("find tells all that is wrong with its paths") {
  const Tree tree{"_shared.volley", "empty/notes.txt"};
  CHECK(problems({"nowhere.volley", "_shared.volley", "empty", "a.volley:0", "a.volley:x", "empty:3",
                  "_shared.volley:1", "_shared.volley:99999999999999999999", ":7"}) ==
        Problems{"volley: nowhere.volley: no such file or directory\n",
                 "volley: _shared.volley: a file whose name begins with '_' is used by others, and not run by itself\n",
                 "volley: empty: there is no scenario file (*.volley) in this directory\n",
                 "volley: a.volley:0: no such file or directory\n", "volley: a.volley:x: no such file or directory\n",
                 "volley: empty: a directory has no lines\n",
                 "volley: _shared.volley: a file whose name begins with '_' is used by others, and not run by itself\n",
                 "volley: _shared.volley:99999999999999999999: no such file or directory\n",
                 "volley: :7: no such file or directory\n"});
  CHECK(problems({"a\x1b[31m"}) == Problems{"volley: a\\x1b[31m: no such file or directory\n"});
}

TEST_CASE("find tells which directory it may not read") {
  if (::geteuid() == 0) {
    WARN("not shown: root may read every directory");
    return;
  }
  const Tree tree{"closed/a.volley"};
  std::filesystem::permissions("closed", std::filesystem::perms::none);
  CHECK(problems({"closed"}) == Problems{"volley: closed: Permission denied\n"});
  std::filesystem::permissions("closed", std::filesystem::perms::owner_all);
}

}  // namespace volley::program
