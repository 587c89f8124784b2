// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "catch.h"
#include "script/token.h"

namespace volley::script {
namespace {

using Kind = Token::Kind;

struct Lexed {
  source::Source source;
  Findings findings;
  Tokens tokens;
};

Lexed lexed(std::string text) {
  Lexed lexed{source::Source("a.volley", std::move(text)), {}, {}};
  lexed.tokens = lex(lexed.source, lexed.findings);
  return lexed;
}

/// The texts of the tokens, apart from each other by a space; line ends as `;`.
std::string cut(std::string text) {
  const auto lexed_text = lexed(std::move(text));
  std::string result;
  for (const auto& token : lexed_text.tokens.list) {
    if (token.kind == Kind::end) break;
    if (!result.empty()) result += ' ';
    result += token.kind == Kind::newline ? ";" : std::string(lexed_text.source.text(token.span));
  }
  return result;
}

Token first(std::string text) {
  return lexed(std::move(text)).tokens.list.front();
}

std::string bytes_of(std::string text) {
  const auto all = lexed(std::move(text)).tokens;
  return all.strings.at(all.list.front().value);
}

}  // namespace

TEST_CASE("a source is cut into words, numbers, texts and symbols") {
  CHECK(cut("c > u16(443) \"a b\" x\"de ad\" # comment") == "c > u16 ( 443 ) \"a b\" x\"de ad\" ;");
  CHECK(cut("a<=b>=c<<d>>e==f!=g") == "a <= b >= c << d >> e == f != g ;");
  CHECK(cut("100ms..150ms a.local.port") == "100ms .. 150ms a . local . port ;");
  CHECK(cut("127.0.0.1:80 [::1]:0 [fe80::1%eth0]:53") == "127.0.0.1:80 [::1]:0 [fe80::1%eth0]:53 ;");
  CHECK(cut("10% 1MB/s 5 % 3 6%2") == "10% 1MB/s 5 % 3 6% 2 ;");
  CHECK(cut("Name{a:1} name{ Name {") == "Name { a : 1 } name { Name { ;");
  CHECK(cut("x \"x\" x\"00\" ax\"b\"") == "x \"x\" x\"00\" ax \"b\" ;");
}

TEST_CASE("line ends end steps, but not after an infix operator, a comma or a backslash, nor in brackets") {
  CHECK(cut("a\nb\n\n\n# c\nd") == "a ; b ; d ;");
  CHECK(cut("a +\n b") == "a + b ;");
  CHECK(cut("a and # why\n b or\n c") == "a and b or c ;");
  CHECK(cut("tag a,\n b") == "tag a , b ;");
  CHECK(cut("a \\\n b \\  \n c") == "a b c ;");
  CHECK(cut("f(\n1\n)\ng") == "f ( 1 ) ; g ;");
  CHECK(cut("N{\na: 1\n}\ng") == "N { a : 1 } ; g ;");
  CHECK(cut("n {\na\n}\ng") == "n { ; a ; } ; g ;");
  CHECK(cut("a\r\nb\r\n") == "a ; b ;");
  CHECK(cut("a \\") == "a ;");
}

TEST_CASE("the arrow of a step is no infix operator") {
  CHECK(cut("a <\nb >\n") == "a < ; b > ;");
  CHECK(cut("expect a <\nb") == "expect a < b ;");
}

TEST_CASE("a bracket that is not closed swallows neither the next step nor the block") {
  CHECK(cut("f(1\nclose a\ng)") == "f ( 1 ; close a ; g ) ;");
  CHECK(cut("s {\nf(1\n}\n") == "s { ; f ( 1 ; } ;");
  CHECK(first("(").kind == Kind::unclosed_paren);
  CHECK(first("()").kind == Kind::left_paren);
  // A field may have the name of a step.
  CHECK(cut("N{\nclose: u8\n}") == "N { close : u8 } ;");
}

TEST_CASE("a slash begins a regular expression only where an operand may stand") {
  CHECK(first("/a b/").kind == Kind::regex);
  CHECK(cut("a ~ /b c/") == "a ~ /b c/ ;");
  CHECK(cut("a / b / c") == "a / b / c ;");
  CHECK(cut("(a) / 5 / c") == "( a ) / 5 / c ;");
  CHECK(cut("line /b c/") == "line /b c/ ;");
  CHECK(bytes_of(R"(/a\/b\d\\/)") == R"(a/b\d\\)");
}

TEST_CASE("escapes of a text are resolved") {
  CHECK(bytes_of(R"("\r\n\t\0\\\"\$\x41\xfF")") == std::string("\r\n\t\0\\\"$A\xff", 9));
  CHECK(bytes_of(R"("$ $x $$")") == "$ $x $$");
  CHECK(bytes_of("\"\xc2\xa7\"") == "\xc2\xa7");
  CHECK(bytes_of("x\"DE ad\t00\"") == std::string("\xde\xad\0", 3));
  CHECK(bytes_of("x\"\"").empty());
}

TEST_CASE("insertions cut a text into pieces, with any tokens between them") {
  CHECK(cut(R"("a${b}c${1 + 2}d")") == R"("a${ b }c${ 1 + 2 }d" ;)");
  CHECK(cut(R"("${"x${y}z"}")") == R"("${ "x${ y }z" }" ;)");
  const auto all = lexed(R"("a${b}c${d}e")").tokens;
  const std::array kinds{Kind::text_head, Kind::word,    Kind::text_middle, Kind::word,
                         Kind::text_tail, Kind::newline, Kind::end};
  REQUIRE(all.list.size() == kinds.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) CHECK(all.list[i].kind == kinds[i]);
  CHECK(all.strings == std::vector<std::string>{"a", "c", "e"});
}

TEST_CASE("numbers have their values, with their units") {
  struct Row {
    const char* text;
    Kind kind;
    std::uint64_t value;
  };
  const Row rows[] = {
      {"0", Kind::number, 0},
      {"18446744073709551615", Kind::number, 18446744073709551615u},
      {"0x1F", Kind::number, 31},
      {"0xffffffffffffffff", Kind::number, 18446744073709551615u},
      {"64B", Kind::number, 64},
      {"2kB", Kind::number, 2000},
      {"64KiB", Kind::number, 65536},
      {"3MB", Kind::number, 3'000'000},
      {"1MiB", Kind::number, 1 << 20},
      {"2GiB", Kind::number, 2u << 30},
      {"20us", Kind::duration, 20'000},
      {"5ms", Kind::duration, 5'000'000},
      {"2s", Kind::duration, 2'000'000'000},
      {"9223372036s", Kind::duration, 9223372036'000'000'000},
      {"10%", Kind::quantity, 10},
      {"1MB/s", Kind::quantity, 1'000'000},
      {"64KiB/s", Kind::quantity, 65536},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(first(row.text).kind == row.kind);
    CHECK(first(row.text).value == row.value);
  }
}

TEST_CASE("what is no token is broken, and reported once") {
  for (const auto* text : {"5min", "0x", "1.5", "99999999999999999999", "@", "\xff", "\"${a"}) {
    CAPTURE(text);
    auto broken = lexed(text);
    CHECK(broken.tokens.list.front().kind == Kind::broken);
    CHECK(broken.findings.take().size() == 1);
  }
}

}  // namespace volley::script
