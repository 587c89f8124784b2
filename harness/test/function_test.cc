// SPDX-License-Identifier: Apache-2.0
// Digests, counting, and files: what they give, and how a scenario in which they are wrong fails.
#include <filesystem>
#include <string>

#include "catch.h"
#include "compiled.h"
#include "diagnose.h"
#include "plan/digest.h"
#include "program_workspace.h"

namespace volley::test {
namespace {

std::string hex_of(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(c);
    text += {digits[value >> 4], digits[value & 15]};
  }
  return text;
}

std::string in_pair(std::string_view steps) {
  return "scenario \"s\" {\n    listen door tcp\n    connect a tcp door\n    accept b from door\n" +
         std::string(steps) + "\n}\n";
}

}  // namespace

TEST_CASE("digests and base64 are those of their standards") {
  CHECK(hex_of(plan::sha1("")) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  CHECK(hex_of(plan::sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(hex_of(plan::sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_of(plan::hmac_sha1(std::string(20, '\x0b'), "Hi There")) == "b617318655057264e28bc0b6fb378c8ef146be00");
  CHECK(hex_of(plan::hmac_sha1(std::string(80, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "aa4ae5e15272d00e95705637ce8a3b55ed402112");
  CHECK(plan::base64("") == "");
  CHECK(plan::base64("f") == "Zg==");
  CHECK(plan::base64("foob") == "Zm9vYg==");
  CHECK(plan::base64("foobar") == "Zm9vYmFy");
  CHECK(plan::base64(std::string("\x00\xff\xfe", 3)) == "AP/+");
}

TEST_CASE("functions over bytes pass where they are right, and fail where they are not") {
  CHECK(explain_steps(
            "let k = \"dGhlIHNhbXBsZSBub25jZQ==\"\n"
            "expect base64(sha1(k \"258EAFA5-E914-47DA-95CA-C5AB0DC85B11\")) == "
            "\"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\"\n"
            "expect hex(sha256(\"\")) == \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"\n"
            "expect len(hmac_sha1(\"key\", \"text\")) == 20\n"
            "expect count(\"a,b,,c\", \",\") == 3 and count(\"aaaa\", \"aa\") == 2 and count(\"\", \"x\") == 0") ==
        "passed");
  CHECK(explain_steps("let n = count(\"a,b\", \",\")\nexpect n == 2") == "the condition is false\nn is 1");
  CHECK(explain_steps("expect count(\"a\", zero(len(\"\"))) == 0").find("nothing cannot be counted") !=
        std::string::npos);
  CHECK(explain_steps("let d = sha1(\"x\")\nexpect d == sha1(\"y\")").starts_with("the condition is false"));
}

TEST_CASE("functions take what they are for, and as many as they take") {
  CHECK(diagnose("let a = sha1(1)\nlet b = hmac_sha1(\"k\")\nlet c = count(\"x\", 2)\nlet d = base64()\n"
                 "let e = sha265(\"x\")\nlet f = count(\"x\")\nlet g = sha256(1s)\nlet h = file(\"x\", 2)\nlet i = "
                 "file(g)\n") ==
        "test.volley:1:14: error: 'sha1' takes bytes, not an integer [type-mismatch]\nlet a = sha1(1)\n"
        "             ^\n"
        "test.volley:2:9: error: 'hmac_sha1' takes 2 arguments, not 1 [argument-count]\nlet b = hmac_sha1(\"k\")\n"
        "        ^~~~~~~~~~~~~~\n"
        "test.volley:3:20: error: 'count' takes bytes, not an integer [type-mismatch]\nlet c = count(\"x\", 2)\n"
        "                   ^\n"
        "test.volley:4:9: error: 'base64' takes 1 argument, not 0 [argument-count]\nlet d = base64()\n"
        "        ^~~~~~~~\n"
        "test.volley:5:9: error: unknown function 'sha265' [unknown-function]\nlet e = sha265(\"x\")\n"
        "        ^~~~~~\nhint: did you mean 'sha256'?\n"
        "test.volley:6:9: error: 'count' takes 2 arguments, not 1 [argument-count]\nlet f = count(\"x\")\n"
        "        ^~~~~~~~~~\n"
        "test.volley:7:16: error: 'sha256' takes bytes, not a duration [type-mismatch]\nlet g = sha256(1s)\n"
        "               ^~\n"
        "test.volley:8:17: error: expected ')', found ',' [expected]\nlet h = file(\"x\", 2)\n                ^\n"
        "test.volley:9:14: error: expected the path of a file as a text, found 'g' [expected]\nlet i = file(g)\n"
        "             ^\n");
}

TEST_CASE("a file beside the scenario is sent and expected as it is") {
  const Workspace here;
  std::filesystem::create_directory(here.path("data"));
  std::string large;
  for (int i = 0; i < 300'000; ++i) large += static_cast<char>(i * 7 % 251);
  here.write("data/large", large);
  here.write("data/empty", "");
  here.write("data/small", "small\n");
  here.write("ok.volley", "let page = file(\"data/small\")\n" +
                              in_pair("    a > \"<\" file(\"data/large\") file(\"data/empty\") page \">\"\n"
                                      "    b < \"<\" bytes(100000) as first\n"
                                      "    b < bytes(200000) as second\n"
                                      "    b < page \">\"\n"
                                      "    expect (first second) == file(\"data/large\")\n"
                                      "    a > file(\"data/large\")\n"
                                      "    b < file(\"data/large\") as whole\n"
                                      "    expect len(file(\"data/large\")) == 300000 and whole == (first second)\n"
                                      "    a > \"small\\n\"\n    b < file(\"data/small\")"));
  const auto passed = here.volley({"run", "ok.volley"});
  CHECK(passed.err == "");
  CHECK(steady(passed.out) == "ok   ok.volley › s (T)\n1 passed, 0 failed, 0 skipped, 0 errors in T s\n");

  auto wrong = large;
  wrong[200'000] = '!';
  here.write("data/wrong", wrong);
  here.write("fails.volley", in_pair("    a > file(\"data/large\")\n    b < file(\"data/wrong\")"));
  const auto failed = here.volley({"run", "fails.volley"});
  CHECK(failed.status == exited(1));
  CHECK(failed.out.find("fails.volley:6:9: byte 200000") != std::string::npos);
}

TEST_CASE("a file that cannot be read is told before anything runs, at its name") {
  const Workspace here;
  std::filesystem::create_directory(here.path("tests"));
  std::filesystem::create_directory(here.path("tests/folder"));
  here.write("secret", "s");
  std::filesystem::create_symlink("../secret", here.path("tests/link"));
  here.write("tests/large", std::string((64 << 20) + 1, 'x'));
  here.write("tests/_used.volley", "let used = file(\"gone\")\n");
  here.write("tests/main.volley",
             "use \"_used.volley\"\nlet a = file(\"none\")\nlet b = file(\"../secret\")\nlet c = file(\"link\")\n"
             "let d = file(\"/etc/passwd\")\nlet e = file(\"folder\")\nlet f = file(\"large\")\nlet g = file(\"\")\n");
  const auto finished = here.volley({"check", "tests/main.volley"});
  CHECK(finished.status == exited(2));
  CHECK(finished.err ==
        "tests/_used.volley:1:17: error: the file cannot be used: No such file or directory [unusable-file]\n"
        "let used = file(\"gone\")\n                ^~~~~~\n"
        "tests/main.volley:2:14: error: the file cannot be used: No such file or directory [unusable-file]\n"
        "let a = file(\"none\")\n             ^~~~~~\n"
        "tests/main.volley:3:14: error: the file cannot be used: its path leads out of its directory [unusable-file]\n"
        "let b = file(\"../secret\")\n             ^~~~~~~~~~~\n"
        "tests/main.volley:4:14: error: the file cannot be used: its path leads out of its directory [unusable-file]\n"
        "let c = file(\"link\")\n             ^~~~~~\n"
        "tests/main.volley:5:14: error: no path of a file that can be read [unusable-file]\n"
        "let d = file(\"/etc/passwd\")\n             ^~~~~~~~~~~~~\n"
        "hint: it is relative to this file: file(\"page.html\")\n"
        "tests/main.volley:6:14: error: the file cannot be used: Is a directory [unusable-file]\n"
        "let e = file(\"folder\")\n             ^~~~~~~~\n"
        "tests/main.volley:7:14: error: the files that are read have more than 64 MiB together [unusable-file]\n"
        "let f = file(\"large\")\n             ^~~~~~~\n"
        "tests/main.volley:8:14: error: no path of a file that can be read [unusable-file]\n"
        "let g = file(\"\")\n             ^~\nhint: it is relative to this file: file(\"page.html\")\n");
}

}  // namespace volley::test
