// SPDX-License-Identifier: Apache-2.0
#include "ipv6_diagnosis.h"

#include <volley/ipv4_address.h>

#include <cstddef>

namespace volley {
namespace {

bool is_hex(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

constexpr std::string_view too_many = "an IPv6 address has at most eight groups";
constexpr std::string_view too_few = "an IPv6 address has eight groups";

/// The text as far as it has been read. Each step says whether it could go on.
class Diagnosis {
 public:
  static ParseError of(std::string_view text) {
    Diagnosis diagnosis(text);
    if (!diagnosis.leading_gap()) return diagnosis.error_;
    while (diagnosis.at_ < text.size()) {
      if (!diagnosis.group() || !diagnosis.separator()) return diagnosis.error_;
    }
    return {text.size(), too_few};
  }

 private:
  explicit Diagnosis(std::string_view text) : text_(text) {}

  bool fail(std::size_t offset, std::string_view what) {
    error_ = {offset, what};
    return false;
  }

  /// How many groups there may be: a "::" stands for one at least.
  std::size_t room() const { return gap_ ? 7 : 8; }
  bool is_digit(std::size_t at) const { return at < text_.size() && is_hex(text_[at]); }

  bool leading_gap() {
    if (!text_.starts_with(':')) return true;
    if (!text_.starts_with("::")) return fail(1, "a single colon stands between two groups");
    gap_ = true;
    at_ = 2;
    return true;
  }

  bool group() {
    if (count_ == room()) return fail(at_, too_many);
    const std::size_t start = at_;
    while (is_digit(at_)) ++at_;
    if (at_ == start) return fail(at_, "a hexadecimal digit was expected");
    if (at_ - start > 4) return fail(start, "a group has at most four hexadecimal digits");
    if (at_ < text_.size() && text_[at_] == '.') return embedded(start);
    ++count_;
    return true;
  }

  /// The IPv4 address from `start` to the end of the text; its first dot is at `at_`.
  bool embedded(std::size_t start) {
    const bool fits = gap_ ? count_ <= 5 : count_ == 6;
    if (!fits) return fail(at_, "an embedded IPv4 address stands for the last two groups");
    const auto address = Ipv4Address::parse(text_.substr(start));
    if (!address) return fail(start + address.error().offset, address.error().what);
    at_ = text_.size();
    return true;
  }

  /// What follows a group: the end of the text, a colon and another group, or the gap.
  bool separator() {
    if (at_ == text_.size()) return true;
    if (text_[at_] != ':') return fail(at_, "a colon was expected");
    if (count_ == room()) return fail(at_, too_many);
    ++at_;
    if (at_ == text_.size()) return fail(at_, "a group was expected after the colon");
    if (text_[at_] != ':') return true;
    if (gap_) return fail(at_, "\"::\" may stand only once");
    gap_ = true;
    ++at_;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t count_ = 0;  // groups so far
  bool gap_ = false;       // "::" has been read
  ParseError error_;
};

}  // namespace

std::unexpected<ParseError> diagnose_ipv6(std::string_view text) {
  return std::unexpected(Diagnosis::of(text));
}

}  // namespace volley
