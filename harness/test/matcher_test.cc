// SPDX-License-Identifier: Apache-2.0
#include "match/matcher.h"

#include <string>
#include <vector>

#include "compiled.h"

namespace volley::match {
namespace {

/// The pattern of `c < PATTERN`, with slots to match into. `size` is bound to 3 before it.
struct Pattern {
  Compiled compiled;
  plan::Scope scope;
  const std::vector<plan::Item>* items;

  explicit Pattern(std::string_view text)
      : compiled(compile_steps("listen d tcp\nconnect c tcp d\nlet size = 3\nc < " + std::string(text))) {
    scope.slots.resize(compiled.plan().slots.size());
    scope.slots[0] = plan::Integer{3};
    items = &std::get<plan::Receive>(compiled.plan().steps.back().action).pattern;
  }
  std::string slot(std::string_view name) const {
    for (std::size_t i = 0; i < scope.slots.size(); ++i) {
      if (compiled.plan().slots[i] == name) return plan::to_display(scope.slots[i]);
    }
    return "no such slot";
  }
};

Result match_whole(Pattern& pattern, std::string_view stream, bool ended = false, Limits limits = {}) {
  return Matcher(*pattern.items, pattern.scope, limits).match(stream, ended);
}

/// Feeds the stream cut after each of `cuts`, dropping what is settled if `drops`.
Result match_cut(Pattern& pattern, std::string_view stream, const std::vector<std::size_t>& cuts, bool drops,
                 Limits limits = {}) {
  Matcher matcher(*pattern.items, pattern.scope, limits);
  std::size_t dropped = 0;
  for (const auto cut : cuts) {
    const auto result = matcher.match(stream.substr(dropped, cut - dropped), false);
    if (result.state != State::more) return result;
    if (drops) {
      matcher.drop(matcher.settled() - dropped);
      dropped = matcher.settled();
    }
  }
  return matcher.match(stream.substr(dropped), true);
}

}  // namespace

TEST_CASE("a pattern knows its own extent") {
  struct Row {
    const char* pattern;
    std::string stream;
    std::uint64_t size;
  };
  const Row rows[] = {
      {R"("ab" "cd")", "abcdef", 4},
      {R"(x"00 ff")", std::string("\0\xff!", 3), 2},
      {"u8 u16", "abcd", 3},
      {"u24 i32le", "abcdefgh", 7},
      {"u16(0x6162)", "abc", 2},
      {"bytes(2) bytes(size)", "abcdef", 5},
      {"bytes(u8)", std::string("\3abcd", 5), 4},
      {"bytes(u16le)", std::string("\2\0abcd", 6), 4},
      {"line", "one\r\ntwo\r\n", 5},
      {R"(until "--" "x")", "a-b--xy", 6},
      {"cstring", std::string("abc\0d", 5), 4},
      {"zero(3)", std::string("\0\0\0\1", 4), 3},
      {R"(3 * ("ab"))", "abababab", 6},
      {"line ~ /[a-z]+/ line", "abc\r\n\r\n!", 7},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern);
    Pattern pattern(row.pattern);
    const auto result = match_whole(pattern, row.stream);
    CHECK(result.state == State::matched);
    CHECK(result.offset == row.size);
  }
}

TEST_CASE("captures hold the extent without delimiter or length, or the integer") {
  Pattern pattern(
      R"(u16 as number i8 as low line as words bytes(u8) as body until "." as word ~ /(?P<first>.)(?P<others>.*)/)");
  const auto result = match_whole(pattern, std::string("\1\2\xff", 3) + "hello\r\n" + "\3abc" + "xyz.");
  REQUIRE(result.state == State::matched);
  CHECK(pattern.slot("number") == "258");
  CHECK(pattern.slot("low") == "-1");
  CHECK(pattern.slot("words") == "\"hello\"");
  CHECK(pattern.slot("body") == "\"abc\"");
  CHECK(pattern.slot("word") == "\"xyz\"");
  CHECK(pattern.slot("first") == "\"x\"");
  CHECK(pattern.slot("others") == "\"yz\"");
}

TEST_CASE("a mismatch says which byte of which item is wrong, and why") {
  struct Row {
    const char* pattern;
    std::string stream;
    bool ended;
    Result result;
  };
  const auto mismatch = [](Cause cause, std::uint32_t item, std::uint64_t begin, std::uint64_t offset,
                           std::uint64_t needed = 0, std::string what = {}) {
    return Result{State::mismatch, cause, item, begin, offset, needed, std::move(what)};
  };
  const Row rows[] = {
      {R"("hello World")", "hello world", false, mismatch(Cause::bytes, 0, 0, 6)},
      {R"("ab" "cd")", "abcX", false, mismatch(Cause::bytes, 1, 2, 3)},
      {"zero(100)", std::string(70, '\0') + "x", false, mismatch(Cause::bytes, 0, 0, 70)},
      {R"(5 * ("ab"))", "ababXb", false, mismatch(Cause::bytes, 0, 0, 4)},
      {"line ~ /a+/", "aab\r\n", false, mismatch(Cause::constraint, 0, 0, 0)},
      {R"("x" u8 as n where n > 3)", "x\2", false, mismatch(Cause::constraint, 1, 1, 1)},
      {"u32", "abc", true, mismatch(Cause::ended, 0, 0, 3, 1)},
      {"line", "abc\r", true, mismatch(Cause::ended, 0, 0, 4)},
      {R"("abcdef")", "abc", true, mismatch(Cause::ended, 0, 0, 3, 3)},
      {"bytes(u32)", "\xff\xff\xff\xff", false, mismatch(Cause::over_limit, 0, 0, 0, 4294967295)},
      {"u8 as n bytes(n - 5)", "\1abc", false, mismatch(Cause::fault, 1, 1, 1, 0, "-4 is no count")},
      {"u64 as n bytes(n * 2)", "\xff\xff\xff\xff\xff\xff\xff\xff", false,
       mismatch(Cause::fault, 1, 8, 8, 0, "18446744073709551615 * 2 does not fit in 64 bits")},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern);
    Pattern pattern(row.pattern);
    const auto result = match_whole(pattern, row.stream, row.ended);
    CHECK(result.cause == row.result.cause);
    CHECK(result.item_begin == row.result.item_begin);
    CHECK(result.offset == row.result.offset);
    CHECK(result.needed == row.result.needed);
    CHECK(result.what == row.result.what);
    CHECK(result == row.result);
  }
}

TEST_CASE("an unfinished match says which item waits and for how much") {
  Pattern pattern(R"("ab" u32)");
  const auto result = match_whole(pattern, "abc");
  CHECK(result == Result{State::more, Cause::none, 1, 2, 3, 3, {}});
}

TEST_CASE("a delimited extent ends at the first delimiter, wherever the pieces are cut") {
  Pattern pattern(R"(until "\r\n\r\n" as head "x")");
  const std::string stream = "a\r\nb\r\r\n\r\nx";
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    CHECK(match_cut(pattern, stream, {cut}, false).state == State::matched);
    CHECK(pattern.slot("head") == R"("a\r\nb\r")");
  }
}

TEST_CASE("any segmentation gives the result of the whole, with and without dropping") {
  const char* patterns[] = {
      R"("ab" u16 as n line as words)",
      "bytes(u8) as a bytes(u8) rest",
      R"(until "aba" zero(3) 2 * ("ba") cstring)",
      "u8 as n where n < 98 bytes(n - 95) line",
      R"(zero(2) "a" line ~ /[ab]*/ rest as tail)",
  };
  const std::string streams[] = {
      "abababa\r\n",
      std::string("\2ab\1c\r\n", 7),
      std::string("ababa\0\0\0baba\0", 14),
      "aab\r\n\r\n",
      std::string("\0\0aab\r\nb", 8),
      "",
      "a",
      "abX",
      std::string(20, '\0'),
  };
  for (const auto* text : patterns) {
    Pattern pattern(text);
    for (const auto& stream : streams) {
      CAPTURE(text, stream);
      const auto whole = match_whole(pattern, stream, true);
      const auto slots = pattern.scope.slots;
      std::vector<std::size_t> every;
      for (std::size_t i = 0; i <= stream.size(); ++i) {
        every.push_back(i);
        CHECK(match_cut(pattern, stream, {i}, false) == whole);
        CHECK(match_cut(pattern, stream, {i}, true) == whole);
      }
      CHECK(match_cut(pattern, stream, every, false) == whole);
      CHECK(match_cut(pattern, stream, every, true) == whole);
      if (whole.state == State::matched) CHECK(pattern.scope.slots == slots);
    }
  }
}

TEST_CASE("no extent exceeds its limit, whatever the peer announces or withholds") {
  const Limits limits{.counted = 10, .delimited = 4};
  struct Row {
    const char* pattern;
    std::string stream;
    std::uint64_t length;
  };
  const Row rows[] = {
      {"bytes(u8)", "\xff", 255}, {"line", "abcdefgh", 5}, {"line", "abcde\r\n", 5}, {"rest", "0123456789a", 11}};
  for (const auto& row : rows) {
    CAPTURE(row.pattern, row.stream);
    Pattern pattern(row.pattern);
    const auto result = match_whole(pattern, row.stream, false, limits);
    CHECK(result.cause == Cause::over_limit);
    CHECK(result.needed == row.length);
    std::vector<std::size_t> every;
    for (std::size_t i = 0; i <= row.stream.size(); ++i) every.push_back(i);
    CHECK(match_cut(pattern, row.stream, every, false, limits) == result);
  }
  Pattern fits("line");
  CHECK(match_whole(fits, "abcd\r\n", false, limits).state == State::matched);
}

TEST_CASE("what has been matched and is not captured may be dropped") {
  Pattern pattern("zero(1MiB) bytes(u8) as body");
  Matcher matcher(*pattern.items, pattern.scope);
  const std::string zeros(64 << 10, '\0');
  std::uint64_t fed = 0;
  for (int i = 0; i < 16; ++i) {
    CHECK(matcher.match(zeros, false).state == State::more);
    fed += zeros.size();
    CHECK(matcher.settled() == fed);
    matcher.drop(zeros.size());
  }
  CHECK(matcher.match("\3ab", false).state == State::more);
  CHECK(matcher.settled() == fed);  // the captured extent is kept from its first byte
  CHECK(matcher.match("\3abc", false).offset == fed + 4);
  CHECK(pattern.slot("body") == "\"abc\"");
}

}  // namespace volley::match
