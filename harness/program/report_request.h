// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

namespace volley::program {

/// A report that the command line asks for: `--report FORMAT=FILE`.
struct ReportRequest {
  enum class Format : std::uint8_t { junit, json, tap, github };
  Format format = Format::junit;
  std::string file;  ///< `-` is stdout, which is then the report's alone; empty, of `github`: between the results.
  friend bool operator==(const ReportRequest&, const ReportRequest&) = default;
};

}  // namespace volley::program
