// SPDX-License-Identifier: Apache-2.0
#include <volley/temp_dir.h>

#include <algorithm>
#include <filesystem>

#include "catch.h"
#include "completion.h"
#include "run_program.h"

namespace volley::test {
namespace {

/// A directory with files to complete, and a zsh in it.
class Zsh {
 public:
  Zsh() {
    write_text(path("a.volley"), "scenario \"a\" {\n    tag slow, stream\n    listen door tcp\n}\n");
    write_text(path("x$(touch pwned).volley"), "");
    write_text(path("notes.txt"), "");
    std::filesystem::create_directories(path("suites"));
    std::filesystem::create_symlink(volley_program(), path("volley"));
  }

  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }

  Lines offered(const std::string& line) const {
    const auto run = run_program(
        {"timeout", "120", "zsh", "-f", VOLLEY_TEST_DATA "/complete.zsh", directory_.path(), volley_program(), line});
    CHECK(run.err.empty());
    return lines_of(run.out);
  }

 private:
  TempDir directory_ = TempDir::make().value();
};

}  // namespace

TEST_CASE("zsh offers commands, values and files where they may stand") {
  struct Row {
    std::string line;
    Lines offered;
  };
  const Lines commands{"check", "completion", "fmt", "help", "list", "run"};
  const Row rows[] = {
      {"volley ", commands},
      {"volley -", {"--help", "--version"}},
      {"volley run ", {"a.volley", "suites", "x\\$\\(touch\\ pwned\\).volley"}},
      {"volley run --jobs 3 a.volley s", {"suites"}},
      {"volley run --color ", {"always", "auto", "never"}},
      {"volley run --color=", {"--color=always", "--color=auto", "--color=never"}},
      {"volley run --report ", {"github", "github=", "json=", "junit=", "tap="}},
      {"volley run --report json=n", {"json=notes.txt"}},
      {"volley run --report=github=n", {"--report=github=notes.txt"}},
      {"volley run --pcap ", {"suites"}},
      {"volley run --strict --str", {}},
      {"volley run --filter x --filt", {"--filter"}},
      {"volley run --shuffle=", {}},
      {"volley run -- --s", {}},
      {"./volley run a.volley --tag ", {"slow", "stream"}},
      {"volley check --dump ", {"plan"}},
      {"volley completion ", {"bash", "zsh"}},
      {"volley help ", commands},
      {"volley frob ", {}},
  };
  const Zsh zsh;
  for (const auto& row : rows) {
    CAPTURE(row.line);
    CHECK(zsh.offered(row.line) == row.offered);
  }
  CHECK_FALSE(std::filesystem::exists(zsh.path("pwned")));
}

TEST_CASE("zsh offers exactly the commands and options that help tells") {
  const Zsh zsh;
  CHECK(zsh.offered("volley ") == commands_in_help());
  for (const auto& command : commands_in_help()) {
    CAPTURE(command);
    auto options = options_in_help(command);
    std::erase_if(options, [](const std::string& name) { return !name.starts_with("--"); });
    CHECK(zsh.offered("volley " + command + " --") == options);
  }
}

TEST_CASE("the completion of zsh can be sourced, too") {
  const auto run = run_program({"zsh", "-fc",
                                "autoload -U compinit; compinit -u -D; source <($0 completion zsh);"
                                "print $_comps[volley] $+functions[_volley]",
                                volley_program()});
  CHECK(run.out == "_volley 1\n");
  CHECK(run.err.empty());
}

}  // namespace volley::test
