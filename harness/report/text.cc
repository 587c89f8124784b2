// SPDX-License-Identifier: Apache-2.0
#include "report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ranges>
#include <string_view>
#include <utility>
#include <vector>

#include "report/clean.h"
#include "report/comparison.h"
#include "report/cut_mark.h"
#include "report/place.h"
#include "report/transcript.h"

namespace volley::report {
namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t max_notes = 4;
constexpr std::size_t max_output_lines = 5;
constexpr std::size_t max_programs = 2;  // a failure has few lines
constexpr std::size_t max_kept = 2;
constexpr std::size_t max_remarks = 4;
constexpr std::size_t line_width = 160;

std::string text_of(nanoseconds time) {
  const double seconds = std::chrono::duration<double>(time).count();
  return seconds < 1 ? fmt::format("{:.1f} ms", seconds * 1000) : fmt::format("{:.2f} s", seconds);
}

std::string joined(const Lines& lines, std::string_view indentation = "") {
  std::string text;
  for (const auto& line : lines) text.append(indentation).append(line).append("\n");
  return text;
}

Lines split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// What the variation has to do with it.
Lines difference(const Case& one) {
  if (one.difference.empty()) return {};
  Lines lines{clean(one.difference)};
  const auto* cut_event = first_cut(one.trace);
  if (one.plan && cut_event) lines.push_back("  cut here  " + sides_of_cut(one.trace, *cut_event));
  return lines;
}

/// Where and why it failed, and what is known of it.
Lines explained(const Case& one) {
  auto lines = difference(one);
  if (!one.verdict.explanation || one.source == nullptr) {
    lines.push_back(fmt::format("{}:{}: {}", clean(one.path), one.line, clean(one.reason)));
    return lines;
  }
  const auto& explanation = *one.verdict.explanation;
  const auto place = place_of(one);
  lines.push_back(fmt::format("{}:{}:{}: {}", clean(place.path), place.line, place.column,
                              cut(clean(explanation.what), 2 * line_width)));
  for (auto& line : split(source::excerpt(*one.source, explanation.span))) lines.push_back(std::move(line));
  if (explanation.comparison) {
    for (const auto& line : side_by_side(*explanation.comparison)) lines.push_back("  " + line);
  }
  for (const auto& note : explanation.notes | std::views::take(max_notes))
    lines.push_back("  " + cut(clean(note), line_width));
  return lines;
}

Lines remarks(const Case& one) {
  Lines lines;
  for (const auto& remark : one.verdict.remarks | std::views::take(max_remarks)) {
    lines.push_back("  " + cut(clean(remark), line_width));
  }
  if (const auto count = one.verdict.remarks.size(); count > max_remarks) {
    lines.push_back(fmt::format("  and {} more remarks", count - max_remarks));
  }
  return lines;
}

/// `what` is "target " or, for a program of the scenario, empty; of the output `room` lines are shown.
Lines end_of(const TargetEnd& target, std::string_view what, std::size_t room) {
  const auto output = split(target.output);
  if (output.empty() && target.status.empty()) return {};
  const auto status = target.status.empty() ? std::string(what.empty() ? "ran on" : "runs on") : clean(target.status);
  if (output.empty() || room == 0) return {fmt::format("  {}{} {}", what, clean(target.name), status)};
  Lines lines{fmt::format("  {}{} {}; {}:", what, clean(target.name), status,
                          target.is_report ? "its sanitizer's report begins" : "its last words")};
  const auto shown = std::min(output.size(), room);
  const auto first = target.is_report ? 0 : output.size() - shown;
  for (auto i = first; i < first + shown; ++i) lines.push_back("    " + cut(clean(output[i]), line_width));
  return lines;
}

/// The last events, as many as fit into `room` lines with a line above them.
Lines history(const Case& one, std::size_t room) {
  if (one.plan == nullptr || one.source == nullptr || room < 2) return {};
  auto [left_out, events] = transcript(*one.plan, one.trace, *one.source, room - 1);
  if (events.empty()) return {};
  Lines lines{left_out == 0 ? std::string("  what happened:")
                            : fmt::format("  what happened, after {} earlier events:", left_out)};
  for (auto& event : events) lines.push_back("  " + std::move(event));
  return lines;
}

/// How long it took, and how many runs.
std::string effort(const Case& one) {
  if (one.runs < one.all_runs) return fmt::format("{} of {} runs, {}", one.runs, one.all_runs, text_of(one.duration));
  return one.runs > 1 ? fmt::format("{} runs, {}", one.runs, text_of(one.duration)) : text_of(one.duration);
}

/// What the first line ends with.
std::string more_of(const Case& one) {
  if (one.verdict.outcome == judge::Outcome::known && one.verdict.deviation) {
    return ": " + clean(one.verdict.deviation->what);
  }
  if (one.verdict.outcome == judge::Outcome::flaky) {
    return fmt::format(": passed at attempt {}, the first one failed:", one.attempts);
  }
  if (one.attempts == 1) return {};
  return fmt::format(": tried {} times, the {} time so:", one.attempts, one.is_last_attempt ? "last" : "first");
}

/// What follows the history, with at most `room` lines of each program's output.
Lines aftermath(const Case& one, std::size_t room) {
  Lines lines;
  if (one.target) lines = end_of(*one.target, "target ", room);
  for (const auto& program : one.programs | std::views::take(max_programs)) {
    std::ranges::move(end_of(program, "", room), std::back_inserter(lines));
  }
  for (const auto& dir : one.kept | std::views::take(max_kept)) lines.push_back("  kept: " + clean(dir));
  if (!one.repeat.empty()) lines.push_back("  repeat: " + one.repeat);
  return lines;
}

std::string failure(const Case& one, std::string_view word) {
  Lines lines{fmt::format("{} {} ({}){}", word, clean(identity(one)), effort(one), more_of(one))};
  std::ranges::move(explained(one), std::back_inserter(lines));
  std::ranges::move(remarks(one), std::back_inserter(lines));
  auto room = max_output_lines;
  Lines last = aftermath(one, room);
  while (room > 0 && lines.size() + last.size() > max_failure_lines) last = aftermath(one, --room);
  const auto used = lines.size() + last.size();
  std::ranges::move(history(one, max_failure_lines - std::min(used, max_failure_lines)), std::back_inserter(lines));
  std::ranges::move(last, std::back_inserter(lines));
  return joined(lines);
}

std::string success(const Case& one, Detail detail) {
  auto text = fmt::format("ok   {} ({})\n", clean(identity(one)), effort(one));
  if (detail == Detail::everything && one.plan != nullptr && one.source != nullptr) {
    text += joined(transcript(*one.plan, one.trace, *one.source, one.trace.events.size()).lines, "  ");
  }
  return text + joined(remarks(one));
}

std::string known(const Case& one) {
  return fmt::format("known {} ({}){}\n", clean(identity(one)), effort(one), more_of(one));
}

/// Nothing is wrong: where the deviation stands is all there is to see.
std::string news(const Case& one) {
  Lines lines{fmt::format("NEWS {} ({}):", clean(identity(one)), effort(one))};
  std::ranges::move(explained(one), std::back_inserter(lines));
  std::ranges::move(remarks(one), std::back_inserter(lines));
  if (!one.repeat.empty()) lines.push_back("  repeat: " + one.repeat);
  return joined(lines);
}

std::string told(const Case& one, Detail detail) {
  switch (one.verdict.outcome) {
    case judge::Outcome::passed:
      return success(one, detail);
    case judge::Outcome::skipped:
      return fmt::format("skip {}: {}\n", clean(identity(one)), clean(one.reason));
    case judge::Outcome::failed:
      return failure(one, "FAIL");
    case judge::Outcome::error:
      return failure(one, "ERROR");
    case judge::Outcome::advice:
      return failure(one, "ADVICE");
    case judge::Outcome::information:
      return failure(one, "INFO");
    case judge::Outcome::flaky:
      return failure(one, "FLAKY");
    case judge::Outcome::known:
      return detail == Detail::everything ? failure(one, "known") : known(one);
    case judge::Outcome::vanished:
      return news(one);
  }
  return {};
}

}  // namespace

std::string text(const Case& one, Detail detail) {
  return inert(told(one, detail));
}

std::string slow_cases(std::span<const Case> cases, nanoseconds least) {
  std::vector<const Case*> slow;
  for (const auto& one : cases) {
    if (one.duration >= least && one.duration > nanoseconds()) slow.push_back(&one);
  }
  std::ranges::sort(slow, [](const Case* one, const Case* other) {
    return one->duration != other->duration ? one->duration > other->duration : one < other;
  });
  std::string text;
  for (const auto* one : slow | std::views::take(max_slow)) {
    text += fmt::format("slow {:>8}  {}\n", text_of(one->duration), clean(identity(*one)));
  }
  return inert(text);
}

std::string text(const Summary& summary) {
  auto counts = fmt::format("{} passed, {} failed, {} skipped, {} error{}", summary.passed, summary.failed,
                            summary.skipped, summary.errors, summary.errors == 1 ? "" : "s");
  if (summary.known > 0) counts += fmt::format(", {} known", summary.known);
  if (summary.vanished > 0) counts += fmt::format(", {} vanished", summary.vanished);
  if (summary.flaky > 0) counts += fmt::format(", {} flaky", summary.flaky);
  if (summary.advice > 0) counts += fmt::format(", {} as advice", summary.advice);
  if (summary.information > 0) counts += fmt::format(", {} as information", summary.information);
  if (summary.rounds != 1) counts += fmt::format(", {} rounds", summary.rounds);
  return fmt::format("{} in {:.2f} s\n", counts, std::chrono::duration<double>(summary.duration).count());
}

}  // namespace volley::report
