// SPDX-License-Identifier: Apache-2.0
// Property: what is sent of a message is what is expected of it, however the stream is cut; and of any other bytes each
// cut gives the result of the whole. Input: a byte with the size of pieces, then a few bytes for each field of a
// definition; what is left stands in for the message.
#include <fmt/format.h>

#include "check/check.h"
#include "match/matcher.h"
#include "plan/plan.h"
#include "require.h"

namespace {
using namespace volley;

struct Maker {
  std::string_view data;
  int fields = 0;
  unsigned byte() {
    const auto value = data.empty() ? 0U : static_cast<unsigned char>(data.front());
    data.remove_prefix(data.empty() ? 0 : 1);
    return value;
  }
  /// A few fields into a definition and a use of it.
  void make(std::string& definition, std::string& use, int depth) {
    for (auto left = byte() % 5 + 1; left > 0; --left) {
      const int n = fields++;
      const auto kind = byte() % 12;
      const auto value = byte();
      const std::string text(value % 7, static_cast<char>('a' + value % 26));
      if (kind > 9 && depth < 3) {
        definition += kind == 10 ? fmt::format("f{}: bytes(u16) {{ ", n)
                                 : fmt::format("f{}: {{ s{}: u16 = crc32(f{}) & 0xffff ", n, n, n);
        make(definition, use, depth + 1);
        definition += "} ";
        continue;
      }
      const std::string fields_of[] = {"f{0}: u16 ",
                                       "f{0}: i5 g{0}: u3 = 1 ",
                                       "f{0}: leb128 ",
                                       "f{0}: bytes(u8) ",
                                       "f{0}: cstring ",
                                       "l{0}: u32le = len(f{0}) + 1 f{0}: bytes(l{0} - 1) ",
                                       "f{0}: dns_name(M) ",
                                       "f{0}: bytes(u8) of Item ",
                                       "c{0}: u8 = count(f{0}) f{0}: c{0} of Item ",
                                       "f{0}: u8 g{0}: u8 default 7 when f{0} > 99 "};
      const auto is_number = kind < 3 || kind >= 9;
      const auto items = fmt::format("Item{{a: {}, b: \"{}\"}}", value, text);
      const auto says = kind == 1       ? fmt::format("{}", static_cast<int>(value % 32) - 16)
                        : is_number     ? fmt::format("{}", value)
                        : kind == 6     ? fmt::format("\"{}.x\"", text + "y")
                        : kind < 7      ? "\"" + text + "\""
                        : value % 3 > 0 ? items + " " + items
                                        : "\"\"";
      definition += fmt::format(fmt::runtime(fields_of[std::min(kind, 9U)]), n);
      use += fmt::format("{}f{}: {}", use.empty() ? "" : ", ", n, says);
    }
  }
};

match::Result run(const plan::Step& step, const plan::Plan& plan, std::string_view stream, std::size_t piece) {
  plan::Scope scope{.slots = {}, .peers = {}, .places = {}, .messages = &plan.messages};
  match::Matcher matcher(std::get<plan::Receive>(step.action).pattern, scope, {.counted = 4096, .delimited = 64});
  for (std::size_t end = piece; end < stream.size(); end += piece) {
    const auto result = matcher.match(stream.substr(0, end), false);
    if (result.state != match::State::more) return result;
  }
  return matcher.match(stream, true);
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Maker maker{as_text(data, std::min<std::size_t>(size, 1024))};
  const auto piece = maker.byte() % 7 + 1;
  std::string definition;
  std::string use;
  maker.make(definition, use, 0);
  const source::Source source(
      "", fmt::format("message Item {{ a: u8 b: bytes(u8) }}\nmessage M {{ {} }}\n"
                      "scenario \"s\" {{\nbind u udp\nlet m = M{{{}}}\nu < M{{{}}}\nu < M{{}}\n}}\n",
                      definition, use, use));
  const auto checked = check::check(script::parse(source));
  require(checked.has_value());
  const auto suite = plan::lower(*checked, source);
  const auto& plan = suite.plans.front();
  plan::Scope scope{.slots = {}, .peers = {}, .places = {}, .messages = &plan.messages};
  const auto bytes = plan::evaluate_bytes(std::get<plan::Let>(plan.steps[1].action).value, scope);
  require(bytes.has_value());
  for (const auto i : {2U, 3U}) {
    const auto& step = plan.steps[i];
    const auto whole = run(step, plan, *bytes, bytes->size() + 1);
    require(whole.state == match::State::matched && whole.offset == bytes->size());
    require(run(step, plan, *bytes, piece) == whole);
    require(run(step, plan, maker.data, piece) == run(step, plan, maker.data, maker.data.size() + 1));
  }
  return 0;
}
