// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "program/pcap_directory.h"
#include "program/report_request.h"
#include "report/case.h"
#include "report/file.h"
#include "report/run_facts.h"

namespace volley::program {

/// The reports of a run, and its pcapng files, beside the text on the console. They are written while it runs, case by
/// case, and take their names at its end; one that fails leaves the others as they are.
class Reports {
 public:
  /// Opens all of them, before anything runs. Precondition: no two go to one place. Error: a line for each that cannot
  /// be opened.
  static std::expected<Reports, std::string> open(std::span<const ReportRequest> requests,
                                                  const std::optional<std::string>& pcap,
                                                  const report::RunFacts& facts);

  /// Whether stdout is one of them, and shows nothing else.
  bool own_stdout() const;
  /// The next case, in the order of path and line.
  void add(const report::Case& one);
  /// Completes them. `interrupted_by`: the name of a signal, or empty. Gives a line for each that is not whole.
  std::string finish(std::span<const report::Case> cases, const report::Summary& summary,
                     const std::string& interrupted_by);

 private:
  struct Output {
    ReportRequest request;
    std::optional<report::File> file;  ///< None: stdout.
  };
  void write(Output& output, const std::string& text);

  std::vector<Output> outputs_;
  std::optional<PcapDirectory> pcap_;
  std::size_t count_ = 0;
  bool stdout_failed_ = false;
};

}  // namespace volley::program
