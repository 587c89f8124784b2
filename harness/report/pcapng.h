// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "report/packet.h"

namespace volley::report {

/// A packet and when it was seen.
struct CapturedPacket {
  std::chrono::sys_time<std::chrono::nanoseconds> at{};
  Packet packet;
  std::vector<std::string> comments;
};

/// A pcapng file (draft-ietf-opsawg-pcapng): one section with comments of its own, one interface of raw IP packets
/// with times in nanoseconds, the packets. `writer` is the program's name and version.
std::string pcapng(const std::string& writer, const std::vector<std::string>& comments,
                   std::span<const CapturedPacket> packets);

}  // namespace volley::report
