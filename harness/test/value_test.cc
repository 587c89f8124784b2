// SPDX-License-Identifier: Apache-2.0
#include "plan/value.h"

#include <string>

#include "catch.h"

namespace volley::plan {

TEST_CASE("bytes are written as a scenario would write them") {
  struct Row {
    std::string bytes;
    const char* text;
  };
  const Row rows[] = {
      {"", R"("")"},
      {"GET /\r\n", R"("GET /\r\n")"},
      {"a\tb\\c\"d", R"("a\tb\\c\"d")"},
      {"$5 ${x}", R"("$5 \${x}")"},
      {"abc\x1b[31m", R"("abc\x1b[31m")"},
      {std::string("abc\0", 4), R"("abc\0")"},
      {"\xde\xad\xbe\xef", R"(x"de ad be ef")"},
      {"ab\x01\x02", R"(x"61 62 01 02")"},
  };
  for (const auto& row : rows) CHECK(to_literal(row.bytes) == row.text);
}

TEST_CASE("values insert as the language says") {
  using namespace std::chrono_literals;
  CHECK(to_text(Integer{-5}) == "-5");
  CHECK(to_text(Integer{UINT64_MAX}) == "18446744073709551615");
  CHECK(to_text(Bytes("a\0b", 3)) == std::string("a\0b", 3));
  CHECK(to_text(Endpoint(Ipv4Address({127, 0, 0, 1}), 80)) == "127.0.0.1:80");
  CHECK(to_text(true) == "true");
  CHECK(to_text(std::chrono::nanoseconds(1500ms)) == "1500ms");
  CHECK(to_text(std::chrono::nanoseconds(2s)) == "2s");
  CHECK(to_text(std::chrono::nanoseconds(20us)) == "20us");
  CHECK(to_display(Bytes("x\n")) == "\"x\\n\"");
}

}  // namespace volley::plan
