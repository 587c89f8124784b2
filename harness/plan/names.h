// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <span>
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

/// The fields of a message by their names.
struct FieldNames {
  std::map<std::string, FieldId, std::less<>> ids;
  std::vector<const script::Field*> fields;
  std::vector<Type> types;
};

/// What the names of one scenario stand for while it is lowered: slots and peers get their numbers here. The file's
/// lets are constants: a use of one is replaced by its value.
class Names {
 public:
  Names(const script::File& file, Plan& plan);

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
  /// Whether it is a target or a family of them.
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
  /// Notes what goes through a link.
  void carry(PeerId link, Transport transport);
  /// Notes that a link leads to a socket of this plan.
  void lead(PeerId link, PeerId to);
  bool is_link(PeerId peer) const { return plan_.peers[peer].kind == PeerKind::link; }
  /// Where it is, as a place to connect to; a link's leads to what it is known to carry only.
  Expression entrance(PeerId peer, source::Span span);
  /// Marks a peer as one whose connection some step looks for.
  PeerId look_for(PeerId peer);
  Transport transport(PeerId peer) const { return plan_.peers[peer].transport; }
  /// Notes the name of a program that is started, if it is known.
  void start_program(const Expression& program);
  void needs_dir(bool is_needed) { plan_.needs_dir = plan_.needs_dir || is_needed; }
  /// The path of the scenario's directory.
  Expression dir(source::Span span);
  MessageId message(std::string_view name) const;
  const FieldNames& fields(MessageId message) const { return fields_[message]; }
  const std::vector<Message>& messages() const { return plan_.messages; }
  MessageId add_message(Message message);
  /// The definition that is being lowered, if one is: its fields are names there.
  const FieldNames* definition() const { return definition_; }
  /// Another one, for as long as `lower` takes.
  template <class Lower>
  auto within(const FieldNames* definition, Lower lower) {
    const auto around = std::exchange(definition_, definition);
    auto lowered = lower();
    definition_ = around;
    return lowered;
  }

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
  std::vector<FieldNames> fields_;  // by message of the file
  const FieldNames* definition_ = nullptr;
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
/// Slots for the named groups of a regular expression.
std::vector<std::pair<std::string, Slot>> bind_groups(const Regex& regex, Names& names);
/// Steps and blocks, at the end of the plan; `timeout` is what each has without a `within` of its own.
void lower_steps(const script::Steps& steps, Plan& plan, Names& names, nanoseconds timeout);
/// A block and its steps; false if the step is none.
bool lower_block(const script::Step& step, Plan& plan, Names& names, nanoseconds timeout);
Link lower_link(const script::Link& link, Names& names);
/// What is sent.
std::vector<Item> lower_items(const script::Items& items, Names& names);
/// What is expected.
std::vector<Item> lower_pattern(const script::Items& items, Names& names);
/// The definitions of the file, into the plan of `names`.
void lower_messages(const script::File& file, Names& names, Plan& plan);
decltype(Field::extent) lower_extent(const script::Expression& extent, Names& names);
/// What a definition gives a field.
Expression lower_field_value(const decltype(Field::extent)& extent, const script::Items& value, Names& names,
                             source::Span span);
/// A use as a value: its bytes.
Expression lower_use(const script::Expression& expression, Names& names);
/// A use as a pattern.
Use lower_use_pattern(const script::Expression& expression, Names& names);
/// Items of a line that only a message can say, as a value or as a pattern.
Expression lower_nameless(std::span<const script::Expression> items, Names& names);
Use lower_nameless_pattern(std::span<const script::Expression> items, Names& names);
/// How many items from the first on are a run of integers that fills its bytes together; 0 if the first is whole bytes.
std::size_t bit_run(std::span<const script::Expression> items);
/// Whether an extent stands somewhere in it.
bool has_extent(const script::Expression& item);
/// What `as`, `~` and `where` say, into an item or a field's pattern; `type`: of a capture.
template <class Lowered>
void lower_constraints(Lowered& lowered, const script::Expression& item, Type type, Names& names) {
  if (item.as) lowered.capture = names.bind_slot(item.as->text, type);
  if (item.regex) {
    lowered.regex.emplace(item.regex->text);
    lowered.groups = bind_groups(*lowered.regex, names);
  }
  if (!item.pattern.empty()) lowered.pattern = lower_pattern(item.pattern, names);
  if (!item.where.empty()) lowered.where = lower_value(item.where[0], names);
}
Recipe lower_target(const script::Target& target, const script::File& file);

}  // namespace volley::plan
