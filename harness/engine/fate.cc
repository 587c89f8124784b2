// SPDX-License-Identifier: Apache-2.0
#include "engine/fate.h"

#include <algorithm>
#include <utility>

namespace volley::engine {
namespace {

/// Each decision has numbers of its own, so that one condition more changes nothing of the others.
enum class Decision : std::uint8_t { loss, duplicate, reorder, corrupt, place, mask, jitter };

/// The last rounds of splitmix64.
constexpr std::uint64_t mixed(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
  return value ^ (value >> 31);
}

/// What chance says of one datagram.
struct Chance {
  std::uint64_t seed;
  Way way;
  std::uint64_t number;

  std::uint64_t operator()(Decision decision) const {
    const auto kind = std::uint64_t{std::to_underlying(way)} << 8 | std::to_underlying(decision);
    return mixed(mixed(mixed(seed) ^ kind) ^ number);
  }
  bool happens(Decision decision, std::uint8_t percent) const { return (*this)(decision) % 100 < percent; }
};

bool names(const std::vector<std::uint64_t>& numbers, std::uint64_t number) {
  return std::ranges::find(numbers, number) != numbers.end();
}

}  // namespace

Fate fate_of(const LinkWay& conditions, std::uint64_t seed, Way way, std::uint64_t number, std::size_t size) {
  const Chance chance{seed, way, number};
  Fate fate;
  fate.is_lost = names(conditions.dropped, number) || chance.happens(Decision::loss, conditions.loss);
  fate.is_duplicated =
      names(conditions.duplicated, number) || chance.happens(Decision::duplicate, conditions.duplicate);
  fate.is_reordered = names(conditions.reordered, number) || chance.happens(Decision::reorder, conditions.reorder);
  const bool is_corrupted =
      names(conditions.corrupted, number) || chance.happens(Decision::corrupt, conditions.corrupt);
  if (is_corrupted && size > 0) {
    const auto mask = static_cast<std::uint8_t>(1 + chance(Decision::mask) % 255);
    fate.corruption = {static_cast<std::size_t>(chance(Decision::place) % size), mask};
  }
  fate.delay = conditions.delay;
  if (conditions.jitter.count() > 0) {
    const auto most = static_cast<std::uint64_t>(conditions.jitter.count());
    fate.delay += std::chrono::nanoseconds(static_cast<std::int64_t>(chance(Decision::jitter) % (most + 1)));
  }
  return fate;
}

}  // namespace volley::engine
