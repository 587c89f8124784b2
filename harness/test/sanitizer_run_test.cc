// SPDX-License-Identifier: Apache-2.0
// Sanitizers' reports of a real server in the results of a run, and what only looks like one.
#include <fmt/format.h>
#include <re2/re2.h>

#include <string>
#include <string_view>

#include "catch.h"
#include "program_workspace.h"
#include "run_program.h"

namespace volley::test {
namespace {

#ifdef VOLLEY_SANITIZED_SERVER
constexpr std::string_view sanitized_server = VOLLEY_SANITIZED_SERVER;
#else
constexpr std::string_view sanitized_server;
#endif

bool has_server() {
  if (sanitized_server.empty()) WARN("not shown: this compiler has no AddressSanitizer");
  return !sanitized_server.empty();
}

std::string target() {
  return fmt::format("target server {{\n    run \"{}\" \"${{port}}\"\n    stop close\n    within 60s\n}}\n",
                     sanitized_server);
}

std::string scenario(std::string_view name, std::string_view steps) {
  return fmt::format("scenario \"{}\" {{\n    connect c tcp server\n    {}\n}}\n", name, steps);
}

/// Output without what differs from build to build: addresses, numbers of processes, lines of the server's source.
std::string plain(std::string text) {
  text = steady(std::move(text));
  RE2::GlobalReplace(&text, "0x[0-9a-f]+", "0xADDRESS");
  RE2::GlobalReplace(&text, "==[0-9]+==", "==PID==");
  RE2::GlobalReplace(&text, R"([^ ]*sanitized_server\.cc:[0-9]+(:[0-9]+)?)", "SOURCE");
  return text;
}

bool has_line(const std::string& text, std::string_view line) {
  return ("\n" + text).find(fmt::format("\n{}\n", line)) != std::string::npos;
}

}  // namespace

TEST_CASE("an error that AddressSanitizer finds fails the scenario, with the beginning of the report") {
  if (!has_server()) return;
  const Workspace workspace;
  workspace.write("a.volley", target() + scenario("bad", "c > \"read past the end\\n\"\n    c < closed within 60s") +
                                  scenario("good", "c > \"nothing\\n\"\n    c < \"ok\\n\""));
  const auto run = workspace.volley({"run", "a.volley"});
  const auto out = plain(run.out);
  CAPTURE(out);
  CHECK(
      out.starts_with("FAIL a.volley › bad (T)\n"
                      "a.volley:9:5: target server exited with status 1, and reported AddressSanitizer: "
                      "heap-buffer-overflow\n"));
  CHECK(has_line(out, "  target server exited with status 1; its sanitizer's report begins:"));
  CHECK(out.find("\n    ==PID==ERROR: AddressSanitizer: heap-buffer-overflow on address 0xADDRESS") != out.npos);
  CHECK(out.find("\n    READ of size 1 at 0xADDRESS") != out.npos);
  CHECK(out.ends_with("ok   a.volley › good (T)\n1 passed, 1 failed, 0 skipped, 0 errors in T s\n"));
  CHECK(run.status == exited(1));
}

TEST_CASE("an error that AddressSanitizer finds is told with a failure that it causes") {
  if (!has_server()) return;
  const Workspace workspace;
  workspace.write("a.volley", target() + scenario("bad", "c > \"die of null\\n\"\n    c < \"ok\\n\" within 60s"));
  const auto out = plain(workspace.volley({"run", "a.volley"}).out);
  CAPTURE(out);
  CHECK(out.find("waits for 3 more bytes\n") != out.npos);
  CHECK(out.find("\n    ==PID==ERROR: AddressSanitizer: SEGV on unknown address 0xADDRESS") != out.npos);
}

TEST_CASE("an error that UBSan finds fails the scenario that caused it, and no later one") {
  if (!has_server()) return;
  const Workspace workspace;
  workspace.write(
      "a.volley",
      target() + scenario("bad", "c > \"overflow\\n\"\n    c < \"ok\\n\"") +
          scenario("good", "c > \"nothing\\n\"\n    c < \"ok\\n\"") +
          scenario("also bad", "c > \"say x\\n\" \"lose memory\\n\"\n    c < \"ok\\nok\\n\"\n    c > \"say " +
                                   std::string("SOURCE.cc:1:2: runtime error: again") + "\\n\"\n    c < \"ok\\n\""));
  const auto run = workspace.volley({"run", "a.volley"});
  const auto out = plain(run.out);
  CAPTURE(out);
  CHECK(
      out.starts_with("FAIL a.volley › bad (T)\n"
                      "a.volley:9:5: target server reported SOURCE: runtime error: signed integer overflow: 2147483647 "
                      "+ 1 cannot be represented in type 'int'\n"));
  CHECK(has_line(out, "  target server runs on; its sanitizer's report begins:"));
  CHECK(has_line(out, "ok   a.volley › good (T)"));
  CHECK(has_line(out, "a.volley:21:5: target server reported SOURCE.cc:1:2: runtime error: again"));
  // Leaks are found at the end, which is nobody's but the target's.
  CHECK(has_line(out, "FAIL a.volley › target server (T)"));
  CHECK(out.find("\na.volley:1:8: server exited with status ") != out.npos);
  CHECK(out.find(" after its stdin was closed, and reported LeakSanitizer: detected memory leaks\n") != out.npos);
  CHECK(out.ends_with("1 passed, 3 failed, 0 skipped, 0 errors in T s\n"));
  CHECK(run.status == exited(1));
}

TEST_CASE("a sanitizer's report that a peer has a server print is not one") {
  const Workspace workspace;
  const std::string perl = R"(target server {
    run "perl" "-e" "use IO::Socket::INET; $l = IO::Socket::INET->new(Listen => 1, LocalAddr => $ARGV[0]) or die; while ($c = $l->accept) { while (defined($x = <$c>)) { print STDERR $x; print $x; print $c qq(ok\n) } }" "${host}:${port}"
}
)";
  std::string steps;
  for (const std::string_view line :
       {"==1==ERROR: AddressSanitizer: forged", "==99999999==ERROR: AddressSanitizer: forged",
        "WARNING: ThreadSanitizer: data race (pid=1)", "a.c:1:2: runtime error: forged",
        "==0==ERROR: LeakSanitizer: x"}) {
    steps += fmt::format("c > \"{}\\n\"\n    c < \"ok\\n\"\n    ", line);
  }
  workspace.write("a.volley", perl + scenario("forged", steps));
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(steady(run.out) == "ok   a.volley › forged (T)\n1 passed, 0 failed, 0 skipped, 0 errors in T s\n");
  CHECK(run.status == exited(0));
}

TEST_CASE("a forged report of another process is none for a server with sanitizers either") {
  if (!has_server()) return;
  const Workspace workspace;
  workspace.write(
      "a.volley",
      target() + scenario("forged", "c > \"say ==1==ERROR: AddressSanitizer: forged\\n\"\n    c < \"ok\\n\""));
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(steady(run.out) == "ok   a.volley › forged (T)\n1 passed, 0 failed, 0 skipped, 0 errors in T s\n");
}

}  // namespace volley::test
