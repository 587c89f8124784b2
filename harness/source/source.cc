// SPDX-License-Identifier: Apache-2.0
#include "source/source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <volley/descriptor.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>

namespace volley::source {
namespace {

std::unexpected<Error> refuse(int code, const std::string& path) {
  return std::unexpected(Error{code, "read", path});
}

/// Everything up to the end of the file, whatever size it claims to have: it may grow, or be a pipe.
Result<std::string> read_all(const Descriptor& file, const std::string& path) {
  std::string bytes;
  std::array<std::byte, 64 << 10> buffer;
  while (true) {
    const auto received = volley::read(file, buffer);
    if (!received) return refuse(received.error().code, path);
    if (received->kind != Received::Kind::data) return bytes;
    if (bytes.size() + received->count > max_source_bytes) return refuse(EFBIG, path);
    bytes.append(reinterpret_cast<const char*>(buffer.data()), received->count);
  }
}

}  // namespace

Source::Source(std::string path, std::string bytes) : path_(std::move(path)), bytes_(std::move(bytes)) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (bytes_.starts_with(byte_order_mark)) bytes_.erase(0, byte_order_mark.size());
  for (auto end = bytes_.find('\n'); end != std::string::npos; end = bytes_.find('\n', end + 1)) {
    line_starts_.push_back(end + 1);
  }
}

Position Source::position(std::size_t offset) const {
  const auto after = std::ranges::upper_bound(line_starts_, std::min(offset, bytes_.size()));
  const auto line = static_cast<std::size_t>(after - line_starts_.begin());
  return {line, std::min(offset, bytes_.size()) - line_starts_[line - 1] + 1};
}

std::string_view Source::line(std::size_t number) const {
  if (number == 0 || number > line_starts_.size()) return {};
  const auto begin = line_starts_[number - 1];
  const auto end = number < line_starts_.size() ? line_starts_[number] - 1 : bytes_.size();
  auto text = bytes().substr(begin, end - begin);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

Result<Source> read(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::unexpected(last_error("open", path));
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return std::unexpected(last_error("fstat", path));
  if (S_ISDIR(status.st_mode)) return refuse(EISDIR, path);
  if (status.st_size > static_cast<off_t>(max_source_bytes)) return refuse(EFBIG, path);
  auto bytes = read_all(file, path);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  return Source(path, *std::move(bytes));
}

Result<Source> read_stdin() {
  const std::string path = "stdin";
  const Descriptor file(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
  if (!file) return std::unexpected(last_error("fcntl", path));
  auto bytes = read_all(file, path);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  return Source(path, *std::move(bytes));
}

}  // namespace volley::source
