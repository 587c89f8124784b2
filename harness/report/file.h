// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>
#include <volley/descriptor.h>
#include <volley/error.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace volley::report {

/// What a path names when its symbolic links are followed, also if the last of them names nothing yet; the path itself
/// if there is no such directory.
std::string resolved(const std::string& path);

/// A report on its way to the disk, whole or not at all: its bytes go to a file without a name, or, where the file
/// system has no such files, to a new one in the same directory, which takes the name `path` when all is written. What
/// stood there stays until then, also if it fails, and leaves its permissions to what takes its place. A symbolic link
/// stays one, what it names is replaced or made; what is no regular file (a pipe, a device), and what stdout or stderr
/// goes to, is written to as it is.
class File {
 public:
  static constexpr std::chrono::seconds most_wait{5};

  /// Errors: those of stat(2), open(2) and fchmod(2), with the path: what can be known before there is anything to
  /// write. A pipe from which nobody reads for `most_wait` is ENXIO.
  static Result<File> create(const std::string& path);
  /// Whether reports can be created in a directory. Errors: those of open(2).
  static Result<void> probe(const std::string& directory);
  File(File&& other) noexcept;
  File& operator=(File&&) = delete;
  /// What was not committed leaves nothing behind.
  ~File() { drop(); }

  /// Adds bytes. The first failure frees the disk; all that comes after it does nothing, and `commit` tells it.
  void write(std::string_view bytes);
  /// Errors: those of write(2), close(2), linkat(2) and rename(2), with the path.
  Result<void> commit();

 private:
  File() = default;
  Result<void> open_beside(std::optional<mode_t> mode);
  Result<void> link();
  void drop();

  std::string path_;       // as it was given
  std::string name_;       // what is written or replaced, without symbolic links
  std::string temporary_;  // empty if bytes go to `path_` directly
  bool has_name_ = false;  // `temporary_` stands in the directory
  Descriptor file_;
  std::optional<Error> error_;
};

/// All bytes of a report at once, as by a `File`.
Result<void> write_file(const std::string& path, std::string_view bytes);

}  // namespace volley::report
