// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/descriptor.h>

#include <cstddef>
#include <span>

namespace volley::engine {

/// Our end of a pipe to or from a program. Movable; closing the one that we write to is the program's end of file.
class PipeEnd {
 public:
  explicit PipeEnd(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  int fd() const { return descriptor_.get(); }
  /// read(2): `data`, `eof` or `would_block`.
  Result<Received> receive(std::span<std::byte> buffer) { return read(descriptor_, buffer); }
  /// write(2) without SIGPIPE: a pipe that nobody reads any more, or that was closed, says `closed`.
  Result<Sent> send(std::span<const std::byte> bytes);
  void close() { descriptor_.close(); }

 private:
  Descriptor descriptor_;
};

}  // namespace volley::engine
