// SPDX-License-Identifier: Apache-2.0
#include "program/command.h"

#include <cstdio>

#include "report/clean.h"

namespace volley::program {

bool write_result(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
}

void complain(std::string_view raw) {
  const auto text = report::inert(raw);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace volley::program
