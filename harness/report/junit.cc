// SPDX-License-Identifier: Apache-2.0
#include "report/junit.h"

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>

#include "report/clean.h"
#include "report/place.h"
#include "report/text.h"

namespace volley::report {
namespace {

std::string seconds(nanoseconds time) {
  return fmt::format("{:.3f}", std::chrono::duration<double>(time).count());
}

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name).set_value(value.c_str());
}

/// The attributes that testsuite and testsuites share.
void set_counts(pugi::xml_node node, const Summary& summary) {
  set(node, "tests", std::to_string(summary.total()));
  set(node, "failures", std::to_string(summary.failed));
  set(node, "errors", std::to_string(summary.errors));
  set(node, "time", seconds(summary.duration));
}

void append_result(pugi::xml_node node, const char* name, const Case& one) {
  auto result = node.append_child(name);
  set(result, "message", reason_of(one));
  result.text().set(text(one, Detail::everything).c_str());
}

/// What a target or a program wrote to its stderr at last, each line clean.
void append_words(pugi::xml_node node, const Case& one) {
  std::string words;
  const auto add = [&words](std::string_view output) {
    while (!output.empty()) {
      const auto length = std::min(output.find('\n'), output.size() - 1) + 1;
      auto line = output.substr(0, length);
      while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
      words += clean(line) + "\n";
      output.remove_prefix(length);
    }
  };
  if (one.target) add(one.target->output);
  for (const auto& program : one.programs) add(program.output);
  if (!words.empty()) node.append_child("system-err").text().set(inert(words).c_str());
}

void append_case(pugi::xml_node suite, const Case& one) {
  auto node = suite.append_child("testcase");
  set(node, "name", clean(title(one)));
  set(node, "classname", clean(one.path));
  set(node, "time", seconds(one.duration));
  switch (one.verdict.outcome) {
    case judge::Outcome::passed:
      if (!one.verdict.remarks.empty()) node.append_child("system-out").text().set(text(one).c_str());
      return;
    case judge::Outcome::advice:
    case judge::Outcome::information:
    case judge::Outcome::vanished:
      node.append_child("system-out").text().set(text(one).c_str());
      return;
    case judge::Outcome::flaky:
      append_result(node, "flakyFailure", one);
      return set(node.child("flakyFailure"), "type", "flaky");
    case judge::Outcome::failed:
      append_result(node, "failure", one);
      return append_words(node, one);
    case judge::Outcome::error:
      append_result(node, "error", one);
      return append_words(node, one);
    case judge::Outcome::known:
      append_result(node, "skipped", one);
      set(node.child("skipped"), "type", "known");
      node.child("skipped").attribute("message").set_value(deviation_of(one).c_str());
      return;
    case judge::Outcome::skipped:
      set(node.append_child("skipped"), "message", clean(one.reason));
      return;
  }
}

/// The cases of one file.
void append_suite(pugi::xml_node suites, std::span<const Case> cases) {
  Summary summary;
  for (const auto& one : cases) {
    summary.count(one.verdict.outcome);
    summary.duration += one.duration;
  }
  auto suite = suites.append_child("testsuite");
  set(suite, "name", clean(cases.front().path));
  set_counts(suite, summary);
  set(suite, "skipped", std::to_string(summary.skipped + summary.known));
  for (const auto& one : cases) append_case(suite, one);
}

}  // namespace

std::string junit(std::span<const Case> cases, nanoseconds duration) {
  Summary summary;
  for (const auto& one : cases) summary.count(one.verdict.outcome);
  summary.duration = duration;
  pugi::xml_document document;
  auto suites = document.append_child("testsuites");
  set(suites, "name", "volley");
  set_counts(suites, summary);
  while (!cases.empty()) {
    std::size_t count = 1;
    while (count < cases.size() && cases[count].path == cases.front().path) ++count;
    append_suite(suites, cases.first(count));
    cases = cases.subspan(count);
  }
  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  return std::move(out).str();
}

}  // namespace volley::report
