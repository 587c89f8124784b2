// SPDX-License-Identifier: Apache-2.0
#include <volley/temp_dir.h>

#include <filesystem>

#include "catch.h"
#include "completion.h"
#include "run_program.h"

namespace volley::test {
namespace {

/// A directory with files to complete, and a bash in it.
class Bash {
 public:
  Bash() {
    write_text(path("a.volley"), "scenario \"a\" {\n    tag slow, stream\n    listen door tcp\n}\n");
    write_text(path("b c.volley"), "");
    write_text(path("x$(touch pwned).volley"), "");
    write_text(path("notes.txt"), "");
    std::filesystem::create_directories(path("my dir"));
    std::filesystem::create_directories(path("suites"));
  }

  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }

  /// What is offered for the last of `words`, behind "volley".
  Lines offered(const Lines& words) const {
    Lines argv{"bash", "--norc", VOLLEY_TEST_DATA "/complete.bash", directory_.path(), volley_program()};
    argv.insert(argv.end(), words.begin(), words.end());
    const auto run = run_program(argv);
    CHECK(run.err.empty());
    return lines_of(run.out);
  }

 private:
  TempDir directory_ = TempDir::make().value();
};

}  // namespace

TEST_CASE("bash is offered commands, values and files where they may stand") {
  struct Row {
    Lines words;
    Lines offered;
  };
  const Lines commands{"--help", "--version", "check", "completion", "fmt", "help", "list", "run"};
  const Lines paths{"a.volley", "b c.volley", "my dir", "suites", "x$(touch pwned).volley"};
  const Lines files{"a.volley", "b c.volley", "my dir", "notes.txt", "suites", "x$(touch pwned).volley"};
  const Lines formats{"github", "github=", "json=", "junit=", "tap="};
  const Row rows[] = {
      {{""}, commands},
      {{"c"}, {"check", "completion"}},
      {{"--v"}, {"--version"}},
      {{"run", ""}, paths},
      {{"run", "a"}, {"a.volley"}},
      {{"run", "a.volley", "s"}, {"suites"}},
      {{"run", "my\\ d"}, {"my dir"}},
      {{"run", "\"b "}, {"b c.volley"}},
      {{"run", "n"}, {}},
      {{"run", "a.volley", ":", ""}, {}},
      {{"run", "$(touch pwned)"}, {}},
      {{"run", "--color", ""}, {"always", "auto", "never"}},
      {{"run", "--color", "a"}, {"always", "auto"}},
      {{"run", "--color", "="}, {"always", "auto", "never"}},
      {{"run", "--color", "=", "n"}, {"never"}},
      {{"run", "--report", ""}, formats},
      {{"run", "--report", "=", "ju"}, {"junit="}},
      {{"run", "--report", "json", "="}, files},
      {{"run", "--report", "json", "=", "n"}, {"notes.txt"}},
      {{"run", "--report", "=", "github", "=", "n"}, {"notes.txt"}},
      {{"run", "--pcap", ""}, {"my dir", "suites"}},
      {{"run", "--jobs", ""}, {}},
      {{"run", "--strict", ""}, paths},
      {{"run", "--shuffle", ""}, paths},
      {{"run", "--shuffle", "=", ""}, {}},
      {{"run", "--", "--s"}, {}},
      {{"run", "--", "a"}, {"a.volley"}},
      {{"run", "a.volley", "--tag", ""}, {"slow", "stream"}},
      {{"run", "a.volley", "--tag", "=", "st"}, {"stream"}},
      {{"run", "b\\ c.volley", "--tag", ""}, {}},
      {{"list", "--tag", ""}, {}},
      {{"check", "--dump", ""}, {"plan"}},
      {{"fmt", "--ch"}, {"--check"}},
      {{"completion", ""}, {"bash", "zsh"}},
      {{"help", "c"}, {"check", "completion"}},
      {{"frob", ""}, {}},
      {{"frob", "--"}, {}},
  };
  const Bash bash;
  for (const auto& row : rows) {
    CAPTURE(row.words);
    CHECK(bash.offered(row.words) == row.offered);
  }
  CHECK_FALSE(std::filesystem::exists(bash.path("pwned")));
}

TEST_CASE("bash is offered exactly the commands and options that help tells") {
  const Bash bash;
  auto commands = commands_in_help();
  commands.insert(commands.begin(), {"--help", "--version"});
  CHECK(bash.offered({""}) == commands);
  for (const auto& command : commands_in_help()) {
    CAPTURE(command);
    CHECK(bash.offered({command, "-"}) == options_in_help(command));
  }
}

TEST_CASE("the completion of bash works under set -u and where readline parts no words") {
  const auto run = run_program({"bash", "--norc", "-c",
                                "set -u; source <(\"$0\" completion bash); COMP_WORDBREAKS=' '; COMP_CWORD=2;"
                                "COMP_WORDS=(volley run --color=al); _volley; echo \"${COMPREPLY[@]}\"",
                                volley_program()});
  CHECK(run.out == "--color=always\n");
  CHECK(run.err.empty());
}

}  // namespace volley::test
