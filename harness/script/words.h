// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// The words of the language, by what they are for.
namespace volley::script {

using Words = std::span<const std::string_view>;

extern const Words declaration_words;  ///< A declaration of a file begins with one.
extern const Words step_words;         ///< A step begins with one, or with `NAME >`, `NAME <`.
extern const Words property_words;     ///< A property of a scenario begins with one.
extern const Words target_words;       ///< A line of a target begins with one.
extern const Words function_words;     ///< `now` among them.
extern const Words extent_words;       ///< An extent begins with one, or with an integer's.
extern const Words error_words;        ///< One may follow `fails`.
extern const Words leased_words;       ///< What stands in a target for what it gets when it is started.
extern const Words variation_words;    ///< Variations of a scenario.
extern const Words clause_words;       ///< They end the items of a line, such as `to` and `within`.
extern const Words reserved_words;     ///< No names of peers, captures and lets.
extern const Words condition_words;    ///< A condition of a link begins with one.

bool contains(Words words, std::string_view word);
std::vector<std::string_view> together(Words some, Words more);

bool is_name(std::string_view word);          ///< Lower case letters, digits and underscores, a letter first.
bool is_message_name(std::string_view word);  ///< Begins with a capital.

/// `u16`, `i32le`: what the word says. Widths that no integer has are told as they are, up to 9999.
struct IntegerWord {
  unsigned bits = 0;
  bool is_signed = false;
  bool is_little = false;
};
std::optional<IntegerWord> integer_word(std::string_view word);

/// What reports call a server that `--target` puts in place of a whole family.
inline constexpr std::string_view external_server = "external";

/// Whether the word may name neither a peer, a capture nor a let: one of `reserved_words`, or an integer's.
bool is_reserved(std::string_view word);

}  // namespace volley::script
