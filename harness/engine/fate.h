// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "script/file.h"

namespace volley::engine {

using script::Way;

/// What a link does to what goes one way, with every value computed. Shares are percent.
struct LinkWay {
  std::chrono::nanoseconds delay{};
  std::chrono::nanoseconds jitter{};
  std::uint64_t rate = 0;  ///< Bytes a second; 0 for no bound.
  std::uint8_t loss = 0;
  std::uint8_t duplicate = 0;
  std::uint8_t reorder = 0;
  std::uint8_t corrupt = 0;
  std::vector<std::uint64_t> dropped{};  ///< Numbers of datagrams, from 1.
  std::vector<std::uint64_t> duplicated{};
  std::vector<std::uint64_t> reordered{};
  std::vector<std::uint64_t> corrupted{};
  std::optional<std::uint64_t> reset_after{};  ///< Of streams: bytes.
  std::optional<std::uint64_t> stall_after{};
};

/// What a link does to one datagram.
struct Fate {
  /// A byte that is changed: by exclusive or, with a mask that is not 0.
  struct Corruption {
    std::size_t at = 0;
    std::uint8_t mask = 0;
    friend bool operator==(const Corruption&, const Corruption&) = default;
  };
  bool is_lost = false;
  bool is_duplicated = false;
  bool is_reordered = false;
  std::optional<Corruption> corruption{};
  std::chrono::nanoseconds delay{};
  friend bool operator==(const Fate&, const Fate&) = default;
};

/// The fate of datagram `number` of one way, which has `size` bytes. It depends on nothing else, on no clock and on no
/// datagram before it: the same seed gives the same fates, however the run goes. An empty datagram is not corrupted.
Fate fate_of(const LinkWay& conditions, std::uint64_t seed, Way way, std::uint64_t number, std::size_t size);

}  // namespace volley::engine
