// SPDX-License-Identifier: Apache-2.0
#include "goldens.h"

namespace volley::test {

/// What a later version is to have.
std::vector<Golden> later_goldens() {
  return {
      {"steps", in_scenario(R"(link l to door { delay 20ms loss 10% rate 1MB/s })"),
       R"(test.volley:6:1: error: 'link' is not in this version [not-in-this-version]
link l to door { delay 20ms loss 10% rate 1MB/s }
^~~~
)"},
      {"items", in_scenario("let r = 10%"),
       R"(test.volley:6:9: error: '10%' is not in this version [not-in-this-version]
let r = 10%
        ^~~
)"},
  };
}

}  // namespace volley::test
