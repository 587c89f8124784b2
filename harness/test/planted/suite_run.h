// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "protocol.h"

/// Runs of the suites against servers of ours, as a user would have them.
namespace volley::planted {

/// Which part of which suite applies to a protocol of ours.
struct Suite {
  std::string_view protocol;
  std::string_view folder;  ///< Of scenarios/.
  std::string_view target;  ///< The name that the server has there.
  std::vector<std::string_view> tags;
};

const Suite& suite_of(const Protocol& protocol);

/// What a run told.
struct SuiteRun {
  std::size_t passed = 0;
  std::vector<std::string> failed;   ///< Titles, in order.
  std::vector<std::string> others;   ///< Those that came to neither, with what they came to: an error, advice …
  std::vector<std::string> skipped;  ///< Titles with reasons.
  std::string told;                  ///< What volley says of failures, on its console.
  /// Not empty if volley came to no verdict, or the server did not end well without a fault of that kind; then it says
  /// why.
  std::string complaint;
};

/// How a suite is to be run.
struct RunOptions {
  std::string_view variations = {};  ///< With commas, or "all"; empty: as written.
  std::string_view host = "127.0.0.1";
  bool variations_only = false;  ///< Not as written, too. Needs a single variation.
  bool until_failure = false;    ///< What has not begun when something fails is left out.
  std::string file = {};         ///< What runs in place of its suite, with the same target and tags.
};

/// Starts a server with these faults, runs its suite, and stops the server. May be called from several threads at once.
SuiteRun run_suite(const Protocol& protocol, const std::vector<std::string>& faults, const RunOptions& options);

}  // namespace volley::planted
