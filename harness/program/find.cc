// SPDX-License-Identifier: Apache-2.0
#include "program/find.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <optional>

#include "report/clean.h"

namespace volley::program {
namespace {

namespace fs = std::filesystem;

/// FILE:LINE, or a path as a whole.
struct Argument {
  std::string path;
  std::optional<std::size_t> line;
};

/// A file whose very name ends in `:12` is meant by that name.
Argument read_argument(const std::string& text) {
  std::error_code ignored;
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || fs::exists(text, ignored)) return {text, {}};
  std::size_t line = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + colon + 1, end, line);
  if (error != std::errc() || stopped != end || line == 0) return {text, {}};
  return {text.substr(0, colon), line};
}

bool is_shared(const fs::path& path) {
  return path.filename().string().starts_with('_');
}

/// What is read to its end can be too long, or never come: pipes are read only where a shell or a user means them by
/// these names.
bool can_be_read(const std::string& path, fs::file_type type) {
  return type == fs::file_type::regular || path == "/dev/stdin" || path.starts_with("/dev/fd/") ||
         path.starts_with("/proc/self/fd/");
}

class Finder {
 public:
  explicit Finder(Shared shared) : shared_(shared) {}

  void add(const std::string& text) {
    const auto [name, line] = read_argument(text);
    const auto path = fs::path(name).lexically_normal();
    std::error_code error;
    const auto status = fs::status(path, error);
    if (error && status.type() != fs::file_type::not_found) return complain(name, error.message());
    if (status.type() == fs::file_type::not_found) return complain(name, "no such file or directory");
    if (status.type() == fs::file_type::directory) {
      return line ? complain(name, "a directory has no lines") : add_directory(path);
    }
    if (!can_be_read(name, status.type())) return complain(name, "this is neither a file nor a directory");
    if (is_shared(path) && shared_ == Shared::left_out) {
      return complain(name, "a file whose name begins with '_' is used by others, and not run by itself");
    }
    add_file(path, line);
  }

  std::expected<Found, std::vector<std::string>> take() && {
    if (!problems_.empty()) return std::unexpected(std::move(problems_));
    return std::move(found_);
  }

 private:
  void complain(const std::string& path, const std::string& what) {
    problems_.push_back(fmt::format("volley: {}: {}\n", report::clean(path), what));
  }

  void add_file(const fs::path& path, std::optional<std::size_t> line) {
    const auto [at, is_new] = found_.try_emplace(path.string());
    if (!line) {
      at->second.clear();
    } else if (is_new || !at->second.empty()) {
      at->second.insert(*line);
    }
  }

  void add_directory(const fs::path& directory) {
    std::error_code error;
    std::size_t count = 0;
    for (fs::recursive_directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
      const auto& path = entry->path();
      std::error_code ignored;
      if (entry->is_directory(ignored)) {
        if (path.filename().string().starts_with('.')) entry.disable_recursion_pending();
        continue;
      }
      if (path.extension() != ".volley" || (is_shared(path) && shared_ == Shared::left_out)) continue;
      const auto type = entry->status(ignored).type();
      if (type != fs::file_type::regular && type != fs::file_type::not_found && type != fs::file_type::none) {
        complain(path.lexically_normal().string(), "this is neither a file nor a directory");
      } else {
        add_file(path.lexically_normal(), {});
      }
      ++count;
    }
    if (error) return complain(directory.string(), error.message());
    if (count == 0) complain(directory.string(), "there is no scenario file (*.volley) in this directory");
  }

  Shared shared_;
  Found found_;
  std::vector<std::string> problems_;
};

}  // namespace

std::expected<Found, std::vector<std::string>> find(const std::vector<std::string>& paths, Shared shared) {
  Finder finder(shared);
  for (const auto& path : paths) finder.add(path);
  return std::move(finder).take();
}

}  // namespace volley::program
