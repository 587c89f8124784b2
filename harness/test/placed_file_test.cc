// SPDX-License-Identifier: Apache-2.0
#include "target/placed_file.h"

#include <sys/stat.h>
#include <volley/temp_dir.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "catch.h"

namespace volley::target {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

fs::perms mode(const fs::path& path) {
  return fs::status(path).permissions() & fs::perms::mask;
}

}  // namespace

TEST_CASE("a file is placed below the directory, with the directories that it needs") {
  const auto dir = TempDir::make();
  REQUIRE(dir);
  const std::string root = dir->path();
  const mode_t before = ::umask(0077);
  CHECK(place_file(root, "plain", "a\n"));
  CHECK(place_file(root, root + "/absolute", std::string("\0\xff", 2)));
  CHECK(place_file(root, "deep/er/file", std::string(1 << 20, 'x')));
  CHECK(place_file(root, "deep/other", ""));
  CHECK(place_file(root, "./deep//er/./dots", "d"));
  CHECK(place_file(root, "plain", "b"));
  ::umask(before);
  CHECK(content(root + "/plain") == "b");
  CHECK(content(root + "/absolute") == std::string("\0\xff", 2));
  CHECK(fs::file_size(root + "/deep/er/file") == 1 << 20);
  CHECK(fs::file_size(root + "/deep/other") == 0);
  CHECK(content(root + "/deep/er/dots") == "d");
  CHECK(mode(root + "/plain") == fs::perms(0644));
  CHECK(mode(root + "/deep/er") == fs::perms(0755));
}

TEST_CASE("no file is placed outside of the directory") {
  const auto outside = TempDir::make();
  const auto dir = TempDir::make();
  REQUIRE(outside);
  REQUIRE(dir);
  const std::string root = dir->path();
  fs::create_directory(root + "/sub");
  fs::create_directory_symlink(outside->path(), root + "/link");
  fs::create_symlink(outside->path() + "/file", root + "/name");
  for (const std::string path : {"", "/", "..", "../file", "sub/../../file", "sub/..", "sub/", "/etc/volley-test",
                                 "link/file", "link/new/file", "name"}) {
    CAPTURE(path);
    const auto placed = place_file(root, path, "x");
    REQUIRE_FALSE(placed);
    CHECK(placed.error() == Error{EXDEV, "openat2", path});
  }
  const auto sibling = place_file(root, root + "-other/file", "x");
  REQUIRE_FALSE(sibling);
  CHECK(sibling.error().code == EXDEV);
  CHECK(fs::is_empty(outside->path()));
}

TEST_CASE("a file that cannot be placed is an Error with its path") {
  const auto dir = TempDir::make();
  REQUIRE(dir);
  REQUIRE(place_file(dir->path(), "file", ""));
  const auto below_a_file = place_file(dir->path(), "file/x", "");
  REQUIRE_FALSE(below_a_file);
  CHECK(below_a_file.error() == Error{ENOTDIR, "openat2", "file/x"});
  const auto nowhere = place_file("/no/such/dir", "x", "");
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error() == Error{ENOENT, "open", "/no/such/dir"});
}

}  // namespace volley::target
