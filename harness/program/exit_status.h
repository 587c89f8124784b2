// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace volley::program {

/// What the program ends with; of several that hold, the first in this order: `wrong_input`, 128 + the signal that
/// interrupted it, `trouble`, `failure`, `success`.
enum ExitStatus : int {
  success = 0,
  failure = 1,      ///< A case failed; with --strict also: was skipped, or is advice.
  wrong_input = 2,  ///< A file or the command line is wrong.
  trouble = 3,      ///< The system refused us something, a report could not be written, or nothing ran.
};

}  // namespace volley::program
