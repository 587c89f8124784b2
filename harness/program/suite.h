// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <expected>
#include <string>
#include <vector>

#include "plan/plan.h"
#include "program/command_line.h"
#include "program/find.h"
#include "program/servers.h"
#include "program/used_files.h"
#include "source/source.h"

namespace volley::program {

/// A scenario file that was checked and compiled.
struct SuiteFile {
  source::Source source;
  std::vector<plan::Plan> plans;  ///< Those of its scenarios; in a suite behind them those that variations make.
  std::vector<plan::Recipe> recipes;
  std::vector<source::Span> targets;  ///< Where each recipe's name stands.
  std::vector<plan::Family> families{};
  std::vector<ReadFile> read{};  ///< All that it was made from.
};

/// The files of a run, by path, and the scenarios in them that are chosen, by path and line: each as it is written,
/// then under variations.
struct Suite {
  struct Member {
    std::size_t file = 0;
    std::size_t plan = 0;
    friend bool operator==(const Member&, const Member&) = default;
  };
  std::vector<SuiteFile> files;
  std::vector<Member> members;

  const SuiteFile& file(const Member& member) const { return files[member.file]; }
  const plan::Plan& plan(const Member& member) const { return files[member.file].plans[member.plan]; }
};

/// The directory of a file: where relative names of programs in it count from.
std::string directory_of(const std::string& path);

/// Reads, checks and compiles files, which may name endpoints within `reach`. Errors: everything that is wrong in all
/// of them, rendered, each with its line end.
std::expected<std::vector<SuiteFile>, std::string> load(const Found& found, const script::Reach& reach);

/// The scenarios of files, which are read and checked, and not compiled. Errors: as of `load`.
std::expected<std::size_t, std::string> count_scenarios(const Found& found, const script::Reach& reach);

/// `find`, `load`, each scenario against each server of its family, and the choice by line, filter and tag. Errors: as
/// theirs; a line on which no scenario stands; `unknown_servers`.
std::expected<Suite, std::string> gather(const Selection& selection);

}  // namespace volley::program
