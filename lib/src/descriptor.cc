// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>
#include <volley/descriptor.h>

#include "failure.h"
#include "restart.h"

namespace volley {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = other.release();
  }
  return *this;
}

void Descriptor::close() {
  if (fd_ >= 0) ::close(release());
}

Result<Descriptor> Descriptor::duplicate() const {
  const int fd = ::fcntl(fd_, F_DUPFD_CLOEXEC, 0);
  if (fd < 0) return failure("fcntl F_DUPFD_CLOEXEC", fd_);
  return Descriptor(fd);
}

Result<void> Descriptor::set_blocking(bool blocking) {
  const int before = ::fcntl(fd_, F_GETFL);
  if (before < 0) return failure("fcntl F_GETFL", fd_);
  const int after = blocking ? before & ~O_NONBLOCK : before | O_NONBLOCK;
  if (after != before && ::fcntl(fd_, F_SETFL, after) < 0) return failure("fcntl F_SETFL", fd_);
  return {};
}

Result<Received> read(const Descriptor& descriptor, std::span<std::byte> buffer) {
  const auto count = restarted([&] { return ::read(descriptor.get(), buffer.data(), buffer.size()); });
  if (count > 0 || (count == 0 && buffer.empty()))
    return Received{Received::Kind::data, static_cast<std::size_t>(count)};
  if (count == 0) return Received{Received::Kind::eof, 0};
  if (would_block(errno)) return Received{Received::Kind::would_block, 0};
  if (errno == ECONNRESET) return Received{Received::Kind::reset, 0};
  return failure("read", descriptor.get());
}

Result<Sent> write(const Descriptor& descriptor, std::span<const std::byte> bytes) {
  const auto count = restarted([&] { return ::write(descriptor.get(), bytes.data(), bytes.size()); });
  if (count >= 0) return Sent{Sent::Kind::data, static_cast<std::size_t>(count), 0};
  if (would_block(errno)) return Sent{Sent::Kind::would_block, 0, 0};
  if (errno == EPIPE || errno == ECONNRESET) return Sent{Sent::Kind::closed, 0, errno};
  return failure("write", descriptor.get());
}

}  // namespace volley
