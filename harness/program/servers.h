// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "plan/family.h"
#include "plan/plan.h"

namespace volley::program {

struct SuiteFile;

/// Which servers stand for families.
struct Servers {
  /// `--with FAMILY=MEMBER`: only these; a family that is not named has all its members.
  std::map<std::string, std::set<std::string>, std::less<>> with;
  /// `--target FAMILY=HOST:PORT`: a server that already runs, in place of all members.
  std::set<std::string, std::less<>> external;
};

/// What is wrong with `--with`, each with its line end: a family that no file has, a server that is in none of that
/// name, a choice from a family that an external server replaces.
std::string unknown_servers(const std::vector<SuiteFile>& files, const Servers& servers);

/// Has each scenario that uses a family once for each server that stands for it, in the order of the family. A server
/// that replaces a family gets a recipe of that name, which is never started. What is known of a target is forgotten
/// where a server replaces it that may be another.
void expand_families(SuiteFile& file, const Servers& servers);

}  // namespace volley::program
