// SPDX-License-Identifier: Apache-2.0
#include "script/format.h"

#include <algorithm>
#include <span>

#include "script/piece.h"
#include "script/words.h"

namespace volley::script {
namespace {

using Kind = Token::Kind;
using Pieces = std::span<const Piece>;

constexpr std::size_t indent = 4;
constexpr std::string_view before_comment = "  ";
constexpr std::string_view before_line_end = " \\";

/// What is never parted by a line end: pieces without a space between them.
struct Atom {
  Pieces pieces;
  std::string text;
  bool has_space = false;  ///< In front of it.
};

std::vector<Atom> atoms_of(Pieces line) {
  std::vector<Atom> atoms;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool is_new = i == 0 || line[i].has_space || !line[i].notes.empty();
    if (is_new) atoms.push_back({line.subspan(i, 0), {}, line[i].has_space && i > 0});
    auto& atom = atoms.back();
    atom.pieces = {atom.pieces.data(), atom.pieces.size() + 1};
    atom.text += line[i].text;
  }
  return atoms;
}

/// Writes one line of pieces, broken where it is too long or where a comment ends.
class LineWriter {
 public:
  LineWriter(std::string& out, std::size_t margin, Pieces line)
      : out_(out), margin_(margin), line_(line), atoms_(atoms_of(line)) {}

  void write() {
    out_.append(margin_, ' ');
    std::size_t begin = 0;
    for (std::size_t i = 1; i < atoms_.size(); ++i) {
      const auto& notes = atoms_[i].pieces.front().notes;
      if (notes.empty()) continue;
      run(begin, i);
      write(notes);
      begin = i;
    }
    run(begin, atoms_.size());
  }

 private:
  std::size_t margin() const { return is_first_ ? margin_ : margin_ + indent; }

  void go_on() {
    out_ += '\n';
    is_first_ = false;
    out_.append(margin(), ' ');
  }

  void write(const std::vector<Note>& notes) {
    for (const auto& note : notes) {
      if (note.is_on_own_line) {
        go_on();
      } else {
        out_ += before_comment;
      }
      out_ += note.text;
    }
    go_on();
  }

  /// Atoms without a comment between them.
  void run(std::size_t begin, std::size_t end) {
    const bool is_long = margin() + width(begin, end) > line_width;
    while (begin < end) {
      const auto until = is_long ? line_from(begin, end) : end;
      for (auto i = begin; i < until; ++i) {
        if (i > begin && atoms_[i].has_space) out_ += ' ';
        out_ += atoms_[i].text;
      }
      if (until < end) {
        if (!goes_on_before(until)) out_ += before_line_end;
        go_on();
      }
      begin = until;
    }
  }

  std::size_t width(std::size_t begin, std::size_t end) const {
    std::size_t sum = 0;
    for (auto i = begin; i < end; ++i) sum += atoms_[i].text.size() + (i > begin && atoms_[i].has_space ? 1 : 0);
    return sum;
  }

  /// The end of what is written on one line from `begin`: up to the end of a text that ends a line itself, or all that
  /// fits, up to the best place to break.
  std::size_t line_from(std::size_t begin, std::size_t end) const {
    auto column = margin();
    auto best = begin;
    std::size_t least_cost = 0;
    for (auto i = begin; i < end; ++i) {
      if (i > begin && may_break_before(i)) {
        if (atoms_[i - 1].text.ends_with("\\n\"")) return i;
        const auto cost = cost_before(i, column);
        if (best == begin || cost <= least_cost) {
          best = i;
          least_cost = cost;
        }
      }
      column += atoms_[i].text.size() + (i > begin && atoms_[i].has_space ? 1 : 0);
      const auto needed = column + (i + 1 < end && !goes_on_before(i + 1) ? before_line_end.size() : 0);
      const bool fits = i + 1 < end ? needed <= line_width : column <= line_width;
      if (!fits && best > begin) return best;
    }
    return end;
  }

  /// An early break leaves a ragged line, one inside of brackets hides the structure, one behind a field's name parts
  /// it from its value.
  std::size_t cost_before(std::size_t i, std::size_t column) const {
    const auto brackets = atoms_[i].pieces.front().brackets;
    const auto last = atoms_[i - 1].pieces.back().kind;
    const std::size_t cost = last == Kind::comma ? 0 : last == Kind::colon ? 10 : goes_on_before(i) ? 1 : 2;
    const bool is_early = column < margin() + (line_width - margin()) / 2;
    return 3 * brackets + cost + (is_early ? 100 : 0);
  }

  bool may_break_before(std::size_t i) const {
    if (!atoms_[i].has_space || atoms_[i].pieces.front().is_in_text) return false;
    if (is_arrow(i) || is_arrow(i - 1)) return false;
    // A line that begins with such a word ends the brackets of the step before it.
    const auto& first = atoms_[i].pieces.front();
    return first.kind != Kind::word || !(contains(step_words, first.text) || contains(declaration_words, first.text));
  }

  /// `>` and `<` behind the name of a peer. What `NAME.err` is to a process is a peer too.
  bool is_arrow(std::size_t i) const {
    const auto kind = atoms_[i].pieces.front().kind;
    return i == 1 && (kind == Kind::less || kind == Kind::greater) && line_.front().kind == Kind::word &&
           !is_reserved(line_.front().text);
  }

  /// Whether the step goes on with the next line without being told.
  bool goes_on_before(std::size_t i) const {
    const auto& last = atoms_[i - 1].pieces.back();
    if (atoms_[i].pieces.front().brackets > 0) return true;
    if (last.kind == Kind::word) return last.text == "and" || last.text == "or";
    return last.kind == Kind::comma || (last.kind >= Kind::assign && last.kind <= Kind::tilde && !is_arrow(i - 1));
  }

  std::string& out_;
  std::size_t margin_;
  Pieces line_;
  std::vector<Atom> atoms_;
  bool is_first_ = true;
};

/// Writes lines with their comments, and the blank lines between them.
class Writer {
 public:
  explicit Writer(Pieces pieces) : pieces_(pieces) {}

  std::string write() {
    for (std::size_t i = 0; i < pieces_.size();) {
      auto end = i + 1;
      while (end < pieces_.size() && !pieces_[end].begins_line) ++end;
      line(pieces_.subspan(i, end - i));
      i = end;
    }
    return std::move(out_);
  }

 private:
  /// What was written last.
  enum class Behind : std::uint8_t { brace, comment, line, block };

  void line(Pieces line) {
    const auto& first = line.front();
    const bool is_end = first.is_block && first.kind == Kind::right_brace;
    const bool stands_apart = depth_ == 0 && line.back().is_block;
    notes(first, stands_apart);
    if (first.kind == Kind::end) return;
    if (!is_end) part(first.is_after_blank, stands_apart);
    if (is_end && depth_ > 0) --depth_;
    LineWriter(out_, depth_ * indent, line).write();
    out_ += '\n';
    const auto& last = line.back();
    behind_ = !last.is_block ? Behind::line : last.kind == Kind::left_brace ? Behind::brace : Behind::block;
    if (behind_ == Behind::brace) ++depth_;
  }

  /// The blank line in front of what follows: where one was, and around declarations that have a block.
  void part(bool was_parted, bool stands_apart) {
    const bool is_apart = depth_ == 0 && (behind_ == Behind::block || (behind_ == Behind::line && stands_apart));
    if (behind_ != Behind::brace && (was_parted || is_apart)) out_ += '\n';
  }

  /// Comments in front of `piece`; the first may stand behind what was written last.
  void notes(const Piece& piece, bool stands_apart) {
    const auto is_parted = [](const Note& note) { return note.is_after_blank; };
    for (auto note = piece.notes.begin(); note != piece.notes.end(); ++note) {
      if (note->is_on_own_line) {
        const bool belongs_to_it = !piece.is_after_blank && std::none_of(note + 1, piece.notes.end(), is_parted);
        part(note->is_after_blank, stands_apart && belongs_to_it);
        out_.append(depth_ * indent, ' ');
        behind_ = Behind::comment;
      } else {
        out_.pop_back();
        out_ += before_comment;
      }
      out_.append(note->text).append("\n");
    }
  }

  Pieces pieces_;
  std::string out_;
  std::size_t depth_ = 0;
  Behind behind_ = Behind::brace;
};

}  // namespace

std::string format(const source::Source& source, const Tokens& tokens) {
  auto pieces = spell(source, tokens);
  set_lines(pieces);
  set_spaces(pieces);
  return Writer(pieces).write();
}

}  // namespace volley::script
