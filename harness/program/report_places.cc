// SPDX-License-Identifier: Apache-2.0
#include "program/report_places.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <set>

#include "report/clean.h"
#include "report/file.h"

namespace volley::program {
namespace {

std::optional<struct stat> status_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  return status;
}

bool is_null_device(const struct stat& file) {
  return S_ISCHR(file.st_mode) && file.st_rdev == makedev(1, 3);
}

bool is_stdout(const struct stat& file) {
  struct stat own{};
  return ::fstat(STDOUT_FILENO, &own) == 0 && own.st_dev == file.st_dev && own.st_ino == file.st_ino;
}

/// A name for where a report goes, equal for two that go to one place. A regular file is replaced, so that its names
/// are places of their own; anything else is written to, by whatever name.
std::string place_of(const std::string& path, const std::optional<struct stat>& file) {
  if (!file || S_ISREG(file->st_mode)) return "name " + report::resolved(path);
  return fmt::format("inode {} {}", file->st_dev, file->st_ino);
}

bool is_one_of(std::span<const ReadFile> read, const struct stat& file) {
  return std::ranges::any_of(
      read, [&](const ReadFile& one) { return one.device == file.st_dev && one.inode == file.st_ino; });
}

}  // namespace

std::expected<std::vector<ReportRequest>, std::string> settle_places(std::span<const ReportRequest> requests,
                                                                     std::span<const ReadFile> read) {
  std::vector<ReportRequest> settled(requests.begin(), requests.end());
  std::set<std::string> places;
  std::string complaints;
  for (auto& request : settled) {
    const auto given = request.file;
    const auto file = given.empty() || given == "-" ? std::nullopt : status_of(given);
    if (file && is_null_device(*file)) continue;
    if (file && is_one_of(read, *file)) {
      complaints += fmt::format("volley: --report: '{}' is a file that this run reads or starts, and would be overwritten\n",
                                report::clean(given));
      continue;
    }
    if (file && is_stdout(*file)) request.file = "-";
    const bool is_on_stdout = request.file.empty() || request.file == "-";
    if (!places.insert(is_on_stdout ? "stdout" : place_of(given, file)).second) {
      complaints += fmt::format("volley: --report: another report goes to '{}', too\n",
                                given.empty() ? "-" : report::clean(given));
    }
  }
  if (!complaints.empty()) return std::unexpected(std::move(complaints));
  return settled;
}

}  // namespace volley::program
