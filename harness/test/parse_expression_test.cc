// SPDX-License-Identifier: Apache-2.0
#include "catch.h"
#include "script/parse.h"
#include "tree.h"

namespace volley::script {
namespace {

using test::tree;

/// The tree of a value, or of the items of a line.
std::string value(const std::string& text) {
  const auto parsed = parse(source::Source("a.volley", "let n = " + text + "\n"));
  if (!parsed.diagnostics.empty()) return "error: " + parsed.diagnostics.front().what;
  return tree(parsed.file.lets.at(0).value);
}

}  // namespace

TEST_CASE("operators bind as in most languages, comparisons weaker than bits") {
  struct Row {
    const char* text;
    const char* tree;
  };
  const Row rows[] = {
      {"1 + 2 * 3", "(+ 1 (* 2 3))"},
      {"(1 + 2) * 3", "(* (group (+ 1 2)) 3)"},
      {"1 - 2 - 3", "(- (- 1 2) 3)"},
      {"8 / 4 % 3", "(% (/ 8 4) 3)"},
      {"1 << 2 + 3", "(<< 1 (+ 2 3))"},
      {"a & b << 1", "(& a (<< b 1))"},
      {"a | b ^ c & d", "(| a (^ b (& c d)))"},
      {"a & 1 == 0", "(== (& a 1) 0)"},
      {"a < b == c >= d", "(>= (== (< a b) c) d)"},
      {"not a == b and c or d", "(or (and (not (== a b)) c) d)"},
      {"a or b and not c", "(or a (and b (not c)))"},
      {"not not a", "(not (not a))"},
      {"-a * -1", "(* (neg a) (neg 1))"},
      {"- -1", "(neg (neg 1))"},
      {"a.local.port - 1", "(- (.port (.local a)) 1)"},
      {"now - asked >= 1500ms", "(>= (- (now) asked) 1500000us)"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(value(row.text) == row.tree);
  }
}

TEST_CASE("values and items stand side by side") {
  struct Row {
    const char* text;
    const char* tree;
  };
  const Row rows[] = {
      {R"("a" x"00 ff" b)", R"("a" x"\x00\xff" b)"},
      {R"(true false 5 5ms)", R"(true false 5 5000us)"},
      {R"(127.0.0.1:80 [::1]:0)", R"(127.0.0.1:80 [::1]:0)"},
      {R"("n=${n + 1}, ${len("x")}")", R"((text "n=" (+ n 1) ", " (len "x") ""))"},
      {R"("${"${a}"}")", R"((text "" (text "" a "") ""))"},
      {R"(u16(443) u32le(n) i8(-1))", R"((u16 443) (u32le n) (i8 (neg 1)))"},
      {R"(3 * ("a" b))", R"((* 3 (group "a" b)))"},
      {R"(xor(packed(a), x"21" id))", R"((xor (packed a) (group x"!" id)))"},
      {R"(endpoint(a.address, 80).port)", R"((.port (endpoint (.address a) 80)))"},
      {R"(now (a))", R"((now) (group a))"},
      {R"(a (b))", R"(a (group b))"},
      {R"(foo(b, c d))", R"((foo b (group c d)))"},
      {"zero(\n    5\n)", "(zero 5)"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(value(row.text) == row.tree);
  }
}

TEST_CASE("extents are items, with their captures and constraints") {
  struct Row {
    const char* text;
    const char* tree;
  };
  const Row rows[] = {
      {"u16 u24le i64", "u16 u24le i64"},
      {"bytes(5) bytes(n + 1) bytes(u16)", "(bytes 5) (bytes (+ n 1)) (bytes u16)"},
      {"line cstring rest", R"(until "\x0d\x0a" until "\x00" rest)"},
      {R"(until "\r\n\r\n" until x"00")", R"(until "\x0d\x0a\x0d\x0a" until "\x00")"},
      {"u16 as id", "(u16 as id)"},
      {"line as l ~ /a+/ where len(l) > 3", R"((until "\x0d\x0a" as l ~ /a+/ where (> (len l) 3)))"},
      {"u16 as n where n <= 512 bytes(n)", "(u16 as n where (<= n 512)) (bytes n)"},
      {"(u8 as a u8 as b) \"x\" as c", "(group (u8 as a) (u8 as b)) (\"x\" as c)"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(value(row.text) == row.tree);
  }
}

TEST_CASE("nesting is counted, and so are the operators of a step") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '(') + "1" + std::string(depth, ')'); };
  CHECK(value(nested(64)).starts_with("(group (group"));
  CHECK(value(nested(65)) == "error: nested more than 64 deep");
  CHECK(value(std::string(65, '-') + "1") == "error: nested more than 64 deep");
  std::string inserted = "1";
  for (int i = 0; i < 65; ++i) inserted = "\"${" + inserted + "}\"";
  CHECK(value(inserted) == "error: nested more than 64 deep");

  std::string sum = "1";
  for (int i = 0; i < 256; ++i) sum += "+1";
  CHECK(value(sum).starts_with("(+ (+"));
  CHECK(value(sum + "+1") == "error: more than 256 operators in one step");
}

TEST_CASE("every node knows where it stands") {
  const source::Source source("a.volley", "let n = 1 + foo(\"a${b}\", c.local) as d where e");
  const auto parsed = parse(source);
  const auto& sum = parsed.file.lets.at(0).value.at(0);
  CHECK(source.text(sum.span) == "1 + foo(\"a${b}\", c.local) as d where e");
  const auto& call = sum.operands.at(1);
  CHECK(source.text(call.span) == "foo(\"a${b}\", c.local)");
  CHECK(source.text(call.operands.at(0).span) == "\"a${b}\"");
  CHECK(source.text(call.operands.at(0).operands.at(0).span) == "b");
  CHECK(source.text(call.operands.at(1).span) == "c.local");
  CHECK(source.text(sum.as->span) == "d");
  CHECK(source.text(sum.where.at(0).span) == "e");
}

}  // namespace volley::script
