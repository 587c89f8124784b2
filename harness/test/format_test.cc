// SPDX-License-Identifier: Apache-2.0
#include "script/format.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "catch.h"
#include "script/parse.h"
#include "script/print.h"

namespace volley::test {
namespace {

std::string formatted(std::string text) {
  const source::Source source("test.volley", std::move(text));
  script::Findings findings;
  return script::format(source, script::lex(source, findings));
}

/// A file in which these lines stand in a scenario, each with its indentation.
std::string in_file(const std::string& lines) {
  std::string text = "scenario \"s\" {\n";
  std::istringstream each(lines);
  for (std::string line; std::getline(each, line);) text += (line.empty() ? "" : "    ") + line + "\n";
  return text + "}\n";
}

struct Example {
  std::string written;
  std::string canonical;
};

/// In order of their texts: a tree has its lets in front of its targets, wherever they stood.
std::multiset<std::string> comments_of(const std::string& text) {
  const source::Source source("test.volley", text);
  script::Findings findings;
  std::multiset<std::string> comments;
  for (const auto span : script::lex(source, findings).comments) comments.emplace(source.text(span));
  return comments;
}

std::string content_of(const std::filesystem::path& path) {
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

/// Every scenario file of the repository, the examples of the pages in docs among them.
std::vector<std::string> all_files() {
  std::vector<std::string> files;
  for (const auto* root : {VOLLEY_SCENARIOS, VOLLEY_TEST_DATA, VOLLEY_FUZZ_CORPUS}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.path().extension() == ".volley") files.push_back(content_of(entry.path()));
    }
  }
  for (const auto& entry : std::filesystem::directory_iterator(VOLLEY_DOCS)) {
    std::istringstream page(content_of(entry.path()));
    bool is_inside = false;
    for (std::string line; std::getline(page, line);) {
      const bool is_fence = line.starts_with("```");
      if (is_fence) is_inside = line.starts_with("```volley");
      if (is_fence && is_inside) files.emplace_back();
      if (is_inside && !is_fence) files.back() += line + "\n";
    }
  }
  return files;
}

}  // namespace

TEST_CASE("one space stands between the items of a step") {
  const std::vector<Example> examples{
      {"listen   door\ttcp", "listen door tcp"},
      {"a > \"x\"x\"0D0a\"   u16( 7 )zero(3)", "a > \"x\" x\"0d0a\" u16(7) zero(3)"},
      {"a > x\" DE  ad be \"", "a > x\"de ad be\""},
      {"expect 1+2*( 3 -n)==-4", "expect 1 + 2 * (3 - n) == -4"},
      {"expect n- -1 > - 2 and not(n<3)", "expect n - -1 > -2 and not (n < 3)"},
      {"expect a . local . port==0XFF", "expect a.local.port == 0xff"},
      {"let n=len (\"a\" \"b\")%7", "let n = len(\"a\" \"b\") % 7"},
      {"b<u16 as n where n<=512 line~/a b/ within 1ms ..2s", "b < u16 as n where n <= 512 line ~ /a b/ within 1ms..2s"},
      {"b < bytes (u8) bytes( 3 )", "b < bytes(u8) bytes(3)"},
      {"b < u16 (\"x\")", "b < u16 (\"x\")"},
      {"expect f ( 1 ,2 )", "expect f (1, 2)"},
      {"a > leb128(3) leb128 (\"x\") file(\"y\")", "a > leb128(3) leb128 (\"x\") file(\"y\")"},
      {"a > 3*(\"x\")", "a > 3 * (\"x\")"},
      {"a > Name{ a : 1,b:  (2) as x }", "a > Name{a: 1, b: (2) as x}"},
      {"a > \"n ${ n+1 }!${m}\"", "a > \"n ${n + 1}!${m}\""},
      {"connect c tcp unix:\"x\"", "connect c tcp unix:\"x\""},
  };
  for (const auto& example : examples) {
    CHECK(formatted(in_file(example.written)) == in_file(example.canonical));
  }
}

TEST_CASE("a text is printed with the shortest escapes") {
  const std::vector<Example> examples{
      {R"("\x0d\x0A\x09\x00\x41\x22\x5c")", R"("\r\n\t\0A\"\\")"},
      {R"("\$5 \${x} $$")", R"("$5 \${x} $$")"},
      {R"("a$${n}\$b${m}\$")", R"("a\$${n}$b${m}$")"},
      {R"("\x80\xFF é \xc3\xa9ab")", R"("\x80\xff é \xc3\xa9ab")"},
      {R"("\xe2\x80\xae\x1b")", R"("\xe2\x80\xae\x1b")"},
  };
  for (const auto& example : examples) {
    CHECK(formatted("let t = " + example.written + "\n") == "let t = " + example.canonical + "\n");
  }
}

TEST_CASE("steps are indented by the blocks around them, and blank lines are single") {
  CHECK(
      formatted("\n\nscenario \"s\"{\n\n\n  wait 1s\n\n\n\n\twait 2s\n\n}\nscenario \"t\" { wait 1s }\nlet a = 1\n\n\n"
                "let b = 2\nlet c = 3\ntarget t { }") ==
      "scenario \"s\" {\n    wait 1s\n\n    wait 2s\n}\n\nscenario \"t\" {\n    wait 1s\n}\n\nlet a = 1\n\n"
      "let b = 2\nlet c = 3\n\ntarget t {}\n");
  CHECK(formatted("scenario \"s\" {\nrepeat 3 as i { a > \"x\"\none of { { b < \"y\" }\n b < \"z\" } }\n}\n") ==
        "scenario \"s\" {\n    repeat 3 as i {\n        a > \"x\"\n        one of {\n            {\n"
        "                b < \"y\"\n            }\n            b < \"z\"\n        }\n    }\n}\n");
  CHECK(formatted("") == "");
  CHECK(formatted("\n \n") == "");
}

TEST_CASE("each field of a message has a line of its own") {
  CHECK(
      formatted("message M { a : u8=3  b: u16 when a>2\nbody: bytes(b) { c: rest d: { e: u8 } when a == 1 } f: u8 }") ==
      "message M {\n    a: u8 = 3\n    b: u16 when a > 2\n    body: bytes(b) {\n        c: rest\n        d: {\n"
      "            e: u8\n        } when a == 1\n    }\n    f: u8\n}\n");
}

TEST_CASE("comments stay with what they belong to") {
  const std::string text =
      "# about the file\n\n# about a\nlet a = 1  # behind a\n\n# about the target\ntarget t {  # behind the brace\n"
      "    # about run\n    run \"x\"  # behind run\n\n    # at the end of the block\n}  # behind the block\n\n"
      "scenario \"s\" {\n    wait 1s\n    # between\n\n    # apart\n    wait 2s\n    # last\n}\n\n# the end\n";
  CHECK(formatted(text) == text);
  CHECK(formatted("   #x  \nlet a = 1# y\t\r\n # z\nscenario \"s\" {# in\n# only\n}#end") ==
        "#x\nlet a = 1  # y\n\n# z\nscenario \"s\" {  # in\n    # only\n}  #end\n");
  CHECK(formatted("let a = 1\n# about a\n\nscenario \"s\" { wait 1s }\n# behind\n") ==
        "let a = 1\n# about a\n\nscenario \"s\" {\n    wait 1s\n}\n\n# behind\n");
}

TEST_CASE("a comment inside of a step ends its line") {
  CHECK(formatted("let a = len(\"x\" # first\n# second\n\"y\")\n") ==
        "let a = len(\"x\"  # first\n    # second\n    \"y\")\n");
  CHECK(
      formatted("scenario \"s\" {\nexpect 1 + # one\n 2 == 3\na > M{ # open\n x: 1, # one\n y: 2\n # last\n }\n}\n") ==
      "scenario \"s\" {\n    expect 1 +  # one\n        2 == 3\n    a > M{  # open\n        x: 1,  # one\n"
      "        y: 2\n        # last\n        }\n}\n");
}

TEST_CASE("a line that is too long is broken where it goes on by itself, or by a backslash") {
  const std::string item(50, 'x');
  const auto quoted = "\"" + item + "\"";
  CHECK(formatted(in_file("a > " + quoted + " \\\n" + quoted + " " + quoted)) ==
        in_file("a > " + quoted + " " + quoted + " \\\n    " + quoted));
  CHECK(formatted(in_file("let n = len(" + quoted + " \"y\") + len(" + quoted + ")")) ==
        in_file("let n = len(" + quoted + " \"y\") +\n    len(" + quoted + ")"));
  CHECK(formatted(in_file("a > Name{field: " + quoted + ", other: " + quoted + ", third: " + quoted + "}")) ==
        in_file("a > Name{field: " + quoted + ",\n    other: " + quoted + ",\n    third: " + quoted + "}"));
  CHECK(formatted(in_file("a > \"GET /\\r\\n\" \"Host: x\\r\\n\" " + quoted + " " + quoted)) ==
        in_file("a > \"GET /\\r\\n\" \\\n    \"Host: x\\r\\n\" \\\n    " + quoted + " " + quoted));
  const auto insertion = "a > \"" + item + "${n + 1 + 2 + 3 + 4 + 5 + 6 + 7}" + item + item + "\"";
  CHECK(formatted(in_file(insertion)) == in_file(insertion));
}

TEST_CASE("formatting keeps tokens and comments, and formatting again changes nothing") {
  const auto files = all_files();
  CHECK(files.size() > 20);
  for (const auto& text : files) {
    const source::Source source("test.volley", text);
    if (!script::parse(source).diagnostics.empty()) continue;
    CAPTURE(text);
    const auto once = formatted(text);
    CHECK(script::have_same_tokens(source, source::Source("", once)));
    CHECK(script::are_read_alike(source, source::Source("", once)));
    CHECK(formatted(once) == once);
    CHECK(script::parse(source::Source("test.volley", once)).diagnostics.empty());
  }
}

TEST_CASE("a tree that was read and printed reads back as the same tree") {
  for (const auto& text : all_files()) {
    const auto parsed = script::parse(source::Source("test.volley", text));
    if (!parsed.diagnostics.empty()) continue;
    CAPTURE(text);
    const auto printed = script::print(parsed.file);
    const auto again = script::parse(source::Source("test.volley", printed));
    CHECK(again.diagnostics.empty());
    CHECK(again.file.scenarios.size() == parsed.file.scenarios.size());
    CHECK(script::print(again.file) == printed);
    CHECK(comments_of(printed) == comments_of(text));
  }
}

TEST_CASE("what differs in more than its form is told apart") {
  const auto same = [](const char* one, const char* other) {
    return script::have_same_tokens(source::Source("", one), source::Source("", other));
  };
  CHECK(same("let a=\"\\x41\"\n", "let  a = \"A\""));
  CHECK_FALSE(script::are_read_alike(source::Source("", "let a = u8 (1)"), source::Source("", "let a = u8(1)")));
  CHECK_FALSE(same("let a = 1", "let a = 2"));
  CHECK_FALSE(same("let a = 1 # x", "let a = 1"));
  CHECK_FALSE(same("scenario \"s\" {\nwait 1s\n}", "scenario \"s\" {\nwait\n1s\n}"));
}

}  // namespace volley::test
