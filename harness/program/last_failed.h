// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/error.h>

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "plan/plan.h"
#include "report/case.h"

namespace volley::program {

/// Which scenarios failed when they last ran, from one run of volley to the next, in a file of the user's: for each a
/// line with a hash of 128 bits, in hex, of its file's absolute path, a zero byte, and its name. What is no such line
/// is ignored. The file has a bounded size: if it would be too long, the oldest are forgotten.
class LastFailed {
 public:
  static constexpr std::size_t most = 10'000;

  /// `$XDG_STATE_HOME/volley/last-failed`, or below `$HOME/.local/state`; nullopt if neither is an absolute path.
  static std::optional<std::string> usual_path();

  /// Reads the file; without one, nothing failed. Errors: those of open(2) and read(2).
  static Result<LastFailed> read(const std::string& path);

  bool contains(const plan::Plan& plan) const;
  friend bool operator==(const LastFailed&, const LastFailed&) = default;

  /// Brings the file up to date with what ran: what failed is remembered, what did not is forgotten, what was skipped
  /// stays as it was. Writes nothing, and makes no directory, if nothing changes. Two volleys at once wait for each
  /// other, and the file is replaced whole. `is_strict` as with --strict. Errors: with the system call.
  static Result<void> update(const std::string& path, std::span<const report::Case> cases, bool is_strict);

 private:
  std::vector<std::string> digests_;  ///< The oldest first.
};

}  // namespace volley::program
