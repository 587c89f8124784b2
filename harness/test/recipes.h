// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cassert>
#include <initializer_list>
#include <string>
#include <string_view>

#include "plan/recipe.h"

namespace volley::target {

/// The template that a scenario's text stands for: `${host}`, `${port}`, `${port.NAME}`, `${socket.NAME}`,
/// `${endpoint}`, `${dir}`.
inline plan::Template text_template(std::string_view text) {
  using Kind = plan::Template::Kind;
  plan::Template made;
  while (!text.empty()) {
    const auto open = std::min(text.find("${"), text.size());
    if (open > 0) made.parts.push_back({Kind::text, std::string(text.substr(0, open))});
    text.remove_prefix(open);
    if (text.empty()) break;
    const auto close = text.find('}');
    const std::string_view place = text.substr(2, close - 2);
    const std::string_view word = place.substr(0, place.find('.'));
    const std::string name(place.size() > word.size() ? place.substr(word.size() + 1) : "");
    const Kind kind = word == "host"       ? Kind::host
                      : word == "port"     ? Kind::port
                      : word == "socket"   ? Kind::socket
                      : word == "endpoint" ? Kind::endpoint
                                           : Kind::dir;
    made.parts.push_back({kind, name});
    text.remove_prefix(close + 1);
  }
  return made;
}

inline plan::Recipe recipe(std::string name, std::initializer_list<std::string_view> run) {
  plan::Recipe made;
  made.name = std::move(name);
  for (const auto argument : run) made.argv.push_back(text_template(argument));
  return made;
}

/// A server of a few lines of shell that is ready when it writes `up`.
inline plan::Recipe shell_recipe(std::string_view script) {
  plan::Recipe made = recipe("server", {"/bin/sh", "-c"});
  made.argv.push_back(text_template(script));
  made.ready = plan::Recipe::ReadyOutput{plan::Regex("up")};
  return made;
}

inline plan::Recipe redis_recipe() {
  return recipe("redis", {"redis-server", "--port", "${port}", "--bind", "${host}", "--save", "", "--appendonly", "no",
                          "--dir", "${dir}"});
}

}  // namespace volley::target
