// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>
#include <volley/descriptor.h>
#include <volley/error.h>

#include <string>

namespace volley {

/// Opens `path`, which counts from the directory `root`, and stays below it: neither `..` nor a symbolic link, nor a
/// magic link of /proc, can lead out (openat2(2), RESOLVE_BENEATH). `flags` and `mode` are open(2)'s; the descriptor is
/// close-on-exec. Error: "openat2" with `path`: EXDEV if it leads out.
Result<Descriptor> open_beneath(const Descriptor& root, const std::string& path, int flags, mode_t mode = 0);

}  // namespace volley
