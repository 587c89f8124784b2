// SPDX-License-Identifier: Apache-2.0
#include "program/lane_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "judge/verdict.h"
#include "program/one_case.h"

namespace volley::program {
namespace {

constexpr std::size_t output_tail = 4096;

/// Of the sanitizers' reports beyond the `told` ones the one that tells most: UBSan's may come before a crash that they
/// foretell. Null if no text of them is kept.
const target::Output::Report* untold_report(const target::Output& output, std::uint64_t told) {
  if (told >= output.reports.size()) return nullptr;
  const auto first = output.reports.begin() + static_cast<std::ptrdiff_t>(told);
  const auto fatal =
      std::find_if(first, output.reports.end(), [](const auto& report) { return report.what.contains("Sanitizer: "); });
  return &*(fatal == output.reports.end() ? first : fatal);
}

/// `reported AddressSanitizer: heap-buffer-overflow`, if there is a report beyond those that were told.
std::string new_report(const target::Output& output, std::uint64_t told) {
  if (output.reported <= told) return {};
  const auto* report = untold_report(output, told);
  return report == nullptr ? "reported one more error of a sanitizer" : "reported " + report->what;
}

/// How it ended, with a report that was not told yet, or else with the end of its stderr.
report::TargetEnd end_of(const target::Target& target, const target::Output& output, std::uint64_t told) {
  report::TargetEnd end{target.name(), target.end_text(), {}, false};
  if (const auto* report = untold_report(output, told)) {
    end.output = report->text.substr(0, output_tail);
    end.is_report = true;
  } else {
    end.output = output.err.text.substr(output.err.text.size() - std::min(output.err.text.size(), output_tail));
  }
  return end;
}

judge::Verdict failed_at(source::Span span, std::string what) {
  judge::Verdict verdict;
  verdict.outcome = judge::Outcome::failed;
  verdict.explanation = judge::Explanation{span, std::move(what), {}, {}};
  return verdict;
}

/// Whether a step has expected how a target ended.
bool ended_as_expected(const std::string& name, const engine::Trace& trace, const plan::Plan& plan) {
  using Kind = engine::Event::Kind;
  return std::ranges::any_of(trace.events, [&](const engine::Event& event) {
    if (event.kind != Kind::exited && event.kind != Kind::killed) return false;
    const auto& target = plan.peers[event.peer].target;
    return target && plan.targets[*target] == name;
  });
}

}  // namespace

LaneServer::LaneServer(const SuiteFile& file, std::size_t recipe, const RunOptions& options, std::size_t round,
                       const IpAddress& host)
    : file_(file), recipe_(recipe), options_(options), round_(round), host_(host) {
  const auto external = options.external.find(name());
  if (external == options.external.end()) return;
  is_external_ = true;
  target_ = target::Target::external(name(), external->second);
}

std::optional<report::Case> LaneServer::start(const target::Supervisor& supervisor, std::string user, int cancel) {
  auto complaint = stop();
  if (user != user_) instances_ = 0;
  user_ = std::move(user);
  ++instances_;
  const auto began = std::chrono::steady_clock::now();
  const auto directory = directory_of(file_.source.path(file_.targets[recipe_].begin));
  auto started = target::Target::start(file_.recipes[recipe_], supervisor, directory, options_.slow_factor,
                                       {.host = host_, .keep_dir_on_failure = options_.keep, .cancel = cancel});
  if (started) {
    target_ = std::move(*started);
  } else {
    failure_ = std::move(started.error());
    failed_after_ = std::chrono::steady_clock::now() - began;
  }
  return complaint;
}

report::Case LaneServer::unstarted(report::Case one) {
  one.duration = std::exchange(failed_after_, {});
  if (failure_->skip) return skipped(std::move(one), failure_->what);
  if (failure_->error) return in_error(std::move(one), failure_->what);
  one.verdict = failed_at(file_.targets[recipe_], failure_->what);
  const bool is_ill = !failure_->reports.empty();
  one.target =
      report::TargetEnd{name(), failure_->end,
                        is_ill ? failure_->reports.front().text.substr(0, output_tail) : failure_->stderr_tail, is_ill};
  if (!failure_->kept_dir.empty()) one.kept.push_back(failure_->kept_dir);
  return one;
}

bool LaneServer::blame(report::Case& one, engine::Trace& trace, const plan::Plan& plan) {
  if (is_external_) return false;
  const auto output = target_->output();
  const auto end = end_of(*target_, output, told_.reports);
  const auto reported = new_report(output, told_.reports);
  const bool is_expected = ended_as_expected(name(), trace, plan);
  const bool is_dead = !end.status.empty() && !is_expected;
  const bool is_to_blame = is_dead || !reported.empty();
  told_.end = told_.end || is_expected || is_dead;
  told_.reports = output.reported;
  if (is_to_blame && trace.stop.reason == engine::Reason::none) {
    trace.stop.reason = engine::Reason::target_died;
    trace.stop.at = trace.duration;
    trace.stop.step = static_cast<std::uint32_t>(plan.steps.size() - 1);
    trace.stop.what = fmt::format("target {} {}", end.name, is_dead ? end.status : reported);
    if (is_dead && !reported.empty()) trace.stop.what += ", and " + reported;
  }
  if (is_to_blame || !one.target) one.target = end;
  return is_to_blame;
}

void LaneServer::keep_dir(report::Case& one) {
  if (is_external_) return;
  target_->keep_dir();
  is_kept_ = true;
  one.kept.push_back(target_->dir());
}

/// What tells this instance from all others of the run: ` of "scenario"`, ` on ::1`, ` [instance 2]`, nothing.
std::string LaneServer::which_instance() const {
  std::string which;
  if (!user_.empty()) {
    which = fmt::format(" of \"{}\"", user_);
  } else if (host_.is_v6()) {
    which = " on " + host_.to_string();
  }
  return instances_ < 2 ? which : fmt::format("{} [instance {}]", which, instances_);
}

std::string LaneServer::complaint(const target::Target::Stopped& stopped, const target::Output& output) const {
  const auto reported = new_report(output, told_.reports);
  const auto what = told_.end ? std::string() : stopped.what;
  if (reported.empty()) return what;
  return what.empty() ? name() + " " + reported : what + ", and " + reported;
}

std::optional<report::Case> LaneServer::stop() {
  if (!target_ || is_external_) return {};
  bool is_kept = is_kept_;
  const auto stopped = target_->stop([&](const auto& so_far, const auto& output) {
    is_kept = is_kept || (options_.keep && !complaint(so_far, output).empty());
    return is_kept;
  });
  const auto output = target_->output();
  std::optional<report::Case> told;
  if (auto what = complaint(stopped, output); !what.empty()) {
    told = new_target_case(file_, recipe_, which_instance(), round_);
    told->verdict = failed_at(file_.targets[recipe_], std::move(what));
    told->target = end_of(*target_, output, told_.reports);
    if (is_kept) told->kept.push_back(target_->dir());
  }
  target_.reset();
  told_ = {};
  is_kept_ = false;
  return told;
}

}  // namespace volley::program
