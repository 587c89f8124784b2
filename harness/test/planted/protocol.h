// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

#include "fault.h"
#include "loop.h"
#include "sockets.h"

namespace volley::planted {

/// A server of one protocol, and what can be wrong with it.
struct Protocol {
  std::string_view name;
  Transport transport;
  std::span<const Fault> faults;
  /// Serves on `sockets`, which live as long as the loop runs.
  void (*serve)(Loop& loop, Sockets& sockets, const Faults& faults);
};

extern const Protocol echo_protocol;
extern const Protocol line_echo_protocol;
extern const Protocol udp_echo_protocol;
extern const Protocol tftp_protocol;
extern const Protocol resp_protocol;
extern const Protocol dns_protocol;
extern const Protocol http_protocol;

/// All of them.
std::span<const Protocol* const> protocols();

}  // namespace volley::planted
