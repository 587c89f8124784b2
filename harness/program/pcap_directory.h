// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>

#include "report/case.h"

namespace volley::program {

/// Where `--pcap` writes a pcapng file for each case that ran.
class PcapDirectory {
 public:
  /// Makes the directory if it is not there. Error: those of mkdir(2) and of creating a file in it.
  static Result<PcapDirectory> open(const std::string& path);

  void add(const report::Case& one);
  /// A line for what could not be written, or nothing.
  std::string complaint() const;

 private:
  explicit PcapDirectory(std::string path) : path_(std::move(path)) {}

  std::string path_;
  std::size_t failures_ = 0;
  Error first_error_{};
};

/// A name for a case's file, of letters, digits, `.`, `-` and `_`: its identity as far as it consists of these, and a
/// hash of all of it. The same in every run.
std::string pcap_name(const report::Case& one);

}  // namespace volley::program
