// SPDX-License-Identifier: Apache-2.0
#include <netdb.h>
#include <volley/error.h>

#include <cerrno>

#include "catch.h"

namespace volley {

TEST_CASE("an Error names the call, its argument and the reason") {
  CHECK(to_string(Error{ECONNREFUSED, "connect", "127.0.0.1:6379"}) == "connect 127.0.0.1:6379: Connection refused");
  CHECK(to_string(Error{EMFILE, "epoll_create1", {}}) == "epoll_create1: Too many open files");
  CHECK(to_string(Error{EAI_NONAME, "getaddrinfo", "no.such.name"}) ==
        "getaddrinfo no.such.name: Name or service not known");
  CHECK(to_string(Error{12345, "ioctl", "3"}) == "ioctl 3: Unknown error 12345");
}

TEST_CASE("last_error takes errno as it stands") {
  errno = EACCES;
  CHECK(last_error("bind", "0.0.0.0:1") == Error{EACCES, "bind", "0.0.0.0:1"});
}

}  // namespace volley
