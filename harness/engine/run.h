// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/poller.h>
#include <volley/tcp_queue.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/excerpt.h"
#include "engine/farewell.h"
#include "engine/link.h"
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
class Run : private plan::Sockets {
 public:
  /// `id` comes back from the poller: the key of socket S is `id << 32 | S`. `scratch` is where all runs of a loop read
  /// into.
  Run(const plan::Plan& plan, Surroundings surroundings, Poller& poller, std::uint32_t id,
      std::span<std::byte> scratch);

  /// Goes on as far as it can. True if the run has ended: then `take` gives its trace.
  bool advance();
  /// `socket` is the lower half of the poller's key.
  void on_ready(std::uint32_t socket, bool writable);
  Clock::time_point wake_at() const;
  /// Ends the run where it stands.
  void interrupt();
  Trace take() { return std::move(trace_); }

 private:
  /// What came of trying a step: it is done, its call failed as `fails` asks, it has to wait for a peer or for time, or
  /// the run is over.
  enum class Progress : std::uint8_t { done, failed_as_expected, waiting, stopped };

  /// A connection that was taken from a listener while a step looked for another one.
  struct Waiting {
    StreamSocket stream;
    Endpoint from;
    std::string first;       ///< What was read of it.
    bool has_ended = false;  ///< There is nothing more to read.
    bool is_watched = false;
  };
  /// A socket's number in the trace, and the bytes that its events have told of.
  struct Flow {
    std::uint32_t number = 0;
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
  };
  /// A program that was started, and the sockets (the numbers of peers) that it consists of.
  struct Running {
    PeerId id;  ///< Of the process, in the plan.
    std::uint32_t process;
    std::uint32_t input;
    std::uint32_t output;
    std::uint32_t errors;
  };

  /// What waited at a socket.
  struct Unread {
    Peer* peer;
    std::size_t count;
  };
  /// A link that a step has made; or, without a peer, one that the plan's `delay` asks for.
  struct Linked {
    std::unique_ptr<Link> link;
    std::optional<PeerId> peer{};
    std::uint32_t step = 0;
    std::uint32_t copy = 0;
    bool is_for_streams = false;  ///< Of one without a peer.
  };
  /// Where a socket has to go to reach a place: that itself, or a link to it.
  struct Detour {
    std::optional<std::uint32_t> link;
    Endpoint at;
  };

  void go_on();
  void end_strand();
  void serve(PeerId id, bool writable);
  void begin_end();
  void place_targets();
  void begin_step();
  Progress perform(const plan::Step& step);
  bool on_deadline(const plan::Step& step);
  void stop_late(const plan::Step& step);
  void finish();
  Progress settle_outboxes(std::span<const PeerId> ids);
  Progress look_for_left_overs(std::span<const PeerId> ids);
  Progress end_peers(std::span<const PeerId> ids);
  static void end_connection(Peer& ending);
  void forget(Peer& gone);
  void close_all();
  void end_lingering(Peer& closing);
  bool begin_always();
  void finish_trace();
  static std::optional<PeerId> needed_peer(const plan::Step& step);
  std::optional<PeerId> closed_peer(const plan::Step& step) const;

  // Which strand is tried when.
  void enqueue(Strand& strand);
  void arm(Strand& strand, nanoseconds time);
  void disarm(Strand& strand);
  void enqueue_due();

  // run_block.cc
  Progress perform(const plan::Repeat& step);
  Progress perform(const plan::NextRound& step);
  Progress perform(const plan::Parallel& step);
  void begin_round(const plan::Repeat& step);
  std::unique_ptr<Strand> fork(const plan::Body& body);
  void adopt(Strand& parent, std::unique_ptr<Strand> child);
  void leave();
  void start_copy(const plan::Parallel& step, std::uint32_t number);
  std::uint32_t new_socket();

  // run_choice.cc
  Progress perform(const plan::AnyOrder& step);
  Progress perform(const plan::OneOf& step);
  Progress choose(const std::vector<plan::Body>& branches, bool is_choice);
  void begin_choice(const std::vector<plan::Body>& branches, bool is_choice);
  PeerId first_peer(const Strand& branch) const;
  std::vector<PeerId> open_peers() const;
  std::vector<Strand*> candidates_of(PeerId id) const;
  Progress offer(PeerId id);
  Progress offer_stream(PeerId id, std::span<Strand* const> candidates);
  Progress offer_datagram(PeerId id, std::span<Strand* const> candidates);
  match::State look(Strand& candidate, Peer& reader);
  bool look_at_datagram(Strand& candidate, std::string_view bytes, const Endpoint& source);
  Progress take_stream(Strand& candidate, PeerId id);
  Progress decide_for(Strand& candidate);
  void record_by(Strand& strand, Event::Kind kind, PeerId id, Excerpt bytes = {}, const Endpoint* endpoint = nullptr);
  Strand* best_of(std::span<Strand* const> candidates) const;
  void stop_in_block(std::span<Strand* const> candidates);
  Progress stop_without_branch(PeerId id, std::span<Strand* const> candidates);
  Progress stop_late_choice();

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
  Progress perform(const plan::Set& step);
  Progress perform(const plan::Wait& step);
  Progress perform(const plan::Ignore& step);
  Progress perform(const plan::Start& step);
  Progress perform(const plan::ProcessEnd& step);
  Progress perform(const plan::Signal& step);
  Progress perform(const plan::Link& step);

  // run_process.cc
  Progress launch(const plan::Start& step);
  Progress take_pipes(const plan::Start& step, target::Program::Pipes pipes);
  Progress watch_errors(PeerId id);
  void drain(Peer& errors);
  Progress look_at_programs(std::span<const PeerId> ids);
  Progress end_programs(std::span<const PeerId> ids);
  bool programs_are_gone();
  bool end_program(const Running& running);
  void begin_end(const Running& running);
  void tell_end(const Running& running);
  Progress stop_failed(PeerId id, std::uint32_t step, std::string what);
  void watch(std::uint32_t socket);

  // run_accept.cc
  Progress accept_any(const plan::Accept& step);
  Progress accept_fitting(const plan::Accept& step);
  Progress take_waiting(const plan::Accept& step, std::vector<Waiting>& waiting, std::size_t index);
  std::expected<std::optional<std::size_t>, Progress> find_maker(const plan::Accept& step,
                                                                 const std::vector<Waiting>& waiting);
  std::expected<std::optional<std::size_t>, Progress> find_sender(const plan::Accept& step,
                                                                  std::vector<Waiting>& waiting);
  Progress accepted(const plan::Accept& step, StreamSocket stream, Endpoint from);
  bool is_ours(const Endpoint& from);
  void note_maker(const Peer& connector);

  // run_link.cc
  std::optional<LinkTerms> terms_of(const plan::Link& step);
  bool lower_way(const plan::Conditions& from, LinkWay& way);
  bool numbers_of(const std::vector<plan::Expression>& from, std::vector<std::uint64_t>& numbers);
  bool size_of(const std::optional<plan::Expression>& from, std::optional<std::uint64_t>& size);
  LinkListener listener_of(std::uint32_t number);
  void note_link(std::uint32_t number, const LinkNews& news);
  void note_refusal(const Endpoint& client, const Endpoint& door);
  void serve_link(std::uint32_t number);
  void serve_links();
  void end_link(Peer& gone);
  Progress prepare_link(const plan::Connect& step, std::uint32_t number, std::optional<Endpoint>& source);
  std::expected<std::uint32_t, Progress> open_link(LinkTerms terms, Linked linked, PeerId id);
  std::expected<Detour, Progress> detour(const plan::Connect& step, const Endpoint& to);
  std::expected<Endpoint, Progress> delayed(const Endpoint& to, bool is_stream, PeerId id, Detour* detour = nullptr);
  Endpoint origin_of(Endpoint source) const;
  Progress settle_links();
  Progress settle_links_of_round();
  Endpoint behind_links(Endpoint client);

  Progress connect_stream(const plan::Connect& step, const Endpoint& to, const std::optional<Endpoint>& from);
  Progress connect_datagram(const plan::Connect& step, const Endpoint& to, const std::optional<Endpoint>& from);
  Progress connected(const plan::Connect& step, const Endpoint& to);
  Progress receive_stream(const plan::Receive& step);
  Progress matched_stream(const plan::Receive& step);
  Progress receive_datagram(const plan::Receive& step);
  std::optional<std::span<std::byte>> room_for(const plan::Receive& step);
  Progress match_datagram(const plan::Receive& step, std::string_view bytes, const Endpoint& source, std::size_t size);
  Progress stop_cut(PeerId id, std::string_view bytes, std::size_t size);
  Progress skip(const plan::Receive& step, Peer& reader);
  bool goes_on_reading();
  bool skips_datagram(const plan::Receive& step, std::string_view bytes);
  Progress peek_stream(const plan::Receive& step);
  Progress receive_urgent(const plan::Receive& step);
  Progress urgent_cannot_come(PeerId id);
  static std::optional<char> left_urgent(Peer& reader);
  Progress mismatched(PeerId id, std::string_view pending);
  Progress unexpected_data(PeerId id, std::string_view bytes);
  std::expected<Received::Kind, Progress> read_end(PeerId id);
  std::expected<void, Progress> read_refusal(PeerId id);
  void drop_settled(Peer& reader);
  Progress flush(PeerId id);
  Progress flush_datagram(PeerId id);
  static Result<void> push(Peer& sender);
  void retry_later(PeerId id);
  void retry_blocked();
  Progress after_outbox(PeerId id);
  Progress send_queued(const plan::Send& step);
  Progress send_behind_cut(PeerId id);
  Progress cut_off(PeerId id, int code);
  Progress stop_broken(PeerId id);
  Progress fail_send(std::uint32_t step, PeerId id, Error error);
  static void excuse_unsent(Peer& sender);
  static void drop_unsent(Peer& sender);
  Progress end_writing(PeerId id, Peer::Ending ending);
  Progress end_behind_outbox(PeerId id, Peer::Ending::Kind kind);
  void taken(Peer& sender, std::string_view bytes);
  Progress send_in_segments(const plan::Send& step);
  Progress after_cutting(PeerId id);
  void leave_socket(PeerId id);
  Progress go_on_cutting(const plan::Send& step);
  Progress begin_cutting(const plan::Send& step);
  void record_cut(PeerId id);
  Progress send_segment(PeerId id);
  Progress end_cutting(const plan::Send& step);
  Progress make_room(PeerId id);
  Progress await_delivery(PeerId id);
  Result<Received::Kind> read_ahead(Peer& reader);
  Progress deliver_ourselves(PeerId id, Peer& reader);
  Progress give_up_cutting(PeerId id);
  Progress look_later();
  Progress look_again(nanoseconds when);

  // run_other_end.cc
  std::optional<std::uint64_t> unread_by_other(const Peer& sender);
  Peer* other_end();
  std::vector<Unread> unread_unix();
  static Peer* grown_since(const std::vector<Unread>& before);

  void record_sent(std::uint32_t step, PeerId id, Excerpt bytes, const Endpoint* to);
  Excerpt take_leaving(Peer& sender, std::uint64_t size);

  /// One read of a stream into its inbox.
  Result<Received::Kind> read_more(Peer& peer);
  bool reads_late(Peer& reader);
  std::span<std::byte> room_of(Peer& reader);
  Progress slow_down(Socket& socket, PeerId id);
  Result<ReceivedDatagram> read_datagram(PeerId id, std::span<std::byte> room, int flags = 0);
  Result<ReceivedDatagram> read_datagram(PeerId id) { return read_datagram(id, scratch_); }

  Progress wait_for(PeerId id, Interest interest);
  Result<void> update_watch(PeerId id);
  Progress stop(Reason reason, std::optional<PeerId> peer = {});
  Progress stop_with(Reason reason, std::optional<PeerId> peer, std::string what);
  Progress fail(Error error, std::optional<PeerId> peer = {});
  std::optional<PeerId> waits_for_outbox(const plan::Step& step) const;
  Progress stop_not_taken(PeerId id);
  void keep_received(std::string_view pending, std::uint64_t around);
  std::optional<plan::Value> value_of(const plan::Setting& setting);
  Progress set_options(const std::vector<plan::Setting>& settings, Socket& socket, PeerId id);
  std::expected<int, Progress> backlog_of(const plan::Listen& step);
  std::expected<plan::Value, std::string> read(const plan::Expression& expression) override;
  std::expected<plan::Value, std::string> read_socket(Peer& asked, const plan::Expression& expression);
  /// The error with the peer in the place of a descriptor's number.
  Error named(Error error, std::optional<PeerId> id) const;
  enum class Anywhere : std::uint8_t { no, yes };
  std::optional<Endpoint> endpoint_of(const plan::Expression& place, plan::Transport transport,
                                      Anywhere anywhere = Anywhere::no);
  /// The endpoint of an optional PLACE; without one 127.0.0.1:0, or a new path in the run's directory.
  std::optional<Endpoint> own_place(const std::optional<plan::Expression>& place, PeerId id);
  bool may_create(const Endpoint& endpoint) const;
  std::optional<Endpoint> path_for(PeerId id);

  void record(Event::Kind kind, PeerId peer, Excerpt bytes = {}, const Endpoint* endpoint = nullptr);
  void number_flow(Event& event);
  void keep_local(PeerId id);
  nanoseconds clock() { return now_->scope.now = Clock::now() - start_; }
  Clock::time_point at(nanoseconds time) const { return start_ + time; }
  nanoseconds stretched(nanoseconds time) const;
  /// So long after the beginning of the step.
  nanoseconds later(nanoseconds time) const;
  /// How the poller calls a socket.
  std::uint64_t key_of(std::uint32_t socket) const { return std::uint64_t{id_} << 32 | socket; }
  std::uint32_t socket(PeerId id) const { return now_->sockets.empty() ? id : now_->sockets[id]; }
  Peer& peer(PeerId id) { return peers_[socket(id)]; }
  const Peer& peer(PeerId id) const { return peers_[socket(id)]; }
  match::Limits limits() const { return {plan_.limit_counted, plan_.limit_delimited}; }
  /// The same, for what comes in pieces: others have their turn, and the time is looked at, after so many messages.
  match::Limits stream_limits() const { return {plan_.limit_counted, plan_.limit_delimited, 4096}; }

  /// Links are called by the poller with numbers behind those of all sockets.
  static constexpr std::uint32_t first_link = 1u << 31;
  static constexpr nanoseconds century = std::chrono::years(100);  // no sum of times overflows

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
  Strand always_;
  Strand events_;                  // stands in for a step where a socket is served between steps
  Strand* root_ = &main_;          // the first strand of what is run now
  Strand* now_ = &main_;           // whose step is being tried
  Strand* stopped_ = nullptr;      // the one that ended the run by a failure
  std::optional<Stop> main_stop_;  // while `always` runs
  std::deque<Strand*> ready_;
  std::set<std::pair<nanoseconds, Strand*>> timers_;  // of all but the root
  int budget_ = 0;                                    // steps until other runs have their turn
  std::vector<PeerId> all_peers_;                     // the plan's
  std::deque<Peer> peers_;                            // theirs first, then those of copies
  std::vector<std::uint32_t> free_sockets_;           // of copies that have ended
  std::vector<Flow> flows_;                           // by socket; they stay when it is closed
  std::uint32_t flow_count_ = 0;
  std::map<const Peer*, std::vector<Waiting>> waiting_;  // by listener
  std::set<Endpoint> listening_;                         // where this run listens
  std::multiset<Endpoint> makers_;                       // from where it has connected to itself, if others could too
  std::vector<std::uint32_t> blocked_;                   // unix datagram sockets that wait for room at another
  Clock::time_point retry_at_;                           // when they try again
  std::size_t named_sockets_ = 0;                        // how many got a path of our choice
  std::vector<Running> programs_;                        // in the order of their start
  std::optional<nanoseconds> over_at_{};                 // when the steps were over, and the end of the programs began
  std::map<std::uint32_t, Linked> links_;                // by number
  std::uint32_t next_link_ = 0;
  std::vector<std::pair<std::uint32_t, Strand*>> awaiting_links_;  // who waits for a connection behind which link
  Farewell farewell_;
  std::optional<TcpInspector> inspector_;  // opened when first needed
  bool uses_urgent_ = false;
  bool uses_linger_ = false;
  Trace trace_;
};

}  // namespace volley::engine
