// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/endpoint.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "program/command.h"
#include "program/option_table.h"
#include "program/report_request.h"
#include "program/servers.h"
#include "program/terminal.h"
#include "script/reach.h"

namespace volley::program {

/// Which scenarios of which files: PATH is a file, a directory, or FILE:LINE. Empty filters and tags choose all.
struct Selection {
  std::vector<std::string> paths;
  std::vector<std::string> filters;  ///< Any of these is part of the identity,
  std::vector<std::string> tags;     ///< and any of these is a tag.
  script::Reach reach;               ///< What files may name.
  std::vector<std::string> vary;     ///< Variations under which scenarios are run too.
  Servers servers;                   ///< What stands for families.
};

struct RunOptions {
  Selection selection;
  std::size_t jobs = 1;  ///< Default: as many as there are processors.
  /// The ports of servers that already run, by the names of their targets and of the ports, empty for `${port}`.
  std::map<std::string, std::map<std::string, Endpoint, std::less<>>> external;
  std::vector<ReportRequest> reports;
  Colour colour = Colour::automatic;
  std::chrono::nanoseconds slow = std::chrono::seconds(2);  ///< Cases that take so long are named at the end.
  std::optional<std::string> pcap;                          ///< The directory where each case leaves its packets.
  std::uint64_t seed = 0;
  double slow_factor = 1;
  std::size_t retries = 0;               ///< How often a scenario that failed is tried again.
  std::optional<std::size_t> repeat;     ///< How often everything runs.
  bool repeat_until_fail = false;        ///< Until a round fails, `repeat` rounds at most.
  std::optional<std::uint64_t> shuffle;  ///< The seed of the order in which lanes begin.
  std::size_t split_limit = 64;          ///< Cuts of a scenario that `split` tries.
  bool fail_fast = false;                ///< Nothing begins after a failure.
  bool last_failed = false;              ///< Only what failed when it last ran.
  bool strict = false;
  bool verbose = false;
  bool keep = false;  ///< The directories of a failure stay.

  /// Whether some report shows what was sent, byte for byte.
  bool keeps_sent() const {
    return pcap || std::ranges::find(reports, ReportRequest::Format::json, &ReportRequest::format) != reports.end();
  }
};

struct CheckOptions {
  std::vector<std::string> paths;
  script::Reach reach;
  bool dump_plan = false;
};

struct ListOptions {
  Selection selection;
  bool is_json = false;
};

struct FormatOptions {
  std::vector<std::string> paths;  ///< Default: the directory where the program was started. `-` alone: stdin.
  bool is_check = false;           ///< Only tell which files would change.
};

struct CompletionOptions {
  enum class Shell { bash, zsh };
  Shell shell = Shell::bash;
};

/// Why a command line is not carried out.
struct Refusal {
  std::string text;      ///< Ends with a line end.
  bool is_help = false;  ///< The user asked for help: `text` is a result, and the exit status 0.
};

std::expected<RunOptions, Refusal> parse_run(Arguments arguments);
std::expected<CheckOptions, Refusal> parse_check(Arguments arguments);
std::expected<ListOptions, Refusal> parse_list(Arguments arguments);
std::expected<FormatOptions, Refusal> parse_format(Arguments arguments);
std::expected<CompletionOptions, Refusal> parse_completion(Arguments arguments);

/// What the command line of a command may hold, from the definitions that it is read by; nothing for `help`.
OptionTable option_table(std::string_view command);

/// Prints a refusal where it belongs and gives the exit status.
int refuse(const Refusal& refusal);

}  // namespace volley::program
