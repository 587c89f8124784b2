// SPDX-License-Identifier: Apache-2.0
#include "suite_run.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>
#include <volley/process.h>
#include <volley/temp_dir.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "text.h"

namespace volley::planted {
namespace {

using Words = std::vector<std::string>;

/// The fault by which every protocol's server crashes.
constexpr std::string_view crash = "crash";

/// Starts a program whose standard streams are `out` and `err`.
Process start(const Words& argv, const std::string& directory, int out, int err) {
  std::vector<std::string> variables;
  constexpr std::string_view state = "XDG_STATE_HOME=";
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with(state)) variables.emplace_back(*variable);
  }
  variables.push_back(std::string(state) + directory);  // no note of failures is left behind
  auto process = Process::start({.program = argv[0],
                                 .argv = argv,
                                 .environment = std::move(variables),
                                 .directory = directory,
                                 .stdio = {-1, out, err}});
  return process ? std::move(*process) : Process();
}

/// The first line that comes, without its end; what there is if no more comes.
std::string read_line(const Descriptor& from) {
  std::string line;
  std::array<std::byte, 1> byte{};
  while (!line.ends_with('\n')) {
    const auto got = read(from, byte);
    if (!got || got->kind != Received::Kind::data) break;
    line += static_cast<char>(byte[0]);
  }
  return line.substr(0, line.find('\n'));
}

/// A server that listens.
class Server {
 public:
  Server(const Protocol& protocol, const Words& faults, const std::string& directory) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
    const Descriptor from(ends[0]);
    Descriptor to(ends[1]);
    Words argv{VOLLEY_PLANTED, std::string(protocol.name)};
    argv.insert(argv.end(), faults.begin(), faults.end());
    process_ = start(argv, directory, to.get(), STDERR_FILENO);
    to.close();
    port_ = read_line(from);
  }

  /// Empty: it did not start.
  const std::string& port() const { return port_; }

  /// How it ended when it was asked to.
  std::string stop() {
    static_cast<void>(process_.signal(SIGTERM));
    const auto status = process_.wait();
    return status ? to_string(*status) : to_string(status.error());
  }

 private:
  std::string port_;
  Process process_;
};

Words command(const Suite& suite, const std::string& port, const RunOptions& options) {
  Words words{VOLLEY_PROGRAM,
              "run",
              options.file.empty() ? fmt::format("{}/{}", VOLLEY_SCENARIOS, suite.folder) : options.file,
              "--target",
              fmt::format("{}={}:{}", suite.target, options.host, port),
              "--jobs",
              "4",
              "--report",
              "json=report.json",
              "--slow-factor",
              VOLLEY_SLOW_FACTOR};
  for (const auto tag : suite.tags) words.insert(words.end(), {"--tag", std::string(tag)});
  if (!options.variations.empty()) words.insert(words.end(), {"--vary", std::string(options.variations)});
  if (options.variations_only) words.insert(words.end(), {"--filter", fmt::format("[{}]", options.variations)});
  if (options.until_failure) words.emplace_back("--fail-fast");
  return words;
}

void read_report(const std::string& path, SuiteRun& run) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto entry = nlohmann::json::parse(line, nullptr, false);
    if (entry.is_discarded() || entry.value("type", "") != "case") continue;
    const auto outcome = entry.value("outcome", "");
    const auto identity = entry.value("identity", "");
    const std::string folder = fmt::format("{}/", VOLLEY_SCENARIOS);
    const auto title = identity.substr(identity.starts_with(folder) ? folder.size() : 0);
    if (outcome == "failed") {
      run.failed.push_back(title);
    } else if (outcome == "passed") {
      ++run.passed;
    } else if (outcome == "skipped") {
      run.skipped.push_back(title + ": " + entry.value("reason", ""));
    } else {
      run.others.push_back(title + ": " + outcome);
    }
  }
}

/// Whether volley came to a verdict of each case, of which there may be none.
bool has_run(const Result<ExitStatus>& status, const SuiteRun& run) {
  if (!status || status->kind != ExitStatus::Kind::exited) return false;
  return status->value <= 1 || (status->value == 3 && run.told.contains("volley: nothing ran\n"));
}

SuiteRun complaint(std::string why) {
  SuiteRun run;
  run.complaint = std::move(why);
  return run;
}

}  // namespace

const Suite& suite_of(const Protocol& protocol) {
  static const std::array suites{
      Suite{"echo", "echo", "echo", {"tcp"}},
      Suite{"line_echo", "echo", "echo", {"lines"}},
      Suite{"udp_echo", "echo", "datagrams", {"udp"}},
      Suite{"tftp", "tftp", "tftp", {"read", "read_options"}},
      Suite{"resp", "redis", "redis", {"basic"}},
      Suite{"dns", "dns", "dns", {"a", "a_tcp", "a_edns"}},
      Suite{"http", "http", "http", {"get", "head", "sites", "methods"}},
  };
  return *std::ranges::find(suites, protocol.name, &Suite::protocol);
}

SuiteRun run_suite(const Protocol& protocol, const Words& faults, const RunOptions& options) {
  SuiteRun run;
  const auto directory = TempDir::make();
  if (!directory) return complaint(to_string(directory.error()));
  Server server(protocol, faults, directory->path());
  if (server.port().empty()) return complaint("the server did not start");
  const Descriptor out(::open((directory->path() + "/out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  auto volley = start(command(suite_of(protocol), server.port(), options), directory->path(), out.get(), out.get());
  const auto status = volley.wait();
  const auto ended = server.stop();
  read_report(directory->path() + "/report.json", run);
  std::ifstream console(directory->path() + "/out");
  for (std::string line; std::getline(console, line);) {
    if (!line.starts_with("ok ") && !line.starts_with("skip ")) run.told += line + "\n";
  }
  const bool may_crash = std::ranges::find(faults, crash) != faults.end();
  if (!has_run(status, run)) {
    run.complaint = "volley did not run: " + run.told;
  } else if (ended != "exited with status 0" && !(may_crash && ended == "was killed by SIGABRT")) {
    run.complaint = "the server " + ended;
  }
  return run;
}

}  // namespace volley::planted
