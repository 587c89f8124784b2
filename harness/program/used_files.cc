// SPDX-License-Identifier: Apache-2.0
#include "program/used_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <utility>

#include "script/parse.h"
#include "script/rule.h"

namespace volley::program {
namespace {

namespace fs = std::filesystem;
using script::Rule;
using source::Diagnostic;

/// Which file it is, by whatever path it was reached.
using Identity = std::pair<dev_t, ino_t>;

constexpr std::size_t deepest = 64;

/// What is wrong with a use.
struct Mistake {
  Rule rule = Rule::unusable_file;
  std::string what;
  std::string hint;
};

std::unexpected<Mistake> refuse(std::string what, std::string hint = {}) {
  return std::unexpected(Mistake{Rule::unusable_file, std::move(what), std::move(hint)});
}

std::unexpected<Mistake> refuse(int code) {
  const auto why = code == EXDEV ? std::string("its path leads out of its directory") : ::strerrordesc_np(code);
  return refuse(fmt::format("the file cannot be used: {}", why));
}

std::expected<Descriptor, Mistake> open_used(const fs::path& directory, const std::string& path) {
  const bool is_fit = !path.empty() && !path.starts_with('/') && path.find('\0') == path.npos;
  if (!is_fit || fs::path(path).extension() != ".volley") {
    return refuse("no path of a file that can be used",
                  "it is relative to this file and ends in .volley: use \"_common.volley\"");
  }
  auto root = directory.empty() ? fs::path(".") : directory;
  auto below = std::string_view(path);
  for (; below.starts_with("../"); below.remove_prefix(3)) root /= "..";
  const Descriptor from(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!from) return refuse(errno);
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  Descriptor file(static_cast<int>(::syscall(SYS_openat2, from.get(), std::string(below).c_str(), &how, sizeof how)));
  if (!file) return refuse(errno);
  return file;
}

std::expected<Identity, Mistake> identity_of(const Descriptor& file) {
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return refuse(errno);
  if (!S_ISREG(status.st_mode)) return refuse(S_ISDIR(status.st_mode) ? EISDIR : EINVAL);
  return Identity(status.st_dev, status.st_ino);
}

/// Walks from a file to those that it uses, and puts each behind all that it uses itself.
class Opening {
 public:
  Opened open(source::Source main) {
    struct stat status{};
    if (::stat(main.path().c_str(), &status) == 0) files_[{status.st_dev, status.st_ino}] = true;
    follow(main);
    std::ranges::sort(problems_, {}, &Diagnostic::span);
    return {source::Source(used_, main), std::move(problems_)};
  }

 private:
  /// Puts what `source` uses into `used_`, and tells what is wrong at the place where `source` will stand.
  void follow(const source::Source& source) {
    const auto directory = fs::path(source.path()).parent_path();
    std::vector<Diagnostic> problems;
    ++depth_;
    for (const auto& use : script::uses_of(source)) {
      auto followed = this->use(directory, use.path);
      if (followed) continue;
      auto& mistake = followed.error();
      problems.push_back({script::id_of(mistake.rule), use.span, std::move(mistake.what), std::move(mistake.hint)});
    }
    --depth_;
    for (auto& problem : problems) {
      problem.span.begin += static_cast<std::uint32_t>(size_);
      problem.span.end += static_cast<std::uint32_t>(size_);
      problems_.push_back(std::move(problem));
    }
  }

  std::expected<void, Mistake> use(const fs::path& directory, const std::string& path) {
    const auto file = open_used(directory, path);
    if (!file) return std::unexpected(file.error());
    const auto identity = identity_of(*file);
    if (!identity) return std::unexpected(identity.error());
    const auto [entry, is_new] = files_.try_emplace(*identity, true);
    if (!is_new) {
      if (!entry->second) return {};
      return std::unexpected(Mistake{Rule::use_cycle, "the file that is used here uses this one, or is this one",
                                     "what both need may stand in a third file"});
    }
    if (depth_ > deepest) return refuse(fmt::format("more than {} files use each other in a row", deepest));
    auto source = source::read(*file, (directory / path).lexically_normal().string());
    if (!source) return refuse(source.error().code);
    read_ += source->bytes().size();
    if (read_ > most_used_bytes) return refuse("the used files have more than 64 MiB together");
    follow(*source);
    size_ += source->bytes().size() + 1;
    used_.push_back(*std::move(source));
    files_[*identity] = false;
    return {};
  }

  std::vector<source::Source> used_;
  std::size_t size_ = 0;  ///< Of those in `used_`, with what parts them.
  std::size_t read_ = 0;
  std::size_t depth_ = 0;
  std::map<Identity, bool> files_;  ///< Whether a file is still being followed.
  std::vector<Diagnostic> problems_;
};

}  // namespace

Result<Opened> open(const std::string& path) {
  auto main = source::read(path);
  if (!main) return std::unexpected(std::move(main.error()));
  return Opening().open(*std::move(main));
}

}  // namespace volley::program
