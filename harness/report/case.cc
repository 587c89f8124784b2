// SPDX-License-Identifier: Apache-2.0
#include "report/case.h"

namespace volley::report {

std::string identity(const Case& one) {
  return one.path + " › " + one.name;
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
  }
}

}  // namespace volley::report
