// SPDX-License-Identifier: Apache-2.0
#include "source/diagnostic.h"

#include "catch.h"

namespace volley::source {
namespace {

std::string rendered(std::string text, Span span, std::string hint = {}) {
  return render(Source("a.volley", std::move(text)), {"some-id", span, "wrong", std::move(hint)});
}

}  // namespace

TEST_CASE("a diagnostic shows its place, its line, an underline and its hint") {
  CHECK(rendered("one\n  two three\n", {6, 9}, "try four") ==
        "a.volley:2:3: error: wrong [some-id]\n"
        "  two three\n"
        "  ^~~\n"
        "hint: try four\n");
}

TEST_CASE("a hint ends with the place of what else to look at") {
  const Source source("a.volley", "one\n  two three\n");
  CHECK(render(source, {"some-id", {6, 9}, "wrong", "the first is at", Span{1, 2}}) ==
        "a.volley:2:3: error: wrong [some-id]\n"
        "  two three\n"
        "  ^~~\n"
        "hint: the first is at a.volley:1:2\n");
}

TEST_CASE("an empty span gets one caret, also behind the end of its line or file") {
  CHECK(rendered("one\n", {1, 1}) == "a.volley:1:2: error: wrong [some-id]\none\n ^\n");
  CHECK(rendered("one\n", {3, 3}) == "a.volley:1:4: error: wrong [some-id]\none\n   ^\n");
  CHECK(rendered("one\n", {4, 4}) == "a.volley:2:1: error: wrong [some-id]\n\n^\n");
  CHECK(rendered("", {0, 0}) == "a.volley:1:1: error: wrong [some-id]\n\n^\n");
}

TEST_CASE("a span of several lines is underlined to the end of its first") {
  CHECK(rendered("a {\nb\n}\n", {2, 8}) == "a.volley:1:3: error: wrong [some-id]\na {\n  ^\n");
  CHECK(rendered("a {xy\nb\n}\n", {2, 9}) == "a.volley:1:3: error: wrong [some-id]\na {xy\n  ^~~\n");
}

TEST_CASE("no byte of a file reaches the terminal as a control") {
  CHECK(rendered("\ta\x1b[31m\x7f b", {1, 2}) == "a.volley:1:2: error: wrong [some-id]\n a.[31m. b\n ^\n");
  CHECK(rendered("a\r\n", {0, 1}) == "a.volley:1:1: error: wrong [some-id]\na\n^\n");
  const Source source("a\x1b[2J.volley", "\xc2\x9b\xe2\x80\xae\xff");
  CHECK(render(source, {"some-id", {0, 2}, "bad \x07\xff", "try \x1b]0;x"}) ==
        "a.[2J.volley:1:1: error: bad .. [some-id]\n"
        "......\n"
        "^~\n"
        "hint: try .]0;x\n");
}

TEST_CASE("a character of several bytes takes one column") {
  CHECK(rendered("\xc2\xa7 \xe2\x82\xac x", {7, 8}) ==
        "a.volley:1:8: error: wrong [some-id]\n\xc2\xa7 \xe2\x82\xac x\n    ^\n");
  CHECK(rendered("\xc2\xa7\xc2\xa7 x", {2, 4}) == "a.volley:1:3: error: wrong [some-id]\n\xc2\xa7\xc2\xa7 x\n ^\n");
}

TEST_CASE("a long line is cut to a window around the caret") {
  const std::string digits = "0123456789";
  std::string line;
  for (int i = 0; i < 30; ++i) line += digits;

  const auto begin = excerpt(Source("a", line), {3, 5});
  CHECK(begin == line.substr(0, 160) + "\n   ^~\n");
  const auto middle = excerpt(Source("a", line), {150, 152});
  CHECK(middle == line.substr(70, 160) + "\n" + std::string(80, ' ') + "^~\n");
  const auto end = excerpt(Source("a", line), {299, 300});
  CHECK(end == line.substr(140) + "\n" + std::string(159, ' ') + "^\n");
  const auto wide = excerpt(Source("a", line), {150, 300});
  CHECK(wide == line.substr(70, 160) + "\n" + std::string(80, ' ') + "^" + std::string(79, '~') + "\n");
  CHECK(excerpt(Source("a", line.substr(0, 160)), {159, 160}) ==
        line.substr(0, 160) + "\n" + std::string(159, ' ') + "^\n");
}

TEST_CASE("a line of megabytes costs no more than its window") {
  const Source source("a", std::string(8 << 20, 'x'));
  const auto text = excerpt(source, {4 << 20, (4 << 20) + 1});
  CHECK(text == std::string(160, 'x') + "\n" + std::string(80, ' ') + "^\n");
}

TEST_CASE("quote cuts what is long") {
  CHECK(quote("name") == "'name'");
  CHECK(quote(std::string(60, 'x')) == "'" + std::string(60, 'x') + "'");
  CHECK(quote(std::string(61, 'x')) == "'" + std::string(60, 'x') + "…'");
}

TEST_CASE("closest finds the candidate that a typing error may have missed") {
  const std::vector<std::string_view> words{"accept", "bind", "connect", "door", "dorm", "u16"};
  CHECK(closest("conect", words) == "connect");
  CHECK(closest("connnect", words) == "connect");
  CHECK(closest("conenct", words) == "connect");
  CHECK(closest("dor", words) == "door");
  CHECK(closest("u61", words) == "u16");
  CHECK(closest("BIND", words) == "bind");
  CHECK(closest("Conect", words) == "connect");
  CHECK(closest("acc", words).empty());
  CHECK(closest("bnidd", words).empty());
  CHECK(closest("x", {"y"}).empty());
  CHECK(closest("", words).empty());
  CHECK(closest("connect", words).empty());  // what is meant is not what is written
  CHECK(closest(std::string(65, 'x'), {std::string_view("x")}).empty());
}

}  // namespace volley::source
