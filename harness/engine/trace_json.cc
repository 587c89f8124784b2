// SPDX-License-Identifier: Apache-2.0
#include "engine/trace_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

namespace volley::engine {
namespace {

using nlohmann::json;

std::string to_hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

std::string from_hex(const std::string& text) {
  std::string bytes;
  if (text.size() % 2 != 0) throw std::invalid_argument("odd number of hex digits");
  for (std::size_t i = 0; i < text.size(); i += 2)
    bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  return bytes;
}

json write(const Endpoint& endpoint) {
  return endpoint.to_string();
}
json write(nanoseconds time) {
  return time.count();
}
json write(const Excerpt& excerpt) {
  return json::array({excerpt.size, excerpt.begin, excerpt.head, excerpt.tail});
}

json write(const Error& error) {
  return {{"code", error.code}, {"call", error.call}, {"argument", error.argument}};
}

template <class T>
json write(const std::optional<T>& value) {
  return value ? write(*value) : json();
}

Endpoint read_endpoint(const json& from) {
  const auto text = from.get<std::string>();
  auto endpoint = Endpoint::parse(text);
  if (!endpoint) throw std::invalid_argument("no endpoint: " + text);
  return *std::move(endpoint);
}
nanoseconds read_time(const json& from) {
  return nanoseconds(from.get<std::int64_t>());
}
Excerpt read_excerpt(const json& from, std::size_t arena) {
  const Excerpt excerpt{from.at(0), from.at(1), from.at(2), from.at(3)};
  if (std::uint64_t{excerpt.begin} + excerpt.head + excerpt.tail > arena)
    throw std::invalid_argument("an excerpt beyond the arena");
  return excerpt;
}
std::optional<Endpoint> read_optional_endpoint(const json& from) {
  return from.is_null() ? std::nullopt : std::optional(read_endpoint(from));
}

struct WriteValue {
  json operator()(std::monostate) const { return nullptr; }
  json operator()(plan::Integer value) const { return {{"integer", fmt::format("{}", value)}}; }
  json operator()(const plan::Bytes& value) const { return {{"bytes", to_hex(value)}}; }
  json operator()(const Endpoint& value) const { return {{"endpoint", value.to_string()}}; }
  json operator()(const IpAddress& value) const { return {{"address", value.to_string()}}; }
  json operator()(nanoseconds value) const { return {{"ns", value.count()}}; }
  json operator()(bool value) const { return {{"boolean", value}}; }
};

plan::Integer read_integer(const std::string& text) {
  if (text.starts_with('-')) return plan::Integer{std::stoll(text)};
  return plan::Integer{std::stoull(text)};
}

plan::Value read_value(const json& from) {
  if (from.is_null()) return {};
  if (from.contains("integer")) return read_integer(from["integer"].get<std::string>());
  if (from.contains("bytes")) return from_hex(from["bytes"].get<std::string>());
  if (from.contains("endpoint")) return read_endpoint(from["endpoint"]);
  if (from.contains("ns")) return read_time(from["ns"]);
  if (from.contains("boolean")) return from["boolean"].get<bool>();
  const auto text = from.at("address").get<std::string>();
  const auto address = IpAddress::parse(text);
  if (!address) throw std::invalid_argument("no address: " + text);
  return *address;
}

json write(const plan::Reading& reading) {
  return {{"peer", reading.peer},
          {"op", static_cast<int>(reading.op) - static_cast<int>(plan::Op::option)},
          {"option", reading.option},
          {"value", std::visit(WriteValue{}, reading.value)}};
}

plan::Reading read_reading(const json& from) {
  const auto op = static_cast<plan::Op>(from.at("op").get<int>() + static_cast<int>(plan::Op::option));
  if (!plan::reads_socket(op)) throw std::invalid_argument("no reading of a socket");
  return {from.at("peer"), op, from.at("option"), read_value(from.at("value"))};
}

json write(const Event& event) {
  return {{"at", event.at.count()},      {"step", event.step},         {"peer", event.peer},
          {"kind", name_of(event.kind)}, {"endpoint", event.endpoint}, {"bytes", write(event.bytes)},
          {"copy", event.copy},          {"flow", event.flow},         {"local", event.local},
          {"offset", event.offset},      {"back", event.is_back}};
}

/// The enumerator with a name, of an enumeration whose last one is `last`.
template <class Enum>
Enum read_name(const std::string& name, Enum last) {
  for (std::size_t i = 0; i <= static_cast<std::size_t>(last); ++i) {
    if (name_of(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
  }
  throw std::invalid_argument("unknown word: " + name);
}

Event read_event(const json& from, std::size_t arena) {
  return {read_time(from.at("at")), from.at("step"),
          from.at("peer"),          read_name(from.at("kind").get<std::string>(), last_kind),
          from.at("endpoint"),      read_excerpt(from.at("bytes"), arena),
          from.at("copy"),          from.at("flow"),
          from.at("local"),         from.at("offset"),
          from.at("back")};
}

/// `Error::call` must outlive the error: the names that were read are kept for good, each once.
std::string_view kept_name(const std::string& name) {
  static thread_local std::set<std::string> names;
  return *names.insert(name).first;
}

std::optional<Error> read_error(const json& from) {
  if (from.is_null()) return {};
  return Error{from.at("code"), kept_name(from.at("call")), from.at("argument")};
}

template <class Range, class Write>
json write_all(const Range& range, Write write_one) {
  json list = json::array();
  for (const auto& element : range) list.push_back(write_one(element));
  return list;
}

json write(const Stop& stop) {
  return {{"reason", name_of(stop.reason)},
          {"step", stop.step},
          {"peer", stop.peer ? json(*stop.peer) : json()},
          {"item", stop.item},
          {"item_begin", stop.item_begin},
          {"offset", stop.offset},
          {"needed", stop.needed},
          {"received", write(stop.received)},
          {"received_begin", stop.received_begin},
          {"received_at", stop.received_at.count()},
          {"sender", write(stop.sender)},
          {"error", write(stop.error)},
          {"what", to_hex(stop.what)},
          {"allowed", stop.allowed.count()},
          {"waited", stop.waited.count()},
          {"at", stop.at.count()},
          {"rounds",
           write_all(stop.rounds,
                     [](const Stop::Round& round) { return json::array({round.step, round.number, round.most}); })},
          {"copy", stop.copy},
          {"branches", stop.branches}};
}

Stop read_stop(const json& from, std::size_t arena) {
  Stop stop;
  stop.reason = read_name(from.at("reason").get<std::string>(), Reason::process_failed);
  stop.step = from.at("step");
  if (!from.at("peer").is_null()) stop.peer = from.at("peer").get<PeerId>();
  stop.item = from.at("item");
  stop.item_begin = from.at("item_begin");
  stop.offset = from.at("offset");
  stop.needed = from.at("needed");
  stop.received = read_excerpt(from.at("received"), arena);
  stop.received_begin = from.at("received_begin");
  stop.received_at = read_time(from.at("received_at"));
  stop.sender = read_optional_endpoint(from.at("sender"));
  stop.error = read_error(from.at("error"));
  stop.what = from_hex(from.at("what"));
  stop.allowed = read_time(from.at("allowed"));
  stop.waited = read_time(from.at("waited"));
  stop.at = read_time(from.at("at"));
  for (const auto& round : from.at("rounds")) stop.rounds.push_back({round.at(0), round.at(1), round.at(2)});
  stop.copy = from.at("copy");
  stop.branches = from.at("branches");
  return stop;
}

json write(const ProgramEnd& program) {
  json status;
  if (program.status) {
    const bool exited = program.status->kind == ExitStatus::Kind::exited;
    status = json::array({exited ? "exited" : "killed", program.status->value});
  }
  return {{"peer", program.peer}, {"status", status}, {"errors", to_hex(program.errors)}};
}

ProgramEnd read_program(const json& from) {
  ProgramEnd program{from.at("peer"), {}, from_hex(from.at("errors"))};
  const auto& status = from.at("status");
  if (status.is_null()) return program;
  const bool exited = status.at(0) == "exited";
  program.status = ExitStatus{exited ? ExitStatus::Kind::exited : ExitStatus::Kind::signalled, status.at(1)};
  return program;
}

Trace read_trace(const json& from) {
  Trace trace;
  trace.arena = from_hex(from.at("arena"));
  for (const auto& program : from.at("programs")) trace.programs.push_back(read_program(program));
  trace.stop = read_stop(from.at("stop"), trace.arena.size());
  trace.duration = read_time(from.at("duration"));
  trace.seed = from.at("seed");
  trace.done = from.at("done").get<std::vector<std::uint32_t>>();
  trace.forgotten = from.at("forgotten");
  trace.resumed = from.at("resumed");
  if (!from.at("always").is_null()) trace.always = read_stop(from.at("always"), trace.arena.size());
  for (const auto& event : from.at("events")) trace.events.push_back(read_event(event, trace.arena.size()));
  for (const auto& endpoint : from.at("endpoints")) trace.endpoints.push_back(read_endpoint(endpoint));
  for (const auto& place : from.at("places")) trace.places.push_back(read_endpoint(place));
  for (const auto& value : from.at("slots")) trace.slots.push_back(read_value(value));
  for (const auto& names : from.at("peers")) {
    trace.peers.push_back({read_optional_endpoint(names.at(0)), read_optional_endpoint(names.at(1))});
  }
  for (const auto& reading : from.at("readings")) trace.readings.push_back(read_reading(reading));
  return trace;
}

}  // namespace

std::string to_json(const Trace& trace) {
  const auto endpoint = [](const Endpoint& value) { return write(value); };
  const json whole{
      {"arena", to_hex(trace.arena)},
      {"stop", write(trace.stop)},
      {"duration", write(trace.duration)},
      {"seed", trace.seed},
      {"done", trace.done},
      {"forgotten", trace.forgotten},
      {"resumed", trace.resumed},
      {"always", trace.always ? write(*trace.always) : json()},
      {"events", write_all(trace.events, [](const Event& event) { return write(event); })},
      {"programs", write_all(trace.programs, [](const ProgramEnd& program) { return write(program); })},
      {"endpoints", write_all(trace.endpoints, endpoint)},
      {"places", write_all(trace.places, endpoint)},
      {"slots", write_all(trace.slots, [](const plan::Value& value) { return std::visit(WriteValue{}, value); })},
      {"readings", write_all(trace.readings, [](const plan::Reading& reading) { return write(reading); })},
      {"peers", write_all(trace.peers,
                          [](const auto& names) { return json::array({write(names.local), write(names.remote)}); })},
  };
  // Paths and names of sockets may be any bytes; the text is ASCII.
  return whole.dump(-1, ' ', true, json::error_handler_t::replace);
}

std::expected<Trace, std::string> trace_from_json(std::string_view text) {
  // nlohmann-json and std::stoi tell what is wrong by exceptions: they end here.
  try {
    return read_trace(json::parse(text));
  } catch (const std::exception& error) {
    return std::unexpected(error.what());
  }
}

}  // namespace volley::engine
