// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "check/value.h"
#include "script/file.h"
#include "script/parse.h"
#include "script/rule.h"

namespace volley::check {

/// A field of a message, and where it stands in the order of the wire; a group stands before what is in it.
struct FieldInfo {
  const script::Field* field = nullptr;
  Type type = Type::unknown;
  std::size_t index = 0;
  std::size_t end = 0;          ///< One past the last field in it.
  bool is_conditional = false;  ///< It has a `when`, or a group around it has.
  bool is_group() const { return field->is_group; }
};

/// A definition and its fields by name.
struct MessageInfo {
  const script::Message* message = nullptr;
  std::vector<FieldInfo> fields;
  std::unordered_map<std::string_view, std::size_t> ids;

  const FieldInfo* find(std::string_view name) const;
  std::vector<std::string_view> names() const;
};

/// The messages of a file.
class Messages {
 public:
  explicit Messages(const script::File& file);

  const MessageInfo* find(std::string_view name) const;
  std::vector<std::string_view> names() const;
  const std::vector<MessageInfo>& all() const { return all_; }
  /// Whether it takes all that comes, since it ends with `rest`.
  bool is_open(std::string_view name) const;

 private:
  void find_open();

  std::vector<MessageInfo> all_;
  std::unordered_map<std::string_view, std::size_t> ids_;
  std::unordered_set<std::string_view> open_;
};

/// The message that an extent names, alone or as the elements of a list; null if it names none.
const script::Name* message_in(const script::Expression& extent);
/// `an of Record`, and alike.
bool is_list(const script::Field& field);
/// Whether the items are nothing but uses of messages.
bool are_uses(const script::Items& items);

/// Definitions that stand twice, messages that have no end, laws that need each other, bits that fill no byte, `rest`
/// in the middle.
void check_structure(const Messages& messages, script::Findings& findings);
/// Laws that need each other; part of `check_structure`.
void check_laws(const MessageInfo& message, script::Findings& findings);

/// An integer among those side by side.
struct Bits {
  const script::IntegerItem* item = nullptr;  ///< None: something else, which ends a run.
  source::Span span{};
  bool is_conditional = false;
};
/// Reports runs that are no whole bytes.
void check_bits(const std::vector<Bits>& bits, script::Findings& findings);

}  // namespace volley::check
