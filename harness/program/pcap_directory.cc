// SPDX-License-Identifier: Apache-2.0
#include "program/pcap_directory.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "program/seed.h"
#include "program/version.h"
#include "report/capture.h"
#include "report/clean.h"
#include "report/file.h"

namespace volley::program {
namespace {

constexpr std::size_t longest_name = 150;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

/// Runs of other characters become one `_`; a name that begins with a dot would be hidden.
std::string plain(std::string_view text) {
  std::string made;
  for (const char c : text) {
    if (is_plain(c) && !(made.empty() && c == '.')) {
      made += c;
    } else if (!made.empty() && made.back() != '_') {
      made += '_';
    }
  }
  return made;
}

}  // namespace

std::string pcap_name(const report::Case& one) {
  const auto identity = report::identity(one);
  auto name = plain(identity);
  if (name.size() > longest_name) name.resize(longest_name);
  return fmt::format("{}-{:08x}.pcapng", name, static_cast<std::uint32_t>(case_seed(0, identity)));
}

Result<PcapDirectory> PcapDirectory::open(const std::string& path) {
  if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) return std::unexpected(last_error("mkdir", path));
  if (const auto probed = report::File::probe(path); !probed) return std::unexpected(probed.error());
  return PcapDirectory(path);
}

void PcapDirectory::add(const report::Case& one) {
  if (one.plan == nullptr || one.began.time_since_epoch().count() == 0) return;
  const auto bytes = report::pcapng(one, fmt::format("volley {}", version()));
  const auto written = report::write_file(fmt::format("{}/{}", path_, pcap_name(one)), bytes);
  if (!written && failures_++ == 0) first_error_ = written.error();
}

std::string PcapDirectory::complaint() const {
  if (failures_ == 0) return {};
  const auto others =
      failures_ == 1 ? std::string() : fmt::format(", and {} more file{}", failures_ - 1, failures_ == 2 ? "" : "s");
  return fmt::format("volley: {}{}\n", report::clean(to_string(first_error_)), others);
}

}  // namespace volley::program
