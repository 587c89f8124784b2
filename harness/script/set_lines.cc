// SPDX-License-Identifier: Apache-2.0
#include "script/piece.h"

namespace volley::script {
namespace {

using Kind = Token::Kind;

class Lines {
 public:
  explicit Lines(std::vector<Piece>& pieces) : pieces_(pieces) {}

  void place(std::size_t i) {
    auto& piece = pieces_[i];
    const bool is_behind_block = i > 0 && pieces_[i - 1].is_block;
    const bool is_behind_its_end = is_behind_block && pieces_[i - 1].kind == Kind::right_brace;
    piece.is_block =
        piece.kind == Kind::left_brace || (piece.kind == Kind::right_brace && !open_.empty() && open_.back().is_block);
    const bool is_empty = is_behind_block && !is_behind_its_end && piece.kind == Kind::right_brace;
    if (is_behind_block && (!is_behind_its_end || piece.kind != Kind::word)) piece.begins_line = true;
    if ((piece.is_block && piece.kind == Kind::right_brace) || is_field(i)) piece.begins_line = true;
    if (is_empty && piece.notes.empty()) piece.begins_line = false;
    if (piece.begins_line) begin_line(piece);
    piece.brackets = brackets_;
    if (piece.kind == Kind::text_tail) --insertions_;
    piece.is_in_text = insertions_ > 0;
    if (piece.kind == Kind::text_head) ++insertions_;
    bracket(piece);
  }

 private:
  struct Open {
    bool is_block = false;
    bool has_fields = false;
  };

  bool is_field(std::size_t i) const {
    return !open_.empty() && open_.back().has_fields && pieces_[i].kind == Kind::word &&
           pieces_[i + 1].kind == Kind::colon;
  }

  void begin_line(const Piece& piece) {
    brackets_ = 0;
    insertions_ = 0;
    is_message_ = piece.text == "message";
  }

  void bracket(const Piece& piece) {
    if (piece.kind == Kind::left_brace) {
      open_.push_back({true, is_message_ || (!open_.empty() && open_.back().has_fields)});
    } else if (piece.kind == Kind::left_paren || piece.kind == Kind::use_brace) {
      open_.push_back({});
      ++brackets_;
    } else if (piece.kind == Kind::right_paren || piece.kind == Kind::right_brace) {
      if (!piece.is_block && brackets_ > 0) --brackets_;
      if (!open_.empty()) open_.pop_back();
    }
  }

  std::vector<Piece>& pieces_;
  std::vector<Open> open_;
  std::size_t brackets_ = 0;
  std::size_t insertions_ = 0;
  bool is_message_ = false;
};

}  // namespace

void set_lines(std::vector<Piece>& pieces) {
  Lines lines(pieces);
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) lines.place(i);
}

}  // namespace volley::script
