// SPDX-License-Identifier: Apache-2.0
// Property: however a stream is cut, and whether or not settled bytes are dropped, a pattern gives the result of the
// whole stream. Input: a byte with the number of items, two bytes an item, a byte that says where to cut, the stream.
#include "match/matcher.h"

#include "require.h"

namespace {
using namespace volley;

plan::Item item(unsigned kind, unsigned argument, plan::Slot slot) {
  const auto number = plan::Expression::literal(plan::Integer{argument % 16});
  const plan::IntegerFormat format{static_cast<std::uint8_t>(argument % 8 + 1), argument > 127, argument % 32 > 15};
  const std::string text(1 + argument % 3, argument % 2 ? 'b' : 'a');
  const decltype(plan::Item::extent) extents[] = {
      plan::Literal{text},   plan::Fixed{format}, plan::Counted{number},        plan::Prefixed{{1, false, false}},
      plan::Delimited{text}, plan::Zeros{number}, plan::Repeated{number, text}, plan::Remainder{}};
  plan::Item made{.extent = extents[kind % 8], .capture = {}, .regex = {}, .groups = {}, .where = {}, .span = {}};
  if (kind & 8) made.capture = slot;
  if (kind & 16) made.regex = plan::Regex("[a-c]*");
  return made;
}

match::Result run(std::span<const plan::Item> pattern, plan::Scope& scope, std::string_view stream, std::size_t piece,
                  bool drops) {
  match::Matcher matcher(pattern, scope, {.counted = 40, .delimited = 20});
  std::uint64_t dropped = 0;
  for (std::size_t end = piece; end < stream.size(); end += piece) {
    const auto result = matcher.match(stream.substr(dropped, end - dropped), false);
    if (result.state != match::State::more) return result;
    if (drops) matcher.drop(matcher.settled() - dropped), dropped = matcher.settled();
  }
  return matcher.match(stream.substr(dropped), true);
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::size_t items = size == 0 ? 0 : data[0] % 8;
  if (size < 2 * items + 2) return 0;
  std::vector<plan::Item> pattern;
  for (plan::Slot i = 0; i < items; ++i) pattern.push_back(item(data[1 + 2 * i], data[2 + 2 * i], i));
  const auto stream = as_text(data, size).substr(2 * items + 2, 4096);
  plan::Scope whole{.slots = std::vector<plan::Value>(items), .peers = {}, .places = {}}, cut = whole, dropped = whole;
  const auto due = run(pattern, whole, stream, stream.size() + 1, false);
  const std::size_t piece = data[2 * items + 1] % 7 + 1;
  require(run(pattern, cut, stream, piece, false) == due && cut.slots == whole.slots);
  require(run(pattern, dropped, stream, piece, true) == due && dropped.slots == whole.slots);
  return 0;
}
