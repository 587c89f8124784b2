// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "plan/plan.h"
#include "script/file.h"

namespace volley::plan {

/// The type of a value, as far as lowering has to know it.
enum class Type : std::uint8_t { integer, bytes, endpoint, address, duration, boolean };

/// What the names of one scenario stand for while it is lowered: slots and peers get their numbers here. The file's
/// lets are constants: a use of one is replaced by its value.
class Names {
 public:
  Names(const script::File& file, Plan& plan) : file_(file), plan_(plan) {}

  /// A new slot for `name`; a name bound again gets its slot again (each round of a loop binds anew).
  Slot bind_slot(const std::string& name, Type type);
  /// A new peer; in a later branch of a choice, the one that an earlier branch has called so.
  PeerId bind_peer(const std::string& name, PeerKind kind, Transport transport = Transport::tcp);
  /// The peers of a new program: NAME stands for its stdout where something is received, and NAME.err for its stderr.
  Start bind_process(const std::string& name);

  /// What has been bound since `mark()`.
  /// Peers by what must be the same of them.
  using Alternatives = std::map<std::tuple<std::string, PeerKind, Transport>, PeerId>;
  struct Mark {
    std::size_t slots = 0;
    std::size_t peers = 0;
  };
  Mark mark() const { return {bound_slots_.size(), bound_peers_.size()}; }
  void take_since(Mark mark, Body& body) const;
  /// From here on to the matching `end_choice` peers of one name are the same in each branch.
  Alternatives begin_choice() { return std::exchange(alternatives_, {}); }
  void next_alternative(const Body& branch);
  void end_choice(Alternatives outer) { alternatives_ = std::move(outer); }

  const Slot* slot(const std::string& name) const { return find(slots_, name); }
  const PeerId* peer(const std::string& name) const { return find(peers_, name); }
  const script::Let* constant(std::string_view name) const;
  bool is_target(std::string_view name) const;
  Type type(Slot slot) const { return types_[slot]; }

  /// The number of a target's port; the main one if `port` is empty.
  PlaceId place(const std::string& target, const std::string& port);
  /// What `NAME >` writes to: the stdin of a program, or the peer itself.
  PeerId writer(const std::string& name) const;
  /// The stdin of a program that was started here.
  std::optional<PeerId> input(const std::string& name) const;
  /// A program's own peer; of a target, made when it is first asked for.
  PeerId process(const std::string& name);
  /// A peer that some step receives from.
  PeerId reader(const std::string& name);
  /// Marks a peer as one whose connection some step looks for.
  PeerId look_for(PeerId peer);
  Transport transport(PeerId peer) const { return plan_.peers[peer].transport; }
  /// Notes the name of a program that is started, if it is known.
  void start_program(const Expression& program);
  void needs_dir(bool is_needed) { plan_.needs_dir = plan_.needs_dir || is_needed; }
  /// The path of the scenario's directory.
  Expression dir(source::Span span);
  Expression local(PeerId peer, source::Span span);
  Expression remote(PeerId peer, source::Span span);

 private:
  template <class Map>
  static const typename Map::mapped_type* find(const Map& map, const std::string& name) {
    const auto found = map.find(name);
    return found == map.end() ? nullptr : &found->second;
  }

  const script::File& file_;
  Plan& plan_;
  std::map<std::string, Slot> slots_;
  std::map<std::string, PeerId> peers_;
  std::map<std::string, Start> processes_;
  std::map<std::string, PeerId> target_processes_;
  std::vector<Type> types_;
  std::vector<Slot> bound_slots_;
  std::vector<PeerId> bound_peers_;
  Alternatives alternatives_;
};

// The parts of lowering, each over one kind of node; `check` has made sure that they cannot fail.

/// A value, with constant parts computed.
Expression lower_value(const script::Expression& expression, Names& names);
/// Several values side by side: the one, or the bytes of all of them joined.
Expression lower_values(const script::Items& items, Names& names, source::Span span);
Type type_of(const Expression& expression, const Names& names);
/// A PLACE: a target, one of its ports, a listener or bound socket, or an endpoint.
Expression lower_place(const script::Expression& expression, Names& names);
/// The unix endpoint that bytes stand for: `@name`, or a path, which counts from the scenario's directory.
Expression lower_path(Expression bytes, Names& names);
/// What is sent, or what is expected: the same items.
std::vector<Item> lower_items(const script::Items& items, Names& names);
/// Slots for the named groups of a regular expression.
std::vector<std::pair<std::string, Slot>> bind_groups(const Regex& regex, Names& names);
/// Steps and blocks, at the end of the plan; `timeout` is what each has without a `within` of its own.
void lower_steps(const script::Steps& steps, Plan& plan, Names& names, nanoseconds timeout);
/// A block and its steps; false if the step is none.
bool lower_block(const script::Step& step, Plan& plan, Names& names, nanoseconds timeout);
Recipe lower_target(const script::Target& target, const script::File& file);

}  // namespace volley::plan
