// SPDX-License-Identifier: Apache-2.0
#include "program/suite.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "check/check.h"
#include "program/used_files.h"
#include "report/clean.h"
#include "script/parse.h"
#include "source/diagnostic.h"
#include "vary/variation.h"

namespace volley::program {
namespace {

/// All that is wrong in a file, each with its line end.
using Problems = std::vector<std::string>;

/// A file in which nothing is wrong.
struct CheckedFile {
  source::Source source;
  check::Checked checked;
  std::vector<ReadFile> read;
};

std::expected<CheckedFile, Problems> check_file(const std::string& path, const script::Reach& reach) {
  auto opened = open(path);
  if (!opened) {
    return std::unexpected(Problems{unreadable(opened.error())});
  }
  auto& source = opened->source;
  auto parsed = script::parse(source);
  parsed.is_incomplete = opened->is_incomplete;
  auto& diagnostics = parsed.diagnostics;
  for (const auto& problem : opened->problems) {
    diagnostics.insert(std::ranges::upper_bound(diagnostics, problem.span, {}, &source::Diagnostic::span), problem);
  }
  auto checked = check::check(std::move(parsed), reach);
  if (!checked) {
    Problems problems;
    for (const auto& diagnostic : checked.error()) problems.push_back(source::render(source, diagnostic));
    return std::unexpected(std::move(problems));
  }
  return CheckedFile{std::move(source), *std::move(checked), std::move(opened->read)};
}

SuiteFile compile(CheckedFile one) {
  auto [plans, recipes, families] = plan::lower(one.checked, one.source);
  SuiteFile file{std::move(one.source), std::move(plans),   std::move(recipes), {},
                 std::move(families),   std::move(one.read)};
  for (const auto& target : one.checked.file().targets) file.targets.push_back(target.name.span);
  return file;
}

/// Checks all files, and hands on those in which nothing is wrong.
template <class Take>
std::expected<void, std::string> check_each(const Found& found, const script::Reach& reach, Take take) {
  std::string problems;
  std::set<std::string> told;  // a mistake in a file that many use is one mistake
  for (const auto& [path, lines] : found) {
    auto file = check_file(path, reach);
    if (file) {
      take(*std::move(file));
      continue;
    }
    for (auto& problem : file.error()) {
      if (told.insert(problem).second) problems += problem;
    }
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return {};
}

template <class Texts, class Matches>
bool is_empty_or_any(const Texts& texts, Matches matches) {
  return texts.empty() || std::ranges::any_of(texts, matches);
}

bool is_chosen(const plan::Plan& plan, const Selection& selection) {
  const auto identity = plan::identity(plan);
  return is_empty_or_any(selection.filters, [&](const auto& filter) { return identity.contains(filter); }) &&
         is_empty_or_any(selection.tags,
                         [&](const auto& tag) { return std::ranges::find(plan.tags, tag) != plan.tags.end(); });
}

/// The scenario on whose lines, from its first word to its closing brace, `line` is.
const plan::Plan* scenario_at(const SuiteFile& file, std::size_t line) {
  const auto at = std::ranges::find_if(file.plans, [&](const plan::Plan& plan) {
    const auto last = file.source.position(plan.span.end - 1).line;
    return plan.line <= line && line <= last;
  });
  return at == file.plans.end() ? nullptr : &*at;
}

/// The first lines of the scenarios on the lines asked for; a line without one goes to `problems`.
std::set<std::size_t> first_lines(const SuiteFile& file, const std::set<std::size_t>& lines, std::string& problems) {
  std::set<std::size_t> first;
  for (const auto line : lines) {
    if (const auto* plan = scenario_at(file, line)) {
      first.insert(plan->line);
    } else {
      problems +=
          fmt::format("volley: {}:{}: no scenario stands on this line\n", report::clean(file.source.path()), line);
    }
  }
  return first;
}

/// Puts the plans under variations behind those of the file. Gives all in the order of a run: each scenario as written,
/// then as it is varied.
std::vector<std::size_t> vary_plans(SuiteFile& file, const std::vector<std::string>& variations) {
  std::vector<std::size_t> order;
  const auto written = file.plans.size();
  for (std::size_t i = 0; i < written; ++i) {
    order.push_back(i);
    for (auto& varied : vary::expand(file.plans[i], variations)) {
      order.push_back(file.plans.size());
      file.plans.push_back(std::move(varied));
    }
  }
  return order;
}

}  // namespace

std::string directory_of(const std::string& path) {
  const auto directory = std::filesystem::path(path).parent_path().string();
  return directory.empty() ? "." : directory;
}

std::expected<std::vector<SuiteFile>, std::string> load(const Found& found, const script::Reach& reach) {
  std::vector<SuiteFile> files;
  auto checked = check_each(found, reach, [&](CheckedFile file) { files.push_back(compile(std::move(file))); });
  if (!checked) return std::unexpected(std::move(checked.error()));
  return files;
}

std::expected<std::size_t, std::string> count_scenarios(const Found& found, const script::Reach& reach) {
  std::size_t count = 0;
  auto checked =
      check_each(found, reach, [&](const CheckedFile& file) { count += file.checked.file().scenarios.size(); });
  if (!checked) return std::unexpected(std::move(checked.error()));
  return count;
}

std::expected<Suite, std::string> gather(const Selection& selection) {
  const auto found = find(selection.paths, Shared::left_out);
  if (!found) return std::unexpected(fmt::format("{}", fmt::join(found.error(), "")));
  auto files = load(*found, selection.reach);
  if (!files) return std::unexpected(std::move(files.error()));
  Suite suite{*std::move(files), {}};
  auto problems = unknown_servers(suite.files, selection.servers);
  for (std::size_t i = 0; i < suite.files.size(); ++i) {
    auto& file = suite.files[i];
    const auto& lines = found->at(file.source.path());
    const auto wanted = first_lines(file, lines, problems);  // before a choice of servers leaves a scenario out
    expand_families(file, selection.servers);
    for (const auto j : vary_plans(suite.files[i], selection.vary)) {
      const bool is_on_line = lines.empty() || wanted.contains(file.plans[j].line);
      if (is_on_line && is_chosen(file.plans[j], selection)) suite.members.push_back({i, j});
    }
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return suite;
}

}  // namespace volley::program
