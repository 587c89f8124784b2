// SPDX-License-Identifier: Apache-2.0
#include "plan/regex.h"

#include <re2/re2.h>

#include <string>

#include "catch.h"

namespace volley::plan {

TEST_CASE("a Regex matches bytes, NUL and 0xFF and line ends among them") {
  const Regex any(".*");
  CHECK(re2::RE2::FullMatch(std::string("a\0\xff\r\nz", 6), any.compiled()));
}

TEST_CASE("two Regex values are equal if their texts are") {
  CHECK(Regex("a+") == Regex("a+"));
  CHECK_FALSE(Regex("a+") == Regex("a*"));
}

}  // namespace volley::plan
