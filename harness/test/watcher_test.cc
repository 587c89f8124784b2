// SPDX-License-Identifier: Apache-2.0
#include "target/watcher.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "catch.h"
#include "target/pipe.h"

namespace volley::target {
namespace {

void write_all(const Descriptor& to, std::string_view text) {
  while (!text.empty()) {
    const auto sent = write(to, std::as_bytes(std::span(text)));
    REQUIRE(sent);
    text.remove_prefix(sent->count);
  }
}

struct Watched {
  Descriptor out;
  Descriptor err;
  std::unique_ptr<Watcher> watcher;
};

Watched watch(std::optional<plan::Regex> ready = {},
              Watcher::Questions questions = {.is_ours = [](pid_t) { return false; },
                                              .has_ubsan = [] { return false; }}) {
  auto out = Pipe::open();
  auto err = Pipe::open();
  REQUIRE(out);
  REQUIRE(err);
  auto watcher =
      Watcher::start(std::move(out->read_end), std::move(err->read_end), std::move(ready), std::move(questions));
  REQUIRE(watcher);
  return {std::move(out->write_end), std::move(err->write_end), std::move(*watcher)};
}

bool is_ready(const Watched& watched, int timeout) {
  pollfd entry{watched.watcher->ready_fd(), POLLIN, 0};
  return ::poll(&entry, 1, timeout) == 1;
}

}  // namespace

TEST_CASE("a watcher takes stdout and stderr apart, all that was written before its end") {
  Watched watched = watch();
  write_all(watched.out, "out 1\n");
  write_all(watched.err, "err 1\n");
  write_all(watched.out, "out 2");
  watched.watcher->finish();
  const Output output = watched.watcher->output();
  CHECK(output.out == Output::Stream{"out 1\nout 2", 11});
  CHECK(output.err == Output::Stream{"err 1\n", 6});
  CHECK(output.reported == 0);
  watched.watcher->finish();
}

TEST_CASE("a watcher drains a flood and keeps little of it") {
  Watched watched = watch();
  const std::string megabyte(1 << 20, 'x');
  for (int i = 0; i < 20; ++i) write_all(i % 2 == 0 ? watched.out : watched.err, megabyte);
  watched.watcher->finish();
  const Output output = watched.watcher->output();
  CHECK(output.out.bytes == 10 << 20);
  CHECK(output.err.bytes == 10 << 20);
  CHECK(output.out.text.size() < 2 * OutputLog::kept + 100);
}

TEST_CASE("a whole line of either output makes ready, a part of one does not") {
  for (const bool on_stderr : {false, true}) {
    Watched watched = watch(plan::Regex("port \\d+"));
    const Descriptor& stream = on_stderr ? watched.err : watched.out;
    write_all(stream, "listening on port 80\nport x\nport");
    write_all(stream, " 80 is ready\nport ");
    CHECK_FALSE(is_ready(watched, 0));
    write_all(stream, "8080\n");
    CHECK(is_ready(watched, 5000));
    CHECK(is_ready(watched, 0));
  }
}

TEST_CASE("what follows a sanitizer's first line is kept apart, if a process of ours wrote it") {
  Watched watched = watch({}, {.is_ours = [](pid_t pid) { return pid == 42; }, .has_ubsan = [] { return false; }});
  watched.watcher->remember({43});
  write_all(watched.err,
            "==1==ERROR: AddressSanitizer: echoed by a peer\n"
            "x ==42==ERROR: AddressSanitizer: not at the start\n"
            "a.c:1:2: runtime error: echoed by a peer\n"
            "before\n==42==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x1\n    #0 main\nlast");
  write_all(watched.out, "quiet\n==43==ERROR: LeakSanitizer: detected memory leaks\n");
  watched.watcher->finish();
  auto output = watched.watcher->output();
  CHECK(output.reported == 2);
  std::ranges::sort(output.reports, {}, &Output::Report::what);  // one a stream: either may be read first
  CHECK(output.reports ==
        std::vector<Output::Report>{
            {"AddressSanitizer: heap-buffer-overflow",
             "==42==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x1\n    #0 main\nlast\n"},
            {"LeakSanitizer: detected memory leaks", "==43==ERROR: LeakSanitizer: detected memory leaks\n"}});
}

TEST_CASE("a report of UBSan counts on the stderr of a program that was built with it") {
  const std::string line = "a.c:1:2: runtime error: signed integer overflow\n";
  for (const bool has_ubsan : {false, true}) {
    CAPTURE(has_ubsan);
    Watched watched = watch({}, {.is_ours = [](pid_t) { return false; }, .has_ubsan = [=] { return has_ubsan; }});
    write_all(watched.out, line);
    write_all(watched.err, "first\n" + line + "SUMMARY\n" + line);
    CHECK(watched.watcher->output().reported == (has_ubsan ? 2 : 0));
    if (has_ubsan) CHECK(watched.watcher->output().reports[0].text == line + "SUMMARY\n");
  }
}

TEST_CASE("of sanitizers' reports the first four are kept, up to 16 KiB each, and all are counted") {
  Watched watched = watch({}, {.is_ours = [](pid_t) { return true; }, .has_ubsan = [] { return false; }});
  const std::string line = std::string(999, 'x') + "\n";
  for (int report = 0; report < 6; ++report) {
    write_all(watched.err, "==42==ERROR: AddressSanitizer: endless\n");
    for (int i = 0; i < 40; ++i) write_all(watched.err, line);
  }
  watched.watcher->finish();
  const auto output = watched.watcher->output();
  CHECK(output.reported == 6);
  REQUIRE(output.reports.size() == 4);
  for (const auto& report : output.reports) {
    CHECK(report.text.size() > 15'000);
    CHECK(report.text.size() <= 16 * 1024);
  }
}

TEST_CASE("the output that a watcher tells has all that was written before, though its thread has not run") {
  Watched watched = watch();
  std::string all;
  for (int i = 0; i < 200; ++i) {
    const auto line = "line " + std::to_string(i) + "\n";
    all += line;
    write_all(watched.err, line);
    CHECK(watched.watcher->output().err.text == all);
  }
}

}  // namespace volley::target
