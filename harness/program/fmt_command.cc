// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>

#include "program/command.h"
#include "program/command_line.h"
#include "program/exit_status.h"
#include "program/find.h"
#include "program/used_files.h"
#include "report/clean.h"
#include "report/file.h"
#include "script/format.h"
#include "script/parse.h"

namespace volley::program {
namespace {

/// The first of several that hold, as `ExitStatus` orders them.
void note(ExitStatus& status, ExitStatus found) {
  constexpr auto rank = [](ExitStatus one) { return one == success ? 0 : one == failure ? 1 : one == trouble ? 2 : 3; };
  status = std::max(status, found, [&](auto a, auto b) { return rank(a) < rank(b); });
}

/// The canonical form, or nothing after complaints about what is wrong.
std::optional<std::string> formatted(const source::Source& source, ExitStatus& status) {
  const auto diagnostics = script::parse(source).diagnostics;
  const auto shown = std::min(diagnostics.size(), source::max_diagnostics);
  for (std::size_t i = 0; i < shown; ++i) complain(source::render(source, diagnostics[i]));
  if (!diagnostics.empty()) {
    note(status, wrong_input);
    return {};
  }
  script::Findings findings;
  auto text = script::format(source, script::lex(source, findings));
  const source::Source again(source.path(), text);
  const bool says_the_same = script::have_same_tokens(source, again) && script::are_read_alike(source, again);
  if (says_the_same) return text;
  complain(fmt::format("volley: {}: its canonical form would say something else, which is a mistake of volley's\n",
                       report::clean(source.path())));
  note(status, trouble);
  return {};
}

/// `path` in its canonical form; tells its name if it differs.
void format_file(const std::string& path, bool is_check, ExitStatus& status) {
  const auto source = source::read(path);
  if (!source) {
    complain(unreadable(source.error()));
    return note(status, wrong_input);
  }
  const auto text = formatted(*source, status);
  if (!text || *text == source->bytes()) return;
  if (is_check) {
    note(status, write_result(report::clean(path) + "\n") ? failure : trouble);
  } else if (const auto written = report::write_file(path, *text); !written) {
    complain(fmt::format("volley: {}\n", report::clean(to_string(written.error()))));
    note(status, trouble);
  }
}

void format_stdin(bool is_check, ExitStatus& status) {
  const auto source = source::read(Descriptor(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)), "stdin");
  if (!source) {
    complain(unreadable(source.error()));
    return note(status, wrong_input);
  }
  const auto text = formatted(*source, status);
  if (!text || (is_check && *text == source->bytes())) return;
  const bool is_written = write_result(is_check ? "-\n" : *text);
  note(status, !is_written ? trouble : is_check ? failure : success);
}

}  // namespace

int fmt_command(Arguments arguments) {
  const auto options = parse_format(arguments);
  if (!options) return refuse(options.error());
  auto status = success;
  if (options->paths.front() == "-") {
    format_stdin(options->is_check, status);
    return status;
  }
  const auto found = find(options->paths, Shared::included);
  if (!found) return refuse({fmt::format("{}", fmt::join(found.error(), ""))});
  for (const auto& [path, lines] : *found) format_file(path, options->is_check, status);
  return status;
}

}  // namespace volley::program
