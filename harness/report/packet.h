// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/endpoint.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace volley::report {

/// An IP packet as a capture has it: perhaps only its first bytes.
struct Packet {
  std::string bytes;
  std::size_t length = 0;  ///< On the wire; at least `bytes.size()`.
  friend bool operator==(const Packet&, const Packet&) = default;
};

/// Who sends a packet to whom: addresses of one family.
struct Ends {
  Endpoint from;
  Endpoint to;
};

/// The flags of a TCP header (RFC 9293 §3.1).
struct TcpFlags {
  static constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, psh = 0x08, ack = 0x10;
};

struct TcpHeader {
  std::uint32_t sequence = 0;
  std::uint32_t acknowledged = 0;
  std::uint8_t flags = 0;
};

/// A segment in an IPv4 or IPv6 packet with right checksums. A SYN has the options that let any window and any segment
/// of the size of a packet follow. Precondition: at most `max_segment` bytes.
Packet tcp_packet(const Ends& ends, const TcpHeader& header, std::string_view data);
inline constexpr std::size_t max_segment = 65'475;

/// A datagram of `size` bytes, of which `data` are the first. Its checksum is right if it is whole. Precondition:
/// `size` is at most `max_datagram`.
Packet udp_packet(const Ends& ends, std::string_view data, std::size_t size);

/// What a packet can hold: 65,507 bytes over IPv4, whose length counts its header too, 65,527 over IPv6.
std::size_t max_datagram(const Ends& ends);

}  // namespace volley::report
