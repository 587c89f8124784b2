// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "script/parse.h"
#include "script/token.h"

namespace volley::script {

/// How a number was written, by its text.
Number::Form number_form(std::string_view written);

/// A recursive descent over the tokens. A mistake is reported once and sets `failed_`; from then on `peek` shows the
/// end of the line whatever stands there, so that every loop ends and every function returns, until `recover` goes on
/// behind the line or block that the mistake spoilt.
class Parser {
 public:
  static constexpr std::size_t deepest = 64;
  /// In one step. It bounds the depth of the tree that a long row of operators makes.
  static constexpr std::size_t most_operators = 256;

  Parser(const source::Source& source, Tokens tokens, Findings& findings)
      : source_(source), tokens_(std::move(tokens)), findings_(findings) {}

  File file();
  std::vector<Name> take_skipped() { return std::move(skipped_); }

 private:
  using Kind = Token::Kind;

  // parser.cc: tokens, mistakes and how to go on after one
  const Token& peek(std::size_t ahead = 0) const;
  std::string_view word(std::size_t ahead = 0) const;  ///< The text of a word; empty if there is none.
  bool at(Kind kind) const { return peek().kind == kind; }
  bool at_word(std::string_view text) const { return word() == text; }
  bool at_step_end() const;
  bool is_glued(std::size_t ahead) const;  ///< Whether the token stands right behind the one before it.
  Token take();
  bool accept(Kind kind);
  bool accept_word(std::string_view text);
  void require(Kind kind, std::string_view what);
  void fail(Rule rule, Span span, std::string what, std::string hint = {});
  void fail_expected(std::string_view what, std::string hint = {});
  std::string found() const;
  void end_of_step();
  void recover(std::size_t begin);
  std::size_t open_uses(std::size_t begin) const;
  void skip_newlines();
  void remember_skipped(std::size_t begin);
  Span span_from(std::size_t begin) const;
  Name new_name(std::string_view what);
  Name any_name(std::string_view what);
  nanoseconds duration();
  Within within();
  std::string plain_text(std::string_view what);
  RegexLiteral regex();
  void once(const Token& token);  ///< Reports a line that may stand once in its block and stands again.

  // parse_remarks.cc
  Remarks remarks_before();
  void complete(Remarks& remarks, bool is_block);
  std::string comment();

  // parse_file.cc
  void declaration(File& file);
  void unknown_declaration(File& file);
  Let let();
  void scenario(File& file);
  void scenario_body(Scenario& scenario, Span brace);
  bool at_declaration() const;
  std::string_view misspelt_declaration() const;
  bool block_goes_on(std::string_view what, Span brace);
  void unclosed(std::string_view what, Span brace);
  void property(Scenario& scenario);
  void tags(Scenario& scenario);

  // parse_family.cc
  void use(File& file);
  void family(File& file, Name name);
  void known(Scenario& scenario);
  void vary(Scenario& scenario);
  std::vector<Name> variations();
  // parse_option.cc
  Set set();
  OptionSetting option_setting();
  std::vector<OptionSetting> options();
  void limit(Scenario& scenario);
  void level(Scenario& scenario);
  void needs(Scenario& scenario);
  // parse_message.cc
  void message(File& file);
  void remember_fields();
  void fields(std::vector<Field>& fields, const Name& owner, Span brace, std::size_t depth);
  Field field(std::size_t depth);
  void field_extent(Field& field, std::size_t depth);
  void field_rule(Field& field);
  Expression list_of(std::size_t begin, Expression size);
  bool at_field() const { return in_message_ && at(Kind::word) && peek(1).kind == Kind::colon; }
  bool names_field() const;
  Expression message_use();
  Expression entry(MessageUse& use);
  Expression leb128();
  Expression dns_name();

  // parse_target.cc
  void target(File& file);
  void target_line(Target& target);
  void target_run(Target& target);
  void target_ready(Target& target);
  void target_stop(Target& target);

  // parse_step.cc
  void step(Steps& steps);
  std::optional<Step> action();
  void unknown_step();
  Name socket_name(std::string_view what);
  Transport transport();
  Expression place();
  std::optional<Expression> optional_place();
  Listen listen();
  Bind bind();
  Connect connect();
  Accept accept_step();
  Expect expect();
  Send send();
  std::optional<Segments> segments();
  void misplaced_clause(std::string_view order);
  std::optional<Name> fails();

  // parse_block.cc
  bool at_block() const;
  Step block();
  void open_block(std::string_view what);
  Steps block_body(std::string_view what);
  Repeat repeat();
  Parallel parallel();
  std::optional<Name> counter();
  std::vector<Branch> branches(std::string_view what);
  Branch branch();

  // parse_process.cc
  bool at_stderr() const;
  bool at_process_end() const;
  Name peer_name();
  Start start();
  ProcessEnd process_end();
  Signal signal();

  // parse_link.cc
  Link link();
  Condition condition();
  void condition_value(Condition& condition);
  Condition::Percent percent();
  Condition::Rate rate();
  Items datagram_numbers();
  std::optional<Way> way();

  // parse_receive.cc
  Receive receive();
  void receive_what(Receive& receive);
  void receive_from(Receive& receive);
  void receive_call(Receive& receive);
  std::optional<Span> accept_mark(std::string_view word);

  // parse_expression.cc
  Items items(std::string_view what);
  Expression value();
  Expression binary(int lowest);
  Expression unary();
  Expression postfix();
  Expression primary();
  Expression text();
  Expression endpoint();
  Expression group();
  std::vector<Expression> arguments();
  Expression call();
  Expression make(Span span, decltype(Expression::node) node, std::vector<Expression> operands = {});
  bool too_deep();

  // parse_item.cc
  bool starts_item() const;
  Expression item();
  void suffixes(Expression& expression);
  Expression word_item();
  Expression integer_item();
  void check_width(Span span);
  Expression counted();
  Expression until();
  Expression file_bytes();

  const source::Source& source_;
  Tokens tokens_;
  Findings& findings_;
  std::size_t at_ = 0;
  std::size_t comment_ = 0;  ///< The first of the tokens' comments that no node has.
  Remarks remarks_;          ///< Of the declaration that is being read.
  bool failed_ = false;
  std::size_t depth_ = 0;
  std::size_t blocks_ = 0;     ///< How many are open around a step.
  bool is_unclosed_ = false;   ///< A block that is never closed has been reported.
  std::size_t operators_ = 0;  ///< In this step or line of a target, with the dots of members.
  bool in_target_ = false;
  bool in_message_ = false;                 ///< What is read defines a message.
  bool is_whole_ = true;                    ///< The same, and nothing in it has been skipped.
  bool at_extent_ = false;                  ///< The next word is an extent of a field, whatever fields are called.
  std::unordered_set<std::string> fields_;  ///< Of the message that is being read: they may be words of the language.
  std::vector<Name> skipped_;
  std::unordered_set<std::string> misnamed_;       ///< Words that the file binds though they are reserved.
  std::unordered_set<std::string> misnamed_here_;  ///< The same of the declaration that is being read.
  std::vector<std::string_view> seen_;             ///< Properties or lines of the block that is being read.
};

}  // namespace volley::script
