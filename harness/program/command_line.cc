// SPDX-License-Identifier: Apache-2.0
#include "program/command_line.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>
#include <random>
#include <set>
#include <thread>

#include "program/exit_status.h"
#include "program/variation_option.h"
#include "report/clean.h"
#include "source/diagnostic.h"

namespace volley::program {
namespace {

/// `name` of an option with `what` is wrong with it, as CLI11 reports it.
[[noreturn]] void reject(const std::string& name, const std::string& what) {
  throw CLI::ValidationError(name, what);
}

/// Splits `KEY=VALUE`.
std::pair<std::string, std::string> assignment(const std::string& option, const std::string& text, const char* form) {
  const auto equals = text.find('=');
  if (equals == 0 || equals == std::string::npos || equals + 1 == text.size()) {
    reject(option, fmt::format("'{}' is not of the form {}", text, form));
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

/// CLI11 would take -1 for the largest number.
std::expected<std::uint64_t, std::string> unsigned_number(const std::string& text) {
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::unexpected(fmt::format("'{}' is no number of 64 bits", text));
  return number;
}

std::uint64_t unsigned_number(const std::string& option, const std::string& text) {
  const auto number = unsigned_number(text);
  if (!number) reject(option, number.error());
  return *number;
}

Endpoint address_and_port(const std::string& option, const std::string& text) {
  const bool is_localhost = text.starts_with("localhost:");
  const auto endpoint = Endpoint::parse(is_localhost ? "127.0.0.1" + text.substr(9) : text);
  if (!endpoint || !endpoint->is_ip() || endpoint->port() == 0) {
    reject(option, fmt::format("'{}' is no address and port", text));
  }
  return *endpoint;
}

/// `FORMAT=FILE`; of `github` the file may be left out.
ReportRequest report_request(const std::string& text) {
  using Format = ReportRequest::Format;
  static const std::map<std::string, Format> formats{
      {"junit", Format::junit}, {"json", Format::json}, {"tap", Format::tap}, {"github", Format::github}};
  if (text == "github") return {Format::github, {}};
  auto [name, file] = assignment("--report", text, "FORMAT=FILE");
  const auto format = formats.find(name);
  if (format == formats.end()) {
    reject("--report", fmt::format("'{}' is no format of reports: junit, json, tap and github are", name));
  }
  return {format->second, std::move(file)};
}

Colour colour_of(const std::string& word) {
  if (word == "auto") return Colour::automatic;
  if (word == "always") return Colour::always;
  if (word == "never") return Colour::never;
  reject("--color", fmt::format("'{}' is not auto, always or never", word));
}

/// Two reports in one file would make neither.
void reject_collisions(const std::vector<ReportRequest>& reports) {
  std::set<std::string> files;
  for (const auto& report : reports) {
    if (!files.insert(report.file).second) {
      reject("--report", fmt::format("two reports cannot both go to '{}'", report.file.empty() ? "-" : report.file));
    }
  }
  if (files.contains("-") && files.contains("")) {
    reject("--report", "'github' without a file writes to stdout, which another report has for itself");
  }
}

/// A block of addresses, or one.
Prefix block(const std::string& option, const std::string& text) {
  const auto block = Prefix::parse(text);
  if (block) return *block;
  const auto address = IpAddress::parse(text);
  if (!address) reject(option, fmt::format("'{}' is no address, nor a block of them such as 192.0.2.0/24", text));
  return Prefix::around(*address, address->bits());
}

void add_reach(CLI::App& app, script::Reach& reach) {
  app.add_option_function<std::vector<std::string>>(
         "--allow-net",
         [&reach](const std::vector<std::string>& values) {
           for (const auto& value : values) reach.allow(block("--allow-net", value));
         },
         "Scenarios may talk to this address, or block of them, beside loopback; may be repeated")
      ->allow_extra_args(false)
      ->type_name("ADDRESS");
}

/// A server that scenarios may not talk to cannot be given to them.
std::string refused_targets(const RunOptions& options) {
  const auto& reach = options.selection.reach;
  for (const auto& [name, ports] : options.external) {
    for (const auto& [port, endpoint] : ports) {
      if (!reach.covers(endpoint)) return reach.refusal(endpoint);
    }
  }
  return {};
}

void add_variations(CLI::App& app, Selection& selection) {
  app.add_option_function<std::vector<std::string>>(
         "--vary",
         [&selection](const std::vector<std::string>& values) {
           const auto names = variation_names(fmt::format("{}", fmt::join(values, ",")));
           if (!names) reject("--vary", names.error());
           selection.vary = *names;
         },
         "Scenarios are run under these variations too; a list with commas, may be repeated")
      ->allow_extra_args(false)
      ->type_name(variation_forms());
  app.footer(variation_meanings());
}

/// `FAMILY=SERVER,SERVER` of `--with`.
void choose(Servers& servers, const std::string& text) {
  constexpr const char* form = "FAMILY=SERVER[,SERVER]";
  const auto [family, members] = assignment("--with", text, form);
  for (std::string_view rest = members;;) {
    const auto comma = rest.find(',');
    if (comma == 0 || rest.empty()) reject("--with", fmt::format("'{}' is not of the form {}", text, form));
    servers.with[family].emplace(rest.substr(0, comma));
    if (comma == rest.npos) return;
    rest.remove_prefix(comma + 1);
  }
}

void add_selection(CLI::App& app, Selection& selection) {
  app.add_option("PATH", selection.paths, "Files, directories (all *.volley below them), or FILE:LINE for one scenario")
      ->required()
      ->type_name("");
  app.add_option("--filter", selection.filters, "Only scenarios whose identity contains TEXT; may be repeated")
      ->allow_extra_args(false)
      ->type_name("TEXT");
  app.add_option("--tag", selection.tags, "Only scenarios with this tag; may be repeated")
      ->allow_extra_args(false)
      ->type_name("TAG");
  add_variations(app, selection);
  app.add_option_function<std::vector<std::string>>(
         "--with",
         [&selection](const std::vector<std::string>& values) {
           for (const auto& value : values) choose(selection.servers, value);
         },
         "Of the family FAMILY of targets only these servers; may be repeated")
      ->allow_extra_args(false)
      ->type_name("FAMILY=SERVER[,SERVER]");
  add_reach(app, selection.reach);
}

/// What decides how often and in which order scenarios run.
void add_repetition(CLI::App& app, RunOptions& options) {
  app.add_flag("--fail-fast", options.fail_fast, "Skips what has not begun when something fails");
  app.add_flag("--last-failed", options.last_failed, "Only scenarios that failed when they last ran");
  app.add_option("--retries", options.retries,
                 "Tries a scenario that fails up to N times more; one that passes then is flaky")
      ->check(CLI::Range(std::size_t{0}, std::size_t{1000}))
      ->type_name("N");
  app.add_option("--repeat", options.repeat, "Runs everything N times")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->type_name("N");
  app.add_flag("--repeat-until-fail", options.repeat_until_fail,
               "Runs everything until something fails; with --repeat N times at most");
  // CLI11 has no option whose value may be left out; a flag's value stands behind `=` only, or else is "true".
  const auto text = std::make_shared<std::string>();
  app.add_flag("--shuffle", *text, "Begins in another order each time, or in the one of --shuffle=SEED")
      ->check([text, &options](const std::string& value) {
        const auto seed = value == "true" ? std::random_device()() : unsigned_number(value);
        if (seed) options.shuffle = *seed;
        return seed ? std::string() : seed.error();
      })
      ->type_name("SEED");
}

void describe(CLI::App& app, RunOptions& options) {
  app.description("Runs scenarios and reports what was found.");
  options.jobs = std::max(1u, std::thread::hardware_concurrency());
  add_selection(app, options.selection);
  app.add_option("--jobs", options.jobs, "How many lanes are in flight at once; default: one a processor")
      ->check(CLI::Range(std::size_t{1}, std::size_t{10'000}))
      ->type_name("N");
  app.add_option_function<std::vector<std::string>>(
         "--target",
         [&options](const std::vector<std::string>& values) {
           for (const auto& value : values) {
             auto [name, place] = assignment("--target", value, "NAME=HOST:PORT");
             const auto dot = std::min(name.find('.'), name.size());
             const auto port = name.substr(std::min(dot + 1, name.size()));
             const auto endpoint = address_and_port("--target", place);
             if (!options.external[name.substr(0, dot)].emplace(port, endpoint).second)
               reject("--target", fmt::format("'{}' is given twice", report::clean(name)));
           }
         },
         "A server that already runs takes the place of the target NAME, or of its ${port.P}; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME[.P]=HOST:PORT");
  app.add_option_function<std::vector<std::string>>(
         "--report",
         [&options](const std::vector<std::string>& values) {
           for (const auto& value : values) options.reports.push_back(report_request(value));
           reject_collisions(options.reports);
         },
         "Also writes the results to FILE, - for stdout, in this format; may be repeated")
      ->allow_extra_args(false)
      ->type_name("junit=FILE|json=FILE|tap=FILE|github[=FILE]");
  app.add_option_function<std::string>(
         "--color", [&options](const std::string& value) { options.colour = colour_of(value); },
         "Whether the results are in colours; default auto: on a terminal, unless NO_COLOR is set")
      ->type_name("auto|always|never");
  app.add_option_function<double>(
         "--slow",
         [&options](const double& value) {
           if (!(value >= 0 && value <= 1e6)) reject("--slow", fmt::format("{} is not from 0 to 1000000", value));
           options.slow = std::chrono::round<std::chrono::nanoseconds>(std::chrono::duration<double>(value));
         },
         "The slowest scenarios that take so many seconds are named at the end; default 2")
      ->type_name("S");
  app.add_option("--pcap", options.pcap, "Also writes the packets of each scenario to a pcapng file in DIR")
      ->type_name("DIR");
  app.add_option_function<std::string>(
         "--seed", [&options](const std::string& value) { options.seed = unsigned_number("--seed", value); },
         "What each case's seed is made from, with its identity; default 0")
      ->type_name("N");
  app.add_option_function<double>(
         "--slow-factor",
         [&options](const double& value) {
           if (!(value >= 1 && value <= 1000)) reject("--slow-factor", fmt::format("{} is not from 1 to 1000", value));
           options.slow_factor = value;
         },
         "Stretches every upper bound of time; default 1")
      ->type_name("X");
  app.add_option("--split-limit", options.split_limit,
                 "How many cuts of a scenario the variation split tries; default 64")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->type_name("N");
  add_repetition(app, options);
  app.add_flag("--strict", options.strict,
               "What is skipped, advice or flaky, or a known deviation that has vanished, fails the run");
  app.add_flag("--keep", options.keep,
               "The directories of targets and programs stay after a failure, which tells them");
  app.add_flag("-v,--verbose", options.verbose, "Shows the transcripts of passed scenarios too");
}

void describe(CLI::App& app, CheckOptions& options) {
  app.description("Checks scenario files without running anything.");
  app.add_option("PATH", options.paths, "Files, or directories (all *.volley below them)")->required()->type_name("");
  app.add_option_function<std::string>(
         "--dump",
         [&options](const std::string& value) {
           if (value != "plan") reject("--dump", fmt::format("'{}' cannot be shown: plan can", value));
           options.dump_plan = true;
         },
         "Shows what each scenario was compiled to")
      ->type_name("plan");
  add_reach(app, options.reach);
}

void describe(CLI::App& app, ListOptions& options) {
  app.description("Lists scenarios: identity, tags and targets, parted by tabs.");
  add_selection(app, options.selection);
  app.add_flag("--json", options.is_json, "Prints one JSON array of objects, for programs");
}

void describe(CLI::App& app, FormatOptions& options) {
  app.description(
      "Rewrites scenario files in their canonical form. Exit status 2: a file has mistakes and is left alone.");
  app.add_option("PATH", options.paths,
                 "Files, directories (all *.volley below them; default: this one), or - for stdin to stdout")
      ->type_name("");
  app.add_flag("--check", options.is_check, "Changes nothing: lists the files that would change, exit status 1");
}

void describe(CLI::App& app, CompletionOptions& options) {
  app.description("Prints a script that completes the command lines of volley in this shell.");
  app.add_option_function<std::string>(
         "SHELL",
         [&options](const std::string& value) {
           if (value != "bash" && value != "zsh") reject("SHELL", fmt::format("'{}' is not bash or zsh", value));
           options.shell = value == "zsh" ? CompletionOptions::Shell::zsh : CompletionOptions::Shell::bash;
         },
         "For which shell")
      ->required()
      ->type_name("bash|zsh");
}

/// What is wrong with words that no option and no place for paths takes.
std::string unexpected(const CLI::App& app) {
  const auto word = app.remaining().front();
  const auto name = word.substr(0, word.find('='));
  if (!name.starts_with('-')) return fmt::format("unexpected '{}'", report::clean(word));
  std::vector<std::string> known;
  for (const auto* option : app.get_options()) {
    for (const auto& one : option->get_lnames()) known.push_back("--" + one);
  }
  const auto meant = source::closest(name, std::vector<std::string_view>(known.begin(), known.end()));
  return fmt::format("unknown option '{}'{}", report::clean(name),
                     meant.empty() ? std::string() : fmt::format(": did you mean '{}'?", meant));
}

template <class Options>
OptionTable table_of() {
  Options options;
  CLI::App app;
  describe(app, options);
  return option_table(app);
}

template <class Options>
std::expected<Options, Refusal> parse(const std::string& command, Arguments arguments) {
  Options options;
  CLI::App app;
  app.name("volley " + command);
  describe(app, options);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // CLI11 takes them from the back
  } catch (const CLI::CallForHelp&) {
    return std::unexpected(Refusal{app.help(), true});
  } catch (const CLI::ParseError& error) {
    const bool is_unexpected = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
    const auto what = is_unexpected ? unexpected(app) : report::clean(error.what());
    return std::unexpected(
        Refusal{fmt::format("volley {}: {}\nTry 'volley help {}'.\n", command, what, command), false});
  }
  return options;
}

}  // namespace

std::expected<RunOptions, Refusal> parse_run(Arguments arguments) {
  auto options = parse<RunOptions>("run", arguments);
  if (!options) return options;
  if (const auto refused = refused_targets(*options); !refused.empty()) {
    return std::unexpected(Refusal{fmt::format("volley run: --target: {}\nTry 'volley help run'.\n", refused), false});
  }
  for (const auto& [name, ports] : options->external) options->selection.servers.external.insert(name);
  return options;
}
std::expected<CheckOptions, Refusal> parse_check(Arguments arguments) {
  return parse<CheckOptions>("check", arguments);
}
std::expected<ListOptions, Refusal> parse_list(Arguments arguments) {
  return parse<ListOptions>("list", arguments);
}
std::expected<FormatOptions, Refusal> parse_format(Arguments arguments) {
  auto options = parse<FormatOptions>("fmt", arguments);
  if (!options) return options;
  const bool has_stdin = std::ranges::find(options->paths, "-") != options->paths.end();
  if (has_stdin && options->paths.size() > 1) {
    return std::unexpected(Refusal{"volley fmt: '-' stands alone\nTry 'volley help fmt'.\n", false});
  }
  if (options->paths.empty()) options->paths.push_back(".");
  return options;
}

std::expected<CompletionOptions, Refusal> parse_completion(Arguments arguments) {
  return parse<CompletionOptions>("completion", arguments);
}

OptionTable option_table(std::string_view command) {
  if (command == "run") return table_of<RunOptions>();
  if (command == "check") return table_of<CheckOptions>();
  if (command == "list") return table_of<ListOptions>();
  if (command == "fmt") return table_of<FormatOptions>();
  if (command == "completion") return table_of<CompletionOptions>();
  return {};
}

int refuse(const Refusal& refusal) {
  if (refusal.is_help) return write_result(refusal.text) ? success : trouble;
  complain(refusal.text);
  return wrong_input;
}

}  // namespace volley::program
