// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "script/text_of.h"

namespace volley::script {
namespace {

std::string optional_place(const std::optional<Expression>& place) {
  return place ? " " + text_of(*place) : "";
}

std::string bound(std::string_view word, const Name& name, Transport transport) {
  return std::string(word).append(" ").append(name.text).append(" ").append(text_of(transport));
}

std::string setting(const OptionSetting& setting) {
  return setting.option.text + " = " + text_of(setting.value);
}

std::string options(const std::vector<OptionSetting>& settings) {
  std::string text;
  for (const auto& each : settings) text += (text.empty() ? " with " : ", ") + setting(each);
  return text;
}

std::string segments(const std::optional<Segments>& segments) {
  return segments ? " in segments of " + text_of(segments->size) + clause("every", segments->every) : "";
}

struct ExpectedText {
  std::string operator()(const Items& items) const { return text_of(items); }
  std::string operator()(const Receive::Eof&) const { return "eof"; }
  std::string operator()(const Receive::Reset&) const { return "reset"; }
  std::string operator()(const Receive::Closed&) const { return "closed"; }
  std::string operator()(const Receive::Refused&) const { return "refused"; }
  std::string operator()(const Receive::Nothing& nothing) const { return "nothing for " + text_of(nothing.time); }
};

struct SourceText {
  std::string operator()(std::monostate) const { return ""; }
  std::string operator()(const Receive::FromAny&) const { return " from any"; }
  std::string operator()(const Expression& place) const { return " from " + text_of(place); }
};

struct StepText {
  std::string operator()(const Listen& step) const {
    return bound("listen", step.name, step.transport) + optional_place(step.place) + options(step.options);
  }
  std::string operator()(const Bind& step) const {
    return bound("bind", step.name, step.transport) + optional_place(step.place) + options(step.options);
  }
  std::string operator()(const Connect& step) const {
    return bound("connect", step.name, step.transport) + " " + text_of(step.place) + clause("from", step.from) +
           options(step.options);
  }
  std::string operator()(const Accept& step) const {
    return "accept " + step.name.text + " from " + step.listener.text + (step.by ? " by " + step.by->text : "") +
           (step.sending.empty() ? "" : " sending " + text_of(step.sending)) + clause("within", step.within);
  }
  std::string operator()(const Send& step) const {
    return step.peer.text + " > " + text_of(step.items) + clause("to", step.to) + segments(step.segments) +
           (step.urgent ? " urgent" : "");
  }
  std::string operator()(const Receive& step) const {
    auto text = step.peer.text + " < " + std::visit(ExpectedText{}, step.what) + std::visit(SourceText{}, step.from);
    if (step.sender) text += " as " + step.sender->text;
    for (const auto& size : step.buffer) text += " buffer " + text_of(size);
    if (step.peek) text += " peek";
    if (step.truncated) text += " truncated";
    if (step.urgent) text += " urgent";
    return text + clause("within", step.within) + (step.skipping.empty() ? "" : " skipping " + text_of(step.skipping));
  }
  std::string operator()(const Set& step) const { return "set " + step.peer.text + " " + setting(step.setting); }
  std::string operator()(const Shutdown& step) const { return "shutdown " + step.peer.text; }
  std::string operator()(const Close& step) const { return "close " + step.peer.text; }
  std::string operator()(const ResetPeer& step) const { return "reset " + step.peer.text; }
  std::string operator()(const Let& step) const { return text_of(step); }
  std::string operator()(const Expect& step) const { return "expect " + text_of(step.condition); }
  std::string operator()(const Wait& step) const { return "wait " + text_of(step.time); }
  std::string operator()(const Ignore& step) const { return "ignore " + step.peer.text; }
  std::string operator()(const Repeat& step) const {
    auto text = "repeat " + text_of(step.count);
    if (!step.until.empty()) text += "until " + text_of(step.until);
    if (!step.at_most.empty()) text += " at most " + text_of(step.at_most);
    return text + counter(step.round) + block(step.body);
  }
  std::string operator()(const Parallel& step) const {
    return "parallel " + text_of(step.count) + counter(step.copy) + block(step.body);
  }
  std::string operator()(const AnyOrder& step) const { return "any order" + branches(step.branches); }
  std::string operator()(const OneOf& step) const { return "one of" + branches(step.branches); }
  std::string operator()(const Focus& step) const { return "focus" + block(step.body); }
  std::string operator()(const Always& step) const { return "always" + block(step.body); }
  std::string operator()(const Start& step) const { return "start " + step.name.text + " " + text_of(step.argv); }
  std::string operator()(const ProcessEnd& step) const {
    const auto* signal = std::get_if<Name>(&step.how);
    const auto how = signal ? " killed by " + signal->text : " exits " + text_of(std::get<Expression>(step.how));
    return step.process.text + how + clause("within", step.within);
  }
  std::string operator()(const Signal& step) const { return "signal " + step.process.text + " " + step.signal.text; }
  std::string operator()(const Link& step) const {
    std::string text = "link " + step.name.text + " to " + text_of(step.place) + " {\n";
    for (const auto& condition : step.conditions) text += text_of(condition) + "\n";
    return text + "}";
  }

 private:
  static std::string counter(const std::optional<Name>& name) { return name ? " as " + name->text : ""; }
  static std::string block(const Steps& steps) {
    std::string text = " {\n";
    for (const auto& step : steps) text += text_of(step);
    return text + "}";
  }
  static std::string branches(const std::vector<Branch>& list) {
    std::string text = " {\n";
    for (const auto& branch : list)
      text += branch.is_braced ? block(branch.steps).substr(1) + "\n" : text_of(branch.steps[0]);
    return text + "}";
  }
};

}  // namespace

std::string text_of(Transport transport) {
  constexpr std::array words{"tcp", "udp", "unix", "unix_datagram"};
  return words[static_cast<std::size_t>(transport)];
}

std::string text_of(const Let& let) {
  return "let " + let.name.text + " = " + text_of(let.value);
}

std::string text_of(const Step& step) {
  auto text = std::visit(StepText{}, step.action) + (step.fails ? " fails " + step.fails->text : "") + "\n";
  return with_remarks(step.remarks, std::move(text));
}

}  // namespace volley::script
