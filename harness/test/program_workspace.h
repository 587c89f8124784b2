// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <poll.h>
#include <re2/re2.h>
#include <volley/temp_dir.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catch.h"
#include "run_program.h"

namespace volley::test {

using Words = std::vector<std::string>;

/// A fresh directory in which the program runs.
class Workspace {
 public:
  Workspace() {
    auto made = TempDir::make();
    REQUIRE(made);
    directory_ = std::move(*made);
  }
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  void write(const std::string& name, std::string_view text) const { write_text(path(name), text); }

  Process start(Words words) const {
    words.insert(words.begin(), volley_program());
    return start_program(words, directory_.path());
  }
  Finished finish(Process program) const { return finish_program(std::move(program), directory_.path()); }
  Finished volley(Words words) const { return finish(start(std::move(words))); }
  Finished shell(const std::string& command) const {
    return finish(start_program({"/bin/sh", "-c", command}, directory_.path()));
  }

 private:
  TempDir directory_;
};

/// Fails the test if nothing comes on a descriptor for very long, so that no test waits for ever.
inline void wait_until_readable(int fd) {
  pollfd entry{fd, POLLIN, 0};
  REQUIRE(::poll(&entry, 1, 20'000) == 1);
}

/// Output without what differs from run to run: times are T, ports of the system's choice PORT.
inline std::string steady(std::string text) {
  RE2::GlobalReplace(&text, R"(\(\d+\.\d+ m?s\))", "(T)");
  RE2::GlobalReplace(&text, R"( runs, \d+\.\d+ m?s\))", " runs, T)");
  RE2::GlobalReplace(&text, R"(in \d+\.\d\d s\n)", "in T s\n");
  RE2::GlobalReplace(&text, R"((?m)^ +\d+\.\d\d ms)", "    T");
  RE2::GlobalReplace(&text, R"(nothing for \d+ms  # stopped)", "nothing for T  # stopped");
  RE2::GlobalReplace(&text, R"(127\.0\.0\.1:\d+)", "127.0.0.1:PORT");
  return text;
}

}  // namespace volley::test
