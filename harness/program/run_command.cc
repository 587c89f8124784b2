// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>

#include "program/command.h"
#include "program/command_line.h"
#include "program/descriptor_limit.h"
#include "program/exit_status.h"
#include "program/files_of_run.h"
#include "program/interrupt.h"
#include "program/known_targets.h"
#include "program/last_failed.h"
#include "program/progress_line.h"
#include "program/report_places.h"
#include "program/reports.h"
#include "program/rounds.h"
#include "program/suite.h"
#include "program/terminal.h"
#include "program/version.h"
#include "report/clean.h"
#include "report/paint.h"
#include "report/text.h"
#include "target/supervisor.h"
#include "vary/variation.h"

namespace volley::program {
namespace {

bool starts_programs(const Suite& suite, const RunOptions& options) {
  return std::ranges::any_of(suite.members, [&](const Suite::Member& member) {
    if (suite.plan(member).needs_dir) return true;
    return std::ranges::any_of(suite.plan(member).targets,
                               [&](const auto& target) { return !options.external.contains(target); });
  });
}

int exit_status(const report::Summary& summary, bool is_strict, int signal, bool is_told) {
  if (signal != 0) return 128 + signal;
  if (summary.errors > 0 || !summary.anything_ran() || !is_told) return trouble;
  return summary.failed > 0 || (is_strict && summary.skipped + summary.flaky > 0) ? failure : success;
}

/// `what` is an outcome or, of a summary, whether the run is a success.
template <class What>
std::string in_colours(std::string text, const What& what, bool is_coloured) {
  return is_coloured ? report::painted(std::move(text), what) : text;
}

/// False if the results could not be told everywhere.
bool tell(const Rounds& rounds, int signal, const RunOptions& options, Reports& reports) {
  const auto& summary = rounds.summary;
  const auto name = signal == 0 ? std::string() : std::string(signal_name(signal));
  const bool is_text = !reports.own_stdout();
  const auto slow = report::slow_cases(rounds.cases, options.slow);
  const bool is_success = exit_status(summary, options.strict, signal, true) == success;
  const bool is_told = !is_text || write_result(slow + in_colours(report::text(summary), is_success,
                                                                  in_colour(options.colour, STDOUT_FILENO)));
  const auto complaints = reports.finish(rounds.cases, summary, name);
  if (!is_text) complain(report::text(summary));
  if (signal != 0) complain(fmt::format("volley: interrupted by {}\n", name));
  if (signal == 0 && !summary.anything_ran() && !rounds.error) complain("volley: nothing ran\n");
  complain(complaints);
  return is_told && complaints.empty();
}

/// Writes a case as its turn comes: to the console, and to the reports.
class Teller {
 public:
  Teller(Reports& reports, const RunOptions& options)
      : reports_(reports), options_(options), is_coloured_(in_colour(options.colour, STDOUT_FILENO)) {}

  void tell(const report::Case& one) {
    const auto detail = options_.verbose ? report::Detail::everything : report::Detail::failures;
    const auto text = in_colours(report::text(one, detail), one.verdict.outcome, is_coloured_);
    if (!reports_.own_stdout()) is_printed_ = write_result(text) && is_printed_;
    reports_.add(one);
  }
  bool is_printed() const { return is_printed_; }

 private:
  Reports& reports_;
  const RunOptions& options_;
  bool is_coloured_;
  bool is_printed_ = true;
};

/// Remembers for --last-failed. That it cannot be done is of interest only to who uses it.
void remember(const Rounds& rounds, const RunOptions& options) {
  const auto path = LastFailed::usual_path();
  if (!path) return;
  const auto updated = LastFailed::update(*path, rounds.cases, options.strict);
  if (!updated && options.last_failed) {
    complain(fmt::format("volley: --last-failed: {}\n", report::clean(to_string(updated.error()))));
  }
}

int run(const Suite& suite, const RunOptions& options, Reports& reports) {
  std::optional<target::Supervisor> supervisor;
  if (starts_programs(suite, options)) {
    auto forked = target::Supervisor::fork();
    if (!forked) {
      complain(fmt::format("volley: {}\n", to_string(forked.error())));
      return trouble;
    }
    supervisor.emplace(std::move(*forked));
  }
  // After the fork: what the supervisor starts keeps the limit that we were given.
  raise_descriptor_limit();
  if (options.shuffle) complain(fmt::format("volley: in the order of --shuffle={}\n", *options.shuffle));
  const auto interrupt = Interrupt::watch();
  if (!interrupt) {
    complain(fmt::format("volley: {}\n", to_string(interrupt.error())));
    return trouble;
  }
  Teller teller(reports, options);
  const bool is_endless = options.repeat_until_fail && !options.repeat;
  std::optional<ProgressLine> line(is_endless ? 0 : suite.members.size() * options.repeat.value_or(1));
  const auto rounds = run_rounds(
      suite, options, supervisor ? &*supervisor : nullptr, **interrupt,
      [&](const report::Case& one) { line->without([&] { teller.tell(one); }); },
      {[&] { line->begun(); }, [&](judge::Outcome outcome, bool had_begun) { line->ended(outcome, had_begun); }});
  line.reset();
  if (rounds.error) complain(fmt::format("volley: {}\n", to_string(*rounds.error)));
  remember(rounds, options);
  const auto signal = (*interrupt)->signal();
  const bool is_told = tell(rounds, signal, options, reports) && teller.is_printed();
  if (!is_told) complain("volley: the results could not be written whole\n");
  if (rounds.error && signal == 0) return trouble;
  return exit_status(rounds.summary, options.strict, signal, is_told);
}

/// What is to be looked at. A failure is remembered with its variation: without a choice all of them may have failed.
Selection selection_of(const RunOptions& options) {
  auto selection = options.selection;
  if (!options.last_failed || !selection.vary.empty()) return selection;
  for (const auto& variation : vary::variations()) selection.vary.emplace_back(variation.name);
  return selection;
}

/// Keeps what failed when it last ran. False after a complaint if nobody knows.
bool keep_last_failed(Suite& suite) {
  const auto path = LastFailed::usual_path();
  if (!path) {
    complain("volley: --last-failed: neither XDG_STATE_HOME nor HOME says where failures are remembered\n");
    return false;
  }
  const auto known = LastFailed::read(*path);
  if (!known) {
    complain(fmt::format("volley: --last-failed: {}\n", report::clean(to_string(known.error()))));
    return false;
  }
  const bool had_any = !suite.members.empty();
  std::erase_if(suite.members, [&](const Suite::Member& member) { return !known->contains(suite.plan(member)); });
  if (had_any && suite.members.empty()) complain("volley: --last-failed: none of these failed when it last ran\n");
  return true;
}

/// A report over a limit of size, or to a reader that is gone, is an error of its own (EFBIG, EPIPE) and not the end of
/// all. What the supervisor starts has its signals by default.
void ignore_signals_of_writes() {
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
}

report::RunFacts facts(Arguments arguments, const RunOptions& options) {
  report::RunFacts facts{std::string(version()), {"volley", "run"}, options.seed, std::chrono::system_clock::now()};
  facts.command.insert(facts.command.end(), arguments.begin(), arguments.end());
  return facts;
}

}  // namespace

int run_command(Arguments arguments) {
  const auto options = parse_run(arguments);
  if (!options) return refuse(options.error());
  auto suite = gather(selection_of(*options));
  if (!suite) return refuse({suite.error()});
  if (const auto unknown = unknown_targets(*suite, *options); !unknown.empty()) return refuse({unknown});
  const auto places = settle_places(options->reports, files_of_run(*suite));
  if (!places) return refuse({places.error()});
  if (options->last_failed && !keep_last_failed(*suite)) return trouble;
  ignore_signals_of_writes();
  auto reports = Reports::open(*places, options->pcap, facts(arguments, *options));
  if (!reports) {
    complain(reports.error());
    return trouble;
  }
  return run(*suite, *options, *reports);
}

}  // namespace volley::program
