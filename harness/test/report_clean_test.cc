// SPDX-License-Identifier: Apache-2.0
#include "catch.h"
#include "report/clean.h"
#include "report/shell.h"

namespace volley::report {

TEST_CASE("clean leaves text as it is and escapes what could harm a reader") {
  struct Row {
    std::string_view bytes;
    std::string_view text;
  };
  const Row rows[] = {
      {"", ""},
      {"redis › grüße 日本 🚀", "redis › grüße 日本 🚀"},
      {"C:\\path \"quoted\" <&>", "C:\\path \"quoted\" <&>"},
      {"\x1b[31mred\x07", "\\x1b[31mred\\x07"},
      {"a\tb\r\nc", "a\\tb\\r\\nc"},
      {std::string_view("\0\x7f", 2), "\\x00\\x7f"},
      {"\xff\xfe", "\\xff\\xfe"},           // no UTF-8
      {"caf\xe9", "caf\\xe9"},              // Latin-1
      {"\xc0\x80", "\\xc0\\x80"},           // overlong NUL
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},  // a surrogate
      {"\xe2\x82", "\\xe2\\x82"},           // cut off
      {"\xc2\x9b"
       "31m",
       "\\xc2\\x9b"
       "31m"},  // CSI as one C1 character
      {"\xe2\x80\xae"
       "txt",
       "\\xe2\\x80\\xae"
       "txt"},                              // right-to-left override
      {"\xef\xbf\xbf", "\\xef\\xbf\\xbf"},  // U+FFFF, which XML forbids
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(clean(row.bytes) == row.text);
  }
}

TEST_CASE("inert leaves no command to a reader of logs, and all else as it is") {
  struct Row {
    std::string_view text;
    std::string_view harmless;
  };
  const Row rows[] = {
      {"", ""},
      {"one\n\n  two\n", "one\n\n  two\n"},
      {"a::b [::1]:80 # ## #[ [error] ##\n", "a::b [::1]:80 # ## #[ [error] ##\n"},
      {"::error::x\n", "\\x3a:error::x\n"},
      {"ok\n  \t::error::x::", "ok\n  \t\\x3a:error::x::"},
      {"\xc2\xa0::error::x", "\xc2\xa0\\x3a:error::x"},  // white space to some
      {"##[error]x ##[group]", "#\\x23[error]x #\\x23[group]"},
      {"x ###[error]", "x ##\\x23[error]"},
      {"##vso[task] ##teamcity[x] ##[", "#\\x23vso[task] #\\x23teamcity[x] #\\x23["},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(inert(row.text) == row.harmless);
  }
}

TEST_CASE("one_line takes line ends with their indentation for one space") {
  CHECK(one_line("a >  \"x\"  \r\n \t  \"y\"\n}") == "a >  \"x\" \"y\" }");
  CHECK(one_line("a\x1b[2J") == "a\\x1b[2J");
}

TEST_CASE("cut shortens text between two characters") {
  CHECK(cut("abc", 3) == "abc");
  CHECK(cut("abcd", 3) == "abc…");
  CHECK(cut("aüb", 2) == "a…");
}

TEST_CASE("shell_word quotes as little as is safe, and never prints a control character") {
  struct Row {
    std::string_view bytes;
    std::string_view word;
  };
  const Row rows[] = {
      {"suite/a.volley:12", "suite/a.volley:12"},
      {"", "''"},
      {"two words.volley:3", "'two words.volley:3'"},
      {"$(reboot)", "'$(reboot)'"},
      {"it's", "'it'\\''s'"},
      {"grüße", "'grüße'"},
      {"\x1b[31m'\\1", "$'\\033[31m\\'\\\\1'"},
      {"\xff", "$'\\377'"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.word);
    CHECK(shell_word(row.bytes) == row.word);
  }
}

}  // namespace volley::report
