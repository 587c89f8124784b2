// SPDX-License-Identifier: Apache-2.0
// RESP2, as arrays of bulk strings only: PING, ECHO, SET and GET.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "message_count.h"
#include "protocol.h"
#include "stream.h"
#include "text.h"

namespace volley::planted {
namespace {

constexpr std::array table{
    Fault{"loses_unsent", "what the kernel does not take at once is lost"},
    Fault{"loses_when_blocked", "a reply that is ready while another waits for a slow client is lost"},
    Fault{"common_queue", "what waits for slow clients goes to the first one that can be written to"},
    Fault{"close_for_half_close", "a FIN ends both directions: replies that were not written yet are lost"},
    Fault{"reset_for_fin", "ends connections by RST"},
    Fault{"length_at_read_end", "takes the digits of a length that are there for all of them"},
    Fault{"star_begins", "takes a '*' that a read gives alone for the beginning of a command, wherever it stands",
          "segment"},
    Fault{"end_at_read_end", "takes the CR LF behind a word for read when the word is"},
    Fault{"first_of_read", "of the commands of one read only the first is done"},
    Fault{"rest_of_read", "loses what a read has behind its last whole command"},
    Fault{"pings_first", "answers the PINGs of one read before its other commands"},
    Fault{"stops_at_nul", "keeps values as C strings"},
    Fault{"value_to_crlf", "takes a word to end at its first CR LF, not by its length"},
    Fault{"null_is_empty", "answers with an empty string for a key that is not there"},
    Fault{"empty_is_null", "answers with a null for a string without bytes"},
    Fault{"length_16_bits", "has 16 bits for the length of a reply"},
    Fault{"case_sensitive", "knows commands in capitals only"},
    Fault{"keys_ignore_case", "takes keys that differ in capitals for one"},
    Fault{"stale_value", "a shorter value leaves the end of the longer one that it replaces"},
    Fault{"last_client", "replies go to the client that came last"},
    Fault{"carried_over", "half a command of a client that left is the beginning of the next one's"},
    Fault{"one_parser", "has one buffer for the commands of all clients"},
    Fault{"guesses_after_error", "looks for the next command behind one that cannot be read"},
    Fault{"reserves_any_length", "waits for a word of whatever length is announced"},
    Fault{"empty_array_hangs", "waits for the words of an array without any"},
    Fault{"error_closes", "closes behind a command that it does not know"},
    Fault{"late", "answers an ECHO after 7 s"},
    Fault{"crash", "crashes at the third command"},
    Fault{"no_ipv6_peers", "closes connections from addresses that do not fit into 16 characters", "ipv6"},
};

constexpr std::size_t most_words = 1024 * 1024;
constexpr std::size_t longest_word = 512UL * 1024 * 1024;

/// What the connections of a server have in common.
struct Server {
  explicit Server(const Faults& chosen) : faults(chosen), count(chosen.has("crash")) {}

  Faults faults;
  MessageCount count;
  std::map<std::string, std::string, std::less<>> values;
  std::weak_ptr<Connection> newest;
  std::string common_input;
  std::string input_left;
};

std::string bulk(std::string_view text, const Faults& faults) {
  if (text.empty() && faults.has("empty_is_null")) return "$-1\r\n";
  const auto length = faults.has("length_16_bits") ? text.size() & 0xFFFF : text.size();
  return "$" + std::to_string(length) + "\r\n" + std::string(text) + "\r\n";
}

/// Reads commands from the front of what has come.
class Parser {
 public:
  explicit Parser(const Faults& faults) : faults_(&faults) {}

  enum class Kind : std::uint8_t { more, command, error };
  struct Result {
    Kind kind = Kind::more;
    std::vector<std::string> words = {};
    std::string why = {};
  };

  /// What was read is taken from `input`.
  Result next(std::string& input) {
    while (true) {
      if (const auto result = step(input); result.kind != Kind::more || !moved_) return result;
    }
  }

 private:
  Result step(std::string& input) {
    moved_ = false;
    if (!words_left_) return read_count(input);
    if (!length_) return read_length(input);
    return read_word(input);
  }

  Result read_count(std::string& input) {
    if (!skip_line_end(input)) return {};
    if (!input.empty() && input[0] != '*') return wrong("expected '*', got '" + input.substr(0, 1) + "'");
    const auto line = take_line(input);
    if (!line) return {};
    if (*line == "*-1") return {};
    const auto count = number_of(std::string_view(*line).substr(1));
    if (!count || *count > most_words) return wrong("invalid multibulk length");
    if (*count == 0 && !faults_->has("empty_array_hangs")) return {};
    words_left_ = std::max<std::size_t>(*count, 1);
    words_.clear();
    return {};
  }

  Result read_length(std::string& input) {
    if (!skip_line_end(input)) return {};
    if (!input.empty() && input[0] != '$') return wrong("expected '$', got '" + input.substr(0, 1) + "'");
    const auto line = take_line(input);
    if (!line) return {};
    length_ = number_of(std::string_view(*line).substr(1));
    if (!length_ || (*length_ > longest_word && !faults_->has("reserves_any_length")))
      return wrong("invalid bulk length");
    return {};
  }

  Result read_word(std::string& input) {
    if (!skip_line_end(input)) return {};
    auto length = *length_;
    if (faults_->has("value_to_crlf")) {
      length = input.find("\r\n");
      if (length == input.npos) return {};
    }
    const std::size_t end = faults_->has("end_at_read_end") ? 0 : 2;
    if (input.size() < end || input.size() - end < length) return {};
    words_.push_back(input.substr(0, length));
    input.erase(0, length + 2);
    length_.reset();
    moved_ = true;
    if (--*words_left_ > 0) return {};
    words_left_.reset();
    return {.kind = Kind::command, .words = std::exchange(words_, {})};
  }

  /// A line without its end.
  std::optional<std::string> take_line(std::string& input) {
    const auto end = input.find("\r\n");
    if (end == input.npos) return take_digits(input);
    moved_ = true;
    auto line = input.substr(0, end);
    input.erase(0, end + 2);
    return line;
  }

  /// The line end behind digits that were taken without it.
  bool skip_line_end(std::string& input) {
    if (!skips_crlf_) return true;
    if (input.size() < 2) return false;
    input.erase(0, 2);
    skips_crlf_ = false;
    return true;
  }

  std::optional<std::string> take_digits(std::string& input) {
    const bool ends_in_digit = input.size() > 1 && input.back() >= '0' && input.back() <= '9';
    if (!faults_->has("length_at_read_end") || !ends_in_digit) return std::nullopt;
    moved_ = skips_crlf_ = true;
    return std::exchange(input, {});
  }

  Result wrong(const std::string& why) { return {.kind = Kind::error, .why = "-ERR Protocol error: " + why + "\r\n"}; }

  const Faults* faults_;
  std::optional<std::size_t> words_left_;
  std::optional<std::size_t> length_;
  std::vector<std::string> words_;
  bool moved_ = false;
  bool skips_crlf_ = false;
};

class RespSession : public Session {
 public:
  RespSession(std::shared_ptr<Server> server, Connection& connection)
      : server_(std::move(server)), connection_(connection), parser_(server_->faults) {
    server_->newest = connection.weak_from_this();
    if (has("carried_over")) input_ = std::exchange(server_->input_left, {});
  }
  ~RespSession() override {
    if (has("carried_over")) server_->input_left = input_;
  }

  void receive(std::string_view bytes) override {
    auto& input = has("one_parser") ? server_->common_input : input_;
    if (has("star_begins") && bytes == "*") {
      input.clear();
      parser_ = Parser(server_->faults);
    }
    input += bytes;
    std::string replies;
    bool any_command = false;
    while (!connection_.ended()) {
      auto found = parser_.next(input);
      if (found.kind == Parser::Kind::more) break;
      if (found.kind == Parser::Kind::error) {
        if (has("guesses_after_error") && input.contains("\r\n")) {
          replies += found.why;
          input.erase(0, input.find("\r\n") + 2);
          continue;
        }
        reply(replies + found.why);
        return connection_.end();
      }
      server_->count.next();
      any_command = true;
      const auto answer = execute(found.words);
      const bool ping = answer.starts_with("+PONG");
      replies.insert(has("pings_first") && ping ? 0 : replies.size(), answer);
      if (has("first_of_read")) input.clear();
    }
    if (has("rest_of_read") && any_command) {
      input.clear();
      parser_ = Parser(server_->faults);
    }
    reply(replies);
  }

  void finish() override { connection_.end(); }

 private:
  bool has(std::string_view fault) const { return server_->faults.has(fault); }

  void reply(const std::string& replies) {
    const auto newest = server_->newest.lock();
    (has("last_client") && newest ? *newest : connection_).send(replies);
  }

  std::string execute(const std::vector<std::string>& words) {
    const auto name = has("case_sensitive") ? words[0] : upper(words[0]);
    if (name == "PING" && words.size() <= 2) return words.size() == 1 ? "+PONG\r\n" : bulk(words[1], server_->faults);
    if (name == "ECHO" && words.size() == 2) return echo(words[1]);
    if (name == "SET" && words.size() == 3) return set(words[1], words[2]);
    if (name == "GET" && words.size() == 2) return get(words[1]);
    if (name == "PING" || name == "ECHO" || name == "SET" || name == "GET") {
      return "-ERR wrong number of arguments for '" + lower(name) + "' command\r\n";
    }
    if (has("error_closes")) connection_.end();
    return "-ERR unknown command\r\n";
  }

  std::string echo(const std::string& text) {
    auto answer = bulk(text, server_->faults);
    if (!has("late")) return answer;
    connection_.after(std::chrono::seconds(7), [this, answer] { reply(answer); });
    return "";
  }

  std::string set(const std::string& key, std::string value) {
    auto& kept = server_->values[has("keys_ignore_case") ? lower(key) : key];
    if (has("stops_at_nul")) value.resize(std::min(value.size(), value.find('\0')));
    if (has("stale_value") && kept.size() > value.size()) value += kept.substr(value.size());
    kept = std::move(value);
    return "+OK\r\n";
  }

  std::string get(const std::string& key) const {
    const auto found = server_->values.find(has("keys_ignore_case") ? lower(key) : key);
    if (found == server_->values.end()) return has("null_is_empty") ? "$0\r\n\r\n" : "$-1\r\n";
    return bulk(found->second, server_->faults);
  }

  std::shared_ptr<Server> server_;
  Connection& connection_;
  Parser parser_;
  std::string input_;
};

void serve(Loop& loop, Sockets& sockets, const Faults& chosen) {
  const StreamFaults stream{
      .drops_what_is_not_taken = chosen.has("loses_unsent"),
      .drops_when_blocked = chosen.has("loses_when_blocked"),
      .resets = chosen.has("reset_for_fin"),
      .closes_at_fin = chosen.has("close_for_half_close"),
      .no_ipv6_peers = chosen.has("no_ipv6_peers"),
      .common_queue = common_queue(chosen.has("common_queue")),
  };
  serve_streams(loop, sockets.listeners, stream, [server = std::make_shared<Server>(chosen)](Connection& connection) {
    return std::make_unique<RespSession>(server, connection);
  });
}

}  // namespace

const Protocol resp_protocol{"resp", Transport::tcp, table, serve};

}  // namespace volley::planted
