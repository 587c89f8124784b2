// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "program/command_table.h"
#include "program/completion.h"
#include "report/shell.h"

namespace volley::program {
namespace {

constexpr std::string_view head =
    R"sh(# bash completion of volley, as `volley completion bash` writes it.
# Source it, or save it as the file "volley" where bash-completion looks, ~/.local/share/bash-completion/completions.

)sh";

/// What does not depend on the commands. The candidates are whole; at the end what readline keeps is taken from them.
constexpr std::string_view machinery = R"sh(
# Adds to COMPREPLY what completes $1 as FORM..., each behind $2.
_volley_offer() {
  local typed=$1 opening=$2 form literal tail found paths=()
  for form in "${@:3}"; do
    literal=${form%%[A-Z]*}
    tail=${typed#"$literal"}
    found=()
    if [[ $form == "$literal" || $typed != "$literal"* ]]; then
      [[ $literal == "$typed"* ]] && COMPREPLY+=("$opening$literal")
      continue
    fi
    [[ $tail == [\'\"]* ]] && tail=${tail:1}
    tail=${tail//\\/}
    case ${form#"$literal"} in
      FILE) mapfile -t found < <(compgen -f -- "$tail") ;;
      DIR) mapfile -t found < <(compgen -d -- "$tail") ;;
      PATH) mapfile -t found < <(compgen -d -- "$tail"; compgen -f -X '!*.volley' -- "$tail") ;;
      TAG) _volley_tags "$tail" ;;
    esac
    [[ $form == *TAG ]] || compopt -o filenames 2> /dev/null
    COMPREPLY+=("${found[@]/#/"$opening$literal"}")
  done
}

# Sets found to the tags that begin with $1, of the scenarios in the paths on the line.
_volley_tags() {
  local word tag paths=()
  for word in "${words[@]:2}"; do
    word=${word/#'~/'/"$HOME/"}
    [[ $word != -* && -e $word ]] && paths+=("$word")
  done
  (( ${#paths[@]} > 0 )) || return
  while read -r tag; do
    [[ $tag == "$1"* ]] && found+=("$tag")
  done < <("${words[0]}" list "${paths[@]}" 2> /dev/null | cut -f 2 | tr , '\n' | sort -u)
}

_volley() {
  local i word words=() options=() forms=() ended= kept=
  COMPREPLY=()
  for (( i = 0; i <= COMP_CWORD; i++ )); do
    word=${COMP_WORDS[i]}
    if (( i > 1 )) && [[ $word =~ ^[=:]+$ || ${COMP_WORDS[i-1]} =~ ^[=:]+$ ]]; then
      words[-1]+=$word  # readline parts words there
    else
      words+=("$word")
    fi
    (( i < COMP_CWORD )) && [[ $word == -- ]] && ended=yes
  done
  local current=${words[-1]} before=${words[-2]-} command=${words[1]-}

  if (( ${#words[@]} < 3 )); then
    _volley_offer "$current" '' "${_volley_commands[@]}"
  elif [[ -z $ended && $current == --*=* ]] && _volley_forms "$command" "${current%%=*}="; then
    _volley_offer "${current#*=}" "${current%%=*}=" "${forms[@]}"
  elif [[ -z $ended && $before == -* ]] && _volley_forms "$command" "$before"; then
    _volley_offer "$current" '' "${forms[@]}"
  elif [[ -z $ended && $current == -* ]]; then
    _volley_options "$command" && _volley_offer "$current" '' "${options[@]}"
  elif _volley_forms "$command" ''; then
    _volley_offer "$current" '' "${forms[@]}"
  fi

  (( ${#COMPREPLY[@]} == 1 )) && [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2> /dev/null
  while [[ ${current#"$kept"} == *[=:]* ]]; do  # up to the last place where readline parted the word
    word=${current#"$kept"}
    word=${word%%[=:]*}
    i=$(( ${#kept} + ${#word} ))
    [[ $COMP_WORDBREAKS == *"${current:i:1}"* ]] || break
    kept=${current:0:i+1}
  done
  COMPREPLY=("${COMPREPLY[@]#"$kept"}")
}

complete -F _volley volley
)sh";

std::string words_of(const OptionRow& row) {
  std::string words;
  for (const auto& form : row.forms) words += (words.empty() ? "" : " ") + report::shell_word(to_string(form));
  return words;
}

std::string option_cases(const std::vector<CommandRow>& rows) {
  std::string text = "# Sets options to those of command $1.\n_volley_options() {\n  case $1 in\n";
  for (const auto& command : rows) {
    std::vector<std::string> names;
    for (const auto& row : command.table.options) names.insert(names.end(), row.names.begin(), row.names.end());
    if (!names.empty()) text += fmt::format("    {}) options=({}) ;;\n", command.name, fmt::join(names, " "));
  }
  return text + "    *) return 1 ;;\n  esac\n}\n";
}

/// A value that may be left out is one only behind `=`.
std::string patterns(std::string_view command, const OptionRow& row) {
  std::string text;
  for (const auto& name : row.names) {
    if (!text.empty()) text += " | ";
    text += fmt::format("'{} {}='", command, name);
    if (row.takes_value) text += fmt::format(" | '{} {}'", command, name);
  }
  return text.empty() ? fmt::format("'{} '", command) : text;
}

std::string form_cases(const std::vector<CommandRow>& rows) {
  std::string text =
      "\n# Sets forms to what the value of option $2 of command $1 may be; without $2 what stands without an option. "
      "In\n"
      "# capitals: what is not to the letter. No forms: anything. Fails where no value stands.\n"
      "_volley_forms() {\n  case \"$1 $2\" in\n";
  for (const auto& command : rows) {
    auto options = command.table.options;
    if (command.table.operand) options.push_back(*command.table.operand);
    for (const auto& row : options) {
      if (row.value.empty()) continue;
      text += fmt::format("    {}) forms=({}) ;;\n", patterns(command.name, row), words_of(row));
    }
  }
  return text + "    *) return 1 ;;\n  esac\n}\n";
}

}  // namespace

std::string bash_completion(const std::vector<CommandRow>& rows) {
  std::string text(head);
  text += "_volley_commands=(";
  for (const auto& command : rows) text += fmt::format("{} ", command.name);
  text += fmt::format("{})\n\n", fmt::join(top_options, " "));
  return text + option_cases(rows) + form_cases(rows) + std::string(machinery);
}

}  // namespace volley::program
