// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "program/command_line.h"
#include "program/suite.h"

namespace volley::program {

/// What is wrong with the names of `--target`: a line for each that no file of the suite defines, or that names a port
/// which no recipe of that target has. A typing error would start what was not meant to be started, or be of no use.
std::string unknown_targets(const Suite& suite, const RunOptions& options);

}  // namespace volley::program
