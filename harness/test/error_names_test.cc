// SPDX-License-Identifier: Apache-2.0
#include "engine/error_names.h"

#include <cerrno>
#include <string>

#include "catch.h"
#include "script/words.h"

namespace volley::engine {

TEST_CASE("every error that a scenario can name stands for an errno") {
  constexpr int last_errno = 133;
  for (const auto name : script::error_words) {
    CAPTURE(std::string(name));
    bool is_known = false;
    for (int code = 1; code <= last_errno; ++code) is_known = is_known || is_error_named(name, code);
    CHECK(is_known);
  }
}

TEST_CASE("errors of the system's own limits are told apart from the peer's") {
  for (const int code : {EMFILE, ENFILE, ENOMEM, EADDRINUSE, EACCES}) CHECK(is_refused_by_system(code));
  for (const int code : {EMFILE, ENFILE, ENOMEM, ENOBUFS}) {
    CHECK(is_shortage(code));
    for (const auto name : script::error_words) CHECK_FALSE(is_error_named(name, code));
  }
  CHECK_FALSE(is_shortage(EADDRINUSE));
  for (const int code : {ECONNREFUSED, ECONNRESET, EPIPE, ETIMEDOUT, EMSGSIZE}) CHECK_FALSE(is_refused_by_system(code));
}

}  // namespace volley::engine
