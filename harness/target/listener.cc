// SPDX-License-Identifier: Apache-2.0
#include "target/listener.h"

#include <dirent.h>
#include <unistd.h>
#include <volley/tcp_queue.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace volley::target {
namespace {

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
  if (links == nullptr) return errno == ENOENT ? Holds::no : Holds::hidden;
  while (const dirent* entry = ::readdir(links.get())) {
    if (inodes.contains(socket_inode(path + "/" + entry->d_name))) return Holds::yes;
  }
  return Holds::no;
}

}  // namespace

ListenerOwner listener_owner(const Endpoint& endpoint, std::span<const pid_t> tree) {
  auto inspector = TcpInspector::open();
  if (!inspector) return ListenerOwner::unknown;
  const auto inodes = inspector->listeners(endpoint);
  if (!inodes || inodes->empty()) return ListenerOwner::unknown;
  bool hidden = false;
  for (const pid_t pid : tree) {
    const Holds holds = holds_any(pid, *inodes);
    if (holds == Holds::yes) return ListenerOwner::ours;
    if (holds == Holds::hidden) hidden = true;
  }
  return hidden ? ListenerOwner::unknown : ListenerOwner::other;
}

std::optional<Endpoint> serves_elsewhere(const Endpoint& endpoint, std::span<const pid_t> tree) {
  auto inspector = TcpInspector::open();
  if (!inspector || !endpoint.is_ip()) return {};
  std::optional<Endpoint> elsewhere;
  for (const auto protocol : {TcpInspector::Protocol::tcp, TcpInspector::Protocol::udp}) {
    const auto sockets = inspector->bound(protocol, endpoint.port());
    if (!sockets) continue;
    for (const auto& [local, inode] : *sockets) {
      const std::set<std::uint64_t> one{inode};
      const auto holds = [&](pid_t pid) { return holds_any(pid, one) == Holds::yes; };
      if (!std::ranges::any_of(tree, holds)) continue;
      const bool is_wildcard = local.address().is_unspecified();
      const bool takes = is_wildcard ? local.address().is_v6() || endpoint.address().is_v4()
                                     : local.address().unmapped() == endpoint.address();
      if (takes) return {};
      elsewhere = local;
    }
  }
  return elsewhere;
}

}  // namespace volley::target
