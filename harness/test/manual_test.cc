// SPDX-License-Identifier: Apache-2.0
// The options in docs/volley.1 are those of the command line. After a change of them `VOLLEY_UPDATE_MANUAL=1
// harness_test
// "*manual*"` puts them into it.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>

#include "catch.h"
#include "completion.h"
#include "program/completion.h"
#include "run_program.h"

namespace volley::test {
namespace {

const std::string page = VOLLEY_DOCS "/volley.1";

/// A line of text in mdoc(7).
std::string text_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    line += c;
    if (c == '\\') line += 'e';
  }
  return (line.starts_with('.') || line.starts_with('\'') ? "\\&" : "") + line + "\n";
}

std::string item(const program::OptionRow& row) {
  std::string text = ".It";
  for (const auto& name : row.names) text += (text == ".It" ? " Fl " : " , Fl ") + name.substr(1);
  if (!row.value.empty()) text += (row.takes_value ? " Ar " : " Ns Op = Ns Ar ") + row.value;
  return text + "\n" + text_line(row.help + ".");
}

std::string list(const program::OptionTable& table) {
  if (table.options.empty()) return "";
  std::string text = ".Bl -tag -width Ds\n";
  for (const auto& row : table.options) text += item(row);
  return text + ".El\n";
}

std::string updated(std::string text) {
  for (const auto& command : program::command_rows()) {
    const auto begin = fmt::format(".\\\" begin {}\n", command.name);
    const auto end = fmt::format(".\\\" end {}\n", command.name);
    CAPTURE(begin, end);
    const auto from = text.find(begin);
    const auto to = text.find(end);
    REQUIRE((from != text.npos && to != text.npos && from < to));
    text.replace(from + begin.size(), to - from - begin.size(), list(command.table));
  }
  return text;
}

}  // namespace

TEST_CASE("the manual page has the options as help has them") {
  INFO("VOLLEY_UPDATE_MANUAL=1 harness_test \"*manual*\" brings docs/volley.1 up to date");
  const auto wanted = updated(read_text(page));
  if (std::getenv("VOLLEY_UPDATE_MANUAL")) write_text(page, wanted);
  CHECK(read_text(page) == wanted);
}

TEST_CASE("the manual page, as readers see it, tells exactly the commands and options of help") {
  const auto shown = run_program({"groff", "-ww", "-mandoc", "-Tascii", "-P-cbou", page});
  CHECK(shown.err.empty());
  Lines commands;
  std::map<std::string, Lines> options;
  bool is_commands = false;
  for (const auto& line : lines_of(shown.out)) {
    std::string name;
    if (!line.empty() && line[0] != ' ') is_commands = line == "COMMANDS";
    if (!is_commands) continue;
    if (RE2::FullMatch(line, "   volley ([a-z]+)", &name)) commands.push_back(name);
    if (!line.starts_with("     -")) continue;
    re2::StringPiece rest(line);
    while (RE2::Consume(&rest, "[ ,]+(--?[a-z][a-z-]*)", &name))
      options[commands.at(commands.size() - 1)].push_back(name);
  }
  std::ranges::sort(commands);
  CHECK(commands == commands_in_help());
  for (const auto& command : commands) {
    CAPTURE(command);
    std::ranges::sort(options[command]);
    CHECK(options[command] == options_in_help(command));
  }
}

TEST_CASE("mandoc has nothing to warn of in the manual page") {
  const auto lint = run_program({"mandoc", "-Tlint", "-Wwarning", page});
  CHECK(lint.out.empty());
  CHECK(lint.err.empty());
  CHECK(lint.status == exited(0));
}

}  // namespace volley::test
