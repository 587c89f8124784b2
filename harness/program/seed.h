// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

namespace volley::program {

/// The seed of a case: a hash of the run's seed and of its identity, the same on every machine and whatever else runs.
/// FNV-1a (64 bits) over the seed's eight bytes, low one first, and the identity; then the last rounds of splitmix64,
/// as FNV-1a hardly moves the high bits of a short text.
constexpr std::uint64_t case_seed(std::uint64_t run_seed, std::string_view identity) {
  std::uint64_t hash = 0xCBF29CE484222325;
  const auto mix = [&hash](std::uint64_t byte) { hash = (hash ^ byte) * 0x100000001B3; };
  for (int i = 0; i < 8; ++i) mix(run_seed >> (8 * i) & 0xFF);
  for (const char c : identity) mix(static_cast<unsigned char>(c));
  hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
  hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
  return hash ^ (hash >> 31);
}

}  // namespace volley::program
