// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/datagram_socket.h>
#include <volley/listen_socket.h>
#include <volley/poller.h>
#include <volley/stream_socket.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/excerpt.h"
#include "engine/outbox.h"
#include "engine/pipe_end.h"
#include "target/output_log.h"
#include "target/program.h"
#include "target/target.h"

namespace volley::engine {

/// What was read from a stream and not yet consumed.
class Inbox {
 public:
  bool empty() const { return begin_ == bytes_.size(); }
  std::string_view bytes() const { return std::string_view(bytes_).substr(begin_); }
  void append(std::string_view bytes) { bytes_ += bytes; }
  void consume(std::size_t count) {
    begin_ += count;
    if (begin_ == bytes_.size()) {
      bytes_.clear();
      begin_ = 0;
    } else if (begin_ > bytes_.size() / 2) {
      bytes_.erase(0, begin_);
      begin_ = 0;
    }
  }

 private:
  std::string bytes_;
  std::size_t begin_ = 0;
};

struct Strand;

/// A program that a run has started, or that serves it as a target.
using Process = std::variant<std::shared_ptr<target::Program>, const target::Target*>;

/// A socket of a run, or one stream of a program, with what waits on its two sides; or a program itself.
struct Peer {
  std::variant<std::monostate, ListenSocket, StreamSocket, DatagramSocket, PipeEnd, Process> socket;
  Inbox inbox;
  Outbox outbox;
  bool ours = false;     ///< Its other end is a peer of the same run.
  bool saw_eof = false;  ///< The other end sent FIN; a state, never consumed.
  bool saw_reset = false;
  bool lost_urgent = false;     ///< An urgent byte that no step has read is gone, since the stream went on.
  bool reset_consumed = false;  ///< A step has expected the reset.
  /// A send or a FIN that the other end cut off, and no step has made good.
  struct Broken {
    std::uint32_t step;
    int code;
    std::string_view call;
  };
  std::optional<Broken> broken;
  bool takes_no_more = false;  ///< A send was cut off.
  std::uint32_t last_step = 0;
  std::chrono::nanoseconds read_at{};  ///< When bytes were last put into the inbox, since the start of the run.
  std::uint32_t dropped = 0;           ///< Datagrams that the kernel has dropped so far.
  /// A FIN or a close that leaves behind the bytes that are queued.
  struct Ending {
    enum class Kind : std::uint8_t { shutdown, close };
    Kind kind;
    std::uint32_t step;
  };
  std::optional<Ending> ending;
  bool is_ignored = false;
  PeerId id = 0;                          ///< Its number in the plan,
  std::uint32_t copy = 0;                 ///< and of the `parallel` that it belongs to, since it was first watched.
  std::vector<Strand*> waiting;           ///< To be tried when it is ready.
  Strand* cutter = nullptr;               ///< Whose send in segments is under way: no other one sends meanwhile.
  bool is_pushed = true;                  ///< Nothing that the kernel has taken waits there for a next send.
  std::unique_ptr<Gathered> leaving;      ///< If it is kept: what the kernel has taken of the front message.
  std::uint64_t sent = 0;                 ///< Bytes that the kernel has taken,
  std::uint64_t urgent_sent = 0;          ///< those of them that were urgent,
  std::uint64_t read = 0;                 ///< and bytes of the stream that it has given.
  std::optional<Endpoint> remote;         ///< The other end's address, be that a link's.
  std::chrono::nanoseconds late_until{};  ///< Of a reader that is to be slow: it does not read before then.
  std::uint32_t late_reads = 0;           ///< How often it has been late.
  bool is_awake = false;                  ///< It reads as fast as it can from here on.
  Interest wanted = Interest::none;
  Interest watched = Interest::none;
  bool end_is_known = false;               ///< Of a process: a step has looked at how it ended.
  std::optional<std::uint32_t> link;       ///< Of a link: its number in the run.
  std::optional<std::uint32_t> prepared;   ///< Of a stream that goes through one: the connection behind it.
  std::unique_ptr<target::OutputLog> log;  ///< Of a stderr that no step receives from: it is drained into here.

  StreamSocket& stream() { return std::get<StreamSocket>(socket); }
  DatagramSocket& datagram() { return std::get<DatagramSocket>(socket); }
  ListenSocket& listener() { return std::get<ListenSocket>(socket); }
  bool is_stream() const { return std::holds_alternative<StreamSocket>(socket); }
  bool is_datagram() const { return std::holds_alternative<DatagramSocket>(socket); }
  PipeEnd& pipe() { return std::get<PipeEnd>(socket); }
  bool is_pipe() const { return std::holds_alternative<PipeEnd>(socket); }
  const Process* process() const { return std::get_if<Process>(&socket); }
  /// The program of a process that the run has started, or null.
  target::Program* program() const {
    const auto* started = process() ? std::get_if<std::shared_ptr<target::Program>>(process()) : nullptr;
    return started ? started->get() : nullptr;
  }
  /// Whether bytes without bounds go through it.
  bool has_stream() const { return is_stream() || is_pipe(); }
  Result<Received> receive(std::span<std::byte> buffer) {
    return is_pipe() ? pipe().receive(buffer) : stream().receive(buffer);
  }
  Result<Sent> send(std::span<const std::byte> bytes) { return is_pipe() ? pipe().send(bytes) : stream().send(bytes); }
  bool is_open() const { return fd() >= 0; }
  /// No step may use it any more, though what is queued may still have to leave.
  bool is_closing() const { return (!is_open() && !is_pipe()) || (ending && ending->kind == Ending::Kind::close); }
  /// What every socket can do. Precondition: is_open().
  Socket& base() {
    if (is_stream()) return stream();
    if (is_datagram()) return datagram();
    return listener();
  }
  int fd() const {
    if (const auto* p = std::get_if<PipeEnd>(&socket)) return p->fd();
    if (const auto* running = program()) return running->fd();
    if (const auto* running = process()) return std::get<const target::Target*>(*running)->exit_fd();
    if (const auto* s = std::get_if<StreamSocket>(&socket)) return s->fd();
    if (const auto* d = std::get_if<DatagramSocket>(&socket)) return d->fd();
    if (const auto* l = std::get_if<ListenSocket>(&socket)) return l->fd();
    return -1;
  }
};

}  // namespace volley::engine
