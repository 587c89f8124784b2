// SPDX-License-Identifier: Apache-2.0
#include "report/pcapng.h"

#include <volley/pack.h>

#include <cstdint>
#include <string_view>

#include "report/clean.h"

namespace volley::report {
namespace {

using Word = Uint<32, ByteOrder::little>;
using Half = Uint<16, ByteOrder::little>;

enum class BlockType : std::uint32_t { section = 0x0A0D0D0A, interface = 1, packet = 6 };
enum class Option : std::uint16_t { end = 0, comment = 1, interface_name = 2, writer = 4, resolution = 9 };

constexpr std::uint16_t link_type_raw_ip = 101;
constexpr std::size_t longest_comment = 4096;  // but for the sign that it was longer

template <class... Fields>
void append(std::string& text, const Fields&... fields) {
  for (const auto byte : pack(fields...)) text += static_cast<char>(byte);
}

/// Everything is a multiple of 32 bits.
void pad(std::string& text) {
  text.append((4 - text.size() % 4) % 4, '\0');
}

void append_option(std::string& options, Option option, std::string_view value) {
  append(options, Half(static_cast<std::uint16_t>(option)), Half(static_cast<std::uint16_t>(value.size())));
  options += value;
  pad(options);
}

std::string comment_options(const std::vector<std::string>& comments) {
  std::string options;
  for (const auto& comment : comments) {
    append_option(options, Option::comment, cut(comment, longest_comment));
  }
  return options;
}

std::string block(BlockType type, std::string_view body, std::string options) {
  if (!options.empty()) append_option(options, Option::end, {});
  const auto length = static_cast<std::uint32_t>(12 + body.size() + options.size());
  std::string text;
  append(text, Word(static_cast<std::uint32_t>(type)), Word(length));
  text.append(body).append(options);
  append(text, Word(length));
  return text;
}

std::string section_block(const std::string& writer, const std::vector<std::string>& comments) {
  std::string body;
  append(body, Word(0x1A2B3C4D), Half(1), Half(0), Word(UINT32_MAX), Word(UINT32_MAX));  // version 1.0, any length
  auto options = comment_options(comments);
  append_option(options, Option::writer, writer);
  return block(BlockType::section, body, std::move(options));
}

std::string interface_block() {
  std::string body;
  append(body, Half(link_type_raw_ip), Half(0), Word(0));  // no limit to a packet's length
  std::string options;
  append_option(options, Option::interface_name, "volley");
  append_option(options, Option::resolution, "\x09");
  return block(BlockType::interface, body, std::move(options));
}

std::string packet_block(const CapturedPacket& captured) {
  const auto time = static_cast<std::uint64_t>(captured.at.time_since_epoch().count());
  const auto& [bytes, length] = captured.packet;
  std::string body;
  append(body, Word(0), Word(static_cast<std::uint32_t>(time >> 32)), Word(static_cast<std::uint32_t>(time)),
         Word(static_cast<std::uint32_t>(bytes.size())), Word(static_cast<std::uint32_t>(length)));
  body += bytes;
  pad(body);
  return block(BlockType::packet, body, comment_options(captured.comments));
}

}  // namespace

std::string pcapng(const std::string& writer, const std::vector<std::string>& comments,
                   std::span<const CapturedPacket> packets) {
  auto text = section_block(writer, comments) + interface_block();
  for (const auto& packet : packets) text += packet_block(packet);
  return text;
}

}  // namespace volley::report
