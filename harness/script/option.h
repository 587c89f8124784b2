// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// The socket options of the language: the one table that parser, checker, engine and documentation share.
namespace volley::script {

enum class Option : std::uint8_t {
  reuseaddr,
  reuseport,
  nodelay,
  keepalive,
  v6only,
  broadcast,
  backlog,
  linger,
  rcvbuf,
  sndbuf,
  ttl,
  tos,
  mss,
  cork,
  quickack,
};

/// What kinds of peers have an option: any of these, on unix sockets only where it is said.
enum PeerKinds : std::uint8_t { listeners = 1, streams = 2, datagrams = 4, on_unix = 8 };

struct OptionRow {
  enum class Takes : std::uint8_t {
    flag,        ///< `on` or `off`
    number,      ///< an integer from `least` to `most`
    size,        ///< bytes, from `least` to `most`
    off_or_time  ///< `off`, or whole seconds
  };
  enum class When : std::uint8_t {
    opening,   ///< Only in `with`: the kernel takes it before the socket is bound, or with `listen`.
    any_time,  ///< In `with` and by `set`.
  };

  std::string_view name;
  Takes takes = Takes::flag;
  std::uint8_t kinds = 0;  ///< Of `PeerKinds`.
  When when = When::any_time;
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::string_view reads;  ///< What `NAME.option` gives; empty if it cannot be read.

  /// Whether peers of this kind have it: one of the three, with `on_unix` or without.
  constexpr bool is_of(std::uint8_t kind) const {
    return (kinds & kind & ~on_unix) != 0 && (kinds & on_unix) >= (kind & on_unix);
  }
};

inline constexpr std::int64_t most_of_int = 2147483647;
inline constexpr std::uint8_t all_kinds = listeners | streams | datagrams;
inline constexpr std::uint8_t tcp_kinds = listeners | streams;

/// In the order of `Option`.
inline constexpr std::array option_rows{
    OptionRow{.name = "reuseaddr", .kinds = all_kinds, .reads = "on or off; a listener of ours has it on"},
    OptionRow{.name = "reuseport", .kinds = all_kinds, .reads = "on or off"},
    OptionRow{.name = "nodelay",
              .kinds = tcp_kinds,
              .reads = "on or off; a stream of ours has it on, and so has what a listener accepts"},
    OptionRow{.name = "keepalive", .kinds = tcp_kinds, .reads = "on or off"},
    OptionRow{.name = "v6only",
              .kinds = all_kinds,
              .when = OptionRow::When::opening,
              .reads = "on or off; IPv6 sockets only"},
    OptionRow{.name = "broadcast", .kinds = datagrams, .reads = "on or off"},
    OptionRow{.name = "backlog",
              .takes = OptionRow::Takes::number,
              .kinds = listeners | on_unix,
              .when = OptionRow::When::opening,
              .most = most_of_int,
              .reads = {}},
    OptionRow{.name = "linger",
              .takes = OptionRow::Takes::off_or_time,
              .kinds = tcp_kinds,
              .most = 65535,
              .reads = "off, or a time in whole seconds"},
    OptionRow{.name = "rcvbuf",
              .takes = OptionRow::Takes::size,
              .kinds = all_kinds | on_unix,
              .most = most_of_int,
              .reads = "twice what was set, within the bounds of the system"},
    OptionRow{.name = "sndbuf",
              .takes = OptionRow::Takes::size,
              .kinds = all_kinds | on_unix,
              .most = most_of_int,
              .reads = "twice what was set, within the bounds of the system"},
    OptionRow{.name = "ttl",
              .takes = OptionRow::Takes::number,
              .kinds = all_kinds,
              .least = 1,
              .most = 255,
              .reads = "what was set; 64 before"},
    OptionRow{.name = "tos",
              .takes = OptionRow::Takes::number,
              .kinds = all_kinds,
              .most = 255,
              .reads = "what was set, on a stream without the two bits of ECN"},
    OptionRow{.name = "mss",
              .takes = OptionRow::Takes::number,
              .kinds = tcp_kinds,
              .least = 88,
              .most = 32767,
              .reads = "on a connection what both ends came to"},
    OptionRow{.name = "cork", .kinds = streams, .reads = "on or off"},
    OptionRow{.name = "quickack", .kinds = streams, .reads = "on or off, as the kernel has it at that moment"},
};
static_assert(option_rows.size() == static_cast<std::size_t>(Option::quickack) + 1);

constexpr const OptionRow& row_of(Option option) {
  return option_rows[static_cast<std::size_t>(option)];
}

/// The option of a name, or null.
constexpr const OptionRow* find_option(std::string_view name) {
  for (const auto& row : option_rows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

/// Precondition: `row` is one of `option_rows`.
constexpr Option option_of(const OptionRow& row) {
  return static_cast<Option>(&row - option_rows.data());
}

}  // namespace volley::script
