// SPDX-License-Identifier: Apache-2.0
#include "program/last_failed.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <volley/descriptor.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <utility>

#include "program/brake.h"
#include "program/seed.h"
#include "report/file.h"
#include "source/source.h"

namespace volley::program {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t digest_size = 32;

/// Makes digests. A directory, and a file, is looked up once.
class Digests {
 public:
  std::string of(const std::string& path, const std::string& name) {
    const auto whole = absolute(path) + '\0' + name;
    return fmt::format("{:016x}{:016x}", case_seed(0, whole), case_seed(1, whole));
  }

 private:
  static std::string canonical(const fs::path& path) {
    std::error_code error;
    auto whole = fs::weakly_canonical(path, error).string();
    return error ? path.string() : whole;
  }

  const std::string& absolute(const std::string& path) {
    const auto [file, is_new] = files_.try_emplace(path);
    if (!is_new) return file->second;
    const fs::path whole(path);
    std::error_code error;
    if (!whole.has_filename() || whole.filename() == ".." || fs::is_symlink(whole, error)) {
      return file->second = canonical(whole);
    }
    const auto [directory, is_other] = directories_.try_emplace(whole.parent_path().string());
    if (is_other) directory->second = canonical(whole.has_parent_path() ? whole.parent_path() : ".");
    return file->second = (fs::path(directory->second) / whole.filename()).string();
  }

  std::map<std::string, std::string> files_;
  std::map<std::string, std::string> directories_;
};

bool is_digest(std::string_view line) {
  return line.size() == digest_size && line.find_first_not_of("0123456789abcdef") == line.npos;
}

/// An environment's directory, if it is one that counts (XDG Base Directory Specification: relative ones do not).
std::optional<std::string> directory(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr || value[0] != '/') return {};
  return value;
}

/// Whether it is a scenario that ran.
bool counts(const report::Case& one) {
  return one.plan != nullptr && one.verdict.outcome != judge::Outcome::skipped;
}

/// What became of the scenarios that ran: in a run of several rounds the worst of them.
struct Outcomes {
  std::set<std::string> failed;
  std::set<std::string> others;
};

/// `others` are left out where nobody will ask for them.
Outcomes outcomes_of(std::span<const report::Case> cases, bool is_strict, bool wants_others) {
  Outcomes outcomes;
  Digests digests;
  for (const auto& one : cases) {
    if (!counts(one)) continue;
    const bool has_failed = fails_run(one.verdict.outcome, is_strict);
    if (!has_failed && !wants_others) continue;
    (has_failed ? outcomes.failed : outcomes.others).insert(digests.of(one.path, plan::title(*one.plan)));
  }
  return outcomes;
}

/// A lock on a directory, for as long as it lives.
Result<Descriptor> lock(const std::string& path) {
  Descriptor held(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!held) return std::unexpected(last_error("open", path));
  while (::flock(held.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return std::unexpected(last_error("flock", path));
  }
  return held;
}

Result<void> make_directories(const fs::path& path) {
  if (path.empty() || ::access(path.c_str(), F_OK) == 0) return {};
  if (auto made = make_directories(path.parent_path()); !made) return made;
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return std::unexpected(last_error("mkdir", path.string()));
  return {};
}

}  // namespace

std::optional<std::string> LastFailed::usual_path() {
  if (const auto state = directory("XDG_STATE_HOME")) return *state + "/volley/last-failed";
  if (const auto home = directory("HOME")) return *home + "/.local/state/volley/last-failed";
  return {};
}

Result<LastFailed> LastFailed::read(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return LastFailed();
    return std::unexpected(last_error("open", path));
  }
  const auto text = source::read_all(file, path, 2 * most * (digest_size + 1));
  if (!text) return std::unexpected(text.error());
  LastFailed known;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    if (is_digest(rest.substr(0, end))) known.digests_.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return known;
}

bool LastFailed::contains(const plan::Plan& plan) const {
  return std::ranges::find(digests_, Digests().of(plan.path, plan::title(plan))) != digests_.end();
}

Result<void> LastFailed::update(const std::string& path, std::span<const report::Case> cases, bool is_strict) {
  const bool has_failures = std::ranges::any_of(
      cases, [&](const report::Case& one) { return counts(one) && fails_run(one.verdict.outcome, is_strict); });
  const auto directory = fs::path(path).parent_path();
  std::error_code ignored;
  if (!has_failures && !fs::exists(path, ignored)) return {};
  if (auto made = make_directories(directory); !made) return made;
  const auto held = lock(directory.string());
  if (!held) return std::unexpected(held.error());
  const auto before = read(path);
  if (!before) return std::unexpected(before.error());
  const auto outcomes = outcomes_of(cases, is_strict, !before->digests_.empty());
  auto after = *before;
  std::erase_if(after.digests_, [&](const std::string& one) {
    return outcomes.others.contains(one) && !outcomes.failed.contains(one);
  });
  for (const auto& one : outcomes.failed) {
    if (std::ranges::find(after.digests_, one) == after.digests_.end()) after.digests_.push_back(one);
  }
  const auto surplus = after.digests_.size() - std::min(after.digests_.size(), most);
  after.digests_.erase(after.digests_.begin(), after.digests_.begin() + static_cast<std::ptrdiff_t>(surplus));
  if (after == *before) return {};
  std::string text;
  for (const auto& one : after.digests_) text += one + "\n";
  return report::write_file(path, text);
}

}  // namespace volley::program
