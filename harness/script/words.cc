// SPDX-License-Identifier: Apache-2.0
#include "script/words.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace volley::script {
namespace {

constexpr auto declarations = std::to_array<std::string_view>({"let", "message", "scenario", "target", "use"});
constexpr auto steps = std::to_array<std::string_view>(
    {"accept", "always", "any",      "bind",   "close", "connect", "expect",   "focus",  "ignore", "let", "link",
     "listen", "one",    "parallel", "repeat", "reset", "set",     "shutdown", "signal", "start",  "wait"});
constexpr auto properties = std::to_array<std::string_view>(
    {"fresh", "known", "level", "limit", "needs", "spec", "tag", "timeout", "total", "vary"});
constexpr auto target_lines = std::to_array<std::string_view>({"env", "file", "ready", "run", "stop", "within"});
constexpr auto functions = std::to_array<std::string_view>({"base64", "count", "crc32", "endpoint", "hex", "hmac_sha1",
                                                            "int", "internet_checksum", "len", "now", "packed",
                                                            "random", "sha1", "sha256", "text", "xor", "zero"});
constexpr auto extents =
    std::to_array<std::string_view>({"bytes", "cstring", "dns_name", "leb128", "line", "rest", "until"});
constexpr auto errors = std::to_array<std::string_view>({"already_connected", "broken_pipe", "in_use", "invalid",
                                                         "not_available", "not_connected", "permission", "refused",
                                                         "reset", "timed_out", "too_long", "unreachable"});
constexpr auto variations =
    std::to_array<std::string_view>({"coalesce", "delay", "ipv6", "repeat", "segment", "slow_reader", "split"});
constexpr auto leased = std::to_array<std::string_view>({"dir", "endpoint", "host", "port", "socket"});
constexpr auto clauses =
    std::to_array<std::string_view>({"as", "buffer", "by", "fails", "from", "in", "peek", "sending", "skipping", "to",
                                     "truncated", "urgent", "where", "with", "within"});

constexpr auto conditions = std::to_array<std::string_view>(
    {"corrupt", "delay", "drop", "duplicate", "jitter", "loss", "rate", "reorder", "reset", "seed", "stall"});

// Words of properties and targets are missing: `total` is a fine name for a sum.
// clang-format off
constexpr auto reserved = std::to_array<std::string_view>({
    "accept", "all", "always", "and", "any", "as", "base64", "bind", "buffer", "by", "bytes", "close",
    "closed", "connect", "count", "crc32", "cstring", "dns_name", "endpoint", "eof", "every", "exits",
    "expect", "fails", "false", "file", "focus", "for", "from", "hex", "hmac_sha1", "ignore", "in", "int",
    "internet_checksum", "killed", "leb128", "len", "let", "line", "link", "listen", "message", "not",
    "nothing", "now", "of", "off", "on", "one", "or", "order", "packed", "parallel", "peek", "random",
    "refused", "repeat", "reset", "rest", "scenario", "segments", "sending", "set", "sha1", "sha256",
    "shutdown", "signal", "skipping", "start", "target", "tcp", "text", "to", "true", "truncated", "udp",
    "unix", "unix_datagram", "until", "urgent", "use", "wait", "where", "with", "within", "xor", "zero"});
// clang-format on
static_assert(std::ranges::is_sorted(reserved));

constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

constinit const Words declaration_words(declarations);
constinit const Words step_words(steps);
constinit const Words property_words(properties);
constinit const Words target_words(target_lines);
constinit const Words function_words(functions);
constinit const Words extent_words(extents);
constinit const Words error_words(errors);
constinit const Words leased_words(leased);
constinit const Words variation_words(variations);
constinit const Words clause_words(clauses);
constinit const Words reserved_words(reserved);
constinit const Words condition_words(conditions);

bool contains(Words words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::vector<std::string_view> together(Words some, Words more) {
  std::vector<std::string_view> all(some.begin(), some.end());
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

bool is_name(std::string_view word) {
  const auto is_fit = [](char c) { return is_lower(c) || is_digit(c) || c == '_'; };
  return !word.empty() && is_lower(word[0]) && std::ranges::all_of(word, is_fit);
}

bool is_message_name(std::string_view word) {
  return !word.empty() && word[0] >= 'A' && word[0] <= 'Z';
}

std::optional<IntegerWord> integer_word(std::string_view word) {
  if (word.size() < 2 || (word[0] != 'u' && word[0] != 'i')) return {};
  IntegerWord integer{.is_signed = word[0] == 'i', .is_little = word.ends_with("le")};
  const auto digits = word.substr(1, word.size() - (integer.is_little ? 3 : 1));
  if (digits.empty() || digits.size() > 4 || !std::ranges::all_of(digits, is_digit)) return {};
  std::from_chars(digits.data(), digits.data() + digits.size(), integer.bits);
  return integer;
}

bool is_reserved(std::string_view word) {
  return integer_word(word).has_value() || std::ranges::binary_search(reserved, word);
}

}  // namespace volley::script
