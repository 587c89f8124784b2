// SPDX-License-Identifier: Apache-2.0
// A message in its bytes: values are computed when another asks for them.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "plan/boundaries.h"
#include "plan/item.h"

namespace volley::plan {
namespace {

using Outcome = std::expected<Value, Fault>;
using Made = std::expected<void, Fault>;

/// As of every value that is made.
constexpr std::size_t most_bytes = 64 << 20;

/// Puts bits side by side, the most significant first.
class Writer {
 public:
  void put(std::uint64_t value, unsigned bits) {
    for (unsigned i = bits; i-- > 0;) {
      if (used_ == 0) bytes_ += '\0';
      const auto bit = static_cast<unsigned char>(value >> i & 1U);
      bytes_.back() = static_cast<char>(static_cast<unsigned char>(bytes_.back()) | bit << (7 - used_));
      used_ = (used_ + 1) % 8;
    }
  }
  void put(std::string_view bytes) { bytes_ += bytes; }
  std::size_t size() const { return bytes_.size(); }
  bool is_at_byte() const { return used_ == 0; }
  Bytes take() { return std::move(bytes_); }
  const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
  unsigned used_ = 0;  // bits of the last byte
};

std::string type_name(const BitField& field) {
  return fmt::format("{}{}{}", field.is_signed ? 'i' : 'u', field.bits, field.is_little ? "le" : "");
}

bool fits(const BitField& field, Integer value) {
  const auto span = Integer{1} << field.bits;
  return field.is_signed ? value >= -span / 2 && value < span / 2 : value >= 0 && value < span;
}

void put(Writer& writer, const BitField& field, Integer value) {
  auto raw = static_cast<std::uint64_t>(value);
  if (!field.is_little) return writer.put(raw, field.bits);
  for (unsigned i = 0; i < field.bits; i += 8, raw >>= 8) writer.put(raw & 0xFF, 8);
}

Bytes leb128(std::uint64_t value) {
  Bytes bytes;
  do {
    const auto low = static_cast<unsigned char>(value & 0x7F);
    value >>= 7;
    bytes += static_cast<char>(value != 0 ? low | 0x80U : low);
  } while (value != 0);
  return bytes;
}

/// Makes one message.
class Encoder final : public Fields {
 public:
  Encoder(const Expression& use, const Scope& scope, Fields* outer)
      : use_(use),
        scope_(scope),
        outer_(outer),
        message_((*scope.messages)[use.index]),
        depth_(outer ? outer->depth() + 1 : 1),
        said_(message_.fields.size()),
        states_(message_.fields.size()),
        values_(message_.fields.size()) {
    for (const auto& named : use.operands) said_[named.index] = &named.operands[0];
  }

  std::expected<Bytes, Fault> whole();
  Bytes known();
  /// Where its fields begin, `at` bytes behind some origin.
  Made mark(std::uint64_t at, std::vector<std::uint64_t>& begins) {
    return mark_range(0, static_cast<FieldId>(message_.fields.size()), at, begins);
  }

  Outcome value(FieldId id) override;
  std::expected<Integer, Fault> size(FieldId id) override;
  std::expected<Integer, Fault> count(FieldId id) override;
  std::size_t depth() const override { return depth_; }
  bool begin_message() override { return outer_ ? outer_->begin_message() : ++messages_ <= most_messages; }

 private:
  enum class State : std::uint8_t { open, busy, done };
  struct Put;

  /// What a use says is evaluated where the use stands, but in this message.
  class Around final : public Fields {
   public:
    explicit Around(Encoder& inner) : inner_(inner) {}
    Outcome value(FieldId id) override { return inner_.outer_->value(id); }
    std::expected<Integer, Fault> size(FieldId id) override { return inner_.outer_->size(id); }
    std::expected<Integer, Fault> count(FieldId id) override { return inner_.outer_->count(id); }
    std::size_t depth() const override { return inner_.depth_; }
    bool begin_message() override { return inner_.begin_message(); }

   private:
    Encoder& inner_;
  };

  std::unexpected<Fault> fault(FieldId id, std::string_view what) const {
    return std::unexpected(Fault{use_.span, fmt::format("{} {}", path_of(message_, id), what)});
  }
  const Field& field(FieldId id) const { return message_.fields[id]; }
  std::expected<bool, Fault> is_there(FieldId id);
  const Expression* expression(FieldId id) const;
  Outcome evaluated(FieldId id);
  Outcome computed(FieldId id);
  Made put_range(Writer& writer, FieldId begin, FieldId end);
  Made put_field(Writer& writer, FieldId id);
  Made put_zeros(Writer& writer, FieldId id);
  Made put_integer(Writer& writer, FieldId id, const Value& value) const;
  Made put_content(Writer& writer, FieldId id, const Bytes& content);
  Made sized(FieldId id, const Expression& size, std::size_t there);
  Made prefix(Writer& writer, FieldId id, const PrefixedField& prefix, std::size_t size) const;
  Made delimiter(Writer& writer, FieldId id, const Expression& expression, const Bytes& content);
  Made counted(FieldId id, const Expression& count);
  bool lies(const Expression& size) const;
  std::expected<Bytes, Fault> group(FieldId id);
  Made mark_range(FieldId begin, FieldId end, std::uint64_t at, std::vector<std::uint64_t>& begins);
  Made mark_inner(FieldId id, std::uint64_t at, std::uint64_t end, std::vector<std::uint64_t>& begins);

  const Expression& use_;
  const Scope& scope_;
  Fields* outer_;  // none if the use stands in a scenario, whose expressions read no fields
  Around around_{*this};
  const Message& message_;
  std::size_t depth_;
  std::size_t messages_ = 0;             // begun in this one, if it is the outermost
  std::vector<const Expression*> said_;  // by field: what the use gives it
  std::vector<State> states_;
  std::vector<Value> values_;
};

std::expected<Bytes, Fault> Encoder::whole() {
  if (depth_ > deepest_message) {
    return std::unexpected(Fault{use_.span, fmt::format("messages nested more than {} deep", deepest_message)});
  }
  if (outer_ && !outer_->begin_message()) {
    return std::unexpected(Fault{use_.span, fmt::format("more than {} messages in one", most_messages)});
  }
  Writer writer;
  if (const auto made = put_range(writer, 0, static_cast<FieldId>(message_.fields.size())); !made)
    return std::unexpected(made.error());
  return writer.take();
}

/// A group without a bound is as known as its fields; of everything else only the whole.
Bytes Encoder::known() {
  Writer writer;
  const auto end = static_cast<FieldId>(message_.fields.size());
  for (FieldId id = 0; id < end;) {
    const auto* group = std::get_if<GroupField>(&field(id).extent);
    const bool is_open = group && group->bound.index() == 0 && !said_[id];
    const auto there = is_there(id);
    if (!there) break;
    if (*there && is_open) {
      ++id;
      continue;
    }
    if (*there && !put_field(writer, id)) break;
    id = field(id).end;
  }
  return writer.take();
}

std::expected<bool, Fault> Encoder::is_there(FieldId id) {
  const auto& when = field(id).when;
  if (!when) return true;
  const auto holds = evaluate_condition(*when, scope_, this);
  if (holds && !*holds && said_[id]) return fault(id, "is given, and its 'when' does not hold");
  return holds;
}

const Expression* Encoder::expression(FieldId id) const {
  if (said_[id]) return said_[id];
  return field(id).value ? &*field(id).value : nullptr;
}

Outcome Encoder::evaluated(FieldId id) {
  if (said_[id]) return evaluate(*said_[id], scope_, &around_);
  if (field(id).value) return evaluate(*field(id).value, scope_, this);
  return fault(id, "has no value");
}

/// A value once; what it is made of must not need it.
Outcome Encoder::computed(FieldId id) {
  if (states_[id] == State::done) return values_[id];
  if (states_[id] == State::busy) return fault(id, "is made of itself");
  states_[id] = State::busy;
  auto value = evaluated(id);
  states_[id] = value ? State::done : State::open;
  if (value) values_[id] = *value;
  return value;
}

Outcome Encoder::value(FieldId id) {
  const auto there = is_there(id);
  if (!there) return std::unexpected(there.error());
  if (!*there) return fault(id, "is not there: its 'when' does not hold");
  if (!field(id).is_group()) return computed(id);
  auto content = group(id);
  if (!content) return std::unexpected(content.error());
  return Value(*std::move(content));
}

std::expected<Bytes, Fault> Encoder::group(FieldId id) {
  if (said_[id]) return evaluate_bytes(*said_[id], scope_, &around_);
  Writer inner;
  if (const auto made = put_range(inner, id + 1, field(id).end); !made) return std::unexpected(made.error());
  return inner.take();
}

/// The length is known without the value where that has a width of its own: a length may stand in what it counts.
std::expected<Integer, Fault> Encoder::size(FieldId id) {
  if (field(id).is_group() && !said_[id]) {
    Integer bits = 0;
    for (FieldId inner = id + 1; inner < field(id).end; inner = field(inner).end) {
      const auto there = is_there(inner);
      if (!there) return std::unexpected(there.error());
      if (!*there) continue;
      if (const auto* integer = std::get_if<BitField>(&field(inner).extent)) {
        bits += integer->bits;
        continue;
      }
      Writer writer;
      const auto made = put_field(writer, inner);
      if (!made) return std::unexpected(made.error());
      bits += Integer{writer.size()} * 8;
    }
    return bits / 8;
  }
  const auto found = value(id);
  if (!found) return std::unexpected(found.error());
  const auto* bytes = std::get_if<Bytes>(&*found);
  return bytes ? Integer{bytes->size()} : Integer{};
}

std::expected<Integer, Fault> Encoder::count(FieldId id) {
  const auto there = is_there(id);
  if (!there) return std::unexpected(there.error());
  if (!*there) return Integer{0};
  const auto* given = expression(id);
  if (!given) return fault(id, "has no value");
  if (given->op == Op::list) return Integer{given->operands.size()};
  if (given->op == Op::message) return Integer{1};
  const auto found = value(id);
  if (!found) return std::unexpected(found.error());
  if (!std::get<Bytes>(*found).empty()) return fault(id, "is given as bytes: its elements cannot be counted");
  return Integer{0};
}

Made Encoder::put_range(Writer& writer, FieldId begin, FieldId end) {
  for (FieldId id = begin; id < end; id = field(id).end) {
    const auto there = is_there(id);
    if (!there) return std::unexpected(there.error());
    if (!*there) continue;
    if (auto made = put_field(writer, id); !made) return made;
    if (writer.size() > most_bytes) return fault(id, "makes the message larger than 64 MiB");
  }
  return {};
}

Made Encoder::put_field(Writer& writer, FieldId id) {
  if (field(id).is_group()) {
    const auto content = group(id);
    if (!content) return std::unexpected(content.error());
    return put_content(writer, id, *content);
  }
  // Asked for by a law of its own over a group in which it stands: there it counts as zeros.
  if (states_[id] == State::busy) return put_zeros(writer, id);
  const auto found = computed(id);
  if (!found) return std::unexpected(found.error());
  if (std::holds_alternative<Integer>(*found)) return put_integer(writer, id, *found);
  return put_content(writer, id, std::get<Bytes>(*found));
}

Made Encoder::put_zeros(Writer& writer, FieldId id) {
  if (const auto* integer = std::get_if<BitField>(&field(id).extent)) {
    writer.put(0, integer->bits);
    return {};
  }
  const auto* sized = std::get_if<SizedField>(&field(id).extent);
  if (!sized) return fault(id, "is made of itself");
  const auto size = evaluate_size(sized->size, 1, scope_, this);
  if (!size) return std::unexpected(size.error());
  if (*size > most_bytes) return fault(id, "makes the message larger than 64 MiB");
  writer.put(Bytes(*size, '\0'));
  return {};
}

Made Encoder::put_integer(Writer& writer, FieldId id, const Value& value) const {
  const auto number = std::get<Integer>(value);
  if (const auto* integer = std::get_if<BitField>(&field(id).extent)) {
    if (!fits(*integer, number))
      return fault(id, fmt::format("is {}, which does not fit in {}", number, type_name(*integer)));
    put(writer, *integer, number);
    return {};
  }
  if (number < 0) return fault(id, fmt::format("is {}, which does not fit in leb128", number));
  writer.put(leb128(static_cast<std::uint64_t>(number)));
  return {};
}

/// A length that the use says, or that is made of what it says, may be a lie.
bool Encoder::lies(const Expression& size) const {
  const bool is_field = size.op == Op::field || size.op == Op::field_size || size.op == Op::field_count;
  if (is_field && said_[size.index]) return true;
  return std::ranges::any_of(size.operands, [this](const auto& operand) { return lies(operand); });
}

Made Encoder::sized(FieldId id, const Expression& size, std::size_t there) {
  if (lies(size)) return {};
  const auto due = evaluate_size(size, 1, scope_, this);
  if (!due) return std::unexpected(due.error());
  if (*due != there) return fault(id, fmt::format("has {} bytes, and must have {}", there, *due));
  return {};
}

Made Encoder::prefix(Writer& writer, FieldId id, const PrefixedField& prefix, std::size_t size) const {
  if (!prefix.length) {
    writer.put(leb128(size));
    return {};
  }
  if (!fits(*prefix.length, Integer{size})) {
    return fault(id, fmt::format("has {} bytes, and its length does not fit in {}", size, type_name(*prefix.length)));
  }
  put(writer, *prefix.length, Integer{size});
  return {};
}

Made Encoder::delimiter(Writer& writer, FieldId id, const Expression& expression, const Bytes& content) {
  const auto ends = evaluate_bytes(expression, scope_, this);
  if (!ends) return std::unexpected(ends.error());
  if (ends->empty()) return fault(id, "has a delimiter without bytes");
  if ((content + *ends).find(*ends) != content.size()) {
    return fault(id, fmt::format("has its delimiter {} in it", to_literal(*ends)));
  }
  writer.put(content);
  writer.put(*ends);
  return {};
}

/// Where the fields of a value begin that stands `at` bytes behind some origin.
Made mark_value(const Expression& value, const Scope& scope, Fields* outer, std::uint64_t at,
                std::vector<std::uint64_t>& begins) {
  if (value.op == Op::message) return Encoder(value, scope, outer).mark(at, begins);
  if (value.op != Op::list && value.op != Op::join) return {};
  for (const auto& element : value.operands) {
    const auto bytes = evaluate_bytes(element, scope, outer);
    if (!bytes) return std::unexpected(bytes.error());
    begins.push_back(at);
    if (auto made = mark_value(element, scope, outer, at, begins); !made) return made;
    at += bytes->size();
  }
  return {};
}

Made Encoder::mark_range(FieldId begin, FieldId end, std::uint64_t at, std::vector<std::uint64_t>& begins) {
  Writer writer;
  for (FieldId id = begin; id < end; id = field(id).end) {
    const auto there = is_there(id);
    if (!there) return std::unexpected(there.error());
    if (!*there) continue;
    const auto start = at + writer.size();
    const bool is_at_byte = writer.is_at_byte();
    if (auto made = put_field(writer, id); !made) return made;
    if (!is_at_byte) continue;
    begins.push_back(start);
    if (auto made = mark_inner(id, start, at + writer.size(), begins); !made) return made;
  }
  return {};
}

/// What is in a field on bytes [at, end). A length before it has been put in front, a delimiter behind.
Made Encoder::mark_inner(FieldId id, std::uint64_t at, std::uint64_t end, std::vector<std::uint64_t>& begins) {
  const bool is_group = field(id).is_group() && !said_[id];
  const auto* inner = is_group ? nullptr : expression(id);
  if (!is_group && (inner == nullptr || (inner->op != Op::message && inner->op != Op::list))) return {};
  const auto found = value(id);
  if (!found) return std::unexpected(found.error());
  const auto* content = std::get_if<Bytes>(&*found);
  if (content == nullptr) return {};
  const bool has_delimiter = std::holds_alternative<DelimitedField>(field(id).extent);
  const auto start = has_delimiter ? at : end - content->size();
  if (is_group) return mark_range(id + 1, field(id).end, start, begins);
  Fields* const around = said_[id] ? static_cast<Fields*>(&around_) : this;
  return mark_value(*inner, scope_, around, start, begins);
}

/// Whether a run has to tell what it is: then only its length may be known before, if at all.
bool needs_run(const Expression& expression) {
  switch (expression.op) {
    case Op::slot:
    case Op::local:
    case Op::remote:
    case Op::place:
    case Op::now:
    case Op::unix_place:
      return true;
    default:
      return reads_socket(expression.op) || std::ranges::any_of(expression.operands, needs_run);
  }
}

/// The content of a field with what its extent puts around it.
struct Encoder::Put {
  Encoder& encoder;
  Writer& writer;
  FieldId id;
  const Bytes& content;

  Made operator()(const SizedField& extent) const {
    writer.put(content);
    return encoder.sized(id, extent.size, content.size());
  }
  Made operator()(const PrefixedField& extent) const {
    auto made = encoder.prefix(writer, id, extent, content.size());
    writer.put(content);
    return made;
  }
  Made operator()(const DelimitedField& extent) const {
    return encoder.delimiter(writer, id, extent.delimiter, content);
  }
  Made operator()(const NameField&) const {
    const auto name = domain_name(content);
    if (!name) return encoder.fault(id, fmt::format("is {}: {}", to_literal(content), name.error()));
    writer.put(*name);
    return {};
  }
  Made operator()(const GroupField& extent) const { return std::visit(*this, extent.bound); }
  Made operator()(const ListField& extent) const { return std::visit(*this, extent.size); }
  Made operator()(const Expression& count) const {
    writer.put(content);
    return encoder.counted(id, count);
  }
  // What ends by itself, or by what it stands in.
  Made operator()(const auto&) const {
    writer.put(content);
    return {};
  }
};

Made Encoder::put_content(Writer& writer, FieldId id, const Bytes& content) {
  return std::visit(Put{*this, writer, id, content}, field(id).extent);
}

Made Encoder::counted(FieldId id, const Expression& count) {
  const auto there = this->count(id);
  if (!there || lies(count)) return {};
  const auto due = evaluate_integer(count, scope_, this);
  if (!due) return std::unexpected(due.error());
  if (*due != *there) return fault(id, fmt::format("has {} elements, and must have {}", *there, *due));
  return {};
}

}  // namespace

std::expected<Bytes, Fault> encode(const Expression& expression, const Scope& scope, Fields* outer) {
  return Encoder(expression, scope, outer).whole();
}

Bytes encode_known(const Expression& expression, const Scope& scope) {
  return Encoder(expression, scope, nullptr).known();
}

std::optional<Boundaries> boundaries(const Expression& value, const std::vector<Message>& messages) {
  if (needs_run(value)) return {};
  Scope scope;
  scope.messages = &messages;
  const auto bytes = evaluate_bytes(value, scope);
  Boundaries found;
  if (!bytes || !mark_value(value, scope, nullptr, 0, found.begins)) return {};
  found.size = bytes->size();
  std::ranges::sort(found.begins);
  const auto [first, last] = std::ranges::unique(found.begins);
  found.begins.erase(first, last);
  std::erase_if(found.begins, [&](std::uint64_t at) { return at == 0 || at >= found.size; });
  return found;
}

Expression value_of(const Use& use) {
  Expression value;
  value.op = Op::message;
  value.index = use.message;
  for (const auto& said : use.fields) {
    if (!said.value && said.uses.empty()) continue;
    Expression named;
    named.op = Op::named;
    named.index = said.field;
    if (said.value) {
      named.operands.push_back(*said.value);
    } else if (!said.is_list) {
      named.operands.push_back(value_of(said.uses.front()));
    } else if (said.order == FieldPattern::Order::as_written) {
      Expression list;
      list.op = Op::list;
      for (const auto& element : said.uses) list.operands.push_back(value_of(element));
      named.operands.push_back(std::move(list));
    } else {
      continue;
    }
    value.operands.push_back(std::move(named));
  }
  return value;
}

std::string path_of(const Message& message, FieldId field) {
  auto path = name_in(message, field);
  return message.name.empty() ? path : message.name + '.' + path;
}

std::string name_in(const Message& message, FieldId field) {
  std::string path;
  for (FieldId id = 0; id <= field && id < message.fields.size(); ++id) {
    const auto& at = message.fields[id];
    if (id != field && (!at.is_group() || at.end <= field)) continue;
    if (!path.empty() && !at.name.empty()) path += '.';
    path += at.name;
  }
  return path;
}

std::expected<Bytes, std::string> domain_name(std::string_view text) {
  Bytes name;
  Bytes label;
  const auto close = [&]() -> std::string {
    if (label.empty()) return "a label is empty";
    if (label.size() > 63) return "a label has more than 63 bytes";
    name += static_cast<char>(label.size());
    name += label;
    label.clear();
    return {};
  };
  if (text == ".") text = {};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      label += text[++i];
    } else if (text[i] != '.') {
      label += text[i];
    } else if (auto wrong = close(); !wrong.empty()) {
      return std::unexpected(std::move(wrong));
    }
  }
  if (!label.empty()) {
    if (auto wrong = close(); !wrong.empty()) return std::unexpected(std::move(wrong));
  }
  name += '\0';
  if (name.size() > 255) return std::unexpected("a name has more than 255 bytes");
  return name;
}

}  // namespace volley::plan
