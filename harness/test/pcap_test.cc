// SPDX-License-Identifier: Apache-2.0
// The pcapng files of `--pcap`, read back by tshark and libpcap.
#include <fmt/format.h>
#include <re2/re2.h>
#include <volley/listen_socket.h>
#include <volley/stream_socket.h>

#include <filesystem>
#include <string>
#include <vector>

#include "catch.h"
#include "program/pcap_directory.h"
#include "program_workspace.h"
#include "report_readers.h"
#include "run_program.h"

namespace volley::test {
namespace {

std::string scenario(std::string_view steps) {
  return fmt::format("scenario \"case\" {{\n{}\n}}\n", steps);
}

const std::string pair =
    "listen door tcp\n"
    "connect a tcp door\n"
    "accept b from door\n";

/// Runs one scenario and gives the path of its packets.
std::string packets_of(const Workspace& workspace, std::string_view steps, int status = 0) {
  workspace.write("a.volley", scenario(steps));
  const auto run = workspace.volley({"run", "a.volley", "--pcap", "packets"});
  INFO(run.out << run.err);
  REQUIRE(run.status == exited(status));
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(workspace.path("packets"))) {
    files.push_back(entry.path());
  }
  REQUIRE(files.size() == 1);
  return files.front();
}

std::string tshark(std::vector<std::string> words) {
  words.insert(words.begin(), {"tshark", "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o",
                               "udp.check_checksum:TRUE"});
  const auto run = run_program(words);
  INFO(run.err);
  REQUIRE(run.status == exited(0));
  return run.out;
}

/// A line of fields for each packet, parted by tabs.
std::string fields(const std::string& file, const std::vector<std::string>& names, const std::string& filter = {}) {
  std::vector<std::string> words{"-r", file, "-T", "fields", "-Y", filter};
  for (const auto& name : names) words.insert(words.end(), {"-e", name});
  return tshark(words);
}

/// What tshark finds odd: its warnings and errors but for RST segments, which are meant, and what looks like loss.
std::string oddities(const std::string& file) {
  return fields(file, {"frame.number", "_ws.expert.message"},
                "(_ws.expert.severity >= 6291456 && !(tcp.flags.reset == 1)) || tcp.analysis.flags || _ws.malformed");
}

/// The hex of a connection's two directions, the client's first, as `follow` gives them.
std::pair<std::string, std::string> streams(const std::string& file, int stream = 0) {
  const auto text = tshark({"-r", file, "-q", "-z", fmt::format("follow,tcp,raw,{}", stream)});
  std::pair<std::string, std::string> both;
  std::string_view rest(text);
  std::string line;
  const re2::RE2 hex("([0-9a-f]+)\n|\t([0-9a-f]+)\n|.*\n");
  std::string client;
  std::string server;
  for (re2::StringPiece input(rest); RE2::Consume(&input, hex, &client, &server);) {
    both.first += client;
    both.second += server;
    client.clear();
    server.clear();
  }
  return both;
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

std::string comments(const std::string& file) {
  return tshark({"-r", file, "-T", "fields", "-e", "frame.comment"});
}

std::string file_comments(const std::string& file) {
  const auto run = run_program({"capinfos", "-k", file});
  return run.out;
}

}  // namespace

TEST_CASE("tshark follows a connection with both ends ours, from handshake to FIN") {
  const Workspace workspace;
  for (const std::string place : {"127.0.0.1:0", "[::1]:0"}) {
    CAPTURE(place);
    std::filesystem::remove_all(workspace.path("packets"));
    const auto file = packets_of(workspace, "listen door tcp " + place +
                                                "\nconnect a tcp door\naccept b from door\n"
                                                "a > \"hel\"\na > \"lo\" x\"00 ff\"\nb < \"hello\" x\"00 ff\"\n"
                                                "b > \"bye\\r\\n\"\na < line ~ /bye/\n"
                                                "shutdown a\nb < eof\nclose b\na < eof");
    CHECK(streams(file) == std::pair(hex(std::string_view("hello\0\xff", 7)), hex("bye\r\n")));
    CHECK(oddities(file).empty());
    CHECK(fields(file, {"tcp.flags", "tcp.seq", "tcp.ack", "tcp.len"}) ==
          "0x0002\t0\t0\t0\n"  // SYN
          "0x0012\t0\t1\t0\n"
          "0x0010\t1\t1\t0\n"
          "0x0018\t1\t1\t3\n"
          "0x0018\t4\t1\t4\n"
          "0x0018\t1\t8\t5\n"
          "0x0011\t8\t6\t0\n"  // FIN
          "0x0011\t6\t9\t0\n");
    const std::string status = place.starts_with('[') ? "" : "1";
    CHECK(fields(file, {"ip.checksum.status", "tcp.checksum.status"}, "tcp.len == 5") == status + "\t1\n");
  }
}

TEST_CASE("packets have the times and the steps of the trace") {
  const Workspace workspace;
  const auto file = packets_of(workspace, pair + "a > \"one\"\nb < \"one\"\nwait 50ms\na > \"two\"\nb < \"two\"");
  CHECK(comments(file) ==
        "a.volley:3: connect a tcp door\na.volley:3: connect a tcp door\na.volley:3: connect a tcp door\n"
        "a.volley:5: a > \"one\"\na.volley:8: a > \"two\"\n");
  const auto times = fields(file, {"frame.time_epoch"}, "tcp.len > 0");
  double first = 0;
  double second = 0;
  REQUIRE(RE2::FullMatch(times, R"((\d+\.\d{9})\n(\d+\.\d{9})\n)", &first, &second));
  CHECK(second - first >= 0.05);
  CHECK(second - first < 60);
  CHECK(first > 1.7e9);  // not relative to the start of the run
}

TEST_CASE("of a connection to a server both directions are there, and how it ended") {
  const Workspace workspace;
  auto door = TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0));
  REQUIRE(door);
  workspace.write("a.volley", scenario("connect c tcp " + door->local()->to_string() +
                                       "\nc > \"hello\"\nc < \"welcome\"\nc < eof"));
  auto program = workspace.start({"run", "a.volley", "--pcap", "packets"});
  wait_until_readable(door->fd());
  auto connection = door->accept(Blocking::yes);
  REQUIRE(connection);
  REQUIRE(connection->has_value());
  REQUIRE((*connection)->stream.send(std::as_bytes(std::span(std::string_view("welcome")))));
  std::array<std::byte, 16> buffer{};
  REQUIRE((*connection)->stream.receive(buffer));  // else its close would be a reset
  connection->reset();
  REQUIRE(workspace.finish(std::move(program)).status == exited(0));
  const auto file = std::filesystem::directory_iterator(workspace.path("packets"))->path().string();
  CHECK(streams(file) == std::pair(hex("hello"), hex("welcome")));
  CHECK(oddities(file).empty());
  CHECK(fields(file, {"tcp.srcport"}, "tcp.flags.fin == 1") == fmt::format("{}\n", door->local()->port()));
}

TEST_CASE("a failure's packets end with what came instead, and say where it stopped") {
  const Workspace workspace;
  const auto file = packets_of(workspace, pair + "a > \"hello\"\nb < \"hel\"\nb < \"xyz\"", 1);
  CHECK(streams(file).first == hex("hello"));
  CHECK(oddities(file).empty());
  CHECK(comments(file).ends_with("a.volley:5: a > \"hello\",stopped here: a.volley:7: b < \"xyz\"\n"));
  const auto said = file_comments(file);
  CHECK(said.contains("a.volley › case\n"));
  CHECK(said.contains("failed\n"));
  CHECK(said.contains("a.volley:7: byte 0 differs: expected 'x' (0x78), received 'l' (0x6c)\n"));
}

TEST_CASE("bytes of a server that no step consumed are in the packets too") {
  const Workspace workspace;
  auto door = TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0));
  REQUIRE(door);
  workspace.write("a.volley",
                  scenario("connect c tcp " + door->local()->to_string() + "\nc < \"wel\"\nc < \"done\" within 20s"));
  auto program = workspace.start({"run", "a.volley", "--pcap", "packets"});
  wait_until_readable(door->fd());
  auto connection = door->accept(Blocking::yes);
  REQUIRE(connection);
  REQUIRE((*connection)->stream.send(std::as_bytes(std::span(std::string_view("welcome")))));
  REQUIRE(workspace.finish(std::move(program)).status == exited(1));
  const auto file = std::filesystem::directory_iterator(workspace.path("packets"))->path().string();
  CHECK(streams(file) == std::pair(std::string(), hex("welcome")));
  CHECK(oddities(file).empty());
}

TEST_CASE("a reset is a reset, and its bytes come before it") {
  const Workspace workspace;
  const auto file = packets_of(workspace, pair + "a > \"x\"\nb < \"x\"\nreset a\nb < reset");
  CHECK(streams(file).first == hex("x"));
  CHECK(oddities(file).empty());
  CHECK(fields(file, {"tcp.flags", "tcp.seq"}, "tcp.flags.reset == 1") == "0x0014\t2\n");
}

TEST_CASE("datagrams are packets of their own, whoever sent them") {
  const Workspace workspace;
  for (const std::string place : {"127.0.0.1:0", "[::1]:0"}) {
    CAPTURE(place);
    std::filesystem::remove_all(workspace.path("packets"));
    const auto file = packets_of(workspace, fmt::format("bind s udp {}\nbind c udp {}\nconnect d udp c.local\n"
                                                        "s > \"ping\" to c.local\nc < \"ping\" from any as who\n"
                                                        "c > \"pong\" to who\ns < \"pong\" from c.local\n"
                                                        "s > \"\" to c.local\nc < \"\" from any\n"
                                                        "d > \"third\"\nc < \"third\" from d.local",
                                                        place, place));
    CHECK(fields(file, {"data.data", "udp.checksum.status"}) ==
          hex("ping") + "\t1\n" + hex("pong") + "\t1\n\t1\n" + hex("third") + "\t1\n");
    CHECK(oddities(file).empty());
  }
}

TEST_CASE("a datagram that is read after its socket was closed is there once") {
  const Workspace workspace;
  const auto file = packets_of(workspace,
                               "bind c udp\nbind s udp\nconnect d udp c.local\ns > \"one\" to c.local\n"
                               "d > \"two\"\nclose s\nclose d\nc < \"one\" from any\nc < \"two\" from any");
  CHECK(fields(file, {"data.data"}) == hex("one") + "\n" + hex("two") + "\n");
}

TEST_CASE("the largest datagrams of IPv4 and IPv6 are there") {
  const Workspace workspace;
  for (const auto& [place, size] : {std::pair("127.0.0.1:0", 65'507), std::pair("[::1]:0", 65'527)}) {
    CAPTURE(place);
    std::filesystem::remove_all(workspace.path("packets"));
    const auto file = packets_of(workspace, fmt::format("bind s udp {0}\nbind c udp {0}\ns > {1} * (\"x\") to c.local\n"
                                                        "c < {1} * (\"x\") from any",
                                                        place, size));
    CHECK(fields(file, {"udp.length"}) == fmt::format("{}\n", size + 8));
  }
}

TEST_CASE("what the trace keeps only the ends of leaves a gap that says so") {
  const Workspace workspace;
  const auto file = packets_of(workspace, pair +
                                              "a > 20000 * (\"x\") \"end\"\nb < 20000 * (\"x\") \"end\"\n"
                                              "b > \"ok\"\na < \"ok\"");
  CHECK(fields(file, {"tcp.seq", "tcp.len"}, "tcp.len > 2") == "1\t4096\n15908\t4096\n");
  CHECK(comments(file).contains("11811 bytes before this were not kept: bytes 4096 to 15906 of what 127.0.0.1:"));
  CHECK(oddities(file).contains("Previous segment(s) not captured"));
  CHECK(fields(file, {"_ws.malformed"}, "_ws.malformed").empty());
}

TEST_CASE("what the sender kept only the ends of is filled by what the receiver kept") {
  const Workspace workspace;
  const auto file = packets_of(workspace, pair +
                                              "a > 20000 * (\"x\") \"end\"\nb < 6000 * (\"x\")\nb < 6000 * (\"x\")\n"
                                              "b < 8000 * (\"x\") \"end\"\nshutdown a\nb < eof");
  CHECK(streams(file).first == hex(std::string(20'000, 'x') + "end"));
  CHECK(fields(file, {"tcp.len"}, "tcp.len > 0") == "20003\n");
  CHECK_FALSE(comments(file).contains("not kept"));
  CHECK(oddities(file).empty());
}

TEST_CASE("a datagram that was not kept whole is cut as by a snapshot length") {
  const Workspace workspace;
  const auto file =
      packets_of(workspace, "bind s udp\nbind c udp\ns > 9000 * (\"x\") to c.local\nc < 9000 * (\"x\") from any");
  CHECK(fields(file, {"frame.cap_len", "frame.len", "udp.length"}) == "4124\t9028\t9008\n");
  CHECK(comments(file) == "a.volley:4: s > 9000 * (\"x\") to c.local,only the first 4096 of 9000 bytes are here\n");
}

TEST_CASE("the middle of a long run is missing, and the numbers go on as if it were there") {
  const Workspace workspace;
  const auto file = packets_of(workspace, pair + "repeat 40000 {\na > \"x\"\nb < \"x\"\n}\na > \"end\"\nb < \"end\"");
  CHECK(fields(file, {"tcp.seq"}, "tcp.len == 3") == "40001\n");
  const auto said = comments(file);
  CHECK(RE2::PartialMatch(
      said, R"([ab] [<>] "x",\d+ events before this were not kept,\d+ bytes before this were not kept: )"));
  CHECK(RE2::PartialMatch(file_comments(file), R"(\d+ events in the middle were not kept)"));
  CHECK(fields(file, {"frame.number"}, "tcp.analysis.retransmission || tcp.analysis.out_of_order").empty());
}

TEST_CASE("each round and each copy has connections of its own") {
  const Workspace workspace;
  const auto file =
      packets_of(workspace,
                 "listen door tcp\nrepeat 2 {\nconnect a tcp door\naccept b from door by a\na > \"round\"\n"
                 "b < \"round\"\n}\nparallel 3 as n {\nconnect c tcp door\naccept d from door by c\n"
                 "c > \"copy ${n}\"\nd < \"copy ${n}\"\n}");
  std::vector<std::string> seen;
  for (int stream = 0; stream < 5; ++stream) {
    const auto both = streams(file, stream);
    CHECK(both.second.empty());
    seen.push_back(both.first);
  }
  std::ranges::sort(seen);
  CHECK(seen == std::vector<std::string>{hex("copy 1"), hex("copy 2"), hex("copy 3"), hex("round"), hex("round")});
  CHECK(oddities(file).empty());
}

TEST_CASE("unix sockets and programs are no packets, and are counted") {
  const Workspace workspace;
  const auto file = packets_of(workspace,
                               "listen u unix\nconnect a unix u\naccept b from u\na > \"x\"\nb < \"x\"\n"
                               "start p \"echo\" \"hello\"\np < \"hello\\n\"\np exits 0");
  CHECK(fields(file, {"frame.number"}).empty());
  CHECK(file_comments(file).contains("left out: 3 unix sockets\n"));
  CHECK(file_comments(file).contains("left out: 1 program\n"));
}

TEST_CASE("libpcap reads the files") {
  const Workspace workspace;
  const auto file = packets_of(workspace,
                               "bind s udp\nbind c udp [::1]:0\nbind d udp\n"
                               "s > \"four\" to d.local\nd < \"four\" from any\nconnect e udp c.local\n"
                               "e > \"six\"\nc < \"six\" from any");
  CHECK(read_packets(file) == "link type\t12\n32\t32\t45\n51\t51\t60\n");  // DLT_RAW
}

TEST_CASE("the name of a case's packets is plain, and no other case has it") {
  const auto named = [](std::string path, std::string name) {
    report::Case one;
    one.path = std::move(path);
    one.name = std::move(name);
    return program::pcap_name(one);
  };
  CHECK(named("suite/a.volley", "an echo") == "suite_a.volley_an_echo-cf256b44.pcapng");
  CHECK(named("suite/a.volley", "an_echo") != named("suite/a.volley", "an echo"));
  CHECK(named("../../.hidden", "\x1b[31m\n").starts_with(".") == false);
  CHECK(named(std::string(5000, 'x'), "y").size() < 200);
  CHECK(named("/", "/").find('/') == std::string::npos);
}

}  // namespace volley::test
