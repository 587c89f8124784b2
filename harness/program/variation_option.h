// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <expected>
#include <string>
#include <vector>

namespace volley::program {

/// `segment,split`, or `all`: the names of variations, each once, in the order in which they are run. Error: what is
/// wrong with the list.
std::expected<std::vector<std::string>, std::string> variation_names(const std::string& list);

/// `all|segment|split|…`, as help names the value.
std::string variation_forms();

/// What each does, a line each, as help ends with it.
std::string variation_meanings();

}  // namespace volley::program
