// SPDX-License-Identifier: Apache-2.0
#include "goldens.h"

namespace volley::test {

/// Mistakes in and around blocks.
std::vector<Golden> block_goldens() {
  std::string many = "any order {\n";
  for (int i = 0; i < 257; ++i)
    many += "a < \"" + std::string(1, static_cast<char>('a' + i % 26)) + std::to_string(i) + ";\"\n";
  return {
      {"what a block needs", in_scenario(R"(repeat { wait 1ms }
repeat 2 as len { wait 1ms }
repeat until true at 3 { wait 1ms }
parallel "x" { wait 1ms }
repeat -1 { wait 1ms }
one of { }
any order { wait 1ms })"),
       R"(test.volley:6:8: error: expected a value, found '{' [expected]
repeat { wait 1ms }
       ^
test.volley:7:13: error: 'len' is a word of the language [reserved-name]
repeat 2 as len { wait 1ms }
            ^~~
hint: another name is needed
test.volley:8:22: error: expected 'most', found '3' [expected]
repeat until true at 3 { wait 1ms }
                     ^
hint: for example at most 100
test.volley:9:10: error: 'parallel' takes an integer, not bytes [type-mismatch]
parallel "x" { wait 1ms }
         ^~~
test.volley:10:8: error: -1 is no count [does-not-fit]
repeat -1 { wait 1ms }
       ^~
hint: a count is 0 to 1000000000
test.volley:11:10: error: expected a branch, found '}' [expected]
one of { }
         ^
hint: a branch is a receive, or steps in braces that begin with one
test.volley:12:13: error: expected a branch, found 'wait' [expected]
any order { wait 1ms }
            ^~~~
hint: a branch is a receive, or steps in braces that begin with one
)"},
      {"blocks where they cannot stand", in_scenario(R"(focus { wait 1ms }
focus { wait 1ms }
repeat 2 { focus { wait 1ms } }
always { wait 1ms }
wait 1ms)"),
       R"(test.volley:7:1: error: a second 'focus' [misplaced-block]
focus { wait 1ms }
^~~~~
hint: a scenario has one at most
test.volley:8:12: error: 'focus' stands inside of another block [misplaced-block]
repeat 2 { focus { wait 1ms } }
           ^~~~~
hint: 'focus' is a step of the scenario itself
test.volley:9:1: error: steps follow 'always' [misplaced-block]
always { wait 1ms }
^~~~~~
hint: 'always' is the last step of its scenario
)"},
      {"branches", in_scenario(R"(any order {
    { a > "x"
      a < "y" }
    a < "z"
}
one of {
    a < "abc"
    a < "abcd"
}
one of {
    a < "abcd"
    a < "abc"
}
one of {
    a < closed
    a < eof
}
one of {
    a < rest
    a < "x"
}
any order {
    a < "x"
    a < "x"
    a < "xy"
}
any order {
    b < nothing for 10ms
    b < "x"
})"),
       R"(test.volley:7:7: error: a branch begins with a receive [branch-without-receive]
    { a > "x"
      ^~~~~~~
hint: what comes decides which branch it is
test.volley:13:5: error: this branch is never reached: an earlier one takes 'abc' already [unreachable-branch]
    a < "abcd"
    ^~~~~~~~~~
hint: branches are tried in the order written
test.volley:17:5: error: one of two branches of a stream is the beginning of the other [prefix-branch]
    a < "abc"
    ^~~~~~~~~
hint: which of them it is cannot be told without waiting
test.volley:21:5: error: this branch is never reached: an earlier one takes the same end [unreachable-branch]
    a < eof
    ^~~~~~~
hint: branches are tried in the order written
test.volley:25:5: error: this branch is never reached: an earlier one takes all that comes [unreachable-branch]
    a < "x"
    ^~~~~~~
hint: branches are tried in the order written
test.volley:30:5: error: one of two branches of a stream is the beginning of the other [prefix-branch]
    a < "xy"
    ^~~~~~~~
hint: which of them it is cannot be told without waiting
test.volley:33:5: error: another branch waits for what 'b' receives: it is not silent [unreachable-branch]
    b < nothing for 10ms
    ^~~~~~~~~~~~~~~~~~~~
)"},
      {"too many branches", in_scenario(many + "}"),
       R"(test.volley:6:1: error: 257 branches are more than 256 [too-many-branches]
any order {
^~~~~~~~~~~
)"},
      {"names and peers of blocks", in_scenario(R"(repeat 2 {
    connect c tcp door
    accept d from door
    let n = 1
    close a
}
c > "x"
expect n == 1
parallel 2 {
    b < "x"
    connect e tcp door
}
close e
one of {
    { b < "y"
      let m = 1
      let k = 1 }
    { b < "z"
      let m = 2
      close b }
}
expect m == k
b > "x"
always {
    connect f tcp door
})"),
       R"(test.volley:10:11: error: 'a' is from outside of the loop: each round would find it closed [outer-peer]
    close a
          ^
hint: open it inside, or end it behind the loop
test.volley:12:1: error: the name 'c' is known to the end of its block only [ended-name]
c > "x"
^
hint: it was bound at test.volley:7:13
test.volley:15:5: error: 'b' is from outside of 'parallel': which copy receives what is open [outer-peer]
    b < "x"
    ^
hint: connect or accept it inside
test.volley:18:7: error: the name 'e' is known to the end of its block only [ended-name]
close e
      ^
hint: it was bound at test.volley:16:13
test.volley:27:13: error: the name 'k' is known to the end of its block only [ended-name]
expect m == k
            ^
hint: it was bound at test.volley:22:11
test.volley:28:1: error: 'b' is closed: it cannot send [closed-peer]
b > "x"
^
test.volley:30:19: error: 'always' does not know 'door' [not-in-always]
    connect f tcp door
                  ^~~~
hint: it runs whatever happened before: it binds all that it uses
)"},
      {"a loop binds its values anew, and no other type", in_scenario(R"(let n = 1
repeat 2 {
    let n = n + 1
    let n = "x"
}
let n = 2)"),
       R"(test.volley:9:9: error: the name 'n' is bound already [bound-twice]
    let n = "x"
        ^
hint: each name is bound once, this one at test.volley:6:5
test.volley:11:5: error: the name 'n' is bound already [bound-twice]
let n = 2
    ^
hint: each name is bound once, this one at test.volley:6:5
)"},
  };
}

}  // namespace volley::test
