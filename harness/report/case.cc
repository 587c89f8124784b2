// SPDX-License-Identifier: Apache-2.0
#include "report/case.h"

#include <fmt/format.h>

#include "plan/title.h"

namespace volley::report {

std::string title(const Case& one) {
  auto title = plan::title(one.name, one.variation, one.server);
  return one.round == 0 ? title : fmt::format("{} [round {}]", title, one.round);
}

std::string identity(const Case& one) {
  return one.path + " › " + title(one);
}

void Summary::count(judge::Outcome outcome) {
  switch (outcome) {
    case judge::Outcome::passed:
      ++passed;
      return;
    case judge::Outcome::failed:
      ++failed;
      return;
    case judge::Outcome::skipped:
      ++skipped;
      return;
    case judge::Outcome::error:
      ++errors;
      return;
    case judge::Outcome::advice:
      ++advice;
      return;
    case judge::Outcome::information:
      ++information;
      return;
    case judge::Outcome::flaky:
      ++flaky;
      return;
    case judge::Outcome::known:
      ++known;
      return;
    case judge::Outcome::vanished:
      ++vanished;
      return;
  }
}

}  // namespace volley::report
