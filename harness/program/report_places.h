// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "program/report_request.h"
#include "program/used_files.h"

namespace volley::program {

/// Where the reports of a run go, before anything is opened. One to whatever stdout goes to, by whatever name
/// (`/dev/stdout`), is one to `-`, and has stdout for itself. Error: a line, with its end, for each report that would
/// take the place of a file that the run needs, or go where another goes, however the two are spelled. What is
/// written to /dev/null meets nobody.
std::expected<std::vector<ReportRequest>, std::string> settle_places(std::span<const ReportRequest> requests,
                                                                     std::span<const ReadFile> read);

}  // namespace volley::program
