// SPDX-License-Identifier: Apache-2.0
// Whether a field that has been read is what it has to be.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "match/message_session.h"

namespace volley::match {
namespace {

using plan::Integer;

/// A value in a line of its own.
std::string shown(const plan::Value& value) {
  constexpr std::size_t most = 48;
  const auto* bytes = std::get_if<plan::Bytes>(&value);
  if (!bytes || bytes->size() <= most) return plan::to_display(value);
  return fmt::format("{}… of {} bytes", plan::to_literal(bytes->substr(0, most)), bytes->size());
}

/// The same from a place a little before `at` on.
std::string shown(std::string_view bytes, std::size_t at) {
  constexpr std::size_t before = 16;
  if (at <= 2 * before) return shown(plan::Bytes(bytes));
  return "…" + shown(plan::Bytes(bytes.substr(std::min(at - before, bytes.size()))));
}

std::string lower(plan::Bytes name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return name;
}

bool is_same_name(std::string_view a, std::string_view b) {
  const auto first = plan::domain_name(a);
  const auto second = plan::domain_name(b);
  return first && second && lower(*first) == lower(*second);
}

/// The byte in which two integers of one width differ first.
std::uint64_t first_different_byte(const MessageFrame::Extent& extent, const plan::BitField& format, Integer expected) {
  const auto differing =
      static_cast<std::uint64_t>(extent.number ^ expected) & (~std::uint64_t{0} >> (64 - format.bits));
  if (differing == 0) return extent.begin_bit / 8;  // it does not fit
  if (format.is_little) return (extent.begin_bit + static_cast<unsigned>(std::countr_zero(differing))) / 8;
  const auto leading = static_cast<unsigned>(std::countl_zero(differing)) - (64U - format.bits);
  return (extent.begin_bit + leading) / 8;
}

}  // namespace

/// A field is whole.
MessageSession::Step MessageSession::finish(MessageFrame& frame, FieldId id) {
  frame.extents[id].is_read = true;
  if (!frame.place.is_verified) return Step::complete;
  if (const auto* said = frame.said(id)) {
    if (const auto step = constrain(frame, id, *said); step != Step::complete) return step;
  }
  return settle(frame, id);
}

MessageSession::Step MessageSession::constrain(const MessageFrame& frame, FieldId id, const plan::FieldPattern& said) {
  const auto begin = frame.extents[id].content_begin;
  if (said.value) {
    const auto expected = plan::evaluate(*said.value, scope_);
    if (!expected) return fault(frame, id, expected.error());
    if (const auto step = compare(frame, id, *expected, {}); step != Step::complete) return step;
  }
  if (!said.capture && !said.regex && said.pattern.empty() && !said.where) return Step::complete;
  const auto value = frame.content(id);
  if (said.capture) scope_.slots[*said.capture] = value;
  const auto* bytes = std::get_if<plan::Bytes>(&value);
  if (said.regex && bytes && !apply(*said.regex, said.groups, *bytes, scope_.slots)) {
    return fail(Cause::constraint, begin,
                fmt::format("{} is {}, which does not match /{}/", frame.path(id), shown(value), said.regex->text()));
  }
  if (!said.pattern.empty() && bytes) {
    if (const auto wrong = mismatch_of(said.pattern, *bytes, scope_, limits_)) {
      return fail(Cause::constraint, begin + wrong->offset, fmt::format("{}: {}", frame.path(id), wrong->what));
    }
  }
  if (!said.where) return Step::complete;
  const auto holds = plan::evaluate_condition(*said.where, scope_);
  if (!holds) return fault(frame, id, holds.error());
  if (*holds) return Step::complete;
  return fail(Cause::constraint, begin,
              fmt::format("{} is {}, which its 'where' refuses", frame.path(id), shown(value)));
}

/// The laws that wait for this field.
MessageSession::Step MessageSession::settle(MessageFrame& frame, FieldId id) {
  if (!frame.place.is_verified) return Step::complete;
  for (const auto waiting : frame.field(id).settles) {
    if (const auto step = law(frame, waiting); step != Step::complete) return step;
  }
  return Step::complete;
}

MessageSession::Step MessageSession::law(MessageFrame& frame, FieldId id) {
  const auto* said = frame.said(id);
  const bool is_overridden = said && (said->value || !said->uses.empty() || said->is_list);
  if (is_overridden || !frame.extents[id].is_there) return Step::complete;
  frame.verified = id;
  const auto expected = plan::evaluate(*frame.field(id).value, scope_, &frame);
  frame.verified.reset();
  if (!expected) {
    return fail(Cause::fault, frame.extents[id].begin_bit / 8,
                fmt::format("{}: {}", frame.path(id), expected.error().what));
  }
  return compare(frame, id, *expected, " by its law");
}

MessageSession::Step MessageSession::compare(const MessageFrame& frame, FieldId id, const plan::Value& expected,
                                             std::string_view by) {
  const auto& extent = frame.extents[id];
  const auto& field = frame.field(id);
  if (const auto* number = std::get_if<Integer>(&expected)) {
    if (extent.number == *number) return Step::complete;
    const auto* format = std::get_if<plan::BitField>(&field.extent);
    const auto offset = format ? first_different_byte(extent, *format, *number) : extent.begin_bit / 8;
    return fail(Cause::bytes, offset,
                fmt::format("{}: expected {}{}, received {}", frame.path(id), *number, by, extent.number));
  }
  const auto& due = std::get<plan::Bytes>(expected);
  if (std::holds_alternative<plan::NameField>(field.extent)) {
    if (is_same_name(extent.text, due)) return Step::complete;
    return fail(Cause::bytes, extent.begin_bit / 8,
                fmt::format("{}: expected {}{}, received {}", frame.path(id), shown(expected), by, shown(extent.text)));
  }
  const auto is = frame.content_bytes(id);
  if (is == due) return Step::complete;
  const auto differs = std::ranges::mismatch(is, due).in1 - is.begin();
  const auto at = static_cast<std::size_t>(differs);
  return fail(Cause::bytes, extent.content_begin + at,
              fmt::format("{}: expected {}{}, received {}", frame.path(id), shown(due, at), by, shown(is, at)));
}

}  // namespace volley::match
