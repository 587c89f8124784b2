// SPDX-License-Identifier: Apache-2.0
#include "target/instance.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include "target/listener.h"
#include "target/pipe.h"
#include "target/placed_file.h"

namespace volley::target {
namespace {

/// Where Debian keeps servers: PATH of an ordinary user does not lead there.
constexpr const char* servers_path = ":/usr/local/sbin:/usr/sbin:/sbin";

}  // namespace

Result<void> Instance::prepare(const plan::Recipe& recipe, const Supervisor& supervisor, IpAddress host) {
  auto opened = supervisor.open();
  if (!opened) return std::unexpected(opened.error());
  program_ = std::move(*opened);
  const auto dir = program_.make_dir();
  if (!dir) return std::unexpected(dir.error());
  auto leased = Places::lease(recipe, host, *dir);
  if (!leased) return std::unexpected(leased.error());
  places_ = std::move(*leased);
  for (const auto& file : recipe.files) {
    auto placed = place_file(*dir, places_->expand(file.path), places_->expand(file.content));
    if (!placed) return placed;
  }
  return {};
}

Result<void> Instance::launch(const plan::Recipe& recipe, std::string file) {
  auto in = Pipe::open();
  auto out = Pipe::open();
  auto err = Pipe::open();
  for (const auto* pipe : {&in, &out, &err}) {
    if (!*pipe) return std::unexpected(pipe->error());
  }
  const bool has_stdin = recipe.stop == plan::Recipe::Stop::close_stdin;
  const Process::Setup setup{file,
                             places_->arguments(recipe),
                             places_->environment(recipe),
                             places_->dir(),
                             {has_stdin ? in->read_end.get() : -1, out->write_end.get(), err->write_end.get()}};
  if (auto started = program_.start(setup); !started) return started;
  if (has_stdin) in_ = std::move(in->write_end);

  std::optional<plan::Regex> ready;
  if (const auto* output = std::get_if<plan::Recipe::ReadyOutput>(&recipe.ready)) ready = output->line;
  executables_.insert(std::move(file));
  const Watcher::Questions questions{.is_ours = [this](pid_t pid) { return program_.has(pid); },
                                     .has_ubsan = [this] { return has_ubsan(); }};
  auto watcher = Watcher::start(std::move(out->read_end), std::move(err->read_end), std::move(ready), questions);
  if (!watcher) return std::unexpected(watcher.error());
  watcher_ = std::move(*watcher);
  watcher_->remember({program_.pid()});
  return {};
}

std::expected<void, NotReady> Instance::wait_until_ready(const plan::Recipe& recipe, const Patience& patience) {
  const bool by_output = std::holds_alternative<plan::Recipe::ReadyOutput>(recipe.ready);
  const auto* by_answer = std::get_if<plan::Recipe::ReadyUdp>(&recipe.ready);
  const auto endpoint = places_->main_endpoint();
  const auto ready = by_output   ? wait_for_event(program_, watcher_->ready_fd(), patience)
                     : by_answer ? wait_for_answer(program_, endpoint, places_->expand(by_answer->probe), patience)
                                 : wait_for_listener(program_, endpoint, patience);
  // Workers that report and die are gone before their report is read: know them in advance.
  if (ready) {
    const auto tree = program_.tree();
    if (by_output && endpoint.is_ip() && endpoint.address().is_v6()) {
      if (auto place = serves_elsewhere(endpoint, tree))
        return std::unexpected(NotReady{NotReady::Reason::elsewhere, {}, *place});
    }
    watcher_->remember(tree);
    note_programs(tree);
  }
  return ready;
}

void Instance::note_programs(const std::vector<pid_t>& pids) {
  const std::lock_guard lock(ubsan_mutex_);
  for (const pid_t pid : pids) {
    std::error_code none;
    const auto file = std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", none);
    if (!none) executables_.insert(file.string());
  }
}

/// A shell's script may have executed the server, which may have ended since.
bool Instance::has_ubsan() {
  const auto is_known = [this] {
    const std::lock_guard lock(ubsan_mutex_);
    return std::ranges::any_of(executables_, [this](const auto& file) { return ubsan_builds_.contains(file); });
  };
  if (is_known()) return true;
  if (looks_left_ == 0) return false;
  --looks_left_;
  note_programs(program_.tree());
  return is_known();
}

void Instance::end() {
  program_.end();
  if (watcher_) watcher_->finish();
}

Result<std::string> find_file(const std::string& name, const std::string& scenario_dir) {
  if (!name.contains('/')) {
    auto found = find_program(name, search_path() + servers_path);
    return found ? std::filesystem::absolute(*found).string() : found;
  }
  // An absolute name replaces the directory.
  const auto path = std::filesystem::absolute(std::filesystem::path(scenario_dir) / name);
  if (::access(path.c_str(), F_OK) < 0) return std::unexpected(last_error("execve", name));
  return path.string();
}

Result<std::string> find_file(const plan::Recipe& recipe, const std::string& scenario_dir) {
  // It is looked up before there are ports or a directory: they have no business in the name of a program.
  std::string name;
  for (const auto& part : recipe.argv.front().parts)
    name += part.kind == plan::Template::Kind::text ? part.text : "${…}";
  return find_file(name, scenario_dir);
}

}  // namespace volley::target
