// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "report/case.h"
#include "report/pcapng.h"

namespace volley::report {

/// What a case's trace knows of packets, and what has to be said of the rest.
struct Capture {
  std::vector<CapturedPacket> packets;  ///< In the order of time; each says by a comment which step it belongs to.
  std::vector<std::string> comments;    ///< The case, its outcome, and what is left out. Clean.
};

/// Makes packets from a trace that has `keeps_sent`: of each TCP connection of the scenario the handshake, the bytes of
/// both directions in segments that follow each other, FIN and RST; of UDP the datagrams. A packet has the time at
/// which the step it belongs to was done. What the trace does not have is not made up: where it kept only the ends of
/// some bytes the sequence numbers jump, a datagram is cut short, and a comment says so. Unix sockets and the pipes of
/// programs are no packets and are left out.
Capture capture(const Case& one);

/// A pcapng file of a case. `writer` is the program's name and version.
std::string pcapng(const Case& one, const std::string& writer);

}  // namespace volley::report
