// SPDX-License-Identifier: Apache-2.0
#include "program/used_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <volley/open_beneath.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <utility>

#include "report/clean.h"
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

bool is_relative(std::string_view path) {
  return !path.empty() && !path.starts_with('/') && path.find('\0') == path.npos;
}

/// Opens a file from which no link and no `..` leads out of `directory`.
std::expected<Descriptor, Mistake> open_beneath(const fs::path& directory, std::string_view path) {
  const Descriptor from(::open(directory.empty() ? "." : directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!from) return refuse(errno);
  auto file = volley::open_beneath(from, std::string(path), O_RDONLY | O_NONBLOCK);
  if (!file) return refuse(file.error().code);
  return *std::move(file);
}

std::expected<Descriptor, Mistake> open_used(const fs::path& directory, const std::string& path) {
  if (!is_relative(path) || fs::path(path).extension() != ".volley") {
    return refuse("no path of a file that can be used",
                  "it is relative to this file and ends in .volley: use \"_common.volley\"");
  }
  auto root = directory.empty() ? fs::path(".") : directory;
  auto below = std::string_view(path);
  for (; below.starts_with("../"); below.remove_prefix(3)) root /= "..";
  return open_beneath(root, below);
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
    if (::stat(main.path().c_str(), &status) == 0 && S_ISREG(status.st_mode))
      files_[{status.st_dev, status.st_ino}] = true;
    follow(main);
    const bool is_incomplete = !problems_.empty();
    for (const auto& source : used_) read_contents(source);
    read_contents(main);
    std::ranges::sort(problems_, {}, &Diagnostic::span);
    Opened opened{
        used_.empty() ? std::move(main) : source::Source(used_, main), std::move(problems_), is_incomplete, {}};
    for (auto& [offset, content] : contents_) opened.source.attach(offset, std::move(content));
    for (const auto& [identity, is_open] : files_) opened.read.push_back({identity.first, identity.second});
    for (const auto& [identity, content] : known_contents_) opened.read.push_back({identity.first, identity.second});
    return opened;
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
      problem.span = moved(problem.span, size_);
      problems_.push_back(std::move(problem));
    }
  }

  static source::Span moved(source::Span span, std::size_t by) {
    const auto offset = static_cast<std::uint32_t>(by);
    return {span.begin + offset, span.end + offset};
  }

  /// Reads the files that `source` sends or expects. It is called for the files in the order in which they will stand.
  void read_contents(const source::Source& source) {
    const auto directory = fs::path(source.path()).parent_path();
    for (const auto& named : script::contents_of(source)) {
      const auto span = moved(named.span, contents_begin_);
      auto content = this->content(directory, named.path);
      if (content) {
        contents_[span.begin] = *std::move(content);
      } else {
        auto& mistake = content.error();
        problems_.push_back({script::id_of(mistake.rule), span, std::move(mistake.what), std::move(mistake.hint)});
      }
    }
    contents_begin_ += source.bytes().size() + 1;
  }

  std::expected<source::Content, Mistake> content(const fs::path& directory, const std::string& path) {
    if (!is_relative(path)) {
      return refuse("no path of a file that can be read", "it is relative to this file: file(\"page.html\")");
    }
    const auto file = open_beneath(directory, path);
    if (!file) return std::unexpected(file.error());
    const auto identity = identity_of(*file);
    if (!identity) return std::unexpected(identity.error());
    auto& known = known_contents_[*identity];
    if (!known) {
      auto bytes = source::read_all(*file, path, most_content_bytes - content_size_);
      if (!bytes && bytes.error().code == EFBIG)
        return refuse("the files that are read have more than 64 MiB together");
      if (!bytes) return refuse(bytes.error().code);
      content_size_ += bytes->size();
      known = std::make_shared<const std::string>(*std::move(bytes));
    }
    return known;
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
  std::size_t contents_begin_ = 0;  ///< Where the file stands whose contents are read.
  std::size_t content_size_ = 0;
  std::map<std::uint32_t, source::Content> contents_;
  std::map<Identity, source::Content> known_contents_;
};

}  // namespace

std::string unreadable(const Error& error) {
  if (error.code != EFBIG) return fmt::format("volley: {}\n", report::clean(to_string(error)));
  return fmt::format("volley: {}: a scenario file has at most {} MiB\n", report::clean(error.argument),
                     source::max_source_bytes >> 20);
}

Result<Opened> open(const std::string& path) {
  auto main = source::read(path);
  if (!main) return std::unexpected(std::move(main.error()));
  return Opening().open(*std::move(main));
}

}  // namespace volley::program
