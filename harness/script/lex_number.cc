// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include "script/lexer.h"

namespace volley::script {
namespace {

struct Unit {
  std::string_view name;
  Token::Kind kind;
  std::uint64_t factor;
};
constexpr std::array units{
    Unit{"", Token::Kind::number, 1},
    Unit{"B", Token::Kind::number, 1},
    Unit{"kB", Token::Kind::number, 1000},
    Unit{"KiB", Token::Kind::number, 1u << 10},
    Unit{"MB", Token::Kind::number, 1'000'000},
    Unit{"MiB", Token::Kind::number, 1u << 20},
    Unit{"GiB", Token::Kind::number, 1u << 30},
    Unit{"us", Token::Kind::duration, 1000},
    Unit{"ms", Token::Kind::duration, 1'000'000},
    Unit{"s", Token::Kind::duration, 1'000'000'000},
    Unit{"%", Token::Kind::quantity, 1},
};

constexpr std::uint64_t largest(Token::Kind kind) {
  return kind == Token::Kind::duration ? static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
                                       : std::numeric_limits<std::uint64_t>::max();
}

/// Digits as a value; nullopt over 64 bits.
std::optional<std::uint64_t> value_of(std::string_view digits, int base) {
  std::uint64_t value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  return result.ec == std::errc() ? std::optional(value) : std::nullopt;
}

}  // namespace

void Lexer::number() {
  const auto begin = at_;
  if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) return hexadecimal();
  skip_while(is_digit);
  const bool is_range = peek() == '.' && peek(1) == '.';
  if (!is_range && (peek() == '.' || peek() == ':') && is_digit(peek(1))) {
    at_ = begin;
    return dotted();
  }
  const auto unit_at = at_;
  skip_while(is_word_part);
  if (at_ == unit_at && peek() == '%') ++at_;
  const auto is_rate = text_.substr(unit_at, at_ - unit_at).ends_with('B') && text_.substr(at_).starts_with("/s");
  const auto end = at_;
  at_ = begin;
  if (is_rate && !is_word_part(text_.size() > end + 2 ? text_[end + 2] : '\0')) return rate(unit_at, end + 2);
  with_unit(unit_at);
  if (at_ == begin) {
    at_ = end;
    push(Kind::broken, begin);
  }
}

/// `1MB/s`, a number of bytes that ends at `end`.
void Lexer::rate(std::size_t unit_at, std::size_t end) {
  const auto begin = at_;
  with_unit(unit_at);
  const bool is_broken = at_ == begin;
  at_ = end;
  if (is_broken) return push(Kind::broken, begin);
  auto& token = tokens_.list.back();
  token.kind = Kind::quantity;
  token.span.end = static_cast<std::uint32_t>(end);
}

/// Pushes the number from here to `unit_at` with the unit after it; does nothing but report if it is none.
void Lexer::with_unit(std::size_t unit_at) {
  const auto begin = at_;
  auto end = unit_at;
  while (end < text_.size() && is_word_part(text_[end])) ++end;
  if (end == unit_at && end < text_.size() && text_[end] == '%') ++end;
  const auto digits = text_.substr(begin, unit_at - begin);
  const auto name = text_.substr(unit_at, end - unit_at);
  const Span all{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  const auto unit = std::ranges::find(units, name, &Unit::name);
  if (unit == units.end()) {
    findings_.add(Rule::unknown_unit, all, fmt::format("unknown unit {}", source::quote(name)),
                  "units are us, ms, s and B, kB, KiB, MB, MiB, GiB");
    return;
  }
  if (digits.size() > 1 && digits[0] == '0') {
    findings_.add(Rule::bad_number, all, "a decimal number has no leading zero",
                  "octal numbers are not in the language");
    return;
  }
  const auto value = value_of(digits, 10);
  if (!value || *value > largest(unit->kind) / unit->factor) {
    findings_.add(Rule::number_too_large, all, "the number does not fit in 64 bits",
                  unit->kind == Kind::duration ? "a duration is at most 9223372036s" : "");
    return;
  }
  at_ = end;
  push(unit->kind, begin, *value * unit->factor);
}

void Lexer::hexadecimal() {
  const auto begin = at_;
  at_ += 2;
  skip_while(is_word_part);
  const auto digits = text_.substr(begin + 2, at_ - begin - 2);
  const bool is_hex = !digits.empty() && std::ranges::all_of(digits, [](char c) { return hex_digit(c) >= 0; });
  const auto value = is_hex ? value_of(digits, 16) : std::nullopt;
  if (value) return push(Kind::number, begin, *value);
  push(Kind::broken, begin);
  if (is_hex) {
    findings_.add(Rule::number_too_large, span_from(begin), "the number does not fit in 64 bits");
  } else {
    findings_.add(Rule::bad_number, span_from(begin),
                  fmt::format("{} is no number", source::quote(source_.text(span_from(begin)))),
                  "after '0x' stand hexadecimal digits only");
  }
}

/// `127.0.0.1:80`; a decimal is told what it should have been.
void Lexer::dotted() {
  const auto begin = at_;
  const auto is_part = [this](char c) { return is_word_part(c) || c == ':' || (c == '.' && is_word_part(peek(1))); };
  skip_while(is_part);
  const auto text = source_.text(span_from(begin));
  if (text.find(':') != text.npos || std::ranges::count(text, '.') > 1) return push(Kind::endpoint, begin);
  findings_.add(Rule::bad_number, span_from(begin), "decimals are not in the language",
                "write a smaller unit, such as 1500ms");
  push(Kind::broken, begin);
}

void Lexer::bracketed_endpoint() {
  const auto begin = at_++;
  skip_while([](char c) { return c != ']' && c != '\n' && c != ' ' && c != '"'; });
  if (peek() == ']') ++at_;
  if (peek() == ':') {
    ++at_;
    skip_while(is_word_part);
  }
  push(Kind::endpoint, begin);
}

}  // namespace volley::script
