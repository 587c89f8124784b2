// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "catch.h"
#include "compiled.h"
#include "program/starter.h"
#include "target/supervisor.h"

namespace volley::test {

/// What scenarios need that start programs or have a directory: who starts them, on which threads, and where. Forks:
/// to be made while no other thread runs.
class Stage {
 public:
  Stage() : supervisor_(forked()) {
    auto keeper = supervisor_.open();
    REQUIRE(keeper);
    keeper_ = std::move(*keeper);
    const auto dir = keeper_.make_dir();
    REQUIRE(dir);
    base_ = *dir;
  }

  /// Where relative names of programs count from.
  const std::string& base() const { return base_; }
  /// The directory of the last run.
  const std::string& dir() const { return dir_; }

  engine::Trace run(const Compiled& compiled) {
    dir_ = base_ + "/" + std::to_string(++runs_);
    REQUIRE(std::filesystem::create_directory(dir_));
    engine::Surroundings surroundings;
    surroundings.dir = dir_;
    surroundings.program_dir = base_;
    surroundings.supervisor = &supervisor_;
    surroundings.elsewhere = [this](std::function<void()> job) { starter_.run(std::move(job)); };
    auto trace = engine::run(compiled.plan(), std::move(surroundings));
    REQUIRE(trace);
    return *std::move(trace);
  }
  /// What one run of these steps was, as its canonical dump.
  std::string run(std::string_view steps) {
    const auto compiled = compile_steps(steps);
    return engine::dump(run(compiled), compiled.plan());
  }
  /// "passed", or how the judge explains the run, with its notes.
  std::string explain(std::string_view steps) {
    const auto compiled = compile_steps(steps);
    const auto verdict = judge::judge(compiled.plan(), run(compiled), compiled.source);
    if (!verdict.explanation) return "passed";
    std::string text = verdict.explanation->what;
    for (const auto& note : verdict.explanation->notes) text += "\n" + note;
    return text;
  }

 private:
  static target::Supervisor forked() {
    auto supervisor = target::Supervisor::fork();
    REQUIRE(supervisor);
    return std::move(*supervisor);
  }

  target::Supervisor supervisor_;
  target::Supervised keeper_;
  std::string base_;
  std::string dir_;
  int runs_ = 0;
  program::Starter starter_;
};

}  // namespace volley::test
