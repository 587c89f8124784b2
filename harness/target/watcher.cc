// SPDX-License-Identifier: Apache-2.0
#include "target/watcher.h"

#include <poll.h>
#include <re2/re2.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <volley/stream_socket.h>

#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>
#include <vector>

namespace volley::target {
namespace {

constexpr std::size_t longest_report = 16 * 1024;
constexpr std::size_t most_reports = 4;

Result<Descriptor> open_event() {
  Descriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event) return std::unexpected(last_error("eventfd"));
  return event;
}

void raise(const Descriptor& event) {
  const std::uint64_t one = 1;
  static_cast<void>(write(event, std::as_bytes(std::span(&one, 1))));
}

/// A thread that takes none of the process' signals: they are for those who wait for them.
template <class Run>
Result<std::thread> start_thread(Run run) {
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  Result<std::thread> thread;
  try {
    thread = std::thread(run);
  } catch (const std::system_error& refused) {
    thread = std::unexpected(Error{refused.code().value(), "pthread_create", {}});
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

Result<std::unique_ptr<Watcher>> Watcher::start(Descriptor out, Descriptor err, std::optional<plan::Regex> ready,
                                                Questions questions) {
  std::unique_ptr<Watcher> watcher(new Watcher);
  watcher->streams_[0].pipe = std::move(out);
  watcher->streams_[1].pipe = std::move(err);
  watcher->ready_ = std::move(ready);
  watcher->questions_ = std::move(questions);
  for (auto& stream : watcher->streams_) {
    if (auto set = stream.pipe.set_blocking(false); !set) return std::unexpected(set.error());
  }
  for (auto* event : {&watcher->ready_event_, &watcher->stop_event_}) {
    auto opened = open_event();
    if (!opened) return std::unexpected(opened.error());
    *event = std::move(*opened);
  }
  auto thread = start_thread([self = watcher.get()] { self->run(); });
  if (!thread) return std::unexpected(thread.error());
  watcher->thread_ = std::move(*thread);
  return watcher;
}

void Watcher::run() {
  bool stopping = false;
  std::array<pollfd, 3> entries{pollfd{stop_event_.get(), POLLIN, 0}, pollfd{streams_[0].pipe.get(), POLLIN, 0},
                                pollfd{streams_[1].pipe.get(), POLLIN, 0}};
  while (!stopping) {
    if (::poll(entries.data(), entries.size(), -1) < 0) continue;
    // Whoever stops us wants what has been written until then, so the streams come after this look.
    stopping = entries[0].revents != 0;
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      if ((entries[i + 1].revents != 0 || stopping) && !take(streams_[i])) entries[i + 1].fd = -1;
    }
  }
  const std::lock_guard lock(mutex_);
  for (auto& stream : streams_) stream.lines.finish_last([&](std::string_view line) { take_line(stream, line); });
}

/// Takes what is there, a pipe's capacity at most: a program that writes without end must not keep us from stopping.
/// False at the end of the stream.
bool Watcher::take(Stream& stream) {
  constexpr std::size_t most = 1024 * 1024;
  std::vector<std::byte> buffer(64 * 1024);
  for (std::size_t taken = 0; taken < most;) {
    // Locked while it reads: whoever asks for the output takes what is there, too, and in order.
    const std::lock_guard lock(mutex_);
    const auto received = read(stream.pipe, buffer);
    if (!received || received->kind == Received::Kind::eof) return false;
    if (received->kind != Received::Kind::data) return true;
    const auto bytes = as_text(std::span(buffer).first(received->count));
    stream.log.append(bytes);
    stream.lines.feed(bytes, [&](std::string_view line) { take_line(stream, line); });
    taken += received->count;
  }
  return true;
}

void Watcher::take_line(Stream& stream, std::string_view line) {
  if (ready_ && RE2::FullMatch(re2::StringPiece(line.data(), line.size()), ready_->compiled())) {
    ready_.reset();
    raise(ready_event_);
  }
  if (auto head = report_head(line); head && is_genuine(stream, *head)) {
    stream.report.reset();
    if (reports_.size() < most_reports) {
      stream.report = reports_.size();
      reports_.push_back({std::move(head->what), {}});
    }
    ++reported_;
  }
  if (!stream.report) return;
  auto& text = reports_[*stream.report].text;
  if (text.size() + line.size() < longest_report) text.append(line).append("\n");
}

bool Watcher::is_genuine(const Stream& stream, const ReportHead& head) const {
  if (head.pid < 0) return &stream == &streams_[1] && questions_.has_ubsan();
  return known_.contains(head.pid) || questions_.is_ours(head.pid);
}

void Watcher::remember(const std::vector<pid_t>& pids) {
  const std::lock_guard lock(mutex_);
  known_.insert(pids.begin(), pids.end());
}

Output Watcher::output() {
  for (auto& stream : streams_) static_cast<void>(take(stream));
  const std::lock_guard lock(mutex_);
  return {{streams_[0].log.text(), streams_[0].log.bytes()},
          {streams_[1].log.text(), streams_[1].log.bytes()},
          reports_,
          reported_};
}

void Watcher::finish() {
  if (!thread_.joinable()) return;
  raise(stop_event_);
  thread_.join();
}

}  // namespace volley::target
