// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "report/case.h"

namespace volley::report {

/// An annotation of GitHub Actions as a workflow command, one line: `::error file=…,line=…,col=…,title=…::message` at
/// the step to blame; `warning` for advice, `notice` for information; nothing for what passed or was skipped. Each part
/// is escaped as the runner unescapes it, so that none of its bytes ends a property or begins another command.
std::string github(const Case& one);

}  // namespace volley::report
