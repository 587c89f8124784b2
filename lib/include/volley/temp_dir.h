// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/error.h>

#include <string>
#include <string_view>

namespace volley {

/// A directory of our own, removed with all that is in it at the end. Movable; a default or moved-from one has none.
class TempDir {
 public:
  /// A fresh, empty directory of mode 0755, whatever the umask, below $TMPDIR or else /tmp; its name begins with
  /// `prefix`. Error: "mkdtemp" with the template.
  static Result<TempDir> make(std::string_view prefix = "volley-");

  TempDir() = default;
  TempDir(TempDir&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  TempDir& operator=(TempDir&& other) noexcept;
  ~TempDir();

  /// Absolute if TMPDIR is; empty if there is none.
  const std::string& path() const { return path_; }
  /// Gives the directory up: it stays. Returns its path.
  std::string keep();
  /// Removes it now. Symbolic links are removed, never followed. An error leaves what could not be removed.
  Result<void> remove();

 private:
  explicit TempDir(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

/// Removes a directory and all that is in it, however deep, in constant stack and with few descriptors; follows no
/// symbolic link. Directories without permissions are opened by changing their mode. Error: "open", "unlinkat", "rmdir"
/// or "renameat" with the path that resisted; what could be removed is gone.
Result<void> remove_tree(const std::string& path);

}  // namespace volley
