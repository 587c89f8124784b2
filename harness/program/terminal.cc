// SPDX-License-Identifier: Apache-2.0
#include "program/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace volley::program {
namespace {

constexpr std::size_t usual_columns = 80;

bool is_able_terminal(int descriptor) {
  const char* kind = std::getenv("TERM");
  return ::isatty(descriptor) == 1 && (kind == nullptr || std::string_view(kind) != "dumb");
}

}  // namespace

bool in_colour(Colour colour, int descriptor) {
  if (colour != Colour::automatic) return colour == Colour::always;
  const char* refused = std::getenv("NO_COLOR");  // no-color.org: set and not empty
  return is_able_terminal(descriptor) && (refused == nullptr || *refused == '\0');
}

std::optional<std::size_t> columns(int descriptor) {
  if (!is_able_terminal(descriptor)) return {};
  winsize size{};
  const bool is_known = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : usual_columns;
}

}  // namespace volley::program
