// SPDX-License-Identifier: Apache-2.0
#include "http_request.h"

#include <algorithm>
#include <charconv>

#include "text.h"

namespace volley::planted {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(blanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool is_token(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || others.contains(c);
  });
}

/// The next line, without its CR LF or LF.
std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool parse_request_line(std::string_view line, Request& request) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == line.npos || first == last) return false;
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, last - first - 1);
  request.version = line.substr(last + 1);
  return is_token(request.method) && !request.target.empty() && !request.target.contains(' ');
}

bool parse_field(std::string_view line, Request& request) {
  const auto colon = line.find(':');
  if (colon == line.npos || !is_token(line.substr(0, colon)) || line.contains('\0') || line.contains('\r'))
    return false;
  request.fields.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  return true;
}

}  // namespace

std::size_t Request::count(std::string_view name, bool ignores_case) const {
  return static_cast<std::size_t>(std::ranges::count_if(fields, [&](const auto& field) {
    return (ignores_case ? lower(field.first) : field.first) == (ignores_case ? lower(name) : name);
  }));
}

std::string Request::value(std::string_view name, bool ignores_case) const {
  for (const auto& [field, value] : fields) {
    if ((ignores_case ? lower(field) : field) == (ignores_case ? lower(name) : name)) return value;
  }
  return "";
}

std::size_t end_of_head(std::string_view input, std::size_t from) {
  for (auto at = input.find('\n', from); at != input.npos; at = input.find('\n', at + 1)) {
    const auto rest = input.substr(at + 1);
    if (rest.starts_with('\n')) return at + 2;
    if (rest.starts_with("\r\n")) return at + 3;
  }
  return input.npos;
}

std::optional<Request> parse_head(std::string_view head) {
  Request request;
  if (!parse_request_line(take_line(head), request)) return std::nullopt;
  while (!head.empty()) {
    const auto line = take_line(head);
    if (line.empty()) break;
    if (!parse_field(line, request)) return std::nullopt;
  }
  return request;
}

std::optional<std::string> decode_percents(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    const auto digits = text.substr(at + 1, 2);
    unsigned value = 0;
    const auto* end = digits.data() + digits.size();
    if (digits.size() < 2 || std::from_chars(digits.data(), end, value, 16).ptr != end) return std::nullopt;
    decoded += static_cast<char>(value);
    at += 2;
  }
  return decoded;
}

}  // namespace volley::planted
