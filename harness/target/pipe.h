// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fcntl.h>
#include <unistd.h>
#include <volley/descriptor.h>
#include <volley/error.h>

#include <array>

namespace volley::target {

/// Both ends of a pipe, close-on-exec and blocking.
struct Pipe {
  Descriptor read_end;
  Descriptor write_end;

  static Result<Pipe> open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) < 0) return std::unexpected(last_error("pipe2"));
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
  }
};

}  // namespace volley::target
