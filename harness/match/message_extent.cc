// SPDX-License-Identifier: Apache-2.0
// Where a field ends, by its extent.
#include <fmt/format.h>

#include <algorithm>

#include "match/message_session.h"

namespace volley::match {
namespace {

using plan::Integer;

constexpr std::uint64_t most_leb_bytes = 10;
constexpr std::size_t most_name_bytes = 255;

std::uint64_t bits_at(std::string_view bytes, std::uint64_t bit, unsigned count) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < count; ++i, ++bit) {
    value = value << 1 | (static_cast<unsigned char>(bytes[bit / 8]) >> (7 - bit % 8) & 1U);
  }
  return value;
}

std::uint64_t unsigned_at(std::string_view bytes, std::uint64_t bit, const plan::BitField& format) {
  if (format.is_little) {
    std::uint64_t value = 0;
    for (auto i = format.bits / 8U; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[bit / 8 + i]);
    return value;
  }
  if (bit % 8 != 0 || format.bits % 8 != 0) return bits_at(bytes, bit, format.bits);
  std::uint64_t value = 0;
  for (unsigned i = 0; i < format.bits / 8U; ++i) value = value << 8 | static_cast<unsigned char>(bytes[bit / 8 + i]);
  return value;
}

Integer integer_at(std::string_view bytes, std::uint64_t bit, const plan::BitField& format) {
  const Integer value = unsigned_at(bytes, bit, format);
  const auto half = Integer{1} << (format.bits - 1);
  return format.is_signed && value >= half ? value - 2 * half : value;
}

}  // namespace

void MessageSession::complete(MessageFrame& frame, FieldId id, std::uint64_t content_begin, std::uint64_t content_end,
                              std::uint64_t end) {
  auto& extent = frame.extents[id];
  extent.content_begin = content_begin;
  extent.content_end = content_end;
  extent.end_bit = frame.at_bit = end * 8;
}

MessageSession::Step MessageSession::read(MessageFrame& frame, FieldId id, const plan::BitField& extent) {
  auto& place = frame.extents[id];
  const auto end_bit = place.begin_bit + extent.bits;
  const auto end = (end_bit + 7) / 8;
  if (const auto step = need(frame, id, end); step != Step::complete) return step;
  place.number = integer_at(bytes_, place.begin_bit, extent);
  complete(frame, id, place.begin_bit / 8, end, end);
  place.end_bit = frame.at_bit = end_bit;
  return Step::complete;
}

/// `value` and `end` only if it is complete.
MessageSession::Step MessageSession::leb128(MessageFrame& frame, FieldId id, std::uint64_t from, std::uint64_t& value,
                                            std::uint64_t& end) {
  value = 0;
  for (std::uint64_t i = 0; i < most_leb_bytes; ++i) {
    if (const auto step = need(frame, id, from + i + 1); step != Step::complete) return step;
    const auto byte = static_cast<unsigned char>(bytes_[from + i]);
    const bool is_last = i + 1 == most_leb_bytes;
    if (is_last && byte > 1) break;
    value |= std::uint64_t{byte & 0x7FU} << (7 * i);
    end = from + i + 1;
    if (byte < 0x80) return Step::complete;
  }
  return fail(Cause::bytes, from + most_leb_bytes - 1, frame.path(id) + " is no leb128 of 64 bits");
}

MessageSession::Step MessageSession::read(MessageFrame& frame, FieldId id, const plan::LebField&) {
  const auto begin = frame.at_bit / 8;
  std::uint64_t value = 0;
  std::uint64_t end = 0;
  if (const auto step = leb128(frame, id, begin, value, end); step != Step::complete) return step;
  frame.extents[id].number = value;
  complete(frame, id, begin, end, end);
  return Step::complete;
}

/// How many bytes the content has, and where it begins.
MessageSession::Step MessageSession::size_of(MessageFrame& frame, FieldId id, const plan::SizedField& extent) {
  auto& size = frame.current.size;
  if (size) return Step::complete;
  frame.extents[id].content_begin = frame.at_bit / 8;
  const auto found = plan::evaluate_size(extent.size, 1, scope_, &frame);
  if (!found) return fault(frame, id, found.error());
  if (*found > limits_.counted) return over_limit(frame, id, *found);
  size = *found;
  return Step::complete;
}

MessageSession::Step MessageSession::size_of(MessageFrame& frame, FieldId id, const plan::PrefixedField& extent) {
  auto& size = frame.current.size;
  if (size) return Step::complete;
  const auto begin = frame.extents[id].begin_bit / 8;
  std::uint64_t length = 0;
  auto end = begin + (extent.length ? extent.length->bits / 8U : 0);
  const auto step = extent.length ? need(frame, id, end) : leb128(frame, id, begin, length, end);
  if (step != Step::complete) return step;
  if (extent.length) length = unsigned_at(bytes_, begin * 8, *extent.length);
  if (length > limits_.counted) return over_limit(frame, id, length);
  frame.extents[id].content_begin = end;
  size = length;
  return Step::complete;
}

/// The content whose begin and size are known.
MessageSession::Step MessageSession::content(MessageFrame& frame, FieldId id) {
  const auto begin = frame.extents[id].content_begin;
  const auto end = begin + *frame.current.size;
  // Where it ends is known before its bytes have come: so it is told first, whatever is there of them.
  if (end > frame.bound || end > limits_.counted) return need(frame, id, end);
  if (const auto step = compare_early(frame, id, end); step != Step::complete) return step;
  if (const auto step = need(frame, id, end); step != Step::complete) return step;
  complete(frame, id, begin, end, end);
  return Step::complete;
}

MessageSession::Step MessageSession::read(MessageFrame& frame, FieldId id, const plan::SizedField& extent) {
  const auto step = size_of(frame, id, extent);
  return step == Step::complete ? content(frame, id) : step;
}

MessageSession::Step MessageSession::read(MessageFrame& frame, FieldId id, const plan::PrefixedField& extent) {
  const auto step = size_of(frame, id, extent);
  return step == Step::complete ? content(frame, id) : step;
}

MessageSession::Step MessageSession::read(MessageFrame& frame, FieldId id, const plan::RestField&) {
  const auto begin = frame.at_bit / 8;
  frame.extents[id].content_begin = begin;
  if (frame.bound != MessageFrame::unbounded) {
    frame.current.size = frame.bound - begin;
    return content(frame, id);
  }
  if (const auto step = compare_early(frame, id, MessageFrame::unbounded); step != Step::complete) return step;
  if (bytes_.size() > limits_.counted) return over_limit(frame, id, limits_.counted + 1);
  if (!ended_) return wait(frame, id, 0);
  complete(frame, id, begin, bytes_.size(), bytes_.size());
  return Step::complete;
}

/// A content that must be something is compared while it comes: its first wrong byte is told at once.
MessageSession::Step MessageSession::compare_early(MessageFrame& frame, FieldId id, std::uint64_t end) {
  const auto* said = frame.place.is_verified ? frame.said(id) : nullptr;
  if (!said || !said->value) return Step::complete;
  const auto begin = frame.extents[id].content_begin;
  auto& current = frame.current;
  if (!current.expected) {
    auto value = plan::evaluate(*said->value, scope_);
    if (!value) return fault(frame, id, value.error());
    current.expected = plan::to_text(*value);
    current.looked = begin;
  }
  const auto due = std::min({end, begin + current.expected->size(), std::uint64_t{bytes_.size()}});
  if (due <= current.looked) return Step::complete;
  const auto is = bytes_.substr(current.looked, due - current.looked);
  const auto must_be = std::string_view(*current.expected).substr(current.looked - begin, is.size());
  if (is != must_be) {
    // No byte behind the wrong one is shown: whether it is there depends on how the bytes came.
    const auto differs = std::ranges::mismatch(is, must_be).in1 - is.begin();
    frame.extents[id].content_end = current.looked + static_cast<std::uint64_t>(differs) + 1;
    return compare(frame, id, *current.expected, {});
  }
  current.looked = due;
  return Step::complete;
}

MessageSession::Step MessageSession::read(MessageFrame& frame, FieldId id, const plan::DelimitedField& extent) {
  const auto begin = frame.at_bit / 8;
  auto& current = frame.current;
  if (!current.expected) {
    auto delimiter = plan::evaluate_bytes(extent.delimiter, scope_, &frame);
    if (!delimiter) return fault(frame, id, delimiter.error());
    if (delimiter->empty()) return fault(frame, id, {{}, "the delimiter has no bytes"});
    current.expected = *std::move(delimiter);
    current.looked = begin;
  }
  const auto& delimiter = *current.expected;
  const auto there = bytes_.substr(0, std::min<std::uint64_t>(bytes_.size(), frame.bound));
  const auto from = std::max(begin, current.looked - std::min(current.looked, std::uint64_t{delimiter.size() - 1}));
  const auto at = there.find(delimiter, from);
  const auto length = (at == there.npos ? there.size() : at) - begin;
  if (length > limits_.delimited + (at == there.npos ? delimiter.size() - 1 : 0)) {
    return over_limit(frame, id, limits_.delimited + 1);
  }
  current.looked = there.size();
  if (at == there.npos && bytes_.size() >= frame.bound) {
    return fail(
        Cause::bytes, frame.bound,
        fmt::format("{} has no {} before the end of what it stands in", frame.path(id), plan::to_literal(delimiter)));
  }
  if (at == there.npos) return wait(frame, id, 0);
  complete(frame, id, begin, at, at + delimiter.size());
  return Step::complete;
}

/// Each pointer goes to before the labels that it ends, and labels do not run into those: so a name has an end.
MessageSession::Step MessageSession::read(MessageFrame& frame, FieldId id, const plan::NameField& extent) {
  const auto begin = frame.at_bit / 8;
  std::uint64_t run = begin;
  std::uint64_t at = begin;
  std::uint64_t end = 0;  // behind the first pointer or the empty label
  std::uint64_t limit = MessageFrame::unbounded;
  std::size_t size = 1;
  plan::Bytes text;
  while (true) {
    if (at >= limit) return fail(Cause::bytes, at, frame.path(id) + " runs into its own pointer");
    if (end == 0) {
      if (const auto step = need(frame, id, at + 1); step != Step::complete) return step;
    }
    const auto length = static_cast<unsigned char>(bytes_[at]);
    if (length == 0) {
      if (end == 0) end = at + 1;
      break;
    }
    if (length < 64) {
      if (at + 1 + length > limit) return fail(Cause::bytes, at, frame.path(id) + " runs into its own pointer");
      if (end == 0) {
        if (const auto step = need(frame, id, at + 1 + length); step != Step::complete) return step;
      }
      size += length + 1U;
      if (size > most_name_bytes) return fail(Cause::bytes, at, frame.path(id) + " has more than 255 bytes");
      if (!text.empty()) text += '.';
      for (const char c : bytes_.substr(at + 1, length)) {
        if (c == '.' || c == '\\') text += '\\';
        text += c;
      }
      at += 1U + length;
      continue;
    }
    if (length < 0xC0) return fail(Cause::bytes, at, frame.path(id) + " has neither a label nor a pointer here");
    if (at + 2 > limit) return fail(Cause::bytes, at, frame.path(id) + " runs into its own pointer");
    if (end == 0) {
      if (const auto step = need(frame, id, at + 2); step != Step::complete) return step;
      end = at + 2;
    }
    const auto* base = frame.enclosing(extent.base);
    if (!base) {
      return fail(
          Cause::bytes, at,
          fmt::format("{} has a pointer, and stands in no {}", frame.path(id), (*scope_.messages)[extent.base].name));
    }
    const auto target = base->place.begin + ((length & 0x3FU) << 8 | static_cast<unsigned char>(bytes_[at + 1]));
    if (target >= run) return fail(Cause::bytes, at, frame.path(id) + " has a pointer that does not go back");
    limit = run;
    run = at = target;
  }
  frame.extents[id].text = text.empty() ? "." : text;
  complete(frame, id, begin, end, end);
  return Step::complete;
}

}  // namespace volley::match
