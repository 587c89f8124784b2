// SPDX-License-Identifier: Apache-2.0
#include "goldens.h"

namespace volley::test {

/// Uses, families of targets, and what is said of their variations.
std::vector<Golden> family_goldens() {
  return {
      {"a use without a path", "use other\nuse \"a${b}\"\nuse \"a.volley\" \"b.volley\"\n",
       R"(test.volley:1:5: error: expected the path of a file as a text, found 'other' [expected]
use other
    ^~~~~
test.volley:2:5: error: expected the path of a file as a text without '${…}' [expected]
use "a${b}"
    ^~~~
hint: '\$' is a plain dollar
test.volley:3:16: error: expected the end of the line, found a text [expected]
use "a.volley" "b.volley"
               ^~~~~~~~~~
)"},
      {"families of what there is not, and families twice", R"(target solo {
    run "x"
}
target f = solo | sol
target f = solo
target solo = solo
target g =
target h = solo |
)",
       R"(test.volley:4:19: error: unknown target 'sol' [unknown-name]
target f = solo | sol
                  ^~~
hint: did you mean 'solo'?
test.volley:5:8: error: the target 'f' is declared twice [duplicate-target]
target f = solo
       ^
hint: the first is at test.volley:4:8
test.volley:6:8: error: the target 'solo' is declared twice [duplicate-target]
target solo = solo
       ^~~~
hint: the first is at test.volley:1:8
test.volley:8:8: error: expected the end of the line, found 'h' [expected]
target h = solo |
       ^
)"},
      {"what is known of whom, and variations", R"(target solo {
    run "x"
}
scenario "s" {
    known "answers late" for solo
    known "answers early" for two
    known for solo
    known "x" solo
    known "x" for "solo"
    vary all except segments, repeat
    vary fast
}
scenario "t" {
    vary all segment
}
scenario "u" {
    vary
}
scenario "v" {
    vary segment, split, coalesce, ipv6, slow_reader, delay, repeat
}
scenario "w" {
    vary none
}
)",
       R"(test.volley:6:31: error: unknown target 'two' [unknown-name]
    known "answers early" for two
                              ^~~
hint: a target has a block: target NAME { run "…" }
test.volley:7:11: error: expected how the server departs from the clause, as a text, found 'for' [expected]
    known for solo
          ^~~
test.volley:8:15: error: expected 'for', found 'solo' [expected]
    known "x" solo
              ^~~~
hint: a departure is that of one server: known "…" for NAME
test.volley:9:19: error: expected a target, found a text [expected]
    known "x" for "solo"
                  ^~~~~~
test.volley:10:21: error: unknown variation 'segments' [unknown-option]
    vary all except segments, repeat
                    ^~~~~~~~
hint: did you mean 'segment'?
test.volley:11:5: error: 'vary' stands here a second time [repeated]
    vary fast
    ^~~~
test.volley:11:10: error: unknown variation 'fast' [unknown-option]
    vary fast
         ^~~~
hint: variations are coalesce, delay, ipv6, repeat, segment, slow_reader, split
test.volley:14:14: error: expected the end of the line, found 'segment' [expected]
    vary all segment
             ^~~~~~~
test.volley:17:9: error: expected a variation, found the end of the line [expected]
    vary
        ^
)"},
  };
}

}  // namespace volley::test
