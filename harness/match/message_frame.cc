// SPDX-License-Identifier: Apache-2.0
#include "match/message_frame.h"

#include <fmt/format.h>

#include <algorithm>

#include "match/message_session.h"

namespace volley::match {
namespace {

using plan::FieldId;
using plan::Integer;

std::unexpected<plan::Fault> fault(std::string what) {
  return std::unexpected(plan::Fault{{}, std::move(what)});
}

}  // namespace

MessageFrame::MessageFrame(const MessageSession& session_of_it, const Place& at)
    : session(session_of_it),
      place(at),
      at_bit(at.begin * 8),
      bound(at.bound),
      extents((*session_of_it.scope().messages)[at.message].fields.size()),
      message_((*session_of_it.scope().messages)[at.message]),
      depth_(at.outer ? at.outer->depth() + 1 : 1) {}

MessageFrame::~MessageFrame() = default;

const plan::FieldPattern* MessageFrame::said(FieldId id) const {
  if (!place.use) return nullptr;
  const auto& fields = place.use->fields;
  const auto found = std::ranges::lower_bound(fields, id, {}, &plan::FieldPattern::field);
  return found != fields.end() && found->field == id ? &*found : nullptr;
}

std::string MessageFrame::path(FieldId id) const {
  std::vector<std::string> names;  // from the inside
  for (const auto* frame = this; frame; frame = frame->place.outer) {
    auto name = plan::name_in(frame->message_, frame == this ? id : frame->next);
    const bool is_list = frame != this && std::holds_alternative<plan::ListField>(frame->field(frame->next).extent);
    if (is_list) name += fmt::format("[{}]", frame->extents[frame->next].count + 1);
    if (!name.empty()) names.push_back(std::move(name));
    if (!frame->place.outer && !frame->message_.name.empty()) names.push_back(frame->message_.name);
  }
  std::ranges::reverse(names);
  // What is deep is told by where it begins and where it ends.
  constexpr std::size_t most = 8;
  if (names.size() > most) {
    const auto begin = names.begin() + most / 2;
    *begin = "…";
    names.erase(begin + 1, names.end() - most / 2);
  }
  return fmt::format("{}", fmt::join(names, "."));
}

const MessageFrame* MessageFrame::enclosing(plan::MessageId message) const {
  for (const auto* frame = this; frame; frame = frame->place.outer) {
    if (frame->place.message == message) return frame;
  }
  return nullptr;
}

std::string_view MessageFrame::content_bytes(FieldId id) const {
  const auto& extent = extents[id];
  return session.bytes().substr(extent.content_begin, extent.content_end - extent.content_begin);
}

plan::Value MessageFrame::content(FieldId id) const {
  const auto& extent = field(id).extent;
  const bool is_number =
      std::holds_alternative<plan::BitField>(extent) || std::holds_alternative<plan::LebField>(extent);
  if (is_number) return extents[id].number;
  if (std::holds_alternative<plan::NameField>(extent)) return extents[id].text;
  return plan::Bytes(content_bytes(id));
}

std::expected<plan::Value, plan::Fault> MessageFrame::value(FieldId id) {
  const auto& extent = extents[id];
  if (!extent.is_there) return fault(fmt::format("{} is not there", path(id)));
  if (!extent.is_read) return fault(fmt::format("{} is not read yet", path(id)));
  auto found = content(id);
  if (!verified || *verified <= id || *verified >= field(id).end) return found;
  auto& bytes = std::get<plan::Bytes>(found);
  const auto& own = extents[*verified];
  for (auto bit = own.begin_bit; bit < own.end_bit; ++bit) {
    auto& byte = bytes[bit / 8 - extent.content_begin];
    byte = static_cast<char>(static_cast<unsigned char>(byte) & ~(0x80U >> bit % 8));
  }
  return found;
}

std::expected<Integer, plan::Fault> MessageFrame::size(FieldId id) {
  const auto& extent = extents[id];
  if (!extent.is_there) return fault(fmt::format("{} is not there", path(id)));
  if (std::holds_alternative<plan::NameField>(field(id).extent)) return Integer{extent.text.size()};
  return Integer{extent.content_end - extent.content_begin};
}

std::expected<Integer, plan::Fault> MessageFrame::count(FieldId id) {
  return Integer{extents[id].is_there ? extents[id].count : 0};
}

}  // namespace volley::match
