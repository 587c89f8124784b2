// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <sys/socket.h>
#include <volley/tcp_queue.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>

#include "failure.h"
#include "restart.h"

namespace volley {
namespace {

struct Request {
  nlmsghdr header;
  inet_diag_req_v2 body;
};

void put(const IpAddress& address, __be32 (&place)[4]) {
  const auto octets = address.bytes();
  std::memcpy(place, octets.data(), octets.size());
}

Request request_for(const Endpoint& local, const Endpoint& remote) {
  Request request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.body.sdiag_family = local.address().is_v4() ? AF_INET : AF_INET6;
  request.body.sdiag_protocol = IPPROTO_TCP;
  request.body.idiag_ext = 1U << (INET_DIAG_INFO - 1);
  request.body.idiag_states = ~0U;
  request.body.id.idiag_sport = htons(local.port());
  request.body.id.idiag_dport = htons(remote.port());
  put(local.address(), request.body.id.idiag_src);
  put(remote.address(), request.body.id.idiag_dst);
  request.body.id.idiag_cookie[0] = request.body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return request;
}

/// A value of a wire structure that starts at `at`; zeros where it ends early: older kernels tell less.
template <class T>
T load(std::span<const std::byte> bytes, std::size_t at) {
  T value{};
  if (at < bytes.size()) std::memcpy(&value, bytes.data() + at, std::min(sizeof value, bytes.size() - at));
  return value;
}

constexpr std::size_t aligned(std::size_t length) {
  return (length + 3U) & ~std::size_t{3};
}

/// tcpi_bytes_received of the INET_DIAG_INFO attribute; 0 without one.
std::uint64_t received_bytes(std::span<const std::byte> attributes) {
  while (attributes.size() >= sizeof(rtattr)) {
    const auto attribute = load<rtattr>(attributes, 0);
    const std::size_t length = std::min<std::size_t>(attribute.rta_len, attributes.size());
    if (length < sizeof(rtattr)) return 0;
    if (attribute.rta_type == INET_DIAG_INFO) {
      return load<tcp_info>(attributes.first(length), aligned(sizeof(rtattr))).tcpi_bytes_received;
    }
    attributes = attributes.subspan(std::min(aligned(length), attributes.size()));
  }
  return 0;
}

}  // namespace

Result<TcpInspector> TcpInspector::open() {
  Descriptor netlink(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG));
  if (!netlink) return failure("socket", "AF_NETLINK");
  return TcpInspector(std::move(netlink));
}

Result<std::optional<TcpQueue>> TcpInspector::find(const Endpoint& local, const Endpoint& remote) {
  const auto request = request_for(local, remote);
  const auto sent = restarted([&] { return ::send(netlink_.get(), &request, sizeof request, 0); });
  if (sent < 0) return failure("send", "NETLINK_SOCK_DIAG");
  // The kernel has answered before the send returns.
  alignas(nlmsghdr) std::array<std::byte, 4096> buffer;
  const auto size = restarted([&] { return ::recv(netlink_.get(), buffer.data(), buffer.size(), 0); });
  if (size < 0) return failure("recv", "NETLINK_SOCK_DIAG");
  const auto answer = std::span<const std::byte>(buffer).first(static_cast<std::size_t>(size));
  const auto header = load<nlmsghdr>(answer, 0);
  if (header.nlmsg_type == NLMSG_ERROR) {
    errno = -load<nlmsgerr>(answer, sizeof(nlmsghdr)).error;
    if (errno == ENOENT) return std::nullopt;
    return failure("sock_diag", local.to_string());
  }
  const auto body = answer.subspan(std::min(sizeof(nlmsghdr), answer.size()));
  const auto socket = load<inet_diag_msg>(body, 0);
  constexpr std::uint8_t time_wait = 6;  // TCP_TIME_WAIT: what is left of a connection without a socket
  if (socket.idiag_state == time_wait) return std::nullopt;
  const auto attributes = body.subspan(std::min(aligned(sizeof(inet_diag_msg)), body.size()));
  return TcpQueue{.unread = socket.idiag_rqueue, .received = received_bytes(attributes)};
}

}  // namespace volley
