// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/poller.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <vector>

#include "engine/excerpt.h"
#include "engine/farewell.h"
#include "engine/loop.h"
#include "engine/peer.h"
#include "engine/strand.h"
#include "engine/trace.h"

namespace volley::engine {

/// One run of a plan: a program counter, its peers and its trace. It never blocks: `advance` goes on until a step has
/// to wait, and says so; the loop calls again when a watched peer is ready or `wake_at` has come.
///
/// Sends are queued and written while later steps run; a socket is read only while a step waits for it, so TCP's flow
/// control and not our memory holds what nobody has asked for yet.
class Run {
 public:
  /// `id` comes back from the poller: the key of peer P is `id << 32 | P`. `scratch` is where all runs of a loop read
  /// into.
  Run(const plan::Plan& plan, Surroundings surroundings, Poller& poller, std::uint32_t id,
      std::span<std::byte> scratch);

  /// Goes on as far as it can. True if the run has ended: then `take` gives its trace.
  bool advance();
  void on_ready(PeerId peer, bool writable);
  Clock::time_point wake_at() const { return wake_at_; }
  /// Ends the run where it stands.
  void interrupt();
  Trace take() { return std::move(trace_); }

 private:
  /// What came of trying a step: it is done, its call failed as `fails` asks, it has to wait for a peer or for time, or
  /// the run is over.
  enum class Progress : std::uint8_t { done, failed_as_expected, waiting, stopped };

  void begin_step();
  Progress perform(const plan::Step& step);
  bool on_deadline(const plan::Step& step);
  void finish();
  Progress settle_outboxes();
  Progress look_for_left_overs();
  void close_all();

  // One for each action.
  Progress perform(const plan::Listen& step);
  Progress perform(const plan::Bind& step);
  Progress perform(const plan::Connect& step);
  Progress perform(const plan::Accept& step);
  Progress perform(const plan::Send& step);
  Progress perform(const plan::Receive& step);
  Progress perform(const plan::ReceiveEnd& step);
  Progress perform(const plan::Silence& step);
  Progress perform(const plan::Shutdown& step);
  Progress perform(const plan::Close& step);
  Progress perform(const plan::Reset& step);
  Progress perform(const plan::Let& step);
  Progress perform(const plan::Expect& step);
  Progress perform(const plan::Wait& step);

  Progress connect_stream(const plan::Connect& step, const Endpoint& to, const std::optional<Endpoint>& from);
  Progress connect_datagram(const plan::Connect& step, const Endpoint& to, const std::optional<Endpoint>& from);
  Progress connected(const plan::Connect& step, const Endpoint& to);
  Progress receive_stream(const plan::Receive& step);
  Progress matched_stream(const plan::Receive& step);
  Progress receive_datagram(const plan::Receive& step);
  Progress match_datagram(const plan::Receive& step, std::string_view bytes, const Endpoint& source);
  Progress mismatched(PeerId id, std::string_view pending);
  Progress unexpected_data(PeerId id, std::string_view bytes);
  std::expected<Received::Kind, Progress> read_end(PeerId id);
  std::expected<void, Progress> read_refusal(PeerId id);
  void drop_settled(Peer& reader);
  Progress flush(PeerId id);
  Progress flush_datagram(PeerId id);
  Progress after_outbox(PeerId id);
  Progress stop_broken(PeerId id);
  Progress fail_send(std::uint32_t step, PeerId id, Error error);
  static void drop_unsent(Peer& sender);
  void record_sent(std::uint32_t step, PeerId id, std::uint64_t size, const Endpoint* to);

  /// One read of a stream into its inbox.
  Result<Received::Kind> read_more(Peer& peer);
  Result<ReceivedDatagram> read_datagram(PeerId id);

  Progress wait_for(PeerId id, Interest interest);
  Result<void> update_watch(PeerId id);
  Progress stop(Reason reason, std::optional<PeerId> peer = {});
  Progress stop_with(Reason reason, std::optional<PeerId> peer, std::string what);
  Progress fail(Error error, std::optional<PeerId> peer = {});
  std::optional<PeerId> waits_for_outbox(const plan::Step& step) const;
  Progress stop_not_taken(PeerId id);
  void keep_received(std::string_view pending, std::uint64_t around);
  std::optional<Endpoint> endpoint_of(const plan::Expression& place);
  /// The endpoint of an optional PLACE, 127.0.0.1:0 without one.
  std::optional<Endpoint> own_place(const std::optional<plan::Expression>& place);

  void record(Event::Kind kind, PeerId peer, Excerpt bytes = {}, const Endpoint* endpoint = nullptr);
  nanoseconds clock() { return now_->scope.now = Clock::now() - start_; }
  Clock::time_point at(nanoseconds time) const { return start_ + time; }
  nanoseconds stretched(nanoseconds time) const;
  /// So long after the beginning of the step.
  nanoseconds later(nanoseconds time) const;
  Peer& peer(PeerId id) { return peers_[id]; }

  const plan::Plan& plan_;
  Surroundings surroundings_;
  Poller& poller_;
  std::uint32_t id_;
  std::span<std::byte> scratch_;

  Clock::time_point start_;
  Clock::time_point wake_at_;
  nanoseconds end_at_{};    // the scenario's total
  nanoseconds taken_at_{};  // when the kernel last took bytes of an outbox
  bool ended_ = false;

  Strand main_;
  Strand* now_ = &main_;  // whose step is being tried
  std::vector<Peer> peers_;
  Farewell farewell_;
  Trace trace_;
};

}  // namespace volley::engine
