// SPDX-License-Identifier: Apache-2.0
#include "target/sanitizer.h"

#include <fstream>
#include <string>

#include "catch.h"
#include "program_workspace.h"

namespace volley::target {

TEST_CASE("the first line of a sanitizer's report is known by its form") {
  struct Row {
    std::string line;
    std::optional<ReportHead> head;
  };
  const std::string long_name(300, 'x');
  const Row rows[] = {
      {"==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x6020 at pc 0x4 bp 0x7 sp 0x7",
       ReportHead{7, "AddressSanitizer: heap-buffer-overflow"}},
      {"==31337==ERROR: AddressSanitizer: SEGV on unknown address 0x0000 (pc 0x55 bp 0x7 sp 0x7 T0)",
       ReportHead{31337, "AddressSanitizer: SEGV on unknown address"}},
      {"==7==ERROR: LeakSanitizer: detected memory leaks", ReportHead{7, "LeakSanitizer: detected memory leaks"}},
      {"==7==WARNING: MemorySanitizer: use-of-uninitialized-value",
       ReportHead{7, "MemorySanitizer: use-of-uninitialized-value"}},
      {"WARNING: ThreadSanitizer: data race (pid=42)", ReportHead{42, "ThreadSanitizer: data race"}},
      {"FATAL: ThreadSanitizer: stack overflow (pid=42)", ReportHead{42, "ThreadSanitizer: stack overflow"}},
      {"src/a b.c:10:5: runtime error: signed integer overflow: 1 + 2147483647",
       ReportHead{-1, "src/a b.c:10:5: runtime error: signed integer overflow: 1 + 2147483647"}},
      {"<unknown>: runtime error: load of null pointer",
       ReportHead{-1, "<unknown>: runtime error: load of null pointer"}},
      {long_name + ":1:2: runtime error: x", ReportHead{-1, std::string(200, 'x')}},
      {"", {}},
      {"==7==", {}},
      {"==ERROR: AddressSanitizer: no process", {}},
      {"==-7==ERROR: AddressSanitizer: SEGV", {}},
      {"==99999999999==ERROR: AddressSanitizer: SEGV", {}},
      {"==7== ERROR: AddressSanitizer: SEGV", {}},
      {"=7=ERROR: AddressSanitizer: SEGV", {}},
      {" ==7==ERROR: AddressSanitizer: SEGV", {}},
      {"x==7==ERROR: AddressSanitizer: SEGV", {}},
      {"==7==ERROR: something else: SEGV", {}},
      {"==7==NOTE: AddressSanitizer: SEGV", {}},
      {"==7==ERROR: LeakSanitizer has encountered a fatal error.", {}},
      {"WARNING: ThreadSanitizer: data race (pid=42", {}},
      {"WARNING: ThreadSanitizer: data race (pid=42) more", {}},
      {"WARNING: something: data race (pid=42)", {}},
      {"runtime error: x", {}},
      {": runtime error: x", {}},
      {"a.c:1: runtime error: x", {}},
      {":1:2: runtime error: x", {}},
      {"a.c:1:: runtime error: x", {}},
      {"a.c:1:2 runtime error: x", {}},
  };
  for (const auto& [line, head] : rows) {
    CAPTURE(line);
    CHECK(report_head(line) == head);
  }
}

TEST_CASE("a program is a build with UBSan if its file calls the handlers") {
  const test::Workspace workspace;
  const std::string word = "__ubsan_handle_add_overflow";
  constexpr std::size_t piece = 1 << 20;
  workspace.write("plain", std::string(3 * piece, 'x'));
  workspace.write("whole", std::string(100, '\0') + word);
  workspace.write("parted", std::string(piece - 7, 'x') + word + std::string(piece, 'x'));
  workspace.write("empty", "");
  UbsanBuilds builds;
  for (int twice = 0; twice < 2; ++twice) {
    CHECK_FALSE(builds.contains(workspace.path("plain")));
    CHECK(builds.contains(workspace.path("whole")));
    CHECK(builds.contains(workspace.path("parted")));
    CHECK_FALSE(builds.contains(workspace.path("empty")));
    CHECK_FALSE(builds.contains(workspace.path("missing")));
    CHECK_FALSE(builds.contains("/"));
  }
}

}  // namespace volley::target
