// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

namespace volley::program {

/// Puts items into an order that the seed decides, the same on every machine: Fisher and Yates with splitmix64. (What
/// std::shuffle does is its library's choice.)
template <class Item>
void shuffle(std::vector<Item>& items, std::uint64_t seed) {
  const auto draw = [&seed] {
    seed += 0x9E3779B97F4A7C15;
    auto bits = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
    return bits ^ (bits >> 31);
  };
  for (auto left = items.size(); left > 1; --left) std::swap(items[left - 1], items[draw() % left]);
}

}  // namespace volley::program
