// SPDX-License-Identifier: Apache-2.0
#include "program/command.h"
#include "program/command_line.h"
#include "program/command_table.h"
#include "program/completion.h"
#include "program/exit_status.h"

namespace volley::program {

std::vector<CommandRow> command_rows() {
  std::vector<CommandRow> rows;
  for (const auto& command : commands) rows.push_back({command.name, command.summary, option_table(command.name)});
  OptionRow topic;
  topic.value = "COMMAND";
  topic.help = "Whose options to show";
  for (const auto& command : commands) topic.forms.push_back({std::string(command.name), Form::Rest::nothing});
  rows.back().table.operand = topic;
  return rows;
}

std::string to_string(const Form& form) {
  constexpr std::array<std::string_view, 5> rests{"", "FILE", "DIR", "PATH", "TAG"};
  return form.literal + std::string(rests[static_cast<std::size_t>(form.rest)]);
}

int completion_command(Arguments arguments) {
  const auto options = parse_completion(arguments);
  if (!options) return refuse(options.error());
  const auto rows = command_rows();
  const bool is_bash = options->shell == CompletionOptions::Shell::bash;
  return write_result(is_bash ? bash_completion(rows) : zsh_completion(rows)) ? success : trouble;
}

}  // namespace volley::program
