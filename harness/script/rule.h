// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/diagnostic.h"

namespace volley::script {

/// What can be wrong in a scenario file: one rule, one id, one line in docs/diagnostics.md.
enum class Rule : std::uint8_t {
  // the text
  not_utf8,
  control_byte,
  unknown_character,
  unterminated_text,
  unterminated_regex,
  unknown_escape,
  bad_hex,
  bad_number,
  unknown_unit,
  number_too_large,
  bad_endpoint,
  unclosed_bracket,
  unclosed_block,
  too_deep,
  // words
  expected,
  unknown_declaration,
  unknown_property,
  unknown_step,
  unknown_function,
  unknown_transport,
  unknown_option,
  unknown_error,
  unknown_member,
  bad_name,
  reserved_name,
  repeated,
  property_after_step,
  duration_without_unit,
  range_reversed,
  // names
  unknown_name,
  used_before_bound,
  bound_twice,
  unbound_by_failure,
  duplicate_scenario,
  ambiguous_scenario,
  duplicate_target,
  target_without_run,
  bad_family,
  two_families,
  bad_known,
  unusable_file,
  use_cycle,
  // messages
  duplicate_message,
  unknown_message,
  duplicate_field,
  unknown_field,
  field_not_named,
  later_field,
  no_extent,
  law_cycle,
  endless_message,
  not_a_list,
  message_only,
  // peers
  not_a_peer,
  not_a_listener,
  listener_as_peer,
  peer_as_value,
  closed_peer,
  send_after_shutdown,
  bad_place,
  wrong_transport,
  stream_only,
  datagram_only,
  no_destination,
  fails_without_call,
  off_loopback,
  bad_option,
  bad_clause,
  // blocks
  misplaced_block,
  branch_without_receive,
  too_many_branches,
  unreachable_branch,
  prefix_branch,
  outer_peer,
  ended_name,
  not_in_always,
  not_a_process,
  not_fresh,
  not_a_socket,
  not_on_unix,
  unknown_signal,
  // bytes, patterns and values
  pattern_without_extent,
  pattern_in_value,
  suffix_order,
  rest_not_last,
  empty_delimiter,
  bad_width,
  bad_regex,
  does_not_fit,
  bad_arithmetic,
  not_constant,
  type_mismatch,
  argument_count,
};

/// The ids by rule.
inline constexpr auto rule_ids = std::to_array<std::string_view>({
    "not-utf8",
    "control-byte",
    "unknown-character",
    "unterminated-text",
    "unterminated-regex",
    "unknown-escape",
    "bad-hex",
    "bad-number",
    "unknown-unit",
    "number-too-large",
    "bad-endpoint",
    "unclosed-bracket",
    "unclosed-block",
    "too-deep",
    "expected",
    "unknown-declaration",
    "unknown-property",
    "unknown-step",
    "unknown-function",
    "unknown-transport",
    "unknown-option",
    "unknown-error",
    "unknown-member",
    "bad-name",
    "reserved-name",
    "repeated",
    "property-after-step",
    "duration-without-unit",
    "range-reversed",
    "unknown-name",
    "used-before-bound",
    "bound-twice",
    "unbound-by-failure",
    "duplicate-scenario",
    "ambiguous-scenario",
    "duplicate-target",
    "target-without-run",
    "bad-family",
    "two-families",
    "bad-known",
    "unusable-file",
    "use-cycle",
    "duplicate-message",
    "unknown-message",
    "duplicate-field",
    "unknown-field",
    "field-not-named",
    "later-field",
    "no-extent",
    "law-cycle",
    "endless-message",
    "not-a-list",
    "message-only",
    "not-a-peer",
    "not-a-listener",
    "listener-as-peer",
    "peer-as-value",
    "closed-peer",
    "send-after-shutdown",
    "bad-place",
    "wrong-transport",
    "stream-only",
    "datagram-only",
    "no-destination",
    "fails-without-call",
    "off-loopback",
    "bad-option",
    "bad-clause",
    "misplaced-block",
    "branch-without-receive",
    "too-many-branches",
    "unreachable-branch",
    "prefix-branch",
    "outer-peer",
    "ended-name",
    "not-in-always",
    "not-a-process",
    "not-fresh",
    "not-a-socket",
    "not-on-unix",
    "unknown-signal",
    "pattern-without-extent",
    "pattern-in-value",
    "suffix-order",
    "rest-not-last",
    "empty-delimiter",
    "bad-width",
    "bad-regex",
    "does-not-fit",
    "bad-arithmetic",
    "not-constant",
    "type-mismatch",
    "argument-count",
});
static_assert(rule_ids.size() == static_cast<std::size_t>(Rule::argument_count) + 1);

constexpr std::string_view id_of(Rule rule) {
  return rule_ids[static_cast<std::size_t>(rule)];
}

/// Collects what one stage finds wrong, in order of place. It takes no more than `limit`, so that a hostile file costs
/// memory only once.
class Findings {
 public:
  static constexpr std::size_t limit = 20 * source::max_diagnostics;

  void add(Rule rule, source::Span span, std::string what, std::string hint = {},
           std::optional<source::Span> other = {});
  bool is_full() const { return found_.size() >= limit; }
  std::vector<source::Diagnostic> take();

 private:
  std::vector<source::Diagnostic> found_;
};

/// `did you mean 'x'?` for the candidate that is close enough, else `otherwise`.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates,
                         std::string otherwise = {});

}  // namespace volley::script
