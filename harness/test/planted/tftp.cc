// SPDX-License-Identifier: Apache-2.0
// TFTP, reading only (RFC 1350), with the options blksize, tsize and timeout (RFC 2347 to 2349). Files are those of the
// suite.
#include <volley/byte_order.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "datagram.h"
#include "message_count.h"
#include "protocol.h"
#include "text.h"

namespace volley::planted {
namespace {

constexpr std::array table{
    Fault{"no_empty_block", "a file that ends with a full block ends there"},
    Fault{"full_at_511", "takes a block of 511 bytes for a full one"},
    Fault{"wrong_source_port", "each block comes from another port"},
    Fault{"one_port", "answers from the port that requests go to, and knows transfers by the client's address"},
    Fault{"stranger_acknowledges", "an acknowledgment counts, whoever sent it"},
    Fault{"stranger_ends", "an error ends the transfer, whoever sent it"},
    Fault{"apprentice", "an acknowledgment that comes twice makes the next block come twice"},
    Fault{"byte_block_number", "block numbers wrap at 256"},
    Fault{"any_acknowledgment", "any block number acknowledges the last block"},
    Fault{"netascii_cut", "a line end that does not fit into a block loses its second half"},
    Fault{"netascii_lone_cr", "in netascii a CR is sent as it is"},
    Fault{"netascii_shared", "what does not fit into a block is kept for all transfers at once", "repeat"},
    Fault{"mode_case", "knows modes in small letters only"},
    Fault{"larger_blocks", "grants blocks of 1,428 bytes, whatever was asked for"},
    Fault{"granted_not_used", "grants a block size, and sends blocks of 512 bytes"},
    Fault{"data_behind_oack", "does not wait for the acknowledgment of an OACK"},
    Fault{"size_in_blocks", "tells the size of a file in blocks"},
    Fault{"option_case", "knows options in small letters only, and refuses requests with others"},
    Fault{"sends_once", "does not send again what was not acknowledged"},
    Fault{"not_found_is_0", "a file that is not there is error 0"},
    Fault{"escapes", "serves what is outside of its directory"},
    Fault{"hangs", "waits for the rest of a request that does not end"},
    Fault{"late", "answers after 7 s"},
    Fault{"crash", "crashes at the third request"},
    Fault{"ipv4_transfers", "makes its transfers' sockets for IPv4, whatever the request came by", "ipv6"},
};

constexpr std::size_t usual_size = 512;

std::map<std::string, std::string, std::less<>> make_files() {
  const std::string unit = "0123456789abcdef\n";
  const auto units = repeated(unit, 30);
  return {{"f0", ""},
          {"f1", "x"},
          {"f511", units + "x"},
          {"f512", units + "xy"},
          {"f513", units + "xyz"},
          {"f1024", repeated(unit, 60) + "wxyz"},
          {"f5000", repeated(unit, 294) + "yz"},
          {"cut", repeated("x", 511) + "\n"},
          {"lines", "one\ntwo\r\nthree\rend\n"},
          {"below/f1", "y"},
          {"many", repeated("8 bytes\n", 65535) + "end\n"}};
}

enum Opcode : std::uint16_t { rrq = 1, wrq, data, ack, error, oack };

std::string u16(std::size_t value) {
  std::array<std::byte, 2> bytes{};
  store_uint(bytes, value & 0xFFFF, ByteOrder::big);
  return std::string(as_text(bytes));
}

/// The integer at a place of a message; 0 beyond its end.
std::size_t u16_at(std::string_view message, std::size_t at) {
  return message.size() < at + 2 ? 0 : load_uint(as_bytes(message.substr(at, 2)), ByteOrder::big);
}

std::string error_message(std::size_t code, std::string_view text) {
  return u16(error) + u16(code) + std::string(text) + '\0';
}

/// The strings of a request, each of which ends with a NUL; none if the last one does not.
std::vector<std::string> strings_of(std::string_view text) {
  std::vector<std::string> strings;
  while (!text.empty()) {
    const auto end = text.find('\0');
    if (end == text.npos) return {};
    strings.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return strings;
}

/// What a transfer sends: a file, octet by octet or as netascii (RFC 764), where a line ends with CR LF and a CR is
/// followed by NUL.
class Content {
 public:
  Content(std::string bytes, bool netascii, const Faults& faults, std::string& shared_rest)
      : bytes_(std::move(bytes)), netascii_(netascii), faults_(faults), shared_rest_(shared_rest) {}

  std::string take(std::size_t size) {
    auto& rest = faults_.has("netascii_shared") ? shared_rest_ : rest_;
    std::string block = std::exchange(rest, {});
    if (netascii_) {
      while (block.size() < size && at_ < bytes_.size()) block += netascii(bytes_[at_++]);
    } else {
      block = bytes_.substr(at_, size);
      at_ += block.size();
    }
    if (block.size() > size) {
      if (!faults_.has("netascii_cut")) rest = block.substr(size);
      block.resize(size);
    }
    return block;
  }

  bool done() const { return at_ >= bytes_.size() && rest_.empty(); }
  std::size_t size() const {
    std::size_t size = 0;
    for (const char c : bytes_) size += netascii_ ? netascii(c).size() : 1;
    return size;
  }

 private:
  std::string netascii(char c) const {
    if (c == '\n') return "\r\n";
    return c == '\r' && !faults_.has("netascii_lone_cr") ? std::string("\r\0", 2) : std::string(1, c);
  }

  std::string bytes_;
  bool netascii_;
  const Faults& faults_;
  std::string& shared_rest_;
  std::string rest_;
  std::size_t at_ = 0;
};

/// One file on its way to one client.
class Transfer : public std::enable_shared_from_this<Transfer> {
 public:
  Transfer(Loop& loop, const Faults& faults, UdpSocket& socket, Endpoint client, Content content)
      : loop_(loop), faults_(faults), socket_(socket), client_(std::move(client)), content_(std::move(content)) {}

  std::size_t file_size() const { return content_.size(); }
  void set_block_size(std::size_t size) { block_size_ = size; }
  void set_patience(std::chrono::seconds patience) { patience_ = patience; }

  /// Sends the options that are granted, or if there are none the first block.
  void start(const std::string& granted) {
    if (granted.empty()) return next();
    send(u16(oack) + granted);
    if (has("data_behind_oack")) next();
  }

  void receive(const Datagram& datagram) {
    const auto opcode = u16_at(datagram.bytes, 0);
    const bool stranger = datagram.client != client_ && !(has("stranger_acknowledges") && opcode == ack) &&
                          !(has("stranger_ends") && opcode == error);
    if (stranger) {
      if (opcode != error) send_datagram(socket_, error_message(5, "unknown transfer"), datagram.client);
    } else if (opcode == ack) {
      acknowledged(u16_at(datagram.bytes, 2));
    } else {
      if (opcode != error) send_datagram(socket_, error_message(4, "not expected here"), client_);
      ended_ = true;
    }
  }

  bool ended() const { return ended_; }

 private:
  bool has(std::string_view fault) const { return faults_.has(fault); }
  std::size_t number() const { return block_ & (has("byte_block_number") ? 0xFFU : 0xFFFFU); }

  void acknowledged(std::size_t number_acknowledged) {
    if (has("apprentice") && block_ > 0 && number_acknowledged == ((block_ - 1) & 0xFFFF)) return send(packet_);
    if (number_acknowledged != number() && !has("any_acknowledgment")) return;
    if (last_) {
      ended_ = true;
    } else {
      next();
    }
  }

  void next() {
    const auto block = content_.take(block_size_);
    ++block_;
    last_ = block.size() < (has("full_at_511") ? std::min<std::size_t>(block_size_, 511) : block_size_) ||
            (has("no_empty_block") && content_.done());
    send(u16(data) + u16(number()) + block);
  }

  void send(std::string packet) {
    packet_ = std::move(packet);
    tries_ = 0;
    send_again();
  }

  void send_again() {
    if (has("wrong_source_port") && block_ > 1) {
      if (auto other = open_beside(socket_)) send_datagram(*other, packet_, client_);
    } else {
      send_datagram(socket_, packet_, client_);
    }
    if (has("sends_once")) return;
    loop_.after(patience_, [weak = weak_from_this(), sent = ++sends_] {
      const auto self = weak.lock();
      if (!self || self->ended_ || self->sends_ != sent) return;
      if (++self->tries_ == 5) {
        self->ended_ = true;
      } else {
        self->send_again();
      }
    });
  }

  Loop& loop_;
  const Faults& faults_;
  UdpSocket& socket_;
  Endpoint client_;
  Content content_;
  std::size_t block_size_ = usual_size;
  std::chrono::milliseconds patience_{1000};
  std::size_t block_ = 0;  // the one that was sent last
  std::string packet_;
  bool last_ = false;
  bool ended_ = false;
  int tries_ = 0;
  int sends_ = 0;
};

/// A file name, a mode, and options.
struct Request {
  std::string file;
  std::string mode;
  std::vector<std::pair<std::string, std::string>> options;
};

class Tftp {
 public:
  Tftp(Loop& loop, const Faults& faults) : loop_(loop), faults_(faults), count_(faults.has("crash")) {}

  void receive(const Datagram& datagram) {
    if (hung_) return;
    const auto opcode = u16_at(datagram.bytes, 0);
    if (has("one_port") && opcode != rrq) {
      const auto found = by_address_.find(datagram.client.address());
      if (found != by_address_.end()) found->second->receive(datagram);
      return;
    }
    if (opcode == rrq) {
      count_.next();
      return read(datagram);
    }
    if (datagram.bytes.size() >= 2 && opcode != error) refuse(datagram, opcode == wrq ? 2 : 4);
  }

 private:
  bool has(std::string_view fault) const { return faults_.has(fault); }

  void refuse(const Datagram& datagram, std::size_t code) {
    if (auto socket = open_beside(datagram.socket)) send_datagram(*socket, error_message(code, "no"), datagram.client);
  }

  void read(const Datagram& datagram) {
    const auto strings = strings_of(datagram.bytes.substr(2));
    if (strings.empty()) hung_ = has("hangs");
    if (strings.size() < 2) return hung_ ? void() : refuse(datagram, 4);
    Request request{strings[0], has("mode_case") ? strings[1] : lower(strings[1]), {}};
    for (std::size_t i = 2; i + 1 < strings.size(); i += 2) request.options.emplace_back(strings[i], strings[i + 1]);
    const bool mode_known = request.mode == "octet" || request.mode == "netascii";
    if (!mode_known ||
        (has("option_case") && !request.options.empty() && request.options[0].first != lower(request.options[0].first)))
      return refuse(datagram, 4);
    const auto file = content(request.file);
    if (!file) return refuse(datagram, has("not_found_is_0") ? 0 : 1);
    begin(datagram, request, *file);
  }

  std::optional<std::string> content(const std::string& name) const {
    if (has("escapes") && name.contains("..")) return "root:x:0:0\n";
    const auto found = files_.find(name);
    return found == files_.end() ? std::nullopt : std::optional(found->second);
  }

  void begin(const Datagram& datagram, const Request& request, std::string file) {
    auto* socket = &datagram.socket;
    std::unique_ptr<UdpSocket> own;
    if (!has("one_port")) {
      auto opened = has("ipv4_transfers") ? UdpSocket::bind_to(*Endpoint::parse("127.0.0.1:0"), Blocking::no)
                                          : open_beside(datagram.socket);
      if (!opened) return;
      own = std::make_unique<UdpSocket>(std::move(*opened));
      socket = own.get();
    }
    const auto transfer =
        std::make_shared<Transfer>(loop_, faults_, *socket, datagram.client,
                                   Content(std::move(file), request.mode == "netascii", faults_, netascii_rest_));
    if (own) {
      watch(std::move(own), transfer);
    } else {
      by_address_[datagram.client.address()] = transfer;
    }
    const auto granted = grant(*transfer, request);
    if (has("late")) {
      return loop_.after(std::chrono::seconds(7), [transfer, granted] { transfer->start(granted); });
    }
    transfer->start(granted);
  }

  /// Lives until the transfer ends, or for a minute.
  void watch(std::shared_ptr<UdpSocket> socket, const std::shared_ptr<Transfer>& transfer) {
    serve_datagrams(loop_, *socket, [this, socket, transfer](const Datagram& datagram) {
      transfer->receive(datagram);
      if (transfer->ended()) loop_.forget(socket->fd());
    });
    loop_.after(std::chrono::minutes(1), [this, weak = std::weak_ptr(socket)] {
      if (const auto left = weak.lock()) loop_.forget(left->fd());
    });
  }

  /// The options of an OACK (RFC 2347): those that we know, and whose values make sense.
  std::string grant(Transfer& transfer, const Request& request) const {
    std::string granted;
    for (const auto& [name, value] : request.options) {
      const auto answer = grant_one(transfer, lower(name), number_of(value));
      if (!answer.empty()) granted += name + '\0' + answer + '\0';
    }
    return granted;
  }

  std::string grant_one(Transfer& transfer, const std::string& name, std::optional<std::size_t> value) const {
    if (!value) return "";
    if (name == "blksize" && *value >= 8 && *value <= 65464) {
      const auto size = has("larger_blocks") ? 1428 : *value;
      if (!has("granted_not_used")) transfer.set_block_size(size);
      return std::to_string(size);
    }
    if (name == "timeout" && *value >= 1 && *value <= 255) {
      transfer.set_patience(std::chrono::seconds(*value));
      return std::to_string(*value);
    }
    if (name != "tsize") return "";
    return std::to_string(has("size_in_blocks") ? transfer.file_size() / usual_size : transfer.file_size());
  }

  Loop& loop_;
  Faults faults_;
  MessageCount count_;
  std::map<std::string, std::string, std::less<>> files_ = make_files();
  std::map<IpAddress, std::shared_ptr<Transfer>> by_address_;  // of a server with one port
  std::string netascii_rest_;
  bool hung_ = false;
};

void serve(Loop& loop, Sockets& sockets, const Faults& chosen) {
  const auto server = std::make_shared<Tftp>(loop, chosen);
  for (auto& socket : sockets.datagrams) {
    serve_datagrams(loop, socket, [server](const Datagram& datagram) { server->receive(datagram); });
  }
}

}  // namespace

const Protocol tftp_protocol{"tftp", Transport::udp, table, serve};

}  // namespace volley::planted
