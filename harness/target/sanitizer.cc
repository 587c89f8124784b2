// SPDX-License-Identifier: Apache-2.0
#include "target/sanitizer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <volley/descriptor.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <span>
#include <vector>

namespace volley::target {
namespace {

constexpr std::size_t longest_summary = 200;
constexpr std::size_t most_read = std::size_t{1} << 30;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The number that `text` begins with, which it loses; -1 if there is none.
int take_number(std::string_view& text) {
  int number = -1;
  const auto taken = std::from_chars(text.data(), text.data() + text.size(), number);
  if (taken.ec != std::errc() || number < 0) return -1;
  text.remove_prefix(static_cast<std::size_t>(taken.ptr - text.data()));
  return number;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Without addresses and numbers of processes, which differ from run to run.
std::string summary(std::string_view text) {
  for (const std::string_view tail : {" on address", " 0x", " (p"}) text = text.substr(0, text.find(tail));
  return std::string(text.substr(0, longest_summary));
}

/// Whether text ends in `:LINE:COLUMN` behind a name.
bool ends_in_position(std::string_view text) {
  for (int i = 0; i < 2; ++i) {
    const auto before = text.size();
    while (!text.empty() && is_digit(text.back())) text.remove_suffix(1);
    if (text.size() == before || !text.ends_with(':')) return false;
    text.remove_suffix(1);
  }
  return !text.empty();
}

std::optional<ReportHead> address_head(std::string_view line) {
  if (!take(line, "==")) return {};
  const pid_t pid = take_number(line);
  if (pid < 0 || (!take(line, "==ERROR: ") && !take(line, "==WARNING: "))) return {};
  if (!line.substr(0, line.find(':')).ends_with("Sanitizer")) return {};
  return ReportHead{pid, summary(line)};
}

std::optional<ReportHead> thread_head(std::string_view line) {
  if (!take(line, "WARNING: ") && !take(line, "FATAL: ")) return {};
  constexpr std::string_view before_pid = " (pid=";
  const auto at = line.rfind(before_pid);
  if (!line.starts_with("ThreadSanitizer: ") || at == line.npos) return {};
  auto number = line.substr(at + before_pid.size());
  const pid_t pid = take_number(number);
  if (pid < 0 || number != ")") return {};
  return ReportHead{pid, summary(line)};
}

std::optional<ReportHead> undefined_head(std::string_view line) {
  const auto at = line.find(": runtime error: ");
  if (at == line.npos) return {};
  const auto place = line.substr(0, at);
  if (place != "<unknown>" && !ends_in_position(place)) return {};
  return ReportHead{-1, std::string(line.substr(0, longest_summary))};
}

bool refers_to_ubsan(const Descriptor& file) {
  constexpr std::string_view handler = "__ubsan_handle_";
  std::vector<std::byte> buffer(1 << 20);
  std::size_t kept = 0;  // of the piece before, in which the word may have begun
  for (std::size_t total = 0; total < most_read;) {
    const auto received = read(file, std::span(buffer).subspan(kept));
    if (!received || received->kind != Received::Kind::data) return false;
    const std::string_view text(reinterpret_cast<const char*>(buffer.data()), kept + received->count);
    if (text.find(handler) != text.npos) return true;
    const auto tail = std::min(text.size(), handler.size() - 1);
    std::ranges::copy(std::span(buffer).subspan(text.size() - tail, tail), buffer.begin());
    kept = tail;
    total += received->count;
  }
  return false;
}

}  // namespace

std::optional<ReportHead> report_head(std::string_view line) {
  if (auto head = address_head(line)) return head;
  if (auto head = thread_head(line)) return head;
  return undefined_head(line);
}

bool UbsanBuilds::contains(const std::string& program) {
  const Descriptor file(::open(program.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status{};
  if (!file || ::fstat(file.get(), &status) < 0 || !S_ISREG(status.st_mode)) return false;
  const auto [known, is_new] = known_.try_emplace({status.st_dev, status.st_ino}, false);
  if (is_new) known->second = refers_to_ubsan(file);
  return known->second;
}

}  // namespace volley::target
