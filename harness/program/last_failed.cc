// SPDX-License-Identifier: Apache-2.0
#include "program/last_failed.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <volley/descriptor.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "plan/digest.h"
#include "program/brake.h"
#include "report/file.h"
#include "source/source.h"

namespace volley::program {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t digest_size = 64;

std::string digest(const std::string& path, const std::string& name) {
  std::error_code error;
  auto whole = fs::weakly_canonical(path, error).string();
  if (error) whole = path;
  std::string hex;
  for (const char byte : plan::sha256(whole + '\0' + name)) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(byte);
    hex += digits[value >> 4];
    hex += digits[value & 15];
  }
  return hex;
}

bool is_digest(std::string_view line) {
  return line.size() == digest_size && line.find_first_not_of("0123456789abcdef") == line.npos;
}

/// An environment's directory, if it is one that counts (XDG Base Directory Specification: relative ones do not).
std::optional<std::string> directory(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr || value[0] != '/') return {};
  return value;
}

/// What became of the scenarios that ran: in a run of several rounds the worst of them.
struct Outcomes {
  std::set<std::string> failed;
  std::set<std::string> others;
};

Outcomes outcomes_of(std::span<const report::Case> cases, bool is_strict) {
  Outcomes outcomes;
  for (const auto& one : cases) {
    if (one.plan == nullptr || one.verdict.outcome == judge::Outcome::skipped) continue;
    auto& into = fails_run(one.verdict.outcome, is_strict) ? outcomes.failed : outcomes.others;
    into.insert(digest(one.path, plan::title(*one.plan)));
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
  return std::ranges::find(digests_, digest(plan.path, plan::title(plan))) != digests_.end();
}

Result<void> LastFailed::update(const std::string& path, std::span<const report::Case> cases, bool is_strict) {
  const auto outcomes = outcomes_of(cases, is_strict);
  const auto directory = fs::path(path).parent_path();
  std::error_code ignored;
  if (outcomes.failed.empty() && !fs::exists(path, ignored)) return {};
  if (auto made = make_directories(directory); !made) return made;
  const auto held = lock(directory.string());
  if (!held) return std::unexpected(held.error());
  const auto before = read(path);
  if (!before) return std::unexpected(before.error());
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
