// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <volley/descriptor.h>
#include <volley/temp_dir.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "catch.h"

namespace volley {
namespace {

namespace fs = std::filesystem;

void write_file(const fs::path& path) {
  std::ofstream(path) << "x";
}

}  // namespace

TEST_CASE("TempDir::make makes a fresh directory of mode 0755 whatever the umask") {
  const mode_t before = ::umask(0077);
  const auto first = TempDir::make();
  const auto second = TempDir::make("other-");
  ::umask(before);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->path() != second->path());
  CHECK(fs::path(first->path()).filename().string().starts_with("volley-"));
  CHECK(fs::path(second->path()).filename().string().starts_with("other-"));
  CHECK((fs::status(first->path()).permissions() & fs::perms::mask) == fs::perms(0755));
  CHECK(fs::is_empty(first->path()));
}

TEST_CASE("TempDir::make honours TMPDIR and names what failed") {
  const auto outer = TempDir::make();
  REQUIRE(outer);
  const char* before = std::getenv("TMPDIR");
  const std::string saved = before != nullptr ? before : "";
  ::setenv("TMPDIR", outer->path().c_str(), 1);
  const auto inner = TempDir::make();
  ::setenv("TMPDIR", "/no/such/place", 1);
  const auto nowhere = TempDir::make();
  before != nullptr ? ::setenv("TMPDIR", saved.c_str(), 1) : ::unsetenv("TMPDIR");

  REQUIRE(inner);
  CHECK(fs::path(inner->path()).parent_path() == outer->path());
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error() == Error{ENOENT, "mkdtemp", "/no/such/place/volley-XXXXXX"});
}

TEST_CASE("a TempDir is removed with its content, once, and can be moved and kept") {
  std::string path;
  {
    auto made = TempDir::make();
    REQUIRE(made);
    path = made->path();
    fs::create_directories(path + "/a/b/c");
    write_file(path + "/a/b/c/file");
    write_file(path + "/a/.hidden");
    TempDir moved = std::move(*made);
    CHECK(made->path().empty());
    CHECK(fs::exists(path));
  }
  CHECK_FALSE(fs::exists(path));

  std::string kept;
  {
    auto made = TempDir::make();
    REQUIRE(made);
    kept = made->keep();
    CHECK(made->path().empty());
  }
  CHECK(fs::exists(kept));
  CHECK(remove_tree(kept));
  CHECK_FALSE(fs::exists(kept));
}

TEST_CASE("assigning to a TempDir removes what it had") {
  auto first = TempDir::make();
  auto second = TempDir::make();
  REQUIRE(first);
  REQUIRE(second);
  const std::string gone = first->path(), stays = second->path();
  *first = std::move(*second);
  CHECK_FALSE(fs::exists(gone));
  CHECK(first->path() == stays);
  CHECK(fs::exists(stays));
}

TEST_CASE("remove_tree removes symbolic links and follows none") {
  auto outside = TempDir::make();
  auto inside = TempDir::make();
  REQUIRE(outside);
  REQUIRE(inside);
  write_file(outside->path() + "/precious");
  fs::create_directory_symlink(outside->path(), inside->path() + "/to_directory");
  fs::create_symlink(outside->path() + "/precious", inside->path() + "/to_file");
  fs::create_directories(inside->path() + "/deep/deeper");
  fs::create_directory_symlink(outside->path(), inside->path() + "/deep/deeper/out");
  fs::create_symlink("/no/such", inside->path() + "/deep/dangling");
  const std::string path = inside->path();
  CHECK(inside->remove());
  CHECK_FALSE(fs::exists(path));
  CHECK(fs::exists(outside->path() + "/precious"));

  fs::create_directory_symlink(outside->path(), path);
  const auto removed = remove_tree(path);
  REQUIRE_FALSE(removed);
  CHECK(removed.error() == Error{ENOTDIR, "open", path});
  CHECK(fs::exists(outside->path() + "/precious"));
  fs::remove(path);
}

TEST_CASE("remove_tree takes a tree deeper than descriptors and paths go") {
  auto made = TempDir::make();
  REQUIRE(made);
  const std::string long_name(60, 'x');
  Descriptor at(::open(made->path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  for (int depth = 0; depth < 100; ++depth) {
    // Also the names that the removal itself uses.
    for (const char* name : {long_name.c_str(), "0", "1"}) REQUIRE(::mkdirat(at.get(), name, 0755) == 0);
    at = Descriptor(::openat(at.get(), long_name.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    REQUIRE(at);
  }
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit few{50, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  const std::string path = made->path();
  const auto removed = made->remove();
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(removed);
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE("remove_tree takes directories that their owner may not even list") {
  // Permissions do not bind root, so the tree is made and removed by a child that is somebody else.
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(2);
    ::unsetenv("TMPDIR");
    auto made = TempDir::make();
    if (!made) ::_exit(3);
    for (const char* name : {"/a", "/a/b", "/a/b/c", "/d", "/d/e"}) ::mkdir((made->path() + name).c_str(), 0755);
    for (const char* name : {"/a/b/c", "/a/b", "/d"}) ::chmod((made->path() + name).c_str(), 0);
    ::chmod((made->path() + "/a").c_str(), 0500);
    const std::string path = made->path();
    ::_exit(made->remove() && ::access(path.c_str(), F_OK) != 0 ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

TEST_CASE("remove_tree names what is not there") {
  const auto removed = remove_tree("/no/such/tree");
  REQUIRE_FALSE(removed);
  CHECK(removed.error() == Error{ENOENT, "open", "/no/such/tree"});
}

}  // namespace volley
