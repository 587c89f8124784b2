// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "program/command_table.h"
#include "program/completion.h"
#include "report/shell.h"

namespace volley::program {
namespace {

constexpr std::string_view head = R"sh(#compdef volley
# zsh completion of volley, as `volley completion zsh` writes it.
# Save it as the file "_volley" in a directory of $fpath, or source it after compinit.

# FORM...: words to the letter, behind some of which a file stands.
_volley_forms() {
  local form expl
  for form; do
    if [[ $form == *=FILE && $PREFIX == ${form%FILE}* ]]; then
      compset -P 1 '*='
      _files
      return
    fi
  done
  _wanted values expl value compadd -S '' - ${@%FILE}
}

# The tags of the scenarios in the paths on the line.
_volley_tags() {
  local word
  local -a paths tags
  for word in ${(Q)words[2,-1]}; do
    word=${word/#'~/'/$HOME/}
    [[ $word != -* && -e $word ]] && paths+=($word)
  done
  (( $#paths )) || return 1
  tags=(${(uf)"$(${(Q)volley} list $paths 2> /dev/null | cut -f 2 | tr , '\n')"})
  compadd "$@" -a tags
}

_volley() {
  local volley=$words[1]
  local -a commands top
)sh";

constexpr std::string_view tail = R"sh(  esac
}

if [[ $funcstack[1] == _volley ]]; then
  _volley "$@"
else
  compdef _volley volley
fi
)sh";

std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (special.contains(c)) out += '\\';
    out += c;
  }
  return out;
}

/// What _arguments does where the value of `row` stands.
std::string action(const OptionRow& row) {
  using Rest = Form::Rest;
  std::vector<std::string> words;
  for (const auto& form : row.forms) words.push_back(to_string(form));
  if (words.empty()) return "";
  if (row.forms.size() == 1 && row.forms[0].literal.empty()) {
    switch (row.forms[0].rest) {
      case Rest::nothing:
        return "";
      case Rest::file:
        return "_files";
      case Rest::directory:
        return "_files -/";
      case Rest::path:
        return "_files -g \"*.volley(-.)\"";
      case Rest::tag:
        return "_volley_tags";
    }
  }
  // Behind a blank _arguments leaves the words as they are.
  const bool is_fixed = std::ranges::all_of(row.forms, [](const Form& form) { return form.rest == Rest::nothing; });
  return fmt::format(fmt::runtime(is_fixed ? "({})" : " _volley_forms {}"), fmt::join(words, " "));
}

std::string value_of(const OptionRow& row) {
  return fmt::format("{}:{}", escaped(row.value, "\\:"), action(row));
}

/// One of the specifications of _arguments.
std::string specification(const OptionRow& row) {
  if (row.names.empty()) return report::shell_word((row.repeats ? "*:" : ":") + value_of(row));
  std::string said = "[" + escaped(row.help, "\\[]:") + "]";
  const auto* equals = row.takes_value ? "=" : row.value.empty() ? "" : "=-";
  if (!row.value.empty()) said += (row.takes_value ? ":" : "::") + value_of(row);
  // Help alone is all there is.
  const bool is_help = std::ranges::find(row.names, "--help") != row.names.end();
  const auto excluded = is_help ? "(- *)" : row.repeats ? "*" : fmt::format("({})", fmt::join(row.names, " "));
  std::string text;
  for (const auto& name : row.names) {
    text +=
        (text.empty() ? "" : " ") + report::shell_word(excluded + name + (name.starts_with("--") ? equals : "") + said);
  }
  return text;
}

}  // namespace

std::string zsh_completion(const std::vector<CommandRow>& rows) {
  std::string text(head);
  text += "  commands=(\n";
  for (const auto& command : rows) {
    text += fmt::format("    {}\n", report::shell_word(fmt::format("{}:{}", command.name, command.summary)));
  }
  text += fmt::format("  )\n  top=({})\n", fmt::join(top_options, " "));
  text +=
      "  if (( CURRENT == 2 )); then\n"
      "    _describe -t commands command commands\n"
      "    [[ $PREFIX == -* ]] && compadd -a top\n"
      "    return\n"
      "  fi\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  case $words[1] in\n";
  for (const auto& command : rows) {
    text += fmt::format("    {})\n      _arguments -s -S", command.name);
    for (const auto& row : command.table.options) text += " \\\n        " + specification(row);
    if (command.table.operand) text += " \\\n        " + specification(*command.table.operand);
    text += " ;;\n";
  }
  return text + std::string(tail);
}

}  // namespace volley::program
