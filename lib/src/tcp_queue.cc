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
#include <functional>
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

Request request_of(int family, std::uint16_t flags) {
  Request request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = flags;
  request.body.sdiag_family = static_cast<std::uint8_t>(family);
  request.body.sdiag_protocol = IPPROTO_TCP;
  return request;
}

Request request_for(const Endpoint& local, const Endpoint& remote) {
  Request request = request_of(local.address().is_v4() ? AF_INET : AF_INET6, NLM_F_REQUEST);
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

Result<void> ask(const Descriptor& netlink, const Request& request) {
  const auto sent = restarted([&] { return ::send(netlink.get(), &request, sizeof request, 0); });
  if (sent < 0) return failure("send", "NETLINK_SOCK_DIAG");
  return {};
}

/// One datagram of an answer. (The kernel has one ready before the send returns, and the next before this one is read.)
Result<std::span<const std::byte>> take_answer(const Descriptor& netlink, std::span<std::byte> buffer) {
  const auto size = restarted([&] { return ::recv(netlink.get(), buffer.data(), buffer.size(), 0); });
  if (size < 0) return failure("recv", "NETLINK_SOCK_DIAG");
  return buffer.first(static_cast<std::size_t>(size));
}

std::unexpected<Error> refusal(std::span<const std::byte> message, const Endpoint& about) {
  return std::unexpected(Error{-load<nlmsgerr>(message, sizeof(nlmsghdr)).error, "sock_diag", about.to_string()});
}

IpAddress address_of(const inet_diag_msg& socket) {
  if (socket.idiag_family == AF_INET) {
    std::array<std::uint8_t, 4> octets;
    std::memcpy(octets.data(), socket.id.idiag_src, octets.size());
    return Ipv4Address(octets);
  }
  std::array<std::uint8_t, 16> octets;
  std::memcpy(octets.data(), socket.id.idiag_src, octets.size());
  return Ipv6Address(octets);
}

/// Whether a listening socket takes connections to `endpoint`: by its own address, or as a wildcard, `::` for both
/// families.
bool takes(const inet_diag_msg& socket, const Endpoint& endpoint) {
  if (ntohs(socket.id.idiag_sport) != endpoint.port()) return false;
  const IpAddress own = address_of(socket);
  if (own.is_unspecified()) return own.is_v6() || endpoint.address().is_v4();
  return own.unmapped() == endpoint.address();
}

enum class Dump : std::uint8_t { more, done };

/// Shows each socket of one datagram of a dump to `see`. (The NLMSG_ macros are full of old-style casts.)
Result<Dump> take_sockets(std::span<const std::byte> datagram, const Endpoint& endpoint,
                          const std::function<void(const inet_diag_msg&)>& see) {
  while (datagram.size() >= sizeof(nlmsghdr)) {
    const auto header = load<nlmsghdr>(datagram, 0);
    if (header.nlmsg_type == NLMSG_DONE) return Dump::done;
    if (header.nlmsg_type == NLMSG_ERROR) return refusal(datagram, endpoint);
    if (header.nlmsg_len < sizeof(nlmsghdr)) return std::unexpected(Error{EPROTO, "sock_diag", endpoint.to_string()});
    if (header.nlmsg_len >= sizeof(nlmsghdr) + sizeof(inet_diag_msg)) {
      see(load<inet_diag_msg>(datagram, sizeof(nlmsghdr)));
    }
    datagram = datagram.subspan(std::min(aligned(header.nlmsg_len), datagram.size()));
  }
  return Dump::more;
}

constexpr unsigned tcp_listening = 10;   // TCP_LISTEN
constexpr unsigned udp_unconnected = 7;  // TCP_CLOSE, by which Linux calls them

/// Shows all sockets of a family and protocol to `see` that are in one state.
Result<void> dump(const Descriptor& netlink, int family, int protocol, const Endpoint& endpoint,
                  const std::function<void(const inet_diag_msg&)>& see) {
  Request request = request_of(family, NLM_F_REQUEST | NLM_F_DUMP);
  request.body.sdiag_protocol = static_cast<std::uint8_t>(protocol);
  request.body.idiag_states = 1U << (protocol == IPPROTO_TCP ? tcp_listening : udp_unconnected);
  if (auto asked = ask(netlink, request); !asked) return asked;
  alignas(nlmsghdr) std::array<std::byte, 32 * 1024> buffer;
  while (true) {
    const auto answer = take_answer(netlink, buffer);
    if (!answer) return std::unexpected(answer.error());
    const auto taken = take_sockets(*answer, endpoint, see);
    if (!taken) return std::unexpected(taken.error());
    if (*taken == Dump::done) return {};
  }
}

}  // namespace

Result<TcpInspector> TcpInspector::open() {
  Descriptor netlink(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG));
  if (!netlink) return failure("socket", "AF_NETLINK");
  return TcpInspector(std::move(netlink));
}

Result<std::optional<TcpQueue>> TcpInspector::find(const Endpoint& local, const Endpoint& remote) {
  const auto request = request_for(local, remote);
  if (auto asked = ask(netlink_, request); !asked) return std::unexpected(asked.error());
  alignas(nlmsghdr) std::array<std::byte, 4096> buffer;
  const auto taken = take_answer(netlink_, buffer);
  if (!taken) return std::unexpected(taken.error());
  const auto answer = *taken;
  const auto header = load<nlmsghdr>(answer, 0);
  if (header.nlmsg_type == NLMSG_ERROR) {
    const auto refused = refusal(answer, local);
    if (refused.error().code == ENOENT) return std::nullopt;
    return refused;
  }
  const auto body = answer.subspan(std::min(sizeof(nlmsghdr), answer.size()));
  const auto socket = load<inet_diag_msg>(body, 0);
  // Without an inode nobody owns it: a program has closed it, or has not accepted it yet, which only these two can be.
  constexpr std::uint8_t established = 1;  // TCP_ESTABLISHED
  constexpr std::uint8_t syn_received = 3;
  constexpr std::uint8_t close_wait = 8;
  constexpr std::uint8_t new_syn_received = 12;
  const auto state = socket.idiag_state;
  const bool may_be_accepted =
      state == established || state == syn_received || state == close_wait || state == new_syn_received;
  if (socket.idiag_inode == 0 && !may_be_accepted) return std::nullopt;
  const auto attributes = body.subspan(std::min(aligned(sizeof(inet_diag_msg)), body.size()));
  return TcpQueue{.unread = socket.idiag_rqueue, .received = received_bytes(attributes)};
}

Result<std::set<std::uint64_t>> TcpInspector::listeners(const Endpoint& endpoint) {
  std::set<std::uint64_t> inodes;
  const auto see = [&](const inet_diag_msg& socket) {
    if (takes(socket, endpoint)) inodes.insert(socket.idiag_inode);
  };
  if (auto seen = dump(netlink_, AF_INET, IPPROTO_TCP, endpoint, see); !seen) return std::unexpected(seen.error());
  // A host without IPv6 refuses the second question; what the first one gave is all there is then.
  static_cast<void>(dump(netlink_, AF_INET6, IPPROTO_TCP, endpoint, see));
  return inodes;
}

Result<std::vector<BoundSocket>> TcpInspector::bound(Protocol protocol, std::uint16_t port) {
  std::vector<BoundSocket> sockets;
  const auto see = [&](const inet_diag_msg& socket) {
    if (ntohs(socket.id.idiag_sport) == port) sockets.push_back({{address_of(socket), port}, socket.idiag_inode});
  };
  const int number = protocol == Protocol::tcp ? IPPROTO_TCP : IPPROTO_UDP;
  const Endpoint about(Ipv4Address(), port);
  if (auto seen = dump(netlink_, AF_INET, number, about, see); !seen) return std::unexpected(seen.error());
  static_cast<void>(dump(netlink_, AF_INET6, number, about, see));
  return sockets;
}

}  // namespace volley
