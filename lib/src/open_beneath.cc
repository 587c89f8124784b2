// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <volley/open_beneath.h>

#include "failure.h"
#include "restart.h"

namespace volley {

Result<Descriptor> open_beneath(const Descriptor& root, const std::string& path, int flags, mode_t mode) {
  open_how how{};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const auto fd = restarted([&] { return ::syscall(SYS_openat2, root.get(), path.c_str(), &how, sizeof how); });
  if (fd < 0) return failure("openat2", path);
  return Descriptor(static_cast<int>(fd));
}

}  // namespace volley
