// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "program/suite.h"
#include "program/used_files.h"

namespace volley::program {

/// The files that a run needs as they are: all that the suite was read from, and the programs that it starts by a path,
/// as far as they are there. What is looked up in PATH is nobody's to write beside scenarios, and is left out.
std::vector<ReadFile> files_of_run(const Suite& suite);

}  // namespace volley::program
