// SPDX-License-Identifier: Apache-2.0
#include "goldens.h"

namespace volley::test {

/// What a later version is to have.
std::vector<Golden> later_goldens() {
  return {
      {"a family of targets where one is run", R"(target a {
    run "x"
}
target f = a
scenario "s" {
    listen l tcp f.port
    connect c tcp f
    bind u udp
    u > "x" to f
}
scenario "t" {
    connect c tcp f.other
}
)",
       R"(test.volley:6:18: error: 'f' is a family of targets: to run a scenario for each is not in this version [not-in-this-version]
    listen l tcp f.port
                 ^
hint: one of its targets can stand here
test.volley:12:19: error: 'f' is a family of targets: to run a scenario for each is not in this version [not-in-this-version]
    connect c tcp f.other
                  ^
hint: one of its targets can stand here
)"},
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
