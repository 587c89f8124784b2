// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace volley::program {

/// What may stand where a value is asked for: a word to the letter, one with a value of its own behind it, or only that
/// value. `json=FILE` has both.
struct Form {
  enum class Rest { nothing, file, directory, path, tag };
  std::string literal;        ///< Ends with `=` if something stands behind it.
  Rest rest = Rest::nothing;  ///< A path is a directory or a file *.volley.

  friend bool operator==(const Form&, const Form&) = default;
};

/// An option, or what stands on the command line without one.
struct OptionRow {
  std::vector<std::string> names;  ///< With their dashes; the long one comes last. Empty for an operand.
  std::string value;               ///< As help names it, `FORMAT`; empty if there is none.
  std::vector<Form> forms;         ///< Of the value; empty where anything may stand.
  std::string help;
  bool takes_value = false;  ///< Which may be the next word. Not so if it may be left out: then it stands behind `=`.
  bool repeats = false;
};

/// What a command line may hold behind the name of the command.
struct OptionTable {
  std::vector<OptionRow> options;
  std::optional<OptionRow> operand;
};

/// The forms of a value as help writes them: `auto|never`, `json=FILE|github[=FILE]`, `DIR`. What is in lower case
/// stands to the letter; of the words in capitals FILE, DIR, PATH and TAG tell what stands there.
std::vector<Form> forms_of(std::string_view value);

/// All that `app` takes, in the order of its help.
OptionTable option_table(CLI::App& app);

}  // namespace volley::program
