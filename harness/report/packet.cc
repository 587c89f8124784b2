// SPDX-License-Identifier: Apache-2.0
#include "report/packet.h"

#include <volley/checksum.h>
#include <volley/pack.h>

#include <array>
#include <cassert>
#include <span>

namespace volley::report {
namespace {

constexpr std::uint8_t tcp = 6;
constexpr std::uint8_t udp = 17;
constexpr std::uint8_t hops = 64;
constexpr std::size_t udp_header_size = 8;

template <std::size_t Size>
void append(std::string& text, const std::array<std::byte, Size>& bytes) {
  for (const auto byte : bytes) text += static_cast<char>(byte);
}

void append(std::string& text, std::span<const std::uint8_t> bytes) {
  for (const auto byte : bytes) text += static_cast<char>(byte);
}

std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

std::string addresses(const Ends& ends) {
  std::string text;
  append(text, ends.from.address().bytes());
  append(text, ends.to.address().bytes());
  return text;
}

/// RFC 791 §3.1: no options, not to be fragmented.
std::string ipv4_header(const Ends& ends, std::uint8_t protocol, std::size_t payload) {
  const auto length = static_cast<std::uint16_t>(20 + payload);
  const auto from_to = addresses(ends);
  std::string header;
  append(header, pack(Uint<16>(0x4500), Uint<16>(length), Uint<16>(0), Uint<16>(0x4000), Uint<8>(hops),
                      Uint<8>(protocol), Uint<16>(0)));
  header += from_to;
  const auto checksum = pack(Uint<16>(internet_checksum(as_bytes(header))));
  header[10] = static_cast<char>(checksum[0]);
  header[11] = static_cast<char>(checksum[1]);
  return header;
}

/// RFC 8200 §3.
std::string ipv6_header(const Ends& ends, std::uint8_t protocol, std::size_t payload) {
  std::string header;
  append(header,
         pack(Uint<32>(0x6000'0000), Uint<16>(static_cast<std::uint16_t>(payload)), Uint<8>(protocol), Uint<8>(hops)));
  return header + addresses(ends);
}

std::string ip_header(const Ends& ends, std::uint8_t protocol, std::size_t payload) {
  return ends.from.address().is_v4() ? ipv4_header(ends, protocol, payload) : ipv6_header(ends, protocol, payload);
}

/// Over the pseudo header (RFC 9293 §3.1, RFC 8200 §8.1), the header and the data.
std::uint16_t checksum_of(const Ends& ends, std::uint8_t protocol, std::string_view header, std::string_view data) {
  InternetChecksum checksum;
  checksum.add(as_bytes(addresses(ends)));
  checksum.add(pack(Uint<16>(protocol), Uint<32>(static_cast<std::uint32_t>(header.size() + data.size()))));
  checksum.add(as_bytes(header));
  checksum.add(as_bytes(data));
  return checksum.value();
}

void store_checksum(std::string& header, std::size_t at, std::uint16_t checksum) {
  const auto bytes = pack(Uint<16>(checksum));
  header[at] = static_cast<char>(bytes[0]);
  header[at + 1] = static_cast<char>(bytes[1]);
}

/// The largest segment, and windows counted in 16 KiB (RFC 7323 §2.2).
std::string syn_options(const Ends& ends) {
  const std::uint16_t largest = ends.from.address().is_v4() ? 65'495 : 65'475;
  std::string options;
  append(options, pack(Uint<16>(0x0204), Uint<16>(largest), Uint<8>(1), Uint<16>(0x0303), Uint<8>(14)));
  return options;
}

}  // namespace

Packet tcp_packet(const Ends& ends, const TcpHeader& header, std::string_view data) {
  assert(data.size() <= max_segment);
  const auto options = (header.flags & TcpFlags::syn) != 0 ? syn_options(ends) : std::string();
  const auto words = static_cast<std::uint8_t>(5 + options.size() / 4);
  std::string segment;
  append(segment, pack(Uint<16>(ends.from.port()), Uint<16>(ends.to.port()), Uint<32>(header.sequence),
                       Uint<32>(header.acknowledged), Uint<8>(static_cast<std::uint8_t>(words << 4)),
                       Uint<8>(header.flags), Uint<16>(0xFFFF), Uint<32>(0)));
  segment += options;
  store_checksum(segment, 16, checksum_of(ends, tcp, segment, data));
  auto bytes = ip_header(ends, tcp, segment.size() + data.size());
  bytes.append(segment).append(data);
  const auto length = bytes.size();
  return {std::move(bytes), length};
}

std::size_t max_datagram(const Ends& ends) {
  return ends.from.address().is_v4() ? 65'507 : 65'527;
}

Packet udp_packet(const Ends& ends, std::string_view data, std::size_t size) {
  const auto length = static_cast<std::uint16_t>(udp_header_size + size);
  std::string header;
  append(header, pack(Uint<16>(ends.from.port()), Uint<16>(ends.to.port()), Uint<16>(length), Uint<16>(0)));
  // None can be computed of a part; over IPv4 zero says that there is none (RFC 768), over IPv6 it must not (RFC 8200
  // §8.1).
  std::uint16_t checksum = ends.from.address().is_v4() ? 0 : 0xFFFF;
  if (data.size() == size) {
    checksum = checksum_of(ends, udp, header, data);
    if (checksum == 0) checksum = 0xFFFF;
  }
  store_checksum(header, 6, checksum);
  auto bytes = ip_header(ends, udp, length);
  const auto whole = bytes.size() + length;
  bytes.append(header).append(data);
  return {std::move(bytes), whole};
}

}  // namespace volley::report
