// SPDX-License-Identifier: Apache-2.0
#include "match/message_session.h"

#include <fmt/format.h>

#include <utility>

namespace volley::match {

const MessageReader::Reading& MessageSession::feed(MessageFrame& root, std::string_view bytes, bool ended) {
  bytes_ = bytes;
  ended_ = ended;
  own_left_ = limits_.messages_a_feed;
  if (reading_.state != State::more) return reading_;
  if (bytes.size() < enough_ && !ended) {
    reading_.count = enough_ - bytes.size();
    return reading_;
  }
  reading_.is_paused = false;
  if (read(root) == Step::complete) {
    reading_ = {.state = State::complete, .cause = Cause::none, .offset = 0, .count = root.at_bit / 8, .what = {}};
  }
  return reading_;
}

/// Goes on with a message. It calls itself for a message in it, so deep as messages may be.
MessageSession::Step MessageSession::read(MessageFrame& frame) {
  while (true) {
    while (!frame.groups.empty() && frame.field(frame.groups.back().field).end == frame.next) {
      if (const auto step = close_group(frame); step != Step::complete) return step;
    }
    if (frame.next == frame.message().fields.size()) return Step::complete;
    if (const auto step = read_field(frame); step != Step::complete) return step;
  }
}

MessageSession::Step MessageSession::read_field(MessageFrame& frame) {
  const auto id = frame.next;
  if (!frame.current.is_entered) {
    if (const auto step = enter(frame, id); step != Step::complete || frame.next != id) return step;
  }
  const auto& extent = frame.field(id).extent;
  if (const auto* group = std::get_if<plan::GroupField>(&extent)) return open_group(frame, id, *group);
  const auto step = std::visit(
      [&]<class Extent>(const Extent& each) {
        if constexpr (std::is_same_v<Extent, plan::GroupField>) {
          return Step::complete;
        } else {
          return read(frame, id, each);
        }
      },
      extent);
  if (step != Step::complete) return step;
  if (const auto finished = finish(frame, id); finished != Step::complete) return finished;
  frame.current = {};
  frame.next = id + 1;
  return Step::complete;
}

/// Begins a field, or goes on behind one that is not there.
MessageSession::Step MessageSession::enter(MessageFrame& frame, FieldId id) {
  if (const auto& when = frame.field(id).when) {
    const auto holds = plan::evaluate_condition(*when, scope_, &frame);
    if (!holds) return fault(frame, id, holds.error());
    if (!*holds) return skip(frame, id);
  }
  frame.current = {};
  frame.current.is_entered = true;
  frame.extents[id].is_there = true;
  frame.extents[id].begin_bit = frame.at_bit;
  return Step::complete;
}

MessageSession::Step MessageSession::skip(MessageFrame& frame, FieldId id) {
  const auto end = frame.field(id).end;
  for (auto absent = id; absent < end; ++absent) {
    if (frame.place.is_verified && frame.said(absent)) {
      return fail(Cause::constraint, frame.at_bit / 8, frame.path(absent) + " is not there: its 'when' does not hold");
    }
    if (const auto step = settle(frame, absent); step != Step::complete) return step;
  }
  frame.next = end;
  return Step::complete;
}

MessageSession::Step MessageSession::open_group(MessageFrame& frame, FieldId id, const plan::GroupField& group) {
  auto& extent = frame.extents[id];
  const auto around = frame.bound;
  extent.content_begin = frame.at_bit / 8;
  if (group.bound.index() != 0) {
    const auto* sized = std::get_if<plan::SizedField>(&group.bound);
    const auto step =
        sized ? size_of(frame, id, *sized) : size_of(frame, id, std::get<plan::PrefixedField>(group.bound));
    if (step != Step::complete) return step;
    const auto end = extent.content_begin + *frame.current.size;
    if (end > around) return need(frame, id, end);
    frame.bound = end;
  }
  frame.at_bit = extent.content_begin * 8;
  frame.groups.push_back({id, around});
  frame.current = {};
  frame.next = id + 1;
  return Step::complete;
}

MessageSession::Step MessageSession::close_group(MessageFrame& frame) {
  const auto [id, around] = frame.groups.back();
  const auto end = frame.at_bit / 8;
  const bool has_bound = std::get<plan::GroupField>(frame.field(id).extent).bound.index() != 0;
  if (has_bound && end != frame.bound) {
    return fail(Cause::bytes, end,
                fmt::format("{} has {} bytes more than its fields", frame.path(id), frame.bound - end));
  }
  frame.groups.pop_back();
  frame.bound = around;
  auto& extent = frame.extents[id];
  extent.content_end = end;
  extent.end_bit = frame.at_bit;
  return finish(frame, id);
}

/// Whether the bytes up to `end` are there, or may still come.
MessageSession::Step MessageSession::need(const MessageFrame& frame, FieldId id, std::uint64_t end) {
  if (end > frame.bound) {
    return fail(Cause::bytes, frame.extents[id].begin_bit / 8,
                fmt::format("{} goes on for {} byte{} behind the end of what it stands in", frame.path(id),
                            end - frame.bound, end - frame.bound == 1 ? "" : "s"));
  }
  if (end > limits_.counted) return over_limit(frame, id, end);
  return end <= bytes_.size() ? Step::complete : wait(frame, id, end - bytes_.size());
}

/// `bytes`: how many more are needed, 0 if that is unknown.
MessageSession::Step MessageSession::wait(const MessageFrame& frame, FieldId id, std::uint64_t bytes) {
  enough_ = bytes_.size() + bytes;
  reading_.count = bytes;
  if (waiting_ != &frame || waiting_field_ != id || reading_.what.empty()) {
    reading_.what = frame.path(id);
    waiting_ = &frame;
    waiting_field_ = id;
  }
  return Step::more;
}

MessageSession::Step MessageSession::pause(const MessageFrame& frame, FieldId id) {
  const auto step = wait(frame, id, 0);
  reading_.is_paused = true;
  return step;
}

MessageSession::Step MessageSession::fail(Cause cause, std::uint64_t offset, std::string what) {
  reading_ = {.state = State::mismatch, .cause = cause, .offset = offset, .count = 0, .what = std::move(what)};
  return Step::stop;
}

MessageSession::Step MessageSession::over_limit(const MessageFrame& frame, FieldId id, std::uint64_t length) {
  fail(Cause::over_limit, frame.extents[id].begin_bit / 8, frame.path(id));
  reading_.count = length;
  return Step::stop;
}

MessageSession::Step MessageSession::fault(const MessageFrame& frame, FieldId id, const plan::Fault& fault) {
  return fail(Cause::fault, frame.at_bit / 8, fmt::format("{}: {}", frame.path(id), fault.what));
}

}  // namespace volley::match
