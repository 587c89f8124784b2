// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "report/case.h"
#include "report/run_facts.h"

/// JSON lines: a line for the run, one for each case, a last one for the summary. `docs/report.schema.json` is their
/// schema. A line is printable ASCII whatever bytes peers, files and targets have come up with: these are given as hex
/// and as escaped text.
namespace volley::report {

/// The number in the first line; it grows when a reader of older lines would misunderstand newer ones.
inline constexpr int json_format = 1;

std::string json(const RunFacts& run);
/// With the verdict on each step and the whole trace.
std::string json(const Case& one);
/// `interrupted_by`: the name of the signal that ended the run early, or empty.
std::string json(const Summary& summary, const std::string& interrupted_by);

}  // namespace volley::report
