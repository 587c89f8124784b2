// SPDX-License-Identifier: Apache-2.0
#include "target/watcher.h"

#include <poll.h>
#include <unistd.h>

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

Watched watch(std::optional<plan::Regex> ready = {}, Watcher::IsOurs is_ours = [](pid_t) { return false; }) {
  auto out = Pipe::open();
  auto err = Pipe::open();
  REQUIRE(out);
  REQUIRE(err);
  auto watcher =
      Watcher::start(std::move(out->read_end), std::move(err->read_end), std::move(ready), std::move(is_ours));
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
  CHECK(output.sanitizer.empty());
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
  Watched watched = watch({}, [](pid_t pid) { return pid == 42; });
  watched.watcher->remember({43});
  write_all(watched.err,
            "==1==ERROR: AddressSanitizer: echoed by a peer\n"
            "x ==42==ERROR: AddressSanitizer: not at the start\n"
            "before\n==42==ERROR: AddressSanitizer: heap-buffer-overflow\n    #0 0x4008b0 in main\nlast");
  write_all(watched.out, "quiet\n==43==ERROR: LeakSanitizer: detected memory leaks\n");
  watched.watcher->finish();
  const Output output = watched.watcher->output();
  CHECK(output.sanitizer.find("==42==ERROR: AddressSanitizer: heap-buffer-overflow\n    #0 0x4008b0 in main\n") !=
        std::string::npos);
  CHECK(output.sanitizer.find("last\n") != std::string::npos);
  CHECK(output.sanitizer.find("==43==ERROR: LeakSanitizer: detected memory leaks\n") != std::string::npos);
  for (const char* other : {"echoed", "before", "quiet", "not at the start"})
    CHECK(output.sanitizer.find(other) == std::string::npos);
}

TEST_CASE("a sanitizer's report is kept up to 64 KiB") {
  Watched watched = watch({}, [](pid_t) { return true; });
  write_all(watched.err, "==42==ERROR: AddressSanitizer: endless\n");
  const std::string line = std::string(999, 'x') + "\n";
  for (int i = 0; i < 200; ++i) write_all(watched.err, line);
  watched.watcher->finish();
  const auto size = watched.watcher->output().sanitizer.size();
  CHECK(size > 60'000);
  CHECK(size <= 64 * 1024);
}

}  // namespace volley::target
