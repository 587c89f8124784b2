// SPDX-License-Identifier: Apache-2.0
#include "report/json.h"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>

#include "engine/trace_json.h"
#include "plan/value.h"
#include "report/clean.h"
#include "report/place.h"

namespace volley::report {
namespace {

using json_value = nlohmann::ordered_json;

constexpr std::size_t text_width = 200;

/// One line of printable ASCII that no reader of logs takes for a command; both escapes only occur inside strings.
std::string line(const json_value& object, std::string_view last_member = {}) {
  auto text = object.dump(-1, ' ', true, json_value::error_handler_t::replace);
  if (!last_member.empty()) text.replace(text.size() - 1, 1, fmt::format(",{}}}", last_member));
  std::string harmless;
  harmless.reserve(text.size() + 1);
  for (const char c : text) {
    const bool is_second = c == '#' && harmless.ends_with('#');
    if (c == '\x7f' || is_second) {
      harmless += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      harmless += c;
    }
  }
  return harmless + "\n";
}

json_value bytes(std::string_view raw) {
  std::string hex;
  hex.reserve(2 * raw.size());
  for (const char c : raw) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return {{"hex", std::move(hex)}, {"text", plan::escaped(raw)}};
}

template <class Range, class Make>
json_value list(const Range& range, Make make) {
  auto made = json_value::array();
  for (const auto& element : range) made.push_back(make(element));
  return made;
}

json_value texts(const std::vector<std::string>& lines) {
  return list(lines, [](const std::string& text) { return clean(text); });
}

json_value value(const Place& place) {
  return {{"file", clean(place.path)},
          {"line", place.line},
          {"column", place.column},
          {"end_line", place.end_line},
          {"end_column", place.end_column}};
}

json_value value(const judge::Comparison& comparison) {
  return {{"expected", comparison.expected ? bytes(*comparison.expected) : json_value()},
          {"pattern", clean(comparison.pattern)},
          {"received", bytes(comparison.received)},
          {"origin", comparison.origin},
          {"differs_at", comparison.differs_at},
          {"received_is_cut", comparison.received_is_cut}};
}

json_value explanation(const Case& one) {
  if (!one.verdict.explanation || one.source == nullptr) return nullptr;
  const auto& known = *one.verdict.explanation;
  return {{"what", clean(known.what)},
          {"span", value(place_of(one))},
          {"source", cut(one_line(one.source->text(known.span)), text_width)},
          {"comparison", known.comparison ? value(*known.comparison) : json_value()},
          {"notes", texts(known.notes)}};
}

json_value value(const TargetEnd& end) {
  return {{"name", clean(end.name)},
          {"status", end.status.empty() ? json_value() : json_value(clean(end.status))},
          {"stderr", bytes(end.output)}};
}

json_value value(const judge::Deviation& deviation) {
  return {{"server", clean(deviation.server)}, {"deviation", clean(deviation.what)}};
}

std::string_view word(judge::Verdict::OfStep verdict) {
  switch (verdict) {
    case judge::Verdict::OfStep::passed:
      return "passed";
    case judge::Verdict::OfStep::failed:
      return "failed";
    case judge::Verdict::OfStep::not_reached:
      return "not reached";
  }
  return {};
}

/// When the events of a step began and ended; there may be none, or those of many rounds.
struct StepTimes {
  nanoseconds first = nanoseconds::max();
  nanoseconds last = nanoseconds::min();
};

std::vector<StepTimes> step_times(const Case& one) {
  std::vector<StepTimes> times(one.plan->steps.size());
  const auto note = [&](std::uint32_t step, nanoseconds at) {
    if (step >= times.size()) return;
    times[step].first = std::min(times[step].first, at);
    times[step].last = std::max(times[step].last, at);
  };
  for (const auto& event : one.trace.events) note(event.step, event.at);
  if (one.trace.stop.reason != engine::Reason::none) note(one.trace.stop.step, one.trace.stop.at);
  return times;
}

json_value steps(const Case& one) {
  auto made = json_value::array();
  if (one.plan == nullptr || one.source == nullptr || one.verdict.steps.size() != one.plan->steps.size()) return made;
  const auto times = step_times(one);
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto& span = one.plan->steps[i].span;
    const bool is_known = times[i].first <= times[i].last;
    made.push_back({{"span", value(place_of(one, span))},
                    {"source", cut(one_line(one.source->text(span)), text_width)},
                    {"verdict", word(one.verdict.steps[i])},
                    {"done", i < one.trace.done.size() ? one.trace.done[i] : 0},
                    {"first_ns", is_known ? json_value(times[i].first.count()) : json_value()},
                    {"last_ns", is_known ? json_value(times[i].last.count()) : json_value()}});
  }
  return made;
}

bool has_run(const Case& one) {
  return one.began.time_since_epoch() > nanoseconds();
}

}  // namespace

std::string json(const RunFacts& run) {
  return line({{"type", "run"},
               {"format", json_format},
               {"volley", run.version},
               {"command", texts(run.command)},
               {"seed", run.seed},
               {"began", timestamp(run.began)}});
}

std::string json(const Case& one) {
  const json_value object{
      {"type", "case"},
      {"identity", clean(identity(one))},
      {"file", clean(one.path)},
      {"line", one.line},
      {"name", clean(one.name)},
      {"variation", one.variation.empty() ? json_value() : json_value(clean(one.variation))},
      {"server", one.server.empty() ? json_value() : json_value(clean(one.server))},
      {"runs", one.runs},
      {"all_runs", one.all_runs},
      {"left_out", one.left_out},
      {"difference", clean(one.difference)},
      {"round", one.round == 0 ? json_value() : json_value(one.round)},
      {"attempts", one.attempts},
      {"tags", texts(one.tags)},
      {"spec", one.plan ? texts(one.plan->specs) : json_value::array()},
      {"level", one.plan ? json_value(script::word_of(one.plan->level)) : json_value()},
      {"known", one.verdict.deviation ? value(*one.verdict.deviation) : json_value()},
      {"outcome", name_of(one.verdict.outcome)},
      {"reason", reason_of(one)},
      {"explanation", explanation(one)},
      {"remarks", texts(one.verdict.remarks)},
      {"began", has_run(one) ? json_value(timestamp(one.began)) : json_value()},
      {"duration_ns", one.duration.count()},
      {"steps", steps(one)},
      {"target", one.target ? value(*one.target) : json_value()},
      {"programs", list(one.programs, [](const TargetEnd& end) { return value(end); })},
      {"kept", texts(one.kept)},
      {"repeat", clean(one.repeat)},
  };
  return line(object, "\"trace\":" + (has_run(one) ? engine::to_json(one.trace) : std::string("null")));
}

std::string json(const Summary& summary, const std::string& interrupted_by) {
  return line({{"type", "summary"},
               {"passed", summary.passed},
               {"failed", summary.failed},
               {"skipped", summary.skipped},
               {"errors", summary.errors},
               {"advice", summary.advice},
               {"information", summary.information},
               {"flaky", summary.flaky},
               {"known", summary.known},
               {"vanished", summary.vanished},
               {"rounds", summary.rounds},
               {"duration_ns", summary.duration.count()},
               {"interrupted_by", interrupted_by.empty() ? json_value() : json_value(interrupted_by)}});
}

}  // namespace volley::report
