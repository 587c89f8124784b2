// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <re2/re2.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "compiled.h"
#include "diagnose.h"

namespace volley::test {

/// One row of a table of docs/language.md: steps in which it passes, and steps in which it fails as it should.
struct LanguageRow {
  std::string_view row;
  std::string_view passes;
  std::string_view fails;
  std::string_view found;  ///< What the judge says of `fails`, as steady_explanation; or the checker, where it knows.
};

/// Without what differs from run to run: ports of the system's choice, times, and how much a peer took.
inline std::string steady_explanation(std::string text) {
  RE2::GlobalReplace(&text, R"(127\.0\.0\.1:\d+)", "127.0.0.1:PORT");
  RE2::GlobalReplace(&text, R"(came after \d+\.\d+ ms)", "came after T");
  RE2::GlobalReplace(&text, R"((?:\.next)+ is nested)", ".next… is nested");
  RE2::GlobalReplace(&text, R"(mss is \d+)", "mss is N");
  RE2::GlobalReplace(&text, R"(port is \d+)", "port is PORT");
  RE2::GlobalReplace(&text, R"(sent \d+\.\d+ of)", "sent N of");
  return text;
}

/// `opening` stands before the steps of each row, `declarations` before the scenario.
inline void check_rows(std::initializer_list<LanguageRow> rows, std::string_view opening,
                       std::string_view declarations = {}) {
  const auto explained = [&](std::string_view steps) {
    const auto text =
        std::string(declarations) + "scenario \"test\" {\n" + std::string(opening) + std::string(steps) + "\n}\n";
    const auto mistakes = diagnose(text);
    return mistakes.empty() ? steady_explanation(explain(compile(text))) : mistakes;
  };
  for (const auto& row : rows) {
    CAPTURE(row.row);
    if (!row.passes.empty()) CHECK(explained(row.passes) == "passed");
    CHECK(explained(row.fails) == row.found);
  }
}

/// Two ends of a connection that are both ours.
inline constexpr std::string_view two_streams = "listen door tcp\nconnect a tcp door\naccept b from door\n";
/// A datagram socket and one that is connected to it.
inline constexpr std::string_view two_datagram_sockets = "bind s udp\nconnect c udp s\n";

}  // namespace volley::test
