// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>

#include "report/case.h"

namespace volley::report {

/// JUnit's XML as Jenkins' xUnit plugin reads it: a testsuite for each file, in the order of the cases, a testcase for
/// each case; all counts are those of `cases`. The body of a failure or error is what the console shows. Always
/// well-formed, whatever bytes names and peers have. `duration`: of the whole run.
std::string junit(std::span<const Case> cases, nanoseconds duration);

}  // namespace volley::report
