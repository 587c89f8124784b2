// SPDX-License-Identifier: Apache-2.0
// Messages in messages, one or many.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>

#include "match/message_session.h"

namespace volley::match {
namespace {

/// No item has more messages in it than this, nor a list more elements.
constexpr std::uint64_t most_messages = 4U << 20;
/// Nor more elements that have no bytes: they cost who sends them nothing.
constexpr std::uint64_t most_without_bytes = 1U << 16;

using Order = plan::FieldPattern::Order;

std::string elements(std::uint64_t count) {
  return fmt::format("{} element{}", count, count == 1 ? "" : "s");
}

}  // namespace

MessageSession::Step MessageSession::begin_inner(MessageFrame& frame, FieldId id, const MessageFrame::Place& place) {
  if (frame.depth() >= plan::deepest_message) {
    return fail(Cause::bytes, place.begin,
                fmt::format("{} is nested more than {} deep", frame.path(id), plan::deepest_message));
  }
  if (*left_ == 0) return pause(frame, id);
  --*left_;
  if (++messages_ > most_messages) return over_limit(frame, id, messages_);
  frame.current.inner = std::make_unique<MessageFrame>(*this, place);
  waiting_ = nullptr;
  return Step::complete;
}

MessageSession::Step MessageSession::read(MessageFrame& frame, FieldId id, const plan::MessageField& extent) {
  const auto begin = frame.extents[id].begin_bit / 8;
  if (!frame.current.inner) {
    const auto* said = frame.said(id);
    const MessageFrame::Place place{.message = extent.message,
                                    .use = said && !said->uses.empty() ? &said->uses.front() : nullptr,
                                    .outer = &frame,
                                    .begin = begin,
                                    .bound = frame.bound,
                                    .is_verified = frame.place.is_verified};
    if (const auto step = begin_inner(frame, id, place); step != Step::complete) return step;
  }
  if (const auto step = read(*frame.current.inner); step != Step::complete) return step;
  const auto end = frame.current.inner->at_bit / 8;
  complete(frame, id, begin, end, end);
  return Step::complete;
}

MessageSession::Step MessageSession::read(MessageFrame& frame, FieldId id, const plan::ListField& list) {
  if (!frame.current.size) {
    if (const auto step = begin_list(frame, id, list); step != Step::complete) return step;
  }
  while (true) {
    if (frame.current.inner) {
      if (const auto step = read(*frame.current.inner); step != Step::complete) return step;
      if (const auto step = end_element(frame, id); step != Step::complete) return step;
    }
    bool goes_on = false;
    if (const auto step = list_goes_on(frame, id, goes_on); step != Step::complete) return step;
    if (!goes_on) return end_list(frame, id);
    if (const auto step = begin_element(frame, id, list); step != Step::complete) return step;
  }
}

/// How many elements there are, or where they end.
MessageSession::Step MessageSession::begin_list(MessageFrame& frame, FieldId id, const plan::ListField& list) {
  auto& current = frame.current;
  auto& extent = frame.extents[id];
  extent.content_begin = frame.at_bit / 8;
  current.bound_around = frame.bound;
  if (const auto* count = std::get_if<plan::Expression>(&list.size)) {
    const auto found = plan::evaluate_size(*count, 1, scope_, &frame);
    if (!found) return fault(frame, id, found.error());
    if (*found > most_messages) return over_limit(frame, id, *found);
    current.size = *found;
  } else if (std::holds_alternative<plan::RestField>(list.size)) {
    current.size = 0;
  } else {
    const auto* sized = std::get_if<plan::SizedField>(&list.size);
    const auto step = sized ? size_of(frame, id, *sized) : size_of(frame, id, std::get<plan::PrefixedField>(list.size));
    if (step != Step::complete) return step;
    const auto end = extent.content_begin + *current.size;
    if (end > frame.bound) return need(frame, id, end);
    frame.bound = end;
  }
  frame.at_bit = extent.content_begin * 8;
  if (const auto* said = frame.said(id); said && said->is_list) {
    current.open.resize(said->uses.size());
    std::iota(current.open.begin(), current.open.end(), 0U);
  }
  return Step::complete;
}

MessageSession::Step MessageSession::list_goes_on(MessageFrame& frame, FieldId id, bool& goes_on) {
  const auto at = frame.at_bit / 8;
  const auto& list = std::get<plan::ListField>(frame.field(id).extent);
  if (std::holds_alternative<plan::Expression>(list.size)) {
    goes_on = frame.extents[id].count < *frame.current.size;
  } else if (frame.bound != MessageFrame::unbounded) {
    goes_on = at < frame.bound;
  } else {
    goes_on = at < bytes_.size();
    if (!goes_on && !ended_) return wait(frame, id, 0);
  }
  return Step::complete;
}

MessageSession::Step MessageSession::begin_element(MessageFrame& frame, FieldId id, const plan::ListField& list) {
  const auto* said = frame.place.is_verified ? frame.said(id) : nullptr;
  const auto at = frame.at_bit / 8;
  const auto index = frame.extents[id].count;
  MessageFrame::Place place{.message = list.element,
                            .use = nullptr,
                            .outer = &frame,
                            .begin = at,
                            .bound = frame.bound,
                            .is_verified = frame.place.is_verified};
  if (said && said->is_list) {
    if (said->order != Order::among_others && index >= said->uses.size()) {
      return fail(Cause::bytes, at,
                  fmt::format("{} has more than the {} due", frame.path(id), elements(said->uses.size())));
    }
    // Without an order it is known only at its end what it has to be.
    place.is_verified = said->order == Order::as_written;
    if (place.is_verified) place.use = &said->uses[index];
  }
  return begin_inner(frame, id, place);
}

MessageSession::Step MessageSession::end_element(MessageFrame& frame, FieldId id) {
  const auto& element = *frame.current.inner;
  const auto* said = frame.place.is_verified ? frame.said(id) : nullptr;
  if (said && said->is_list && said->order != Order::as_written) {
    if (const auto step = assign(frame, id, element); step != Step::complete) return step;
  }
  const bool is_counted =
      std::holds_alternative<plan::Expression>(std::get<plan::ListField>(frame.field(id).extent).size);
  if (element.at_bit == frame.at_bit) {
    if (!is_counted) {
      return fail(Cause::bytes, frame.at_bit / 8, frame.path(id) + " has an element without bytes, and so no end");
    }
    if (++without_bytes_ > most_without_bytes) {
      return fail(Cause::bytes, frame.at_bit / 8,
                  fmt::format("{} has more than {} without bytes", frame.path(id), elements(most_without_bytes)));
    }
  }
  frame.at_bit = element.at_bit;
  ++frame.extents[id].count;
  frame.current.inner.reset();
  return Step::complete;
}

/// The first use of those left that the element fits.
MessageSession::Step MessageSession::assign(MessageFrame& frame, FieldId id, const MessageFrame& element) {
  const auto& said = *frame.said(id);
  auto& open = frame.current.open;
  auto& tried = frame.current.tried;
  for (; tried < open.size(); ++tried) {
    const auto reading = read_again(frame, &said.uses[open[tried]]);
    if (!reading) return pause(frame, id);
    if (reading->state != State::complete) continue;
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(tried));
    tried = 0;
    return Step::complete;
  }
  if (said.order == Order::among_others) {
    // Its own laws hold, whatever it is.
    const auto reading = read_again(frame, nullptr);
    if (!reading) return pause(frame, id);
    tried = 0;
    if (reading->state == State::complete) return Step::complete;
    reading_ = *reading;
    return Step::stop;
  }
  return fail(Cause::bytes, element.place.begin,
              fmt::format("{}[{}] fits none of the {} still due", frame.path(id), frame.extents[id].count + 1,
                          elements(open.size())));
}

/// Whether the bytes of the current element are what is said of it; nothing if that takes another turn. What it
/// captures is of use only if they are.
std::optional<MessageSession::Reading> MessageSession::read_again(MessageFrame& frame, const plan::Use* use) {
  auto& again = frame.current.again;
  if (!again) {
    const auto& element = *frame.current.inner;
    const MessageFrame::Place place{.message = element.place.message,
                                    .use = use,
                                    .outer = &frame,
                                    .begin = element.place.begin,
                                    .bound = element.at_bit / 8,
                                    .is_verified = true};
    again = std::make_unique<Rereading>(scope_, limits_, *this, place);
  }
  const auto& reading = again->session.feed(again->frame, bytes_, true);
  if (reading.is_paused) return {};
  const auto read = std::move(again);
  return reading;
}

MessageSession::Step MessageSession::end_list(MessageFrame& frame, FieldId id) {
  const auto at = frame.at_bit / 8;
  const auto* said = frame.place.is_verified ? frame.said(id) : nullptr;
  const auto count = frame.extents[id].count;
  if (said && said->is_list) {
    const auto due = said->uses.size();
    if (said->order == Order::as_written && count < due) {
      return fail(Cause::bytes, at,
                  fmt::format("{} has {}, and {} due", frame.path(id), elements(count),
                              due == 1 ? "1 is" : fmt::format("{} are", due)));
    }
    const auto missing = frame.current.open.size();
    if (said->order != Order::as_written && missing > 0) {
      return fail(Cause::bytes, at,
                  fmt::format("{} ends, and {} of the {} due {} missing", frame.path(id), missing, elements(due),
                              missing == 1 ? "is" : "are"));
    }
  }
  frame.bound = frame.current.bound_around;
  complete(frame, id, frame.extents[id].content_begin, at, at);
  return Step::complete;
}

}  // namespace volley::match
