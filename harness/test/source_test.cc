// SPDX-License-Identifier: Apache-2.0
#include "source/source.h"

#include <sys/stat.h>
#include <unistd.h>
#include <volley/temp_dir.h>

#include <cerrno>
#include <fstream>

#include "catch.h"
#include "source/utf8.h"

namespace volley::source {
namespace {

std::string in_directory(const TempDir& directory, const std::string& name) {
  return directory.path() + "/" + name;
}

}  // namespace

TEST_CASE("a Source says in which line and column a byte stands") {
  const Source source("x.volley", "one\n\ntwo\r\nthree");
  CHECK(source.line_count() == 4);
  CHECK(source.position(0) == Position{1, 1});
  CHECK(source.position(3) == Position{1, 4});  // the line end belongs to its line
  CHECK(source.position(4) == Position{2, 1});
  CHECK(source.position(5) == Position{3, 1});
  CHECK(source.position(14) == Position{4, 5});
  CHECK(source.position(15) == Position{4, 6});
  CHECK(source.position(1000) == Position{4, 6});
}

TEST_CASE("a Source gives its lines without their ends") {
  const Source source("x.volley", "one\n\ntwo\r\nthree");
  CHECK(source.line(1) == "one");
  CHECK(source.line(2).empty());
  CHECK(source.line(3) == "two");
  CHECK(source.line(4) == "three");
  CHECK(source.line(0).empty());
  CHECK(source.line(5).empty());
  CHECK(source.text({4, 8}) == "\ntwo");
}

TEST_CASE("a Source drops a byte order mark in front, and no other") {
  const Source source("x.volley", "\xEF\xBB\xBFone\n\xEF\xBB\xBF");
  CHECK(source.bytes() == "one\n\xEF\xBB\xBF");
  CHECK(source.position(4) == Position{2, 1});
  CHECK(Source("x.volley", "\xEF\xBB").bytes() == "\xEF\xBB");
}

TEST_CASE("an empty Source has one empty line") {
  const Source source("x.volley", "");
  CHECK(source.line_count() == 1);
  CHECK(source.line(1).empty());
  CHECK(source.position(0) == Position{1, 1});
  CHECK(Source().line_count() == 1);
}

TEST_CASE("read gives the bytes of a file") {
  const auto directory = TempDir::make();
  REQUIRE(directory);
  const auto path = in_directory(*directory, "a.volley");
  const std::string bytes("wait\0 5ms\n\xff", 11);
  std::ofstream(path, std::ios::binary) << bytes;
  const auto source = read(path);
  REQUIRE(source);
  CHECK(source->path() == path);
  CHECK(source->bytes() == bytes);
}

TEST_CASE("read says what it cannot read, and why") {
  const auto directory = TempDir::make();
  REQUIRE(directory);
  const auto missing = in_directory(*directory, "missing.volley");
  CHECK(read(missing).error() == Error{ENOENT, "open", missing});
  CHECK(read(directory->path()).error() == Error{EISDIR, "read", directory->path()});

  const auto large = in_directory(*directory, "large.volley");
  std::ofstream(large, std::ios::binary) << "x";
  REQUIRE(::truncate(large.c_str(), max_source_bytes) == 0);
  CHECK(read(large).has_value());
  REQUIRE(::truncate(large.c_str(), max_source_bytes + 1) == 0);
  CHECK(read(large).error() == Error{EFBIG, "read", large});
}

TEST_CASE("first_character reads UTF-8 and nothing else") {
  struct Row {
    std::string_view bytes;
    char32_t code;
    std::size_t length;
  };
  const Row rows[] = {
      {"a", 'a', 1},
      {std::string_view("\0", 1), 0, 1},
      {"\xc2\xa7x", 0xA7, 2},
      {"\xe2\x82\xac", 0x20AC, 3},
      {"\xf0\x9f\x98\x80", 0x1F600, 4},
      {"\xf4\x8f\xbf\xbf", 0x10FFFF, 4},
      {"", 0, 0},
      {"\x80", 0, 0},              // a continuation without its lead
      {"\xc2", 0, 0},              // cut off
      {"\xe2\x82", 0, 0},          // cut off
      {"\xc2\x41", 0, 0},          // no continuation
      {"\xc0\x80", 0, 0},          // overlong NUL
      {"\xe0\x9f\xbf", 0, 0},      // overlong
      {"\xed\xa0\x80", 0, 0},      // a surrogate
      {"\xf4\x90\x80\x80", 0, 0},  // over U+10FFFF
      {"\xff", 0, 0},
  };
  for (const auto& row : rows) {
    CAPTURE(row.bytes);
    const auto character = first_character(row.bytes);
    CHECK(character.code == row.code);
    CHECK(character.length == row.length);
  }
}

TEST_CASE("controls and marks of direction are not printable") {
  constexpr std::u32string_view hidden(U"\0\x1b\x7f\x85\x9b\xad\x200b\x200f\x202e\x2066\xfeff\xe0001", 12);
  for (const auto code : hidden) CHECK_FALSE(is_printable(code));
  for (const auto code : std::u32string_view(U" ~§…中😀")) CHECK(is_printable(code));
}

TEST_CASE("a source of several files knows in which of them a byte stands") {
  const Source used("_used.volley", "one\ntwo");
  const Source empty("_empty.volley", "");
  const Source source({used, empty}, Source("main.volley", "three\n\nfour"));
  CHECK(source.path() == "main.volley");
  CHECK(source.bytes() == "one\ntwo\n\nthree\n\nfour");
  CHECK(source.files() == std::vector<Span>{{0, 7}, {8, 8}, {9, 20}});
  CHECK(source.path(7) == "_used.volley");
  CHECK(source.position(7) == Position{2, 4});
  CHECK(source.path(8) == "_empty.volley");
  CHECK(source.position(8) == Position{1, 1});
  CHECK(source.path(9) == "main.volley");
  CHECK(source.position(9) == Position{1, 1});
  CHECK(source.position(16) == Position{3, 1});
  CHECK(source.position(99) == Position{3, 5});
  CHECK(source.line_at(5) == "two");
  CHECK(source.line_at(8) == "");
  CHECK(source.line_at(18) == "four");
  CHECK(source.line(1) == "three");
  CHECK(source.line_count() == 3);
}

}  // namespace volley::source
