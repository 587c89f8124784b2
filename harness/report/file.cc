// SPDX-License-Identifier: Apache-2.0
#include "report/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <span>
#include <thread>
#include <utility>

namespace volley::report {
namespace {

Result<void> write_all(const Descriptor& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = write(file, std::as_bytes(std::span(bytes)));
    if (!sent) return std::unexpected(sent.error());
    if (sent->kind != Sent::Kind::data)
      return std::unexpected(Error{sent->code == 0 ? EAGAIN : sent->code, "write", {}});
    bytes.remove_prefix(sent->count);
  }
  return {};
}

Descriptor open_file(const std::string& path, int flags) {
  return Descriptor(::open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, 0666));
}

/// A pipe opens when somebody reads from it, which may be about to begin. Without waiting it says ENXIO.
Descriptor open_pipe(const std::string& path) {
  const auto deadline = std::chrono::steady_clock::now() + File::most_wait;
  while (true) {
    Descriptor pipe(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK));
    if (pipe) ::fcntl(pipe.get(), F_SETFL, O_WRONLY);
    if (pipe || errno != ENXIO || std::chrono::steady_clock::now() >= deadline) return pipe;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

std::string directory_of(const std::string& path) {
  const auto directory = std::filesystem::path(path).parent_path().string();
  return directory.empty() ? "." : directory;
}

/// A name of this process for a file that will not stay, short enough for any file system.
std::string temporary_name(const std::string& directory) {
  static std::atomic<unsigned> number = 0;
  return fmt::format("{}/.volley-{}-{}.tmp", directory, ::getpid(), ++number);
}

/// Our stdout or stderr if it goes to this file, by another descriptor: what others wrote there is not ours to replace.
Descriptor same_as_standard(const struct stat& file) {
  for (const int number : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat own{};
    if (::fstat(number, &own) == 0 && own.st_dev == file.st_dev && own.st_ino == file.st_ino) {
      return Descriptor(::fcntl(number, F_DUPFD_CLOEXEC, 3));
    }
  }
  return {};
}

}  // namespace

std::string resolved(const std::string& path) {
  constexpr int most_links = 40;  // as in Linux
  auto name = std::filesystem::path(path);
  std::error_code error;
  for (int i = 0; i < most_links && std::filesystem::is_symlink(name, error); ++i) {
    const auto target = std::filesystem::read_symlink(name, error);
    if (error) return path;
    name = name.parent_path() / target;  // an absolute one takes the place of all
  }
  const auto directory = std::filesystem::canonical(directory_of(name), error);
  return error ? path : (directory / name.filename()).string();
}

File::File(File&& other) noexcept
    : path_(std::move(other.path_)),
      name_(std::move(other.name_)),
      temporary_(std::move(other.temporary_)),
      has_name_(std::exchange(other.has_name_, false)),
      file_(std::move(other.file_)),
      error_(std::move(other.error_)) {}

Result<File> File::create(const std::string& path) {
  File made;
  made.path_ = path;
  struct stat status{};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (!exists && errno != ENOENT) return std::unexpected(last_error("stat", path));
  made.name_ = resolved(path);
  if (exists) made.file_ = same_as_standard(status);
  if (made.file_) return made;
  if (exists && !S_ISREG(status.st_mode)) {
    made.file_ = S_ISFIFO(status.st_mode) ? open_pipe(path) : open_file(path, 0);
    if (!made.file_) return std::unexpected(last_error("open", path));
    return made;
  }
  made.temporary_ = temporary_name(directory_of(made.name_));
  const auto mode = exists ? std::optional<mode_t>(status.st_mode & 07777) : std::nullopt;
  if (const auto opened = made.open_beside(mode); !opened) return std::unexpected(opened.error());
  return made;
}

Result<void> File::probe(const std::string& directory) {
  File made;
  made.path_ = directory;
  made.temporary_ = temporary_name(directory);
  made.name_ = made.temporary_;
  return made.open_beside({});
}

/// Opens a file in the directory of `name_` that can take its name later.
Result<void> File::open_beside(std::optional<mode_t> mode) {
  file_ = open_file(directory_of(name_), O_TMPFILE);
  if (!file_ && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
    ::unlink(temporary_.c_str());  // left by a process that had our number and was killed
    file_ = open_file(temporary_, O_CREAT | O_EXCL);
    has_name_ = file_.get() >= 0;
  }
  if (!file_) return std::unexpected(last_error("open", path_));
  if (mode && ::fchmod(file_.get(), *mode) != 0) return std::unexpected(last_error("fchmod", path_));
  return {};
}

void File::write(std::string_view bytes) {
  if (error_) return;
  if (const auto written = write_all(file_, bytes); !written) {
    error_ = written.error();
    error_->argument = path_;
    drop();
  }
}

/// Gives a file without a name the temporary one.
Result<void> File::link() {
  if (has_name_) return {};
  ::unlink(temporary_.c_str());
  const auto descriptor = fmt::format("/proc/self/fd/{}", file_.get());
  if (::linkat(AT_FDCWD, descriptor.c_str(), AT_FDCWD, temporary_.c_str(), AT_SYMLINK_FOLLOW) != 0) {
    return std::unexpected(last_error("linkat", path_));
  }
  has_name_ = true;
  return {};
}

Result<void> File::commit() {
  if (error_) return std::unexpected(*error_);
  if (!temporary_.empty()) {
    if (const auto linked = link(); !linked) return linked;
  }
  // A full disk may be told only by close(2).
  if (::close(file_.release()) != 0) return std::unexpected(last_error("close", path_));
  if (temporary_.empty()) return {};
  if (::rename(temporary_.c_str(), name_.c_str()) != 0) return std::unexpected(last_error("rename", path_));
  has_name_ = false;
  return {};
}

void File::drop() {
  file_ = Descriptor();
  if (std::exchange(has_name_, false)) ::unlink(temporary_.c_str());
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  auto file = File::create(path);
  if (!file) return std::unexpected(file.error());
  file->write(bytes);
  return file->commit();
}

}  // namespace volley::report
