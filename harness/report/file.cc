// SPDX-License-Identifier: Apache-2.0
#include "report/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <volley/descriptor.h>

#include <filesystem>
#include <optional>
#include <span>

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

/// Opens, writes, closes. A full disk may be told only by close(2).
Result<void> write_to(const std::string& path, int flags, std::string_view bytes, const mode_t* mode = nullptr) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, 0666));
  if (!file) return std::unexpected(last_error("open", path));
  if (mode && ::fchmod(file.get(), *mode) != 0) return std::unexpected(last_error("fchmod", path));
  if (auto written = write_all(file, bytes); !written) {
    written.error().argument = path;
    return written;
  }
  if (::close(file.release()) != 0) return std::unexpected(last_error("close", path));
  return {};
}

}  // namespace

Result<void> write_file(const std::string& path, std::string_view bytes) {
  struct stat status{};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && !S_ISREG(status.st_mode)) return write_to(path, 0, bytes);
  std::error_code ignored;
  const auto resolved = exists ? std::filesystem::canonical(path, ignored).string() : path;
  const auto& name = resolved.empty() ? path : resolved;
  const auto temporary = fmt::format("{}.{}.tmp", name, ::getpid());
  ::unlink(temporary.c_str());  // left by a process that had our number and was killed
  const mode_t mode = status.st_mode & 07777;
  auto written = write_to(temporary, O_CREAT | O_EXCL, bytes, exists ? &mode : nullptr);
  if (written && ::rename(temporary.c_str(), name.c_str()) != 0) written = std::unexpected(last_error("rename", path));
  if (!written) ::unlink(temporary.c_str());
  return written;
}

}  // namespace volley::report
