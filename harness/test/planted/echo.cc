// SPDX-License-Identifier: Apache-2.0
// Echo over TCP (RFC 862): what comes goes back, until the client's FIN.
#include <array>
#include <memory>
#include <string>
#include <utility>

#include "message_count.h"
#include "protocol.h"
#include "stream.h"

namespace volley::planted {
namespace {

constexpr std::size_t buffer_size = 4096;  // of the faulty ones

constexpr std::array table{
    Fault{"loses_unsent", "what the kernel does not take at once is lost"},
    Fault{"loses_when_blocked", "what comes while an answer waits for a slow client is lost"},
    Fault{"common_queue", "what waits for slow clients goes to the first one that can be written to"},
    Fault{"close_for_half_close", "a FIN ends both directions: what was not written yet is lost"},
    Fault{"reset_for_fin", "ends connections by RST"},
    Fault{"stops_at_nul", "takes what it reads for a C string"},
    Fault{"stale_bytes", "a read that is shorter than the one before it is answered with as many bytes as that one"},
    Fault{"loses_cr_at_end", "a CR that ends a read waits for its LF, and is lost if that comes by itself"},
    Fault{"first_line_only", "of the lines of one read only the first is answered"},
    Fault{"line_buffered", "bytes wait until a newline comes"},
    Fault{"full_buffer", "the last byte of a full buffer of 4,096 bytes is overwritten by a NUL"},
    Fault{"last_client", "answers go to the client that came last"},
    Fault{"one_at_a_time", "a client is answered when those before it have gone"},
    Fault{"carried_over", "a last line without an end begins the answer to the next connection"},
    Fault{"late", "what comes first comes back after 7 s"},
    Fault{"hangs", "hangs when it has echoed 10,000 bytes to a client"},
    Fault{"crash", "crashes at the third read"},
    Fault{"no_ipv6_peers", "closes connections from addresses that do not fit into 16 characters", "ipv6"},
};

/// What the connections of a server have in common.
struct Server {
  explicit Server(const Faults& chosen) : faults(chosen), count(chosen.has("crash")) {}

  Faults faults;
  MessageCount count;
  std::weak_ptr<Connection> newest;
  std::string unended_line;
};

class EchoSession : public Session {
 public:
  EchoSession(std::shared_ptr<Server> server, Connection& connection)
      : server_(std::move(server)), connection_(connection) {
    server_->newest = connection.weak_from_this();
  }
  ~EchoSession() override {
    if (has("carried_over")) server_->unended_line += line_;
  }

  void receive(std::string_view bytes) override {
    server_->count.next();
    const bool first = std::exchange(echoed_, echoed_ + bytes.size()) == 0;
    if (has("hangs") && echoed_ > 10'000) return;
    if (has("late") && first) {
      connection_.after(std::chrono::seconds(7), [this, text = std::string(bytes)] { answer(text); });
    } else {
      answer(std::string(bytes));
    }
  }

  void finish() override {
    if (has("line_buffered")) connection_.send(line_);
    connection_.end();
  }

 private:
  bool has(std::string_view fault) const { return server_->faults.has(fault); }

  void answer(std::string bytes) {
    if (has("stops_at_nul")) bytes.resize(std::min(bytes.size(), bytes.find('\0')));
    if (has("first_line_only")) bytes = bytes.substr(0, bytes.find('\n')) + (bytes.contains('\n') ? "\n" : "");
    if (has("loses_cr_at_end") && bytes.ends_with('\r')) bytes.pop_back();
    if (has("stale_bytes")) bytes = before_ = bytes + before_.substr(std::min(before_.size(), bytes.size()));
    if (has("full_buffer")) {
      for (auto at = buffer_size - 1; at < bytes.size(); at += buffer_size) bytes[at] = '\0';
    }
    if (has("carried_over")) {
      bytes.insert(0, std::exchange(server_->unended_line, {}));
      line_ = bytes.substr(bytes.rfind('\n') + 1);
    }
    if (has("line_buffered")) {
      line_ += bytes;
      bytes = line_.substr(0, line_.rfind('\n') + 1);
      line_.erase(0, bytes.size());
    }
    const auto newest = server_->newest.lock();
    (has("last_client") && newest ? *newest : connection_).send(bytes);
  }

  std::shared_ptr<Server> server_;
  Connection& connection_;
  std::string line_;    // what has no end yet
  std::string before_;  // what the buffer held
  std::size_t echoed_ = 0;
};

void serve(Loop& loop, Sockets& sockets, const Faults& chosen) {
  const StreamFaults stream{.drops_what_is_not_taken = chosen.has("loses_unsent"),
                            .drops_when_blocked = chosen.has("loses_when_blocked"),
                            .resets = chosen.has("reset_for_fin"),
                            .closes_at_fin = chosen.has("close_for_half_close"),
                            .one_at_a_time = chosen.has("one_at_a_time"),
                            .no_ipv6_peers = chosen.has("no_ipv6_peers"),
                            .common_queue = common_queue(chosen.has("common_queue"))};
  serve_streams(loop, sockets.listeners, stream, [server = std::make_shared<Server>(chosen)](Connection& connection) {
    return std::make_unique<EchoSession>(server, connection);
  });
}

}  // namespace

const Protocol echo_protocol{"echo", Transport::tcp, table, serve};

}  // namespace volley::planted
