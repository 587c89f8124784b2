// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/error.h>

#include <string>
#include <string_view>

namespace volley::target {

/// Writes a new file of mode 0644 (0755 for its directories, which are made as needed; both whatever the umask) below
/// `dir`. `path` is relative to it, or begins with it. Neither `..` nor a symbolic link can lead out (openat2(2),
/// RESOLVE_BENEATH). Errors: "openat2" with `path`: EXDEV if it is not below `dir`; "mkdirat", "write".
Result<void> place_file(const std::string& dir, std::string_view path, std::string_view content);

}  // namespace volley::target
