// SPDX-License-Identifier: Apache-2.0
#include "program/reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "program/command.h"
#include "report/clean.h"
#include "report/github.h"
#include "report/json.h"
#include "report/junit.h"
#include "report/tap.h"

namespace volley::program {
namespace {

using Format = ReportRequest::Format;

std::string complaint(const Error& error) {
  std::error_code ignored;
  if (error.code == ENXIO && std::filesystem::is_fifo(error.argument, ignored)) {
    return fmt::format("volley: --report: '{}' is a pipe from which nobody reads\n", report::clean(error.argument));
  }
  return fmt::format("volley: {}\n", report::clean(to_string(error)));
}

std::string beginning(Format format, const report::RunFacts& facts) {
  switch (format) {
    case Format::json:
      return report::json(facts);
    case Format::tap:
      return report::tap_begin();
    case Format::junit:
    case Format::github:
      return {};
  }
  return {};
}

/// JUnit's counts stand in front of the cases, so all of it is written at the end.
std::string text_of(Format format, const report::Case& one, std::size_t number) {
  switch (format) {
    case Format::json:
      return report::json(one);
    case Format::tap:
      return report::tap(one, number);
    case Format::github:
      return report::github(one);
    case Format::junit:
      return {};
  }
  return {};
}

std::string ending(Format format, std::span<const report::Case> cases, const report::Summary& summary,
                   std::size_t count, const std::string& interrupted_by) {
  switch (format) {
    case Format::junit:
      return report::junit(cases, summary.duration);
    case Format::json:
      return report::json(summary, interrupted_by);
    case Format::tap:
      return report::tap_end(count, interrupted_by);
    case Format::github:
      return {};
  }
  return {};
}

}  // namespace

std::expected<Reports, std::string> Reports::open(std::span<const ReportRequest> requests,
                                                  const std::optional<std::string>& pcap,
                                                  const report::RunFacts& facts) {
  Reports reports;
  std::string complaints;
  for (const auto& request : requests) {
    Output output{request, std::nullopt};
    if (!request.file.empty() && request.file != "-") {
      auto file = report::File::create(request.file);
      if (!file) {
        complaints += complaint(file.error());
        continue;
      }
      output.file.emplace(std::move(*file));
    }
    reports.outputs_.push_back(std::move(output));
  }
  if (pcap) {
    auto directory = PcapDirectory::open(*pcap);
    if (directory) reports.pcap_.emplace(std::move(*directory));
    if (!directory) complaints += complaint(directory.error());
  }
  if (!complaints.empty()) return std::unexpected(std::move(complaints));
  for (auto& output : reports.outputs_) reports.write(output, beginning(output.request.format, facts));
  return reports;
}

bool Reports::own_stdout() const {
  return std::ranges::any_of(outputs_, [](const Output& output) { return output.request.file == "-"; });
}

void Reports::write(Output& output, const std::string& text) {
  if (text.empty()) return;
  if (output.file) return output.file->write(text);
  if (!write_result(text)) stdout_failed_ = true;
}

void Reports::add(const report::Case& one) {
  ++count_;
  for (auto& output : outputs_) write(output, text_of(output.request.format, one, count_));
  if (pcap_) pcap_->add(one);
}

std::string Reports::finish(std::span<const report::Case> cases, const report::Summary& summary,
                            const std::string& interrupted_by) {
  std::string complaints;
  for (auto& output : outputs_) {
    write(output, ending(output.request.format, cases, summary, count_, interrupted_by));
    if (!output.file) continue;
    if (const auto committed = output.file->commit(); !committed) complaints += complaint(committed.error());
  }
  if (pcap_) complaints += pcap_->complaint();
  if (stdout_failed_) complaints += "volley: a report could not be written whole to stdout\n";
  return complaints;
}

}  // namespace volley::program
