// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/error.h>

#include <string>
#include <string_view>

namespace volley::report {

/// Writes a report whole or not at all: to a new file in the same directory, which then takes the name `path`. What
/// stood there stays until then, also if it fails, and leaves its permissions to what takes its place. A symbolic link
/// stays one, its file is replaced; what is no regular file (a pipe, /dev/stdout) is written to as it is. Errors: those
/// of open(2), fchmod(2), write(2), close(2) and rename(2), with the path.
Result<void> write_file(const std::string& path, std::string_view bytes);

}  // namespace volley::report
