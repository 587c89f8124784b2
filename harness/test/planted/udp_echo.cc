// SPDX-License-Identifier: Apache-2.0
// Echo over UDP (RFC 862): each datagram goes back to its sender.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "datagram.h"
#include "message_count.h"
#include "protocol.h"

namespace volley::planted {
namespace {

constexpr std::array table{
    Fault{"wrong_source_port", "answers come from another port"},
    Fault{"cut_at_1024", "has a buffer of 1,024 bytes"},
    Fault{"largest_cut", "has a buffer of 65,506 bytes, one too few for the largest datagram"},
    Fault{"empty_ignored", "takes a datagram of no bytes for none"},
    Fault{"stops_at_nul", "takes what it reads for a C string"},
    Fault{"stale_bytes",
          "a datagram that is shorter than the one before it is answered with as many bytes as that one"},
    Fault{"first_client", "answers go to the client that came first"},
    Fault{"answers_twice", "answers each datagram twice"},
    Fault{"joins", "of datagrams that wait together one answer is made"},
    Fault{"one_datagram_a_client", "is done with a client when it has answered once"},
    Fault{"low_ports_only", "has 15 bits for the port of a client"},
    Fault{"late", "answers after 7 s"},
    Fault{"hangs", "hangs after a datagram of more than 10,000 bytes"},
    Fault{"crash", "crashes at the third datagram"},
    Fault{"no_ipv6_peers", "passes over clients whose address does not fit into 16 characters", "ipv6"},
    Fault{"repeats_ignored", "takes a datagram like the one before it for the same, whoever sent it"},
};

class UdpEcho {
 public:
  UdpEcho(Loop& loop, const Faults& faults) : loop_(loop), faults_(faults), count_(faults.has("crash")) {}

  void receive(const Datagram& datagram) {
    count_.next();
    if (passes_over(datagram)) return;
    std::string answer(datagram.bytes);
    if (has("cut_at_1024")) answer.resize(std::min<std::size_t>(answer.size(), 1024));
    if (has("largest_cut")) answer.resize(std::min<std::size_t>(answer.size(), 65506));
    if (has("stops_at_nul")) answer.resize(std::min(answer.size(), answer.find('\0')));
    if (has("stale_bytes")) answer = before_ = answer + before_.substr(std::min(before_.size(), answer.size()));
    const auto client = receiver(datagram.client);
    if (has("joins")) return join(answer, datagram.socket, client);
    if (has("late")) {
      return loop_.after(std::chrono::seconds(7), [this, answer, &socket = datagram.socket, client] {
        send_datagram(sender(socket), answer, client);
      });
    }
    send_datagram(sender(datagram.socket), answer, client);
    if (has("answers_twice")) send_datagram(sender(datagram.socket), answer, client);
  }

 private:
  bool has(std::string_view fault) const { return faults_.has(fault); }

  bool passes_over(const Datagram& datagram) {
    const bool was_seen = !seen_.insert(datagram.client).second;
    if (has("repeats_ignored") && std::exchange(last_, datagram.bytes) == datagram.bytes) return true;
    hung_ = hung_ || (has("hangs") && datagram.bytes.size() > 10'000);
    return hung_ || (has("one_datagram_a_client") && was_seen) || (has("empty_ignored") && datagram.bytes.empty()) ||
           (has("no_ipv6_peers") && datagram.client.address().is_v6());
  }

  Endpoint receiver(const Endpoint& client) {
    if (!first_) first_ = client;
    if (has("first_client")) return *first_;
    if (has("low_ports_only")) return {client.address(), static_cast<std::uint16_t>(client.port() & 0x7FFFU)};
    return client;
  }

  UdpSocket& sender(UdpSocket& socket) {
    if (!has("wrong_source_port")) return socket;
    auto other = open_beside(socket);
    if (!other) return socket;
    return other_ = std::move(*other);
  }

  void join(const std::string& answer, UdpSocket& socket, const Endpoint& client) {
    joined_ += answer;
    if (std::exchange(joining_, true)) return;
    loop_.after(std::chrono::milliseconds(2), [this, &socket, client] {
      send_datagram(socket, std::exchange(joined_, {}), client);
      joining_ = false;
    });
  }

  Loop& loop_;
  Faults faults_;
  MessageCount count_;
  std::set<Endpoint> seen_;
  std::optional<Endpoint> first_;
  std::optional<std::string> last_;
  std::string before_;
  std::string joined_;
  bool joining_ = false;
  bool hung_ = false;
  UdpSocket other_;
};

void serve(Loop& loop, Sockets& sockets, const Faults& chosen) {
  const auto echo = std::make_shared<UdpEcho>(loop, chosen);
  for (auto& socket : sockets.datagrams) {
    serve_datagrams(loop, socket, [echo](const Datagram& datagram) { echo->receive(datagram); });
  }
}

}  // namespace

const Protocol udp_echo_protocol{"udp_echo", Transport::udp, table, serve};

}  // namespace volley::planted
