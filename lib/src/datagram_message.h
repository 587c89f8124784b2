// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <netinet/in.h>
#include <sys/socket.h>
#include <volley/datagram_socket.h>

#include <array>
#include <cstddef>

namespace volley {

/// Room for the control message of SO_RXQ_OVFL; uninitialised, the kernel writes it.
struct DatagramControl {
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(std::uint32_t))> bytes;
};

/// What a received `message` tells; its datagram had `size` bytes, of which its one buffer holds those that fit.
Result<ReceivedDatagram> received_datagram(int fd, const msghdr& message, std::size_t size);

}  // namespace volley
