// SPDX-License-Identifier: Apache-2.0
#include <sys/epoll.h>
#include <volley/poller.h>

#include <array>

#include "failure.h"
#include "remaining.h"

namespace volley {
namespace {

constexpr std::uint32_t broken = EPOLLERR | EPOLLHUP;

std::uint32_t events_of(Interest interest) {
  const auto wants = [bits = std::to_underlying(interest)](Interest one) {
    return (bits & std::to_underlying(one)) != 0;
  };
  std::uint32_t events = 0;
  if (wants(Interest::read)) events |= EPOLLIN;
  if (wants(Interest::write)) events |= EPOLLOUT;
  if (wants(Interest::urgent)) events |= EPOLLPRI | EPOLLRDHUP;
  return events;
}

Poller::Ready ready_of(const epoll_event& event) {
  const bool readable = (event.events & (EPOLLIN | EPOLLPRI | EPOLLRDHUP | broken)) != 0;
  const bool writable = (event.events & (EPOLLOUT | broken)) != 0;
  return {event.data.u64, readable, writable};
}

}  // namespace

Result<Poller> Poller::open() {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) return failure("epoll_create1", std::string());
  return Poller(Descriptor(fd));
}

Result<void> Poller::watch(int fd, Interest interest, std::uint64_t key) {
  // epoll tells of errors and hang-ups whatever it is asked for: who waits for nothing must not be in it.
  if (interest == Interest::none) {
    forget(fd);
    return {};
  }
  epoll_event event{events_of(interest), {.u64 = key}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0) return {};
  if (errno == ENOENT && ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0) return {};
  return failure("epoll_ctl", fd);
}

void Poller::forget(int fd) {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

Result<std::span<const Poller::Ready>> Poller::wait(Clock::time_point deadline) {
  std::array<epoll_event, 256> events;
  int count = 0;
  do {
    const auto left = remaining(deadline);
    count = ::epoll_pwait2(epoll_.get(), events.data(), events.size(), left ? &*left : nullptr, nullptr);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return failure("epoll_pwait2", epoll_.get());
  ready_.clear();
  for (const auto& event : std::span(events).first(static_cast<std::size_t>(count))) ready_.push_back(ready_of(event));
  return ready_;
}

}  // namespace volley
