// SPDX-License-Identifier: Apache-2.0
#include "target/placed_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <volley/descriptor.h>
#include <volley/open_beneath.h>

#include <cerrno>
#include <span>

namespace volley::target {
namespace {

std::unexpected<Error> failure(std::string_view call, std::string_view path) {
  return std::unexpected(last_error(call, std::string(path)));
}

/// The path relative to `dir`; empty if it is not below it.
std::string_view relative(const std::string& dir, std::string_view path) {
  if (path.starts_with(dir + "/")) path.remove_prefix(dir.size() + 1);
  if (path.starts_with('/') || path.ends_with('/')) return {};
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    if (path.substr(begin, end - begin) == "..") return {};
    begin = end + 1;
  }
  return path;
}

Result<void> make_parents(const Descriptor& root, std::string_view path) {
  for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
    const std::string_view parent = path.substr(0, slash);
    const auto name_begin = parent.rfind('/') + 1;  // npos + 1 is 0
    const auto above = open_beneath(root, name_begin == 0 ? "." : std::string(parent.substr(0, name_begin)), O_PATH);
    if (!above) return failure("openat2", path);
    const std::string name(parent.substr(name_begin));
    if (name.empty() || name == ".") continue;
    if (::mkdirat(above->get(), name.c_str(), 0755) == 0) {
      ::fchmodat(above->get(), name.c_str(), 0755, 0);
    } else if (errno != EEXIST) {
      return failure("mkdirat", path);
    }
  }
  return {};
}

}  // namespace

Result<void> place_file(const std::string& dir, std::string_view path, std::string_view content) {
  const std::string inside(relative(dir, path));
  if (inside.empty()) return std::unexpected(Error{EXDEV, "openat2", std::string(path)});
  const Descriptor root(::open(dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return failure("open", dir);
  if (auto made = make_parents(root, inside); !made) return made;
  const auto file = open_beneath(root, inside, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (!file) return failure("openat2", path);
  ::fchmod(file->get(), 0644);
  for (auto left = std::as_bytes(std::span(content)); !left.empty();) {
    const auto sent = write(*file, left);
    if (!sent) return std::unexpected(Error{sent.error().code, "write", std::string(path)});
    left = left.subspan(sent->count);
  }
  return {};
}

}  // namespace volley::target
