// SPDX-License-Identifier: Apache-2.0
// DNS (RFC 1035, 6891, 7766): IPv4 addresses of the zone "test", over UDP and TCP. Names are those of the suite.
#include <volley/ipv4_address.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "datagram.h"
#include "dns_message.h"
#include "message_count.h"
#include "protocol.h"
#include "stream.h"
#include "text.h"

namespace volley::planted {
namespace {

constexpr std::array table{
    Fault{"tc_missing", "cuts an answer that is too long for a datagram, and does not say so"},
    Fault{"not_cut", "sends answers of more than 512 bytes in datagrams"},
    Fault{"cut_at_513", "takes 513 bytes for the most that a datagram may have"},
    Fault{"edns_any_size", "with EDNS sends answers of any size"},
    Fault{"edns_below_512", "cuts answers to fewer than 512 bytes if EDNS says so"},
    Fault{"opt_missing", "answers a question with an OPT record without one"},
    Fault{"opt_always", "answers with an OPT record, asked or not"},
    Fault{"id_of_8_bits", "keeps the lower half of a question's number"},
    Fault{"case_sensitive", "knows names in small letters only"},
    Fault{"recursion_not_copied", "answers with the bit RD set, whatever it was"},
    Fault{"wrong_source_port", "answers from another port"},
    Fault{"no_such_name", "says that a name without addresses does not exist"},
    Fault{"one_address", "keeps one address a name"},
    Fault{"stale_answers", "a name that does not exist is answered with the records of the question before it"},
    Fault{"answers_answers", "answers answers"},
    Fault{"by_number", "tells questions apart by their numbers alone"},
    Fault{"follows_pointers", "follows the pointers of a question's name for ever"},
    Fault{"tcp_read_is_message", "takes what a read gives for a message"},
    Fault{"tcp_length_cut", "takes the first byte of a length for all of it if the second one comes later"},
    Fault{"tcp_opt_in_one_read", "overlooks the OPT record of a question that takes several reads", "segment"},
    Fault{"tcp_one_question", "closes a connection behind its first answer"},
    Fault{"tcp_first_of_read", "of the questions of one read answers only the first"},
    Fault{"tcp_rest_of_read", "loses what a read has behind its last whole question"},
    Fault{"tcp_close_for_half_close", "a FIN ends both directions: answers that were not written yet are lost"},
    Fault{"tcp_reset_for_fin", "ends connections by RST"},
    Fault{"tcp_carried_over", "half a message of a client that left is the beginning of the next one's"},
    Fault{"tcp_cut", "cuts answers over TCP to 512 bytes, too"},
    Fault{"late", "answers after 7 s"},
    Fault{"crash", "crashes at the third question"},
    Fault{"no_ipv6_peers", "passes over clients whose address does not fit into 16 characters", "ipv6"},
};

constexpr std::size_t largest_datagram = 4096;
constexpr std::size_t opt_size = 11;
constexpr std::size_t record_size = 16;

enum Code : std::uint16_t { no_error = 0, format_error = 1, no_such_name = 3, not_implemented = 4, refused = 5 };

using Addresses = std::vector<Ipv4Address>;

Ipv4Address address(int last) {
  return Ipv4Address({192, 0, 2, static_cast<std::uint8_t>(last)});
}

Addresses addresses(int first, int count) {
  Addresses addresses;
  for (int i = 0; i < count; ++i) addresses.push_back(address(first + i));
  return addresses;
}

/// Names with their addresses; those that have only records of other types have none.
std::map<std::string, Addresses, std::less<>> make_zone() {
  return {{"a.test", {address(1)}},
          {"two.test", {address(2), address(3)}},
          {"both.test", {address(5)}},
          {"deep.er.and.deep.er.test", {address(6)}},
          {repeated("n", 63) + ".test", {address(63)}},
          {"many.test", addresses(101, 40)},
          {"full-size.test", addresses(101, 30)},
          {"one-larger.test", addresses(101, 30)},
          {"six.test", {}},
          {"text.test", {}}};
}

enum class Path : std::uint8_t { datagram, stream };

class Dns {
 public:
  explicit Dns(const Faults& faults) : faults_(faults), count_(faults.has("crash")) {}

  bool has(std::string_view fault) const { return faults_.has(fault); }

  /// The answer to a message; empty if there is none.
  std::string answer(std::string_view message, Path path) {
    count_.next();
    const auto question = read_question(message);
    hung_ = hung_ || (question && question->has_pointer && has("follows_pointers"));
    if (hung_ || !question || ((question->flags & 0x8000) != 0 && !has("answers_answers"))) return "";
    Addresses addresses;
    const auto code = look_up(*question, addresses);
    if (has("stale_answers") && code == no_such_name) addresses = before_;
    before_ = addresses;
    return write(*question, code, addresses, path);
  }

 private:
  Code look_up(const Question& question, Addresses& addresses) const {
    if ((question.flags >> 11 & 15) != 0) return not_implemented;
    if (question.malformed) return format_error;
    if (bad_version(question)) return no_error;
    const auto name = has("case_sensitive") ? question.name : lower(question.name);
    if (question.record_class != 1 || !(name == "test" || lower(name).ends_with(".test"))) return refused;
    const auto found = zone_.find(name);
    if (question.odd_name || found == zone_.end())
      return !question.odd_name && is_above(name) ? no_error : no_such_name;
    if (question.type == 1 || question.type == 255) addresses = found->second;
    if (addresses.empty() && has("no_such_name")) return no_such_name;
    if (has("one_address")) addresses.resize(std::min<std::size_t>(addresses.size(), 1));
    return no_error;
  }

  bool bad_version(const Question& question) const { return question.opt && question.opt->version != 0; }

  bool is_above(const std::string& name) const {
    return std::ranges::any_of(zone_, [&](const auto& entry) { return entry.first.ends_with("." + name); });
  }

  std::size_t limit(const Question& question, Path path) const {
    if (path == Path::stream) return has("tcp_cut") ? 512 : 65535;
    if (has("not_cut")) return 65535;
    if (!question.opt) return has("cut_at_513") ? 513 : 512;
    if (has("edns_any_size")) return 65535;
    return has("edns_below_512") ? question.opt->size
                                 : std::clamp<std::size_t>(question.opt->size, 512, largest_datagram);
  }

  std::string write(const Question& question, Code code, const Addresses& addresses, Path path) const {
    const bool has_opt = (question.opt && !has("opt_missing")) || has("opt_always");
    const auto room =
        limit(question, path) - std::min(limit(question, path), 12 + question.copy.size() + (has_opt ? opt_size : 0));
    const auto count = std::min(addresses.size(), room / record_size);
    const bool cut = count < addresses.size() || (question.opt && limit(question, path) < 12 + question.copy.size());
    const std::size_t kept =
        has("recursion_not_copied") ? (question.flags & 0x7800U) | 0x0100U : question.flags & 0x7900U;
    std::string message = u16_text(has("id_of_8_bits") ? question.id & 0xFFU : question.id) +
                          u16_text(0x8000U | kept | (cut && !has("tc_missing") ? 0x0200U : 0U) | code) +
                          u16_text(question.copy.empty() ? 0 : 1) + u16_text(count) + u16_text(0) +
                          u16_text(has_opt ? 1 : 0) + question.copy;
    for (std::size_t i = 0; i < count; ++i) message += record(addresses[i]);
    if (has_opt) message += opt(question);
    return message;
  }

  static std::string record(const Ipv4Address& address) {
    std::string text = u16_text(0xC00C) + u16_text(1) + u16_text(1) + u16_text(0) + u16_text(300) + u16_text(4);
    for (const auto octet : address.octets()) text += static_cast<char>(octet);
    return text;
  }

  std::string opt(const Question& question) const {
    const std::size_t upper_code = bad_version(question) ? 1 : 0;  // BADVERS is 16
    const bool signatures = question.opt && question.opt->wants_signatures;
    return '\0' + u16_text(41) + u16_text(largest_datagram) + u16_text(upper_code << 8) +
           u16_text(signatures ? 0x8000 : 0) + u16_text(0);
  }

  Faults faults_;
  MessageCount count_;
  std::map<std::string, Addresses, std::less<>> zone_ = make_zone();
  Addresses before_;
  bool hung_ = false;
};

/// What is common to datagrams that wait for their answers.
class DatagramSide {
 public:
  DatagramSide(Loop& loop, std::shared_ptr<Dns> dns) : loop_(loop), dns_(std::move(dns)) {}

  void receive(const Datagram& datagram) {
    if (dns_->has("no_ipv6_peers") && datagram.client.address().is_v6()) return;
    const auto answer = dns_->answer(datagram.bytes, Path::datagram);
    if (answer.empty()) return;
    if (dns_->has("by_number")) return wait(answer, datagram);
    if (dns_->has("late")) {
      return loop_.after(std::chrono::seconds(7), [answer, &socket = datagram.socket, client = datagram.client] {
        send_datagram(socket, answer, client);
      });
    }
    if (dns_->has("wrong_source_port")) {
      if (auto other = open_beside(datagram.socket)) send_datagram(*other, answer, datagram.client);
      return;
    }
    send_datagram(datagram.socket, answer, datagram.client);
  }

 private:
  /// Asks somebody else, as it were: the answer comes a little later, and goes to who asked last with that number.
  void wait(const std::string& answer, const Datagram& datagram) {
    const auto id = u16_of(answer, 0);
    askers_.insert_or_assign(id, datagram.client);
    loop_.after(std::chrono::milliseconds(50), [this, answer, id, &socket = datagram.socket] {
      const auto asker = askers_.find(id);
      if (asker == askers_.end()) return;
      send_datagram(socket, answer, asker->second);
      askers_.erase(asker);
    });
  }

  Loop& loop_;
  std::shared_ptr<Dns> dns_;
  std::map<std::uint16_t, Endpoint> askers_;
};

/// What connections have in common.
struct StreamSide {
  std::shared_ptr<Dns> dns;
  std::string input_left;
};

class DnsSession : public Session {
 public:
  DnsSession(std::shared_ptr<StreamSide> side, Connection& connection)
      : side_(std::move(side)), connection_(connection) {
    if (has("tcp_carried_over")) input_ = std::exchange(side_->input_left, {});
  }
  ~DnsSession() override {
    if (has("tcp_carried_over")) side_->input_left = input_;
  }

  void receive(std::string_view bytes) override {
    if (has("tcp_length_cut") && input_.empty() && bytes.size() == 1) {
      input_ = '\0';  // so that the byte is the lower half of a length
    }
    input_ += bytes;
    bool any_question = false;
    while (!connection_.ended() && input_.size() >= 2) {
      const std::size_t length = u16_of(input_, 0);
      if (input_.size() < 2 + length && !has("tcp_read_is_message")) break;
      auto message = input_.substr(2, length);
      if (has("tcp_opt_in_one_read") && bytes.size() < message.size() && message.size() > 12)
        message.replace(10, 2, 2, '\0');
      input_.erase(0, 2 + message.size());
      answer(message);
      any_question = true;
      if (has("tcp_first_of_read")) input_.clear();
    }
    if (has("tcp_rest_of_read") && any_question) input_.clear();
  }

  void finish() override { connection_.end(); }

 private:
  bool has(std::string_view fault) const { return side_->dns->has(fault); }

  void answer(const std::string& message) {
    const auto answer = side_->dns->answer(message, Path::stream);
    if (answer.empty()) return connection_.end();
    const auto send = [this, framed = u16_text(answer.size()) + answer] {
      connection_.send(framed);
      if (has("tcp_one_question")) connection_.end();
    };
    if (has("late")) {
      connection_.after(std::chrono::seconds(7), send);
    } else {
      send();
    }
  }

  std::shared_ptr<StreamSide> side_;
  Connection& connection_;
  std::string input_;
};

void serve(Loop& loop, Sockets& sockets, const Faults& chosen) {
  const auto dns = std::make_shared<Dns>(chosen);
  const auto datagrams = std::make_shared<DatagramSide>(loop, dns);
  for (auto& socket : sockets.datagrams) {
    serve_datagrams(loop, socket, [datagrams](const Datagram& datagram) { datagrams->receive(datagram); });
  }
  const StreamFaults stream{.resets = chosen.has("tcp_reset_for_fin"),
                            .closes_at_fin = chosen.has("tcp_close_for_half_close"),
                            .no_ipv6_peers = chosen.has("no_ipv6_peers")};
  serve_streams(loop, sockets.listeners, stream,
                [side = std::make_shared<StreamSide>(dns, std::string())](Connection& connection) {
                  return std::make_unique<DnsSession>(side, connection);
                });
}

}  // namespace

const Protocol dns_protocol{"dns", Transport::both, table, serve};

}  // namespace volley::planted
