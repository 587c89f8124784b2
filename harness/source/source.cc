// SPDX-License-Identifier: Apache-2.0
#include "source/source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>

namespace volley::source {
namespace {

std::unexpected<Error> refuse(int code, const std::string& path) {
  return std::unexpected(Error{code, "read", path});
}

}  // namespace

/// Everything up to the end of the file, whatever size it claims to have: it may grow, or be a pipe.
Result<std::string> read_all(const Descriptor& file, const std::string& path, std::size_t limit) {
  std::string bytes;
  std::array<std::byte, 64 << 10> buffer;
  while (true) {
    const auto received = volley::read(file, buffer);
    if (!received) return refuse(received.error().code, path);
    if (received->kind != Received::Kind::data) return bytes;
    if (bytes.size() + received->count > limit) return refuse(EFBIG, path);
    bytes.append(reinterpret_cast<const char*>(buffer.data()), received->count);
  }
}

Source::Source(std::string path, std::string bytes) : bytes_(std::move(bytes)) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (bytes_.starts_with(byte_order_mark)) bytes_.erase(0, byte_order_mark.size());
  auto& file = files_.front();
  file.path = std::move(path);
  file.end = bytes_.size();
  for (auto end = bytes_.find('\n'); end != std::string::npos; end = bytes_.find('\n', end + 1)) {
    file.line_starts.push_back(end + 1);
  }
}

/// A byte between two files parts the end of the one from the begin of the other.
Source::Source(const std::vector<Source>& used, const Source& main) {
  files_.clear();
  const auto add = [this](const Source& source) {
    auto file = source.files_.back();
    file.begin = bytes_.size();
    bytes_ += source.bytes_;
    file.end = bytes_.size();
    files_.push_back(std::move(file));
  };
  for (const auto& source : used) {
    add(source);
    bytes_ += '\n';
  }
  add(main);
}

std::vector<Span> Source::files() const {
  std::vector<Span> spans;
  for (const auto& file : files_) {
    spans.push_back({static_cast<std::uint32_t>(file.begin), static_cast<std::uint32_t>(file.end)});
  }
  return spans;
}

const Source::File& Source::file_at(std::size_t offset) const {
  const auto behind = std::ranges::upper_bound(files_, offset, {}, &File::begin);
  return behind == files_.begin() ? files_.front() : *(behind - 1);
}

Position Source::position(std::size_t offset) const {
  const auto& file = file_at(offset);
  const auto inside = std::min(offset, file.end) - file.begin;
  const auto after = std::ranges::upper_bound(file.line_starts, inside);
  const auto line = static_cast<std::size_t>(after - file.line_starts.begin());
  return {line, inside - file.line_starts[line - 1] + 1};
}

Content Source::content_at(std::uint32_t offset) const {
  const auto found = contents_.find(offset);
  return found == contents_.end() ? nullptr : found->second;
}

std::string_view Source::line_of(const File& file, std::size_t number) const {
  if (number == 0 || number > file.line_starts.size()) return {};
  const auto begin = file.begin + file.line_starts[number - 1];
  const auto end = number < file.line_starts.size() ? file.begin + file.line_starts[number] - 1 : file.end;
  auto text = bytes().substr(begin, end - begin);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

Result<Source> read(const std::string& path) {
  // What has become a pipe since it was looked at must not hold us up before it is open.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) return std::unexpected(last_error("open", path));
  if (::fcntl(file.get(), F_SETFL, O_RDONLY) != 0) return std::unexpected(last_error("fcntl", path));
  return read(file, path);
}

Result<Source> read(const Descriptor& file, const std::string& path) {
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return std::unexpected(last_error("fstat", path));
  if (S_ISDIR(status.st_mode)) return refuse(EISDIR, path);
  if (status.st_size > static_cast<off_t>(max_source_bytes)) return refuse(EFBIG, path);
  auto bytes = read_all(file, path, max_source_bytes);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  return Source(path, *std::move(bytes));
}

}  // namespace volley::source
