// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <expected>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace volley::program {

/// The scenario files that were asked for, by path; with the lines of FILE:LINE, none for the whole file.
using Found = std::map<std::string, std::set<std::size_t>>;

/// Whether files whose name begins with `_`, which hold what other files use, are wanted too.
enum class Shared : bool { left_out, included };

/// Looks for scenario files: a file as it is named, in a directory all `*.volley` below it but for hidden directories
/// and symbolic links to directories. Paths are shortened (`./a//b` is `a/b`), so that a file has one name, and sorted
/// by their bytes.
///
/// Errors: one line each for everything that is wrong: no such file, a directory without scenario files, a file of
/// definitions where those are left out, a line of a directory, a pipe or a device (but for those of /dev/fd and
/// /dev/stdin, if they are named).
std::expected<Found, std::vector<std::string>> find(const std::vector<std::string>& paths, Shared shared);

}  // namespace volley::program
