// SPDX-License-Identifier: Apache-2.0
#include "target/places.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>

namespace volley::target {
std::string search_path() {
  const char* path = std::getenv("PATH");
  return path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
}

std::vector<std::string> program_environment(const std::string& dir,
                                             const std::vector<std::pair<std::string, std::string>>& own) {
  std::map<std::string, std::string> values{{"PATH", search_path()}, {"HOME", dir}, {"TMPDIR", dir}, {"LC_ALL", "C"}};
  for (const auto& [name, value] : own) values[name] = value;
  std::vector<std::string> all;
  for (const auto& [name, value] : values) all.push_back(name + "=" + value);
  return all;
}

Result<Places> Places::lease(const plan::Recipe& recipe, IpAddress host, std::string dir) {
  Places places;
  places.host_ = host;
  places.dir_ = std::move(dir);
  places.ports_.try_emplace("");
  for (const auto* text : plan::templates(recipe)) places.find(*text);
  for (const auto& name : places.sockets_) {
    // A path in a deep TMPDIR may be too long for a socket.
    if (auto path = Endpoint::unix_path(places.socket_path(name)); !path) return std::unexpected(path.error());
  }
  for (auto& [name, lease] : places.ports_) {
    auto taken = PortLease::take();
    if (!taken) return std::unexpected(taken.error());
    lease = std::move(*taken);
  }
  return places;
}

void Places::find(const plan::Template& text) {
  for (const auto& part : text.parts) {
    if (part.kind == plan::Template::Kind::port || part.kind == plan::Template::Kind::endpoint) {
      ports_.try_emplace(part.text);
      names_port_ = names_port_ || part.text.empty();
    } else if (part.kind == plan::Template::Kind::socket) {
      if (std::ranges::find(sockets_, part.text) == sockets_.end()) sockets_.push_back(part.text);
    }
  }
}

std::string Places::expand(const plan::Template& text) const {
  using Kind = plan::Template::Kind;
  std::string expanded;
  for (const auto& part : text.parts) {
    switch (part.kind) {
      case Kind::text:
        expanded += part.text;
        break;
      case Kind::host:
        expanded += host_.to_string();
        break;
      case Kind::port:
        expanded += std::to_string(ports_.find(part.text)->second.port());
        break;
      case Kind::endpoint:
        expanded += endpoint(part.text).to_string();
        break;
      case Kind::socket:
        expanded += socket_path(part.text);
        break;
      case Kind::dir:
        expanded += dir_;
        break;
    }
  }
  return expanded;
}

std::vector<std::string> Places::arguments(const plan::Recipe& recipe) const {
  std::vector<std::string> all;
  for (const auto& argument : recipe.argv) all.push_back(expand(argument));
  return all;
}

std::vector<std::string> Places::environment(const plan::Recipe& recipe) const {
  std::vector<std::pair<std::string, std::string>> own;
  for (const auto& [name, value] : recipe.environment) own.emplace_back(name, expand(value));
  return program_environment(dir_, own);
}

Endpoint Places::endpoint(std::string_view name) const {
  if (const auto port = ports_.find(name); port != ports_.end()) return {host_, port->second.port()};
  const auto socket = Endpoint::unix_path(socket_path(std::string(name)));
  assert(socket);
  return *socket;
}

Endpoint Places::main_endpoint() const {
  return endpoint(names_port_ || sockets_.empty() ? "" : sockets_.front());
}

}  // namespace volley::target
