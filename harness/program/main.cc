// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

#include "program/command_table.h"
#include "program/descriptor_limit.h"
#include "program/exit_status.h"
#include "program/standard_streams.h"
#include "program/version.h"

namespace volley::program {
namespace {

int main(Arguments arguments) {
  if (arguments.empty()) {
    complain(usage());
    return wrong_input;
  }
  if (arguments[0] == "--version") return write_result(fmt::format("volley {}\n", version())) ? success : trouble;
  if (arguments[0] == "--help" || arguments[0] == "-h") return help_command({});
  // Before anything is opened: whatever failed first would name a system call that means nothing to a user.
  if (const auto lack = lacks_own_descriptors(); lack && arguments[0] == "run") {
    complain(fmt::format("volley: {}\n", *lack));
    return trouble;
  }
  return dispatch(arguments[0], arguments.subspan(1));
}

}  // namespace
}  // namespace volley::program

int main(int argc, char** argv) {
  using namespace volley::program;
  open_standard_streams();
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  // What the standard library throws is memory or threads that the system refuses.
  try {
    return volley::program::main(arguments);
  } catch (const std::exception& refusal) {
    complain(fmt::format("volley: the system refuses memory or threads: {}\n", refusal.what()));
    return trouble;
  }
}
