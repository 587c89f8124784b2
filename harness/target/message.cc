// SPDX-License-Identifier: Apache-2.0
#include "target/message.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace volley::target {
namespace {

constexpr std::size_t most_descriptors = 16;

std::unexpected<Error> failure(std::string_view call) {
  return std::unexpected(last_error(call, "supervisor"));
}

/// Each text is preceded by its length, 4 bytes in the order of this host.
std::string encode(std::span<const std::string> texts) {
  std::string bytes;
  for (const auto& text : texts) {
    const auto length = static_cast<std::uint32_t>(text.size());
    bytes.append(reinterpret_cast<const char*>(&length), sizeof length).append(text);
  }
  return bytes;
}

std::vector<std::string> decode(std::string_view bytes) {
  std::vector<std::string> texts;
  std::uint32_t length = 0;
  while (bytes.size() >= sizeof length) {
    std::memcpy(&length, bytes.data(), sizeof length);
    bytes.remove_prefix(sizeof length);
    texts.emplace_back(bytes.substr(0, length));
    bytes.remove_prefix(std::min<std::size_t>(length, bytes.size()));
  }
  return texts;
}

/// Takes the descriptors that came with a message.
std::vector<Descriptor> take_descriptors(msghdr& header) {
  std::vector<Descriptor> taken;
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    std::vector<int> numbers((part->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    std::memcpy(numbers.data(), CMSG_DATA(part), numbers.size() * sizeof(int));
    for (const int number : numbers) taken.emplace_back(number);
  }
  return taken;
}

/// The size of the next message, once there is one: 0 at the end, -1 with errno.
ssize_t next_size(const Descriptor& from, int flags) {
  ssize_t size = -1;
  do {
    size = ::recv(from.get(), nullptr, 0, MSG_PEEK | MSG_TRUNC | flags);
  } while (size < 0 && errno == EINTR);
  return size;
}

}  // namespace

Result<std::pair<Descriptor, Descriptor>> message_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) < 0) return failure("socketpair");
  return std::pair(Descriptor(ends[0]), Descriptor(ends[1]));
}

Result<void> send_message(const Descriptor& to, std::span<const std::string> texts, std::span<const int> descriptors) {
  assert(descriptors.size() <= most_descriptors && !texts.empty());
  std::string bytes = encode(texts);
  iovec part{bytes.data(), bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(most_descriptors * sizeof(int))> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (!descriptors.empty()) {
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(rights), descriptors.data(), descriptors.size_bytes());
  }
  ssize_t sent = -1;
  do {
    sent = ::sendmsg(to.get(), &header, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return failure("sendmsg");
  return {};
}

Result<std::optional<Message>> receive_message(const Descriptor& from) {
  const ssize_t size = next_size(from, 0);
  if (size == 0 || (size < 0 && errno == ECONNRESET)) return std::nullopt;
  if (size < 0) return failure("recvmsg");
  std::string bytes(static_cast<std::size_t>(size), '\0');
  iovec part{bytes.data(), bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(most_descriptors * sizeof(int))> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  if (::recvmsg(from.get(), &header, MSG_CMSG_CLOEXEC) < 0) return failure("recvmsg");
  auto descriptors = take_descriptors(header);
  // The kernel drops descriptors for which this process has no room, without failing the call.
  if ((header.msg_flags & MSG_CTRUNC) != 0) return std::unexpected(Error{EMFILE, "recvmsg", "supervisor"});
  return Message{decode(bytes), std::move(descriptors)};
}

std::optional<std::vector<std::string>> peek_message(const Descriptor& from) {
  const ssize_t size = next_size(from, MSG_DONTWAIT);
  if (size < 0 && errno == EAGAIN) return std::nullopt;
  if (size <= 0) return std::vector<std::string>();
  std::string bytes(static_cast<std::size_t>(size), '\0');
  if (::recv(from.get(), bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT) < 0) return std::vector<std::string>();
  return decode(bytes);
}

std::vector<std::string> error_texts(const Error& error) {
  return {"error", std::to_string(error.code), std::string(error.call), error.argument};
}

Error error_from(const std::vector<std::string>& texts) {
  static constexpr std::string_view calls[] = {"execve",  "open", "fork", "pidfd_open", "fcntl F_DUPFD_CLOEXEC",
                                               "mkdtemp", "chmod"};
  if (texts.size() != 4) return Error{EPIPE, "supervisor", {}};
  const auto call = std::ranges::find(calls, texts[2]);
  return Error{std::stoi(texts[1]), call == std::end(calls) ? "supervisor" : *call, texts[3]};
}

}  // namespace volley::target
