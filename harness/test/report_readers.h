// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

/// Reports read back by programs that are not ours.
namespace volley::test {

/// `OUTCOME<tab>IDENTITY` lines of a report of JSON lines that satisfies its schema; else what is wrong.
std::string read_json_lines(const std::string& path);
/// The same of JUnit's XML that satisfies the common schema.
std::string read_junit(const std::string& path);
/// The same of TAP, with the messages of the diagnostics.
std::string read_tap(const std::string& path);
/// What libpcap reads from a capture: its link type, and the kept bytes, length and first byte of each packet.
std::string read_packets(const std::string& path);
/// What GitHub's runner would take for commands in some output, a line each.
std::string read_commands(const std::string& output);

}  // namespace volley::test
