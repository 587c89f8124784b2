// SPDX-License-Identifier: Apache-2.0
#include "report/tap.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "plan/value.h"
#include "report/clean.h"
#include "report/place.h"

namespace volley::report {
namespace {

/// A description or a reason: a `#` would begin a directive.
std::string escaped(std::string_view text) {
  std::string made;
  for (const char c : text) {
    if (c == '#' || c == '\\') made += '\\';
    made += c;
  }
  return made;
}

/// Readers may have a limit: Perl's regular expressions end at 64 KiB.
constexpr std::size_t longest_text = 16 << 10;

/// A double-quoted scalar of YAML 1.2 (§7.3.1), of clean text.
std::string quoted(std::string_view text) {
  std::string made = "\"";
  for (const char c : cut(std::string(text), longest_text)) {
    if (c == '"' || c == '\\') made += '\\';
    if (c == '#') {
      made += "\\x23";
    } else {
      made += c;
    }
  }
  return made + '"';
}

/// The block below a test point.
class Block {
 public:
  void add(std::string_view key, std::string_view value) { line("  ", key, quoted(clean(value))); }
  void add(std::string_view key, std::size_t value) { line("  ", key, fmt::format("{}", value)); }
  void add(const Place& place) {
    text_ += "  at:\n";
    line("    ", "file", quoted(clean(place.path)));
    line("    ", "line", fmt::format("{}", place.line));
    if (place.column > 0) line("    ", "column", fmt::format("{}", place.column));
  }
  void add(std::string_view key, const std::vector<std::string>& values) {
    if (values.empty()) return;
    text_ += fmt::format("  {}:\n", key);
    for (const auto& value : values) text_ += fmt::format("    - {}\n", quoted(clean(value)));
  }
  void add(const judge::Comparison& comparison) {
    add("expected", comparison.expected ? plan::to_literal(*comparison.expected) : comparison.pattern);
    add("received", plan::to_literal(comparison.received));
    add("differs_at", comparison.differs_at);
  }
  void add(std::string_view key, const TargetEnd& end) {
    text_ += fmt::format("  {}:\n", key);
    line("    ", "name", quoted(clean(end.name)));
    line("    ", "status", quoted(end.status.empty() ? "runs on" : clean(end.status)));
    line("    ", "stderr", quoted(plan::escaped(end.output)));
  }
  std::string to_string() const { return "  ---\n" + text_ + "  ...\n"; }

 private:
  void line(std::string_view indentation, std::string_view key, std::string_view value) {
    text_ += fmt::format("{}{}: {}\n", indentation, key, value);
  }
  std::string text_;
};

std::string diagnostics(const Case& one) {
  Block block;
  block.add("message", reason_of(one));
  block.add("severity", name_of(one.verdict.outcome));
  if (one.verdict.deviation) block.add("deviation", deviation_of(one));
  if (one.attempts > 1) block.add("attempts", one.attempts);
  block.add(place_of(one));
  if (one.plan) block.add("spec", one.plan->specs);
  if (one.verdict.explanation) {
    if (const auto& comparison = one.verdict.explanation->comparison) block.add(*comparison);
    block.add("notes", one.verdict.explanation->notes);
  }
  block.add("remarks", one.verdict.remarks);
  if (one.target) block.add("target", *one.target);
  if (!one.programs.empty()) block.add("program", one.programs.front());
  block.add("duration_ms", fmt::format("{:.3f}", std::chrono::duration<double, std::milli>(one.duration).count()));
  block.add("kept", one.kept);
  if (!one.repeat.empty()) block.add("repeat", one.repeat);
  return block.to_string();
}

/// A reason as the text of a directive: it ends with its line.
std::string directive(std::string_view word, const std::string& reason) {
  return fmt::format(" # {} {}", word, escaped(reason));
}

}  // namespace

std::string tap_begin() {
  return "TAP version 14\n";
}

std::string tap(const Case& one, std::size_t number) {
  const auto point = fmt::format("ok {} - {}", number, escaped(clean(identity(one))));
  switch (one.verdict.outcome) {
    case judge::Outcome::passed:
      return point + "\n";
    case judge::Outcome::skipped:
      return point + directive("SKIP", reason_of(one)) + "\n";
    case judge::Outcome::flaky:
      return point + "\n" + diagnostics(one);
    case judge::Outcome::failed:
    case judge::Outcome::error:
      return "not " + point + "\n" + diagnostics(one);
    case judge::Outcome::advice:
    case judge::Outcome::information:
      return "not " + point + directive("TODO", reason_of(one)) + "\n" + diagnostics(one);
    case judge::Outcome::known:
      return "not " + point + directive("TODO", deviation_of(one)) + "\n" + diagnostics(one);
    case judge::Outcome::vanished:
      return point + directive("TODO", reason_of(one)) + "\n" + diagnostics(one);
  }
  return {};
}

std::string tap_end(std::size_t count, const std::string& interrupted_by) {
  const auto plan = fmt::format("1..{}\n", count);
  return interrupted_by.empty() ? plan : plan + fmt::format("Bail out! interrupted by {}\n", interrupted_by);
}

}  // namespace volley::report
