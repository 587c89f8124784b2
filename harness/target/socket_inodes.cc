// SPDX-License-Identifier: Apache-2.0
#include "target/socket_inodes.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <memory>
#include <sstream>
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

/// Of a table such as /proc/PID/net/udp whether one of these sockets is connected there.
bool is_connected(const std::string& table, const std::set<std::uint64_t>& inodes) {
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);  // names of columns
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string number, local, remote, state, queues, timer, retransmits, user, timeout;
    std::uint64_t inode = 0;
    words >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >> inode;
    if (words && state == "01" && inodes.contains(inode)) return true;
  }
  return false;
}

}  // namespace

std::optional<std::set<std::uint64_t>> socket_inodes(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/fd";
  const std::unique_ptr<DIR, int (*)(DIR*)> links(::opendir(path.c_str()), [](DIR* d) { return ::closedir(d); });
  std::set<std::uint64_t> inodes;
  if (links == nullptr) return errno == ENOENT ? std::optional(inodes) : std::nullopt;
  while (const dirent* entry = ::readdir(links.get())) {
    if (const auto inode = socket_inode(path + "/" + entry->d_name); inode != 0) inodes.insert(inode);
  }
  return inodes;
}

bool has_datagram_peer(pid_t pid) {
  const auto inodes = socket_inodes(pid);
  if (!inodes || inodes->empty()) return false;
  const auto tables = "/proc/" + std::to_string(pid) + "/net/";
  return is_connected(tables + "udp", *inodes) || is_connected(tables + "udp6", *inodes);
}

}  // namespace volley::target
