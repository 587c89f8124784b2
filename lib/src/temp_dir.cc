// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <volley/descriptor.h>
#include <volley/temp_dir.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "failure.h"

namespace volley {
namespace {

/// A directory named by a path below another, opened without following a link. One that its owner may not read gets
/// mode 0700 first; through /proc, since fchmod(2) refuses the O_PATH descriptor that needs no permission.
Result<Descriptor> open_dir(int parent, const std::string& name) {
  constexpr int flags = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  Descriptor opened(::openat(parent, name.c_str(), O_RDONLY | flags));
  if (opened || errno != EACCES) return opened ? Result<Descriptor>(std::move(opened)) : failure("open", name);
  const Descriptor handle(::openat(parent, name.c_str(), O_PATH | flags));
  if (!handle || ::chmod(("/proc/self/fd/" + std::to_string(handle.get())).c_str(), 0700) < 0)
    return failure("open", name);
  opened = Descriptor(::openat(parent, name.c_str(), O_RDONLY | flags));
  if (!opened) return failure("open", name);
  return opened;
}

Result<std::vector<std::string>> entries(const Descriptor& directory, const std::string& path) {
  // A description of its own: fdopendir(3) takes the descriptor over and moves its offset.
  const int fd = ::openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(fd < 0 ? nullptr : ::fdopendir(fd),
                                                   [](DIR* d) { return ::closedir(d); });
  if (stream == nullptr) return failure("open", path);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

void make_writable(const Descriptor& directory) {
  static_cast<void>(::fchmod(directory.get(), 0700));
}

/// Empties a tree with two open directories at most, however deep it is: a directory that is not empty hands its
/// subdirectories up to the root of the tree, under numbers, and goes. (A program under test may have made the tree:
/// recursion would let it choose how much stack and how many descriptors are used.)
class TreeRemover {
 public:
  TreeRemover(Descriptor root, std::string path) : root_(std::move(root)), path_(std::move(path)) {}

  Result<void> empty() {
    while (true) {
      const auto names = entries(root_, path_);
      if (!names) return std::unexpected(names.error());
      if (names->empty()) return {};
      for (const auto& name : *names) {
        if (unlink(root_, name)) continue;
        if (errno != ENOTEMPTY) return failure("unlinkat", path_ + "/" + name);
        if (auto flattened = flatten(name); !flattened) return flattened;
      }
    }
  }

 private:
  static bool unlink(const Descriptor& directory, const std::string& name) {
    if (::unlinkat(directory.get(), name.c_str(), 0) == 0 || errno == ENOENT) return true;
    if (errno != EISDIR) return false;
    return ::unlinkat(directory.get(), name.c_str(), AT_REMOVEDIR) == 0;
  }

  Result<void> flatten(const std::string& name) {
    const std::string path = path_ + "/" + name;
    const auto directory = open_dir(root_.get(), name);
    if (!directory) return std::unexpected(Error{directory.error().code, "open", path});
    make_writable(*directory);
    const auto names = entries(*directory, path);
    if (!names) return std::unexpected(names.error());
    for (const auto& inner : *names) {
      if (!unlink(*directory, inner) && !hand_up(*directory, inner)) return failure("renameat", path + "/" + inner);
    }
    if (::unlinkat(root_.get(), name.c_str(), AT_REMOVEDIR) < 0) return failure("unlinkat", path);
    return {};
  }

  bool hand_up(const Descriptor& directory, const std::string& name) {
    // The directory that moves must be writable itself: its `..` changes.
    if (const auto moved = open_dir(directory.get(), name)) make_writable(*moved);
    do {
      const std::string number = std::to_string(next_++);
      if (::renameat(directory.get(), name.c_str(), root_.get(), number.c_str()) == 0) return true;
    } while (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR);
    return false;
  }

  Descriptor root_;
  std::string path_;
  unsigned long next_ = 0;
};

}  // namespace

Result<void> remove_tree(const std::string& path) {
  auto root = open_dir(AT_FDCWD, path);
  if (!root) return std::unexpected(root.error());
  make_writable(*root);
  if (auto emptied = TreeRemover(std::move(*root), path).empty(); !emptied) return emptied;
  if (::rmdir(path.c_str()) < 0) return failure("rmdir", path);
  return {};
}

Result<TempDir> TempDir::make(std::string_view prefix) {
  const char* parent = std::getenv("TMPDIR");
  std::string path = parent != nullptr && *parent != '\0' ? parent : "/tmp";
  path.append("/").append(prefix).append("XXXXXX");
  const std::string name = path;
  if (::mkdtemp(path.data()) == nullptr) return failure("mkdtemp", name);
  TempDir made(path);
  if (::chmod(path.c_str(), 0755) < 0) return failure("chmod", path);
  return made;
}

TempDir& TempDir::operator=(TempDir&& other) noexcept {
  if (this == &other) return *this;
  static_cast<void>(remove());
  path_ = std::exchange(other.path_, {});
  return *this;
}

TempDir::~TempDir() {
  static_cast<void>(remove());
}

std::string TempDir::keep() {
  return std::exchange(path_, {});
}

Result<void> TempDir::remove() {
  if (path_.empty()) return {};
  return remove_tree(keep());
}

}  // namespace volley
