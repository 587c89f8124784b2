// SPDX-License-Identifier: Apache-2.0
#include "judge/expectation.h"

#include <algorithm>
#include <string>

namespace volley::judge {
namespace {

/// How many bytes after the first difference are still shown.
constexpr std::uint64_t shown_after = 256;

/// `size` bytes: `unit` over and over.
struct Known {
  std::string unit;
  std::uint64_t size = 0;
};

std::optional<Known> repeated(const plan::Expression& count, std::string_view unit, const plan::Scope& scope) {
  const auto size = plan::evaluate_size(count, unit.size(), scope);
  if (!size) return {};
  return Known{std::string(unit), *size};
}

/// The bytes of an item that are known without the peer.
std::optional<Known> known_bytes(const plan::Item& item, const plan::Scope& scope) {
  if (const auto* literal = std::get_if<plan::Literal>(&item.extent))
    return Known{literal->bytes, literal->bytes.size()};
  if (const auto* zeros = std::get_if<plan::Zeros>(&item.extent)) {
    return repeated(zeros->count, std::string_view("\0", 1), scope);
  }
  if (const auto* repeat = std::get_if<plan::Repeated>(&item.extent))
    return repeated(repeat->count, repeat->unit, scope);
  if (const auto* file = std::get_if<plan::Contents>(&item.extent))
    return Known{std::string(view(*file)), view(*file).size()};
  if (const auto* use = std::get_if<plan::Use>(&item.extent)) {
    auto bytes = plan::evaluate_bytes(plan::value_of(*use), scope);
    if (!bytes) return {};
    const auto size = bytes->size();
    return Known{*std::move(bytes), size};
  }
  const auto* computed = std::get_if<plan::Computed>(&item.extent);
  if (!computed) return {};
  auto bytes = plan::evaluate_bytes(computed->value, scope);
  if (!bytes) return {};
  const auto size = bytes->size();
  return Known{*std::move(bytes), size};
}

void append(std::string& out, const Known& known, std::uint64_t from, std::uint64_t limit) {
  for (std::uint64_t at = from; at < known.size && out.size() < limit; ++at) out += known.unit[at % known.unit.size()];
}

/// The bytes of a message as far as they are known, if they go beyond the place where what came differs from them. A
/// message may have several forms: what came before that place must be of this one.
std::optional<std::string> known_start(const plan::Use& use, const plan::Scope& scope, std::string_view received,
                                       std::uint64_t differs_at) {
  auto bytes = plan::encode_known(plan::value_of(use), scope);
  if (bytes.size() <= differs_at || received.substr(0, differs_at) != bytes.substr(0, differs_at)) return {};
  bytes.resize(std::min<std::uint64_t>(bytes.size(), differs_at + shown_after));
  return bytes;
}

}  // namespace

plan::Scope scope_at_end(const plan::Plan& plan, const engine::Trace& trace) {
  return plan::Scope{.slots = trace.slots,
                     .peers = trace.peers,
                     .places = trace.places,
                     .now = trace.duration,
                     .seed = trace.seed,
                     .sockets = nullptr,
                     .readings = trace.readings,
                     .messages = &plan.messages};
}

Comparison compare(const plan::Plan& plan, const plan::Receive& step, const engine::Trace& trace,
                   const source::Source& source) {
  const auto& stop = trace.stop;
  const auto scope = scope_at_end(plan, trace);
  Comparison comparison;
  comparison.differs_at = stop.offset;
  comparison.origin = std::max(stop.item_begin, stop.received_begin);

  // Items with known bytes before the one that stopped belong to the picture; the end of the pattern is known, too.
  std::size_t first = stop.item;
  std::uint64_t begin = stop.item_begin;
  const bool is_known = first == step.pattern.size() || known_bytes(step.pattern[first], scope).has_value();
  while (is_known && first > 0 && begin > stop.received_begin) {
    const auto before = known_bytes(step.pattern[first - 1], scope);
    if (!before || before->size > begin) break;
    begin -= before->size;
    --first;
  }
  if (is_known) {
    comparison.origin = std::max(begin, stop.received_begin);
    const std::uint64_t limit = stop.offset - std::min(stop.offset, comparison.origin) + shown_after;
    std::string expected;
    for (std::size_t i = first; i < step.pattern.size() && expected.size() < limit; ++i) {
      const auto known = known_bytes(step.pattern[i], scope);
      if (!known) break;
      append(expected, *known, comparison.origin > begin ? comparison.origin - begin : 0, limit);
      begin += known->size;
    }
    comparison.expected = std::move(expected);
  } else {
    comparison.pattern = std::string(source.text(step.pattern[first].span));
  }

  const auto kept = trace.head(stop.received);
  const auto skip =
      std::min<std::uint64_t>(comparison.origin - std::min(comparison.origin, stop.received_begin), kept.size());
  comparison.received = std::string(kept.substr(skip));
  comparison.received_is_cut = stop.received.size > kept.size();
  const bool is_whole = comparison.origin == stop.item_begin && stop.offset >= stop.item_begin;
  const auto* use = first < step.pattern.size() ? std::get_if<plan::Use>(&step.pattern[first].extent) : nullptr;
  if (use && is_whole) {
    comparison.expected = known_start(*use, scope, comparison.received, stop.offset - stop.item_begin);
    comparison.pattern = std::string(source.text(step.pattern[first].span));
  }
  return comparison;
}

}  // namespace volley::judge
