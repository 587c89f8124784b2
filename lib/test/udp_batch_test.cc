// SPDX-License-Identifier: Apache-2.0
#include <volley/datagram_socket.h>

#include <algorithm>
#include <string>
#include <vector>

#include "catch.h"
#include "sockets.h"

namespace volley {
namespace {

/// Places for datagrams, with buffers of their own.
struct Places {
  std::vector<std::array<std::byte, 16>> buffers;
  std::vector<IncomingDatagram> places;
  explicit Places(std::size_t count) : buffers(count), places(count) {
    for (std::size_t i = 0; i < count; ++i) places[i].buffer = buffers[i];
  }
  std::string told(std::size_t i) const { return volley::told(places[i].received, buffers[i]); }
};

std::vector<OutgoingDatagram> batch_of(const std::vector<std::string>& texts, std::optional<Endpoint> to = {}) {
  std::vector<OutgoingDatagram> batch;
  for (const auto& text : texts) batch.push_back({as_bytes(text), to});
  return batch;
}
/// The texts must outlive the batch.
std::vector<OutgoingDatagram> batch_of(std::vector<std::string>&& texts, std::optional<Endpoint> to = {}) = delete;

}  // namespace

TEST_CASE("a batch of datagrams is sent and received") {
  std::vector<std::string> texts;
  for (int i = 0; i < 40; ++i) texts.push_back("datagram " + std::to_string(i));
  auto sender = udp_socket();
  auto receiver = udp_socket();
  CHECK(value(sender.send_batch(batch_of(texts, value(receiver.local())))) == texts.size());
  std::vector<std::string> got;
  while (got.size() < texts.size()) {
    Places places(64);
    const auto count = value(receiver.receive_batch(places.places));
    REQUIRE(count > 0);
    for (std::size_t i = 0; i < count; ++i) {
      got.push_back(text_of(std::span(places.buffers[i]).first(places.places[i].received.count)));
      CHECK(places.places[i].received.source == value(sender.local()));
    }
  }
  std::ranges::sort(texts);
  std::ranges::sort(got);
  CHECK(got == texts);
}

TEST_CASE("a connected socket sends a batch to its peer, to each its own otherwise") {
  auto first = udp_socket();
  auto second = udp_socket();
  auto sender = value(UdpSocket::connect_to(value(first.local())));
  const OutgoingDatagram batch[] = {{as_bytes("one"), {}}, {as_bytes("two"), value(second.local())}};
  CHECK(value(sender.send_batch(batch)) == 2);
  CHECK(next(first) == "data 'one'");
  CHECK(next(second) == "data 'two'");
}

TEST_CASE("a batch receive waits for the first datagram only") {
  auto sender = udp_socket();
  auto receiver = udp_socket();
  CHECK(told(sender.send_to(as_bytes("alone"), value(receiver.local()))) == "sent");
  Places places(8);
  CHECK(value(receiver.receive_batch(places.places)) == 1);
  CHECK(places.told(0) == "data 'alone'");
}

TEST_CASE("each datagram of a batch tells of its own cut, and empty ones are data") {
  auto sender = udp_socket();
  auto receiver = udp_socket();
  const auto to = value(receiver.local());
  const std::vector<std::string> texts{"0123456789abcdefghij", "", "short"};
  CHECK(value(sender.send_batch(batch_of(texts, to))) == 3);
  const char* expected[] = {"data '0123456789abcdef' of 20", "data ''", "data 'short'"};
  for (const char* text : expected) {
    Places place(1);
    CHECK(value(receiver.receive_batch(place.places)) == 1);
    CHECK(place.told(0) == text);
  }
}

TEST_CASE("a batch receive without datagrams gives none") {
  auto receiver = udp_socket(Blocking::no);
  Places places(4);
  CHECK(value(receiver.receive_batch(places.places)) == 0);
  value(receiver.set_blocking(true));
  value(receiver.set_receive_timeout(std::chrono::milliseconds(10)));
  CHECK(value(receiver.receive_batch(places.places)) == 0);
}

TEST_CASE("a batch of nothing is nothing") {
  auto socket = udp_socket(Blocking::no);
  CHECK(value(socket.send_batch({})) == 0);
  CHECK(value(socket.receive_batch({})) == 0);
}

TEST_CASE("a batch stops at the datagram that cannot be sent, which is told when it is the first (sendmmsg(2))") {
  auto receiver = udp_socket();
  auto sender = value(UdpSocket::connect_to(value(receiver.local())));
  const std::vector<std::string> texts{"fits", std::string(65508, 'x'), "behind"};
  const auto batch = batch_of(texts);
  CHECK(value(sender.send_batch(batch)) == 1);
  CHECK(error(sender.send_batch(std::span(batch).subspan(1))) ==
        "sendmmsg fd " + std::to_string(sender.fd()) + ": Message too long");
  CHECK(next(receiver) == "data 'fits'");
}

TEST_CASE("a refusal takes one place of a batch receive, and is the Error of a batch send (RFC 1122 4.1.3.3)") {
  auto absent = udp_socket();
  auto dead = udp_socket();
  value(dead.connect(value(absent.local())));
  auto sender = value(UdpSocket::connect_to(value(dead.local()), Blocking::no));
  const std::vector<std::string> texts{"x"};
  const auto batch = batch_of(texts);
  CHECK(value(sender.send_batch(batch)) == 1);
  polled(sender.fd(), 0, POLLERR);
  Places places(4);
  CHECK(value(sender.receive_batch(places.places)) == 1);
  CHECK(places.told(0) == "refused");
  CHECK(value(sender.receive_batch(places.places)) == 0);
  CHECK(value(sender.send_batch(batch)) == 1);
  polled(sender.fd(), 0, POLLERR);
  CHECK(error(sender.send_batch(batch)) == "sendmmsg fd " + std::to_string(sender.fd()) + ": Connection refused");
}

TEST_CASE("at most 1024 datagrams go into one batch (sendmmsg(2))") {
  auto receiver = udp_socket();
  value(receiver.grow_receive_buffer());
  auto sender = value(UdpSocket::connect_to(value(receiver.local())));
  const std::vector<OutgoingDatagram> batch(1500);
  CHECK(value(sender.send_batch(batch)) == 1024);
}

TEST_CASE("a batch goes to IPv6 endpoints too, and to no unix ones") {
  auto sender = udp_socket();
  const std::vector<std::string> texts{"six"};
  const auto batch = batch_of(texts, value(Endpoint::unix_path("/nowhere")));
  CHECK(error(sender.send_batch(batch)) == "sendmmsg unix:/nowhere: Address family not supported by protocol");
  auto receiver = UdpSocket::bind_to(endpoint("[::1]:0"));
  if (!receiver) return skip("no IPv6 here: " + to_string(receiver.error()));
  auto six = value(UdpSocket::bind_to(endpoint("[::1]:0")));
  CHECK(value(six.send_batch(batch_of(texts, value(receiver->local())))) == 1);
  Places places(2);
  CHECK(value(receiver->receive_batch(places.places)) == 1);
  CHECK(places.told(0) == "data 'six'");
  CHECK(places.places[0].received.source == value(six.local()));
}

}  // namespace volley
