// SPDX-License-Identifier: Apache-2.0
#include "program/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

namespace volley::program {

void open_standard_streams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    // The lowest free number is this one. The direction is the one that the stream is not used in.
    static_cast<void>(::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY));
  }
}

}  // namespace volley::program
