// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/error.h>

#include <cstddef>
#include <span>

namespace volley {

/// Owns one file descriptor, always close-on-exec, and closes it once. Movable; a moved-from or default one owns
/// nothing (-1).
class Descriptor {
 public:
  Descriptor() = default;
  /// Takes ownership of `fd`.
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor() { close(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  /// Gives the descriptor up without closing it.
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }
  /// Closes now. An EINTR is not retried: Linux has closed the descriptor all the same (close(2)).
  void close();
  /// A second descriptor of the same open file description, close-on-exec (F_DUPFD_CLOEXEC).
  Result<Descriptor> duplicate() const;
  /// O_NONBLOCK, which every duplicate shares.
  Result<void> set_blocking(bool blocking);

 private:
  int fd_ = -1;
};

/// What one receive or read told. A reset is told apart from an end, an end from "nothing yet".
struct Received {
  enum class Kind { data, eof, reset, would_block };
  Kind kind = Kind::would_block;
  std::size_t count = 0;  ///< Bytes put into the buffer; 0 unless `data`.
  friend bool operator==(const Received&, const Received&) = default;
};

/// What one send or write told.
struct Sent {
  enum class Kind { data, would_block, closed };  ///< closed: EPIPE or ECONNRESET, the peer takes nothing any more.
  Kind kind = Kind::would_block;
  std::size_t count = 0;  ///< Bytes taken by the kernel; may be less than asked for.
  int code = 0;           ///< With `closed`: the errno, EPIPE or ECONNRESET.
  friend bool operator==(const Sent&, const Sent&) = default;
};

/// read(2) and write(2) on any descriptor (pipe, tty, file), restarted after EINTR. A write to a pipe without a reader
/// raises SIGPIPE, and says `closed` where the process ignores that signal; on sockets use `StreamSocket::send`, which
/// never does.
Result<Received> read(const Descriptor& descriptor, std::span<std::byte> buffer);
Result<Sent> write(const Descriptor& descriptor, std::span<const std::byte> bytes);

}  // namespace volley
