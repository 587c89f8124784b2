// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>
#include <volley/temp_dir.h>

#include <cerrno>
#include <filesystem>

#include "catch.h"
#include "report/file.h"
#include "run_program.h"

namespace volley::report {
namespace {

std::size_t entries(const std::string& directory) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory), {}));
}

}  // namespace

TEST_CASE("write_file replaces a file and leaves no other behind") {
  const auto directory = TempDir::make();
  REQUIRE(directory);
  const auto path = directory->path() + "/report.xml";
  REQUIRE(write_file(path, "first"));
  REQUIRE(write_file(path, "second"));
  CHECK(test::read_text(path) == "second");
  CHECK(entries(directory->path()) == 1);
}

TEST_CASE("write_file keeps a symbolic link and replaces its file") {
  const auto directory = TempDir::make();
  REQUIRE(directory);
  const auto file = directory->path() + "/report.xml";
  const auto link = directory->path() + "/latest.xml";
  test::write_text(file, "old");
  REQUIRE(::symlink("report.xml", link.c_str()) == 0);
  REQUIRE(write_file(link, "new"));
  CHECK(test::read_text(file) == "new");
  CHECK(std::filesystem::is_symlink(link));
}

TEST_CASE("write_file makes what a symbolic link names") {
  const auto directory = TempDir::make();
  REQUIRE(directory);
  const auto first = directory->path() + "/first.xml";
  const auto second = directory->path() + "/second.xml";
  REQUIRE(::symlink("second.xml", first.c_str()) == 0);
  REQUIRE(::symlink((directory->path() + "/report.xml").c_str(), second.c_str()) == 0);
  REQUIRE(write_file(first, "new"));
  CHECK(test::read_text(directory->path() + "/report.xml") == "new");
  CHECK(std::filesystem::is_symlink(first));
  CHECK(std::filesystem::is_symlink(second));
  REQUIRE(::unlink(second.c_str()) == 0);
  REQUIRE(::symlink("first.xml", second.c_str()) == 0);
  const auto circle = write_file(first, "bytes");
  REQUIRE_FALSE(circle);
  CHECK(circle.error() == Error{ELOOP, "stat", first});
}

TEST_CASE("a file may have as long a name as a directory holds, and a longer one is refused at once") {
  const auto directory = TempDir::make();
  REQUIRE(directory);
  const auto longest = directory->path() + "/" + std::string(255, 'x');
  REQUIRE(write_file(longest, "bytes"));
  CHECK(test::read_text(longest) == "bytes");
  const auto longer = File::create(longest + "x");
  REQUIRE_FALSE(longer);
  CHECK(longer.error() == Error{ENAMETOOLONG, "stat", longest + "x"});
}

TEST_CASE("two files are told to be one however they are spelled") {
  const auto directory = TempDir::make();
  REQUIRE(directory);
  const auto plain = directory->path() + "/report.xml";
  const auto link = directory->path() + "/latest.xml";
  REQUIRE(::symlink("report.xml", link.c_str()) == 0);
  for (const auto& other : {directory->path() + "/./report.xml", directory->path() + "//report.xml", link}) {
    CHECK(resolved(other) == resolved(plain));
  }
  CHECK(resolved(plain + "2") != resolved(plain));
}

TEST_CASE("write_file writes to a device as it is") {
  REQUIRE(write_file("/dev/null", "bytes"));
  CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("write_file says what it could not write and leaves what stood there") {
  const auto directory = TempDir::make();
  REQUIRE(directory);
  const auto nowhere = write_file(directory->path() + "/none/report.xml", "bytes");
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().code == ENOENT);
  CHECK(nowhere.error().call == "open");
  const auto no_file = write_file(directory->path(), "bytes");
  REQUIRE_FALSE(no_file);
  CHECK(no_file.error() == Error{EISDIR, "open", directory->path()});
  const auto full = write_file("/dev/full", "bytes");
  REQUIRE_FALSE(full);
  CHECK(full.error() == Error{ENOSPC, "write", "/dev/full"});
}

}  // namespace volley::report
