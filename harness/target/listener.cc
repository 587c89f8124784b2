// SPDX-License-Identifier: Apache-2.0
#include "target/listener.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <volley/descriptor.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace volley::target {
namespace {

struct Request {
  nlmsghdr header;
  inet_diag_req_v2 body;
};

bool ask_for_listeners(const Descriptor& netlink, int family) {
  Request request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.body.sdiag_family = static_cast<std::uint8_t>(family);
  request.body.sdiag_protocol = IPPROTO_TCP;
  request.body.idiag_states = 1U << TCP_LISTEN;
  return ::send(netlink.get(), &request, sizeof request, 0) == static_cast<ssize_t>(sizeof request);
}

/// Whether a listening socket takes connections to `endpoint`: by its own address, or as a wildcard, `::` for both
/// families.
bool takes(const inet_diag_msg& socket, const Endpoint& endpoint) {
  if (ntohs(socket.id.idiag_sport) != endpoint.port()) return false;
  IpAddress own;
  if (socket.idiag_family == AF_INET) {
    std::array<std::uint8_t, 4> octets;
    std::memcpy(octets.data(), socket.id.idiag_src, octets.size());
    own = Ipv4Address(octets);
  } else {
    std::array<std::uint8_t, 16> octets;
    std::memcpy(octets.data(), socket.id.idiag_src, octets.size());
    own = Ipv6Address(octets);
  }
  if (own.is_unspecified()) return own.is_v6() || endpoint.address().is_v4();
  return own.unmapped() == endpoint.address();
}

enum class Dump : std::uint8_t { more, done, failed };

/// Takes the inodes out of one datagram of the dump. (The NLMSG_ macros are full of old-style casts.)
Dump take_inodes(std::span<const std::byte> datagram, const Endpoint& endpoint, std::set<std::uint64_t>& inodes) {
  while (datagram.size() >= sizeof(nlmsghdr)) {
    const auto* header = reinterpret_cast<const nlmsghdr*>(datagram.data());
    if (header->nlmsg_type == NLMSG_DONE) return Dump::done;
    if (header->nlmsg_type == NLMSG_ERROR || header->nlmsg_len < sizeof(nlmsghdr)) return Dump::failed;
    if (header->nlmsg_len >= sizeof(nlmsghdr) + sizeof(inet_diag_msg)) {
      const auto* socket = reinterpret_cast<const inet_diag_msg*>(header + 1);
      if (takes(*socket, endpoint)) inodes.insert(socket->idiag_inode);
    }
    const std::size_t whole = (header->nlmsg_len + 3U) & ~3U;
    datagram = datagram.subspan(std::min(whole, datagram.size()));
  }
  return Dump::more;
}

bool add_listeners(const Descriptor& netlink, int family, const Endpoint& endpoint, std::set<std::uint64_t>& inodes) {
  if (!ask_for_listeners(netlink, family)) return false;
  alignas(nlmsghdr) std::array<std::byte, 32 * 1024> buffer;
  while (true) {
    const ssize_t size = ::recv(netlink.get(), buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return false;
    const auto dump = take_inodes(std::span(buffer).first(static_cast<std::size_t>(size)), endpoint, inodes);
    if (dump != Dump::more) return dump == Dump::done;
  }
}

/// The N of a descriptor's link `socket:[N]`; 0 if it is no socket.
std::uint64_t socket_inode(const std::string& link) {
  std::array<char, 64> buffer{};
  const ssize_t size = ::readlink(link.c_str(), buffer.data(), buffer.size());
  std::string_view text(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  constexpr std::string_view prefix = "socket:[";
  std::uint64_t inode = 0;
  if (text.starts_with(prefix)) std::from_chars(text.data() + prefix.size(), text.data() + text.size(), inode);
  return inode;
}

enum class Holds : std::uint8_t { no, yes, hidden };

Holds holds_any(pid_t pid, const std::set<std::uint64_t>& inodes) {
  const std::string path = "/proc/" + std::to_string(pid) + "/fd";
  const std::unique_ptr<DIR, int (*)(DIR*)> links(::opendir(path.c_str()), [](DIR* d) { return ::closedir(d); });
  if (links == nullptr) return errno == EACCES ? Holds::hidden : Holds::no;
  while (const dirent* entry = ::readdir(links.get())) {
    if (inodes.contains(socket_inode(path + "/" + entry->d_name))) return Holds::yes;
  }
  return Holds::no;
}

}  // namespace

std::optional<std::set<std::uint64_t>> listening_inodes(const Endpoint& endpoint) {
  const Descriptor netlink(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  std::set<std::uint64_t> inodes;
  if (!netlink || !add_listeners(netlink, AF_INET, endpoint, inodes)) return std::nullopt;
  // A host without IPv6 refuses the second question; what the first one gave is all there is then.
  add_listeners(netlink, AF_INET6, endpoint, inodes);
  return inodes;
}

ListenerOwner listener_owner(const Endpoint& endpoint, std::span<const pid_t> tree) {
  const auto inodes = listening_inodes(endpoint);
  if (!inodes || inodes->empty()) return ListenerOwner::unknown;
  bool hidden = false;
  for (const pid_t pid : tree) {
    const Holds holds = holds_any(pid, *inodes);
    if (holds == Holds::yes) return ListenerOwner::ours;
    if (holds == Holds::hidden) hidden = true;
  }
  return hidden ? ListenerOwner::unknown : ListenerOwner::other;
}

}  // namespace volley::target
