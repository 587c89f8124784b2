// SPDX-License-Identifier: Apache-2.0
#include "script/print.h"

#include "script/format.h"
#include "script/text_of.h"

namespace volley::script {
namespace {

struct ReadyText {
  std::string operator()(const Target::ReadyTcp&) const { return "tcp"; }
  std::string operator()(const Target::ReadyUdp& udp) const { return "udp " + text_of(udp.probe); }
  std::string operator()(const Target::ReadyOutput& output) const { return "output ~ " + text_of(output.regex); }
};

std::string_view text_of_stop(Target::Stop stop) {
  if (stop == Target::Stop::term) return "term";
  return stop == Target::Stop::interrupt ? "int" : "close";
}

/// What is as it would be if nothing were said is left out.
std::string lines_of(const Target& target) {
  const Target plain;
  std::string text;
  if (!target.run.empty()) text += "run " + text_of(target.run) + "\n";
  for (const auto& line : target.environment) {
    text += "env " + quoted_text(line.name) + " " + text_of(line.value) + "\n";
  }
  for (const auto& line : target.files) text += "file " + text_of(line.path) + " " + text_of(line.content) + "\n";
  if (target.ready != plain.ready) text += "ready " + std::visit(ReadyText{}, target.ready) + "\n";
  if (target.within != plain.within) text += "within " + text_of(target.within) + "\n";
  if (target.stop != plain.stop) text.append("stop ").append(text_of_stop(target.stop)).append("\n");
  return text;
}

std::string joined(const std::vector<Name>& names, std::string_view between) {
  std::string text;
  for (const auto& name : names) text.append(text.empty() ? std::string_view() : between).append(name.text);
  return text;
}

std::string variations_of(const Vary& vary) {
  if (vary.kind == Vary::Kind::none) return "none";
  if (vary.kind == Vary::Kind::some) return joined(vary.names, ", ");
  return vary.names.empty() ? "all" : "all except " + joined(vary.names, ", ");
}

std::string properties_of(const Scenario& scenario) {
  std::string text;
  for (const auto& spec : scenario.specs) text += "spec " + quoted_text(spec) + "\n";
  if (!scenario.tags.empty()) text += "tag " + joined(scenario.tags, ", ") + "\n";
  if (scenario.timeout) text += "timeout " + text_of(*scenario.timeout) + "\n";
  if (scenario.total) text += "total " + text_of(*scenario.total) + "\n";
  if (scenario.limit) text += "limit " + text_of(*scenario.limit) + "\n";
  if (scenario.level) text += "level " + std::string(word_of(*scenario.level)) + "\n";
  for (std::size_t i = 0; i < scenario.needs.size(); ++i) {
    text += (i == 0 ? "needs " : ", ") + std::string(word_of(scenario.needs[i]));
  }
  if (!scenario.needs.empty()) text += "\n";
  if (scenario.fresh) text += "fresh\n";
  for (const auto& known : scenario.known) {
    text += "known " + quoted_text(known.reason) + " for " + known.target.text + "\n";
  }
  if (scenario.vary) text += "vary " + variations_of(*scenario.vary) + "\n";
  return text;
}

std::string lines(const std::vector<std::string>& comments) {
  std::string text;
  for (const auto& comment : comments) text += comment + "\n";
  return text;
}

std::string formatted(std::string text) {
  const source::Source source("", std::move(text));
  Findings findings;
  return format(source, lex(source, findings));
}

}  // namespace

std::string text_of(const Target& target) {
  return with_remarks(target.remarks, "target " + target.name.text + " {\n" + lines_of(target) + "}\n");
}

std::string text_of(const Scenario& scenario) {
  auto text = "scenario " + quoted_text(scenario.name) + " {\n" + properties_of(scenario);
  for (const auto& step : scenario.steps) text += text_of(step);
  return with_remarks(scenario.remarks, text + "}\n");
}

std::string with_remarks(const Remarks& remarks, std::string text) {
  if (!remarks.at_end.empty()) text.insert(text.rfind('}'), lines(remarks.at_end));
  if (!remarks.behind.empty()) text.insert(text.find('\n'), "  " + remarks.behind);
  return (remarks.is_parted ? "\n" : "") + lines(remarks.before) + text;
}

std::string print(const Step& step) {
  auto text = formatted(text_of(step));
  text.pop_back();
  return text;
}

std::string print(const File& file) {
  std::string text;
  for (const auto& use : file.uses) text += with_remarks(use.remarks, "use " + quoted_text(use.path) + "\n");
  for (const auto& let : file.lets) text += with_remarks(let.remarks, text_of(let) + "\n");
  for (const auto& family : file.families) {
    text += with_remarks(family.remarks, "target " + family.name.text + " = " + joined(family.members, " | ") + "\n");
  }
  for (const auto& target : file.targets) text += text_of(target);
  for (const auto& message : file.messages) text += text_of(message);
  for (const auto& scenario : file.scenarios) text += text_of(scenario);
  return formatted(std::move(text) + (file.comments.empty() ? "" : "\n") + lines(file.comments));
}

}  // namespace volley::script
