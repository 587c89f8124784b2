// SPDX-License-Identifier: Apache-2.0
#include "protocol.h"

#include <array>

namespace volley::planted {

std::span<const Protocol* const> protocols() {
  static constexpr std::array all{&echo_protocol, &line_echo_protocol, &udp_echo_protocol, &tftp_protocol,
                                  &resp_protocol, &dns_protocol,       &http_protocol};
  return all;
}

}  // namespace volley::planted
