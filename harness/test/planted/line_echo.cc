// SPDX-License-Identifier: Apache-2.0
// Echo over TCP, line by line: what comes goes back when its line has come to its end, or with the client's FIN.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "message_count.h"
#include "protocol.h"
#include "stream.h"

namespace volley::planted {
namespace {

constexpr std::array table{
    Fault{"loses_unsent", "what the kernel does not take at once is lost"},
    Fault{"close_for_half_close", "a FIN ends both directions: what was not written yet is lost"},
    Fault{"reset_for_fin", "ends connections by RST"},
    Fault{"stops_at_nul", "takes a line for a C string"},
    Fault{"loses_cr_at_end", "a CR that ends a read waits for its LF, and is lost if that comes by itself"},
    Fault{"loses_first_of_rest", "of a line that goes on in the next read the first byte there is lost"},
    Fault{"telnet_at_read_end", "a byte of 255 that ends a read is taken for the beginning of a command of telnet",
          "segment"},
    Fault{"first_line_only", "of the lines of one read only the first is answered"},
    Fault{"rest_of_read", "loses what a read has behind its last whole line"},
    Fault{"read_is_line", "takes what a read gives for whole lines, and ends the last one if it has no end"},
    Fault{"shortest_first", "answers the lines of one read from the shortest to the longest"},
    Fault{"line_cut", "has 512 bytes for a line, and loses what is behind them"},
    Fault{"line_cut_by_one", "has 512 bytes for a line and its end, one of which is a NUL's"},
    Fault{"trims", "takes blanks at the ends of a line for none of it"},
    Fault{"empty_line_ends", "takes an empty line for the end of the conversation"},
    Fault{"common_line", "has one buffer for the unfinished lines of all clients"},
    Fault{"carried_over", "an unfinished line of a client that left is the beginning of the next one's"},
    Fault{"last_client", "answers go to the client that came last"},
    Fault{"late", "answers after 7 s"},
    Fault{"hangs", "hangs at a line of more than 4,096 bytes"},
    Fault{"crash", "crashes at the third line"},
    Fault{"no_ipv6_peers", "closes connections from addresses that do not fit into 16 characters", "ipv6"},
};

/// What the connections of a server have in common.
struct Server {
  explicit Server(const Faults& chosen) : faults(chosen), count(chosen.has("crash")) {}

  Faults faults;
  MessageCount count;
  std::weak_ptr<Connection> newest;
  std::string line;
};

class LineSession : public Session {
 public:
  LineSession(std::shared_ptr<Server> server, Connection& connection)
      : server_(std::move(server)), connection_(connection) {
    server_->newest = connection.weak_from_this();
    if (has("carried_over")) line_ = std::exchange(server_->line, {});
  }
  ~LineSession() override {
    if (has("carried_over")) server_->line = line_;
  }

  void receive(std::string_view bytes) override {
    auto& line = has("common_line") ? server_->line : line_;
    if (has("loses_first_of_rest") && !line.empty()) bytes.remove_prefix(1);
    line += bytes;
    if (has("loses_cr_at_end") && line.ends_with('\r')) line.pop_back();
    if (has("telnet_at_read_end") && line.ends_with('\xFF')) line.pop_back();
    if (has("read_is_line") && !line.ends_with('\n')) line += '\n';
    auto lines = take_lines(line);
    if (has("rest_of_read") && !lines.empty()) line.clear();
    if (has("first_line_only") && lines.size() > 1) lines.resize(1);
    if (has("shortest_first")) std::ranges::sort(lines, {}, &std::string::size);
    for (const auto& one : lines) answer(one);
  }

  void finish() override {
    answer(std::exchange(line_, {}));
    connection_.end();
  }

 private:
  bool has(std::string_view fault) const { return server_->faults.has(fault); }

  /// The lines that are whole, with their ends.
  static std::vector<std::string> take_lines(std::string& text) {
    std::vector<std::string> lines;
    std::size_t at = 0;
    for (auto end = text.find('\n'); end != text.npos; end = text.find('\n', at)) {
      lines.push_back(text.substr(at, end + 1 - at));
      at = end + 1;
    }
    text.erase(0, at);
    return lines;
  }

  void answer(std::string line) {
    if (line.empty()) return;
    server_->count.next();
    hung_ = hung_ || (has("hangs") && line.size() > 4096);
    if (hung_) return;
    if (has("empty_line_ends") && (line == "\n" || line == "\r\n")) return connection_.end();
    line = mangled(std::move(line));
    if (has("late")) return connection_.after(std::chrono::seconds(7), [this, line] { send(line); });
    send(line);
  }

  std::string mangled(std::string line) const {
    const std::string end = line.ends_with("\r\n") ? "\r\n" : line.ends_with('\n') ? "\n" : "";
    auto text = line.substr(0, line.size() - end.size());
    if (has("stops_at_nul")) text = text.substr(0, text.find('\0'));
    if (has("line_cut")) text = text.substr(0, 512);
    if (has("line_cut_by_one")) text = text.substr(0, 512 - 1 - end.size());
    if (has("trims")) text = text.substr(std::min(text.find_first_not_of(' '), text.size()));
    if (has("trims")) text = text.substr(0, text.find_last_not_of(' ') + 1);
    return text + end;
  }

  void send(const std::string& line) {
    const auto newest = server_->newest.lock();
    (has("last_client") && newest ? *newest : connection_).send(line);
  }

  std::shared_ptr<Server> server_;
  Connection& connection_;
  std::string line_;  // which has no end yet
  bool hung_ = false;
};

void serve(Loop& loop, Sockets& sockets, const Faults& chosen) {
  const StreamFaults stream{.drops_what_is_not_taken = chosen.has("loses_unsent"),
                            .resets = chosen.has("reset_for_fin"),
                            .closes_at_fin = chosen.has("close_for_half_close"),
                            .no_ipv6_peers = chosen.has("no_ipv6_peers")};
  serve_streams(loop, sockets.listeners, stream, [server = std::make_shared<Server>(chosen)](Connection& connection) {
    return std::make_unique<LineSession>(server, connection);
  });
}

}  // namespace

const Protocol line_echo_protocol{"line_echo", Transport::tcp, table, serve};

}  // namespace volley::planted
