// SPDX-License-Identifier: Apache-2.0
#include "dns_message.h"

#include <volley/byte_order.h>
#include <volley/stream_socket.h>

#include <array>

namespace volley::planted {
namespace {

constexpr std::size_t header_size = 12;
constexpr std::size_t longest_name = 255;

/// Reads a message from front to back; once something is missing, everything is.
class Reader {
 public:
  Reader(std::string_view message, std::size_t at) : message_(message), at_(at) {}

  bool failed() const { return failed_; }
  std::size_t at() const { return at_; }

  std::string_view take(std::size_t count) {
    if (failed_ || message_.size() - at_ < count) failed_ = true;
    if (failed_) return {};
    at_ += count;
    return message_.substr(at_ - count, count);
  }
  std::uint16_t u16() {
    const auto bytes = take(2);
    return failed_ ? std::uint16_t{0} : u16_of(bytes, 0);
  }
  std::uint8_t u8() {
    const auto bytes = take(1);
    return failed_ ? std::uint8_t{0} : static_cast<std::uint8_t>(bytes[0]);
  }

  /// A name whose labels all stand here: there is nothing in front of a question that a pointer could mean.
  void name(Question& question) {
    const auto begin = at_;
    while (const auto length = u8()) {
      question.has_pointer = question.has_pointer || length >= 0xC0;
      if (length > 63) failed_ = true;
      const auto label = take(length);
      if (at_ - begin >= longest_name) failed_ = true;
      if (failed_) return;
      question.odd_name = question.odd_name || label.contains('.');
      if (!question.name.empty()) question.name += '.';
      question.name += label;
    }
  }

  /// Passes over a name in a record.
  void skip_name() {
    while (const auto length = u8()) {
      if (length >= 0xC0) return static_cast<void>(u8());
      if (length > 63) failed_ = true;
      take(length);
    }
  }

 private:
  std::string_view message_;
  std::size_t at_;
  bool failed_ = false;
};

/// One record behind the question; an OPT record is kept, a second one is wrong.
void read_record(Reader& reader, Question& question) {
  const auto begin = reader.at();
  reader.skip_name();
  const bool root = reader.at() == begin + 1;
  const auto type = reader.u16();
  const auto size = reader.u16();
  reader.u8();  // the upper part of a response code
  const auto version = reader.u8();
  const auto bits = reader.u16();
  reader.take(reader.u16());
  if (type != 41) return;
  if (question.opt || !root) question.malformed = true;
  question.opt = Opt{.size = size, .version = version, .wants_signatures = (bits & 0x8000) != 0};
}

}  // namespace

std::string u16_text(std::size_t value) {
  std::array<std::byte, 2> bytes{};
  store_uint(bytes, value & 0xFFFF, ByteOrder::big);
  return std::string(as_text(bytes));
}

std::uint16_t u16_of(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(load_uint(as_bytes(bytes.substr(at, 2)), ByteOrder::big));
}

std::optional<Question> read_question(std::string_view message) {
  if (message.size() < header_size) return std::nullopt;
  Question question;
  question.id = u16_of(message, 0);
  question.flags = u16_of(message, 2);
  if (u16_of(message, 4) != 1) {
    question.malformed = true;
    return question;
  }
  Reader reader(message, header_size);
  reader.name(question);
  question.type = reader.u16();
  question.record_class = reader.u16();
  if (!reader.failed()) question.copy = message.substr(header_size, reader.at() - header_size);
  const auto records = std::size_t{u16_of(message, 6)} + u16_of(message, 8) + u16_of(message, 10);
  for (std::size_t i = 0; i < records && !reader.failed(); ++i) read_record(reader, question);
  question.malformed = question.malformed || reader.failed();
  return question;
}

}  // namespace volley::planted
