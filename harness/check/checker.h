// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "check/messages.h"
#include "check/names.h"
#include "script/option.h"
#include "script/reach.h"
#include "script/rule.h"

namespace volley::check {

using script::Expression;
using script::Findings;
using script::Items;
using script::Name;
using script::Rule;
using source::Span;

/// What the whole file declares, as each of its scenarios sees it.
struct Declarations {
  const script::File& file;
  Skipped skipped;
  const script::Reach& reach;
  Messages messages;
  Names names;  ///< Targets, and lets as far as they have been checked.
  using ByTarget = std::unordered_map<std::string, std::unordered_set<std::string>>;
  ByTarget ports;                               ///< NAME of each `${port.NAME}`.
  ByTarget sockets;                             ///< NAME of each `${socket.NAME}`.
  std::unordered_set<std::string> without_run;  ///< Targets whose line with most of their ports could not be read.
  std::unordered_map<std::string, std::vector<std::string>> families;  ///< The members of each.
};

/// Checks values, patterns and steps in the order in which they stand, with the names that are bound so far.
class Checker {
 public:
  /// `scenario` is an index into the file's scenarios, or `Skipped::outside` for what stands outside of all.
  Checker(const Declarations& declarations, std::size_t scenario, Findings& findings)
      : declarations_(declarations), scenario_(scenario), findings_(findings), names_(&declarations.names) {}

  void scenario(const script::Scenario& scenario);
  /// A let of the file; the binding is for the caller to keep.
  Binding file_let(const script::Let& let);
  void target(const script::Target& target);
  void message(const MessageInfo& message);

 private:
  /// Where a name stands, for the hint if it is unknown.
  enum class Stands : std::uint8_t { elsewhere, in_bytes, in_pattern };

  // check_name.cc
  Binding* peer(const Name& name, std::string_view does);
  const Binding* resolve(const std::string& name, Span span, Stands stands = Stands::elsewhere);
  void resolve_among_bytes(const Expression& item, Stands stands);
  static const Binding& scenario_dir();
  void unresolved(const std::string& name, Span span, Stands stands);
  bool is_bound_later(const std::string& name);
  void bind(const Name& name, Binding binding);
  bool rebinds_in_loop(const Name& name, const Binding& binding);
  void bind_value(const Name& name, Value value) { bind(name, {.kind = Binding::Kind::value, .value = value}); }

  // check_family.cc
  void note_target(const std::string& name, Span span, const Binding& binding);
  std::vector<std::string> servers_of(const std::string& target) const;
  void known(const script::Scenario& scenario);
  std::unordered_set<std::string> used_servers() const;

  // check_step.cc
  void step(const script::Step& step);
  void action(const script::Listen& step);
  void action(const script::Bind& step);
  void action(const script::Connect& step);
  void action(const script::Accept& step);
  void action(const script::Send& step);
  void action(const script::Receive& step);
  void action(const script::Shutdown& step);
  void action(const script::Close& step);
  void action(const script::ResetPeer& step);
  void action(const script::Let& step);
  void action(const script::Expect& step);
  void action(const script::Set& step);
  void action(const script::Wait&) {}
  void action(const script::Ignore& step);
  void action(const script::Repeat& step);
  void action(const script::Parallel& step);
  void action(const script::AnyOrder& step);
  void action(const script::OneOf& step);
  void action(const script::Focus& step);
  void action(const script::Always& step);
  // check_process.cc
  void action(const script::Start& step);
  void action(const script::ProcessEnd& step);
  void action(const script::Signal& step);
  void process(const Name& name);
  void signal(const Name& name);
  Binding* stderr_of(const Name& name);
  bool is_process(const Name& name, const Binding& binding, std::string_view does, std::string hint = {});
  void fails(const script::Step& step);
  // check_link.cc
  void action(const script::Link& step);
  void link_place(const Expression& place, Binding& link);
  void condition(const script::Condition& condition);
  void condition_time(const script::Condition& condition, script::nanoseconds time);
  void repeated_conditions(const std::vector<script::Condition>& conditions);
  void through(const Expression& place, const Binding& link, script::Transport transport);
  void carries(const Binding& link, script::Transport transport, Span span);

  // check_block.cc
  using Bound = std::vector<std::pair<std::string, Binding>>;
  Bound scoped(const script::Steps& steps);
  void rebind(const Bound& bound);
  void rebind_values(const Bound& bound);
  void count(const Expression& expression, std::string_view what);
  void counter(const std::optional<Name>& name);
  bool branches(const std::vector<script::Branch>& branches);
  void once_only(const Binding& peer, const Name& name, std::string_view done);
  void top_level(std::string_view what);
  void change(const Name& name, Binding& peer, bool Binding::* state);
  void forget(const std::vector<std::string>& names);

  // check_branch.cc
  void overlaps(const std::vector<script::Branch>& branches, bool is_choice);
  bool overlap(const script::Receive& first, const script::Receive& second, Span span, bool is_choice);
  void silence_beside(const std::vector<script::Branch>& branches);

  // check_peer.cc
  Binding* stream(const Name& name, std::string_view does);
  void local_place(const Expression& place, bool may_be_leased, bool is_unix);
  void remote_place(const Expression& place, script::Transport transport);
  void datagram_place(const Expression& place, bool is_unix);
  bool target_port(const Expression& place, bool is_unix);
  bool has_port(const std::string& target, const Name& member, bool is_unix, std::string_view family);
  void endpoint_value(const Expression& place, bool is_unix);
  void by(const script::Accept& step, const Binding* listener);
  void state_fits(const script::Receive& step, const Binding& peer);

  // check_option.cc
  const script::OptionRow* option_row(const Name& option, std::uint8_t kind);
  void opening_options(const std::vector<script::OptionSetting>& settings, const Binding& opened,
                       const Expression* place);
  void option_value(const script::OptionSetting& setting, const script::OptionRow* row);
  void linger_value(const Expression& expression, Value found);
  Value option_read(const script::Member& member, const std::string& name, const Binding& binding);
  Value count_read(const script::Member& member, const std::string& name, const Binding& binding);
  bool open_for_reading(const script::Member& member, const std::string& name, const Binding& binding);
  bool compares_linger(const Expression& expression, Value left, Value right);
  void send_clauses(const script::Send& step, const Binding* sender);
  void receive_clauses(const script::Receive& step, const Binding* receiver);
  void skipped_pattern(const Items& items);
  void first_of_branch(const script::Receive& step);
  void for_streams(const Name& name, const Binding* peer, Span span, std::string_view clause);
  void for_datagrams(const Name& name, const Binding* peer, Span span, std::string_view clause);
  bool needs_net() const;
  void loopback_only(const Expression& place);
  void property_values(const script::Scenario& scenario);

  // check_pattern.cc
  void pattern(const Items& items, bool is_last);
  void pattern_item(const Expression& item, bool is_last);
  Type extent(const Expression& item, bool is_last);
  void length(const Expression& length);
  void constraints(const Expression& item, Type type);
  void value_pattern(const Expression& item, Type type);
  void regex(const script::RegexLiteral& regex);

  // check_message.cc
  void field(const FieldInfo& info);
  void field_extent(const script::Field& field);
  void no_extent(const Expression& extent, std::string hint);
  const MessageInfo* message_named(const Name& name);
  std::optional<Value> field_reference(const std::string& name, Span span);
  void field_value(const FieldInfo& info, const Expression& said, bool is_pattern);
  void elements(const FieldInfo& list, const Items& uses, bool is_pattern);
  void element(const Name& wanted, const Expression& said, bool is_pattern);

  // check_use.cc
  void use(const Expression& expression, bool is_pattern);
  void mark_named(const FieldInfo& field, const script::MessageUse::Entry& entry, std::vector<bool>& named);
  const FieldInfo* field_of(const MessageInfo& message, const Name& name);
  void entry(const FieldInfo& field, const script::MessageUse::Entry& entry, const Expression& said, bool is_pattern);
  void entry_of_nothing(const script::MessageUse::Entry& entry, const Expression& said, bool is_pattern);
  void require_all_named(const MessageInfo& message, const Name& use, const std::vector<bool>& named);

  // check_value.cc
  void bits(const Items& items);
  Value leb128(const Expression& expression);
  Value message_only(const Expression& expression, std::string_view word);
  Value value(const Expression& expression);
  Value node(const Expression& expression);
  Value side_by_side(const Items& items);
  bool bytes(const Expression& expression);
  Value text(const Expression& expression);
  Value reference(const Expression& expression);
  Value member(const Expression& expression);
  Value peer_member(const script::Member& member, const std::string& name, const Binding& binding);
  Value integer(const Expression& expression, const script::IntegerItem& item);
  Value extent_in_value(const Expression& expression, std::string_view word);
  bool is_leased(const Expression& expression) const;

  // check_operation.cc
  Value operation(const Expression& expression, script::Operator op);
  Value comparison(const Expression& expression, script::Operator op, Value left, Value right);
  Value arithmetic(const Expression& expression, script::Operator op, Value left, Value right);
  Value count(const Expression& expression);
  Value repetition(const Expression& expression, Value count);
  Value call(const Expression& expression, const script::Call& call);
  bool require(const Expression& expression, Type found, Type wanted, std::string_view by);
  void within(const Expression& expression, Value value, Range range, std::string_view what);

  const Declarations& declarations_;
  std::size_t scenario_;
  Findings& findings_;
  Names names_;
  std::unordered_set<std::string> unbound_;                   ///< Names of steps that were to fail.
  std::optional<std::unordered_set<std::string>> all_bound_;  ///< By any step of the scenario; made when asked for.
  std::unordered_set<std::string> reported_;                  ///< Names that have been called unknown once.
  std::unordered_set<std::string> used_targets_;              ///< By name; a family by its own.
  std::optional<Name> family_;                                ///< The first that is used, and where.
  std::vector<std::string> bound_in_step_;
  std::vector<std::string> bound_in_block_;      ///< By the innermost block, or by the scenario.
  std::unordered_map<std::string, Span> ended_;  ///< Names whose block is over, and where it bound them.
  std::vector<std::pair<std::string, bool Binding::*>> changes_;  ///< Of peers' states, in the branch being checked.
  std::size_t depth_ = 0;                                         ///< Of blocks.
  std::size_t loops_ = 0;
  std::size_t repeats_ = 0;  ///< Around the step, without a 'parallel' between.
  std::size_t parallels_ = 0;
  bool has_focus_ = false;
  bool is_in_always_ = false;
  const script::Step* last_ = nullptr;  ///< Of the scenario.
  Span step_span_;
  bool is_failing_ = false;                        ///< The step has `fails`.
  bool is_constant_only_ = false;                  ///< A let of the file has one value for all scenarios.
  bool is_law_ = false;                            ///< The same, of what both sides compute.
  const MessageInfo* definition_ = nullptr;        ///< Whose fields are names here.
  std::size_t readable_ = 0;                       ///< How many of them may be used.
  std::unordered_set<const Expression*> in_runs_;  ///< Integers that have been looked at with those beside them.
  bool is_in_target_ = false;                      ///< `${port}` and its like stand for what is leased.
  std::size_t weight_ = 0;
  std::unordered_set<const script::Condition*> unfit_;  ///< Conditions that have been called so once.
};

/// Tells that the name is bound at `other` too, at the second of the two places: the names of the file are bound before
/// those of its scenarios, wherever they stand.
void bound_twice(const Name& name, Span other, Findings& findings);

/// A group of one item is that item.
const Expression& without_brackets(const Expression& expression);

}  // namespace volley::check
