// SPDX-License-Identifier: Apache-2.0
// The built program with servers under test: small shell scripts that say `up` when they are ready, and redis where it
// is installed.
#include <fcntl.h>
#include <fmt/format.h>
#include <re2/re2.h>
#include <sys/stat.h>
#include <unistd.h>
#include <volley/descriptor.h>
#include <volley/listen_socket.h>
#include <volley/process.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <span>
#include <string>
#include <thread>
#include <utility>

#include "catch.h"
#include "program_workspace.h"
#include "run_program.h"

namespace volley::test {
namespace {

/// A target called `server` that runs a shell script. It listens on no port.
std::string shell_target(std::string_view script, std::string_view more = "ready output ~ /up/") {
  return fmt::format("target server {{\n    run \"/bin/sh\" \"-c\" \"{}\"\n    {}\n}}\n", script, more);
}

/// A scenario that uses the target and passes, since nothing listens there.
std::string user_of_server(std::string_view name, std::string_view more = "") {
  return fmt::format("scenario \"{}\" {{\n    connect c tcp server fails refused\n    {}\n}}\n", name, more);
}

/// Ends only by a signal, and leaves nobody behind.
const std::string serve_forever = "trap 'kill -9 $!; exit 0' TERM; echo up; while :; do sleep 5 & wait; done";
const std::string independent = "scenario \"needs nothing\" {\n    bind s udp\n}\n";

bool has_redis() {
  const char* path = std::getenv("PATH");
  if (path != nullptr && find_program("redis-server", path)) return true;
  WARN("not shown: redis-server is not installed");
  return false;
}

const std::string redis =
    "target redis {\n    run \"redis-server\" \"--port\" \"${port}\" \"--bind\" \"127.0.0.1\" \"--save\" \"\" "
    "\"--dir\" "
    "\"${dir}\"\n}\n";

}  // namespace

TEST_CASE("scenarios of a program that is not installed are skipped, which --strict does not forgive") {
  const Workspace workspace;
  workspace.write("a.volley",
                  "target server {\n    run \"no-such-program\"\n}\n" + user_of_server("one") + independent);
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(steady(run.out) ==
        "skip a.volley › one: no-such-program is not installed; neither PATH nor /usr/sbin has it\n"
        "ok   a.volley › needs nothing (T)\n"
        "1 passed, 0 failed, 1 skipped, 0 errors in T s\n");
  CHECK(run.status == exited(0));
  CHECK(workspace.volley({"run", "a.volley", "--strict"}).status == exited(1));
  const auto nothing = workspace.volley({"run", "a.volley", "--filter", "one"});
  CHECK(nothing.err == "volley: nothing ran\n");
  CHECK(nothing.status == exited(3));
}

TEST_CASE("a target that ends before it is ready fails its scenarios, with the end of its stderr") {
  const Workspace workspace;
  workspace.write("a.volley", shell_target("echo 'bad config' >&2; exit 4") + user_of_server("one") +
                                  user_of_server("two") + independent);
  const auto run = workspace.volley({"run", "a.volley"});
  const auto failure = [](std::string_view name, int line) {
    return fmt::format(
        "FAIL a.volley › {} (T)\n"
        "a.volley:1:8: server exited with status 4 before it was ready; its stderr ends: bad config\n"
        "target server {{\n"
        "       ^~~~~~\n"
        "  target server exited with status 4; its last words:\n"
        "    bad config\n"
        "  repeat: volley run a.volley:{} --seed 0\n",
        name, line);
  };
  CHECK(steady(run.out) == failure("one", 5) + failure("two", 9) +
                               "ok   a.volley › needs nothing (T)\n"
                               "1 passed, 2 failed, 0 skipped, 0 errors in T s\n");
  CHECK(run.status == exited(1));
}

TEST_CASE("scenarios of a target that cannot run here are skipped, with its reason") {
  const Workspace workspace;
  workspace.write("a.volley", shell_target("echo 'no such device' >&2; exit 77") + user_of_server("one") +
                                  user_of_server("two") + independent);
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(steady(run.out) ==
        "skip a.volley › one: server cannot run here: no such device\n"
        "skip a.volley › two: server cannot run here: no such device\n"
        "ok   a.volley › needs nothing (T)\n"
        "1 passed, 0 failed, 2 skipped, 0 errors in T s\n");
  CHECK(run.status == exited(0));
  CHECK(workspace.volley({"run", "a.volley", "--strict"}).status == exited(1));
}

TEST_CASE("a target that never gets ready fails its scenarios") {
  const Workspace workspace;
  workspace.write("a.volley",
                  shell_target(serve_forever, "ready output ~ /never/\n    within 100ms") + user_of_server("one"));
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(steady(run.out).starts_with(
      "FAIL a.volley › one (T)\n"
      "a.volley:1:8: server was not ready within 100 ms: no whole line of its output matches /never/"));
  CHECK(run.status == exited(1));
}

TEST_CASE("a target that does not stop as asked is a failed case after the scenarios of its file") {
  const Workspace workspace;
  workspace.write("a.volley", shell_target("trap 'exit 3' TERM; echo up; while :; do sleep 5 & wait; done") +
                                  user_of_server("one"));
  workspace.write("b.volley", independent);
  const auto run = workspace.volley({"run", "."});
  CHECK(steady(run.out) ==
        "ok   a.volley › one (T)\n"
        "FAIL a.volley › target server (T)\n"
        "a.volley:1:8: server exited with status 3 after SIGTERM\n"
        "target server {\n"
        "       ^~~~~~\n"
        "  target server exited with status 3\n"
        "ok   b.volley › needs nothing (T)\n"
        "2 passed, 1 failed, 0 skipped, 0 errors in T s\n");
  CHECK(run.status == exited(1));
}

TEST_CASE("what a target leaves running when it stops as asked is told by a case of its own") {
  const Workspace workspace;
  workspace.write("a.volley",
                  "target server {\n    run \"perl\" \"-e\" \"if (!fork) { $0 = qq(\\\\e[2J\\\\n); sleep 1000 } "
                  "$| = 1; print qq(up\\n); sleep 1000\"\n    ready output ~ /up/\n}\n" +
                      user_of_server("one"));
  const auto run = workspace.volley({"run", "a.volley", "--report", "junit=out.xml", "--report", "json=out.jsonl"});
  auto out = steady(run.out);
  RE2::GlobalReplace(&out, R"(pid \d+)", "pid N");
  CHECK(out ==
        "ok   a.volley › one (T)\n"
        "FAIL a.volley › target server (T)\n"
        "a.volley:1:8: server left 1 process running: \\x1b[2J\\n (pid N)\n"
        "target server {\n"
        "       ^~~~~~\n"
        "  target server was killed by SIGTERM\n"
        "1 passed, 1 failed, 0 skipped, 0 errors in T s\n");
  CHECK(run.status == exited(1));
}

TEST_CASE("cases of several instances of a target have names of their own in all reports") {
  const Workspace workspace;
  const auto fresh = [](std::string_view name) {
    return fmt::format("scenario \"{}\" {{\n    fresh\n    connect c tcp server fails refused\n}}\n", name);
  };
  const std::string stubborn = "trap 'exit 3' TERM; trap 'exit 4' USR1; echo up; while :; do sleep 5 & wait; done";
  workspace.write("a.volley", shell_target(stubborn) + fresh("a \\\"quoted\\\" one") + fresh("another"));
  const auto pid = workspace.path("pid");
  workspace.write("b.volley", shell_target("echo $$ > " + pid + "; " + stubborn) +
                                  user_of_server("dies", "start p \"sh\" \"-c\" \"read pid < " + pid +
                                                             "; kill -USR1 $pid; while kill -0 $pid; do sleep 0.01; "
                                                             "done\"\n    p exits 0 within 60s") +
                                  user_of_server("finds a new one"));
  const auto run = workspace.volley({"run", "a.volley", "b.volley", "--jobs", "4", "--report", "junit=out.xml",
                                     "--report", "json=out.jsonl", "--report", "tap=out.tap"});
  CAPTURE(run.out);
  CHECK(run.status == exited(1));
  const auto json = read_text(workspace.path("out.jsonl"));
  const auto xml = read_text(workspace.path("out.xml"));
  const auto tap = read_text(workspace.path("out.tap"));
  for (const std::string name : {"a.volley › target server of \"a \"quoted\" one\"",
                                 "a.volley › target server of \"another\"", "b.volley › target server [instance 2]"}) {
    CAPTURE(name);
    CHECK(run.out.contains("\nFAIL " + name + " ("));
  }
  CHECK(json.contains(R"("name":"target server of \"another\"")"));
  CHECK(json.contains(R"("name":"target server [instance 2]")"));
  CHECK(xml.contains(R"(name="target server of &quot;another&quot;")"));
  CHECK(xml.contains(R"(name="target server [instance 2]")"));
  CHECK(tap.contains("a.volley › target server of \"another\"\n"));
  CHECK(tap.contains("b.volley › target server [instance 2]\n"));
}

TEST_CASE("a target that dies unnoticed fails the scenario that was running") {
  const Workspace workspace;
  const auto fifo = workspace.path("fifo");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  auto door = TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0));
  REQUIRE(door);
  workspace.write("a.volley",
                  shell_target("echo up; read word < '" + fifo + "'; echo 'last words' >&2; kill -SEGV $$") +
                      user_of_server("one", "connect t tcp " + door->local()->to_string() +
                                                "\n    t < eof within 60s\n    bind s udp\n"
                                                "    s < nothing for 1s"));
  auto program = workspace.start({"run", "a.volley"});
  {
    wait_until_readable(door->fd());
    const auto connection = door->accept(Blocking::yes);  // the scenario runs
    REQUIRE(connection);
    write_text(fifo, "die\n");
  }
  const auto run = workspace.finish(std::move(program));
  CHECK(steady(run.out) ==
        "FAIL a.volley › one (T)\n"
        "a.volley:10:5: target server was killed by SIGSEGV\n"
        "    s < nothing for 1s\n"
        "    ^~~~~~~~~~~~~~~~~~\n"
        "  what happened:\n"
        "    T  connect c tcp server fails refused\n"
        "    T  connect t tcp 127.0.0.1:PORT\n"
        "    T  t < eof\n"
        "    T  bind s udp 127.0.0.1:PORT\n"
        "    T  s < nothing for 1s\n"
        "    T  # target server was killed by SIGSEGV, stopped here\n"
        "  target server was killed by SIGSEGV; its last words:\n"
        "    last words\n"
        "  repeat: volley run a.volley:5 --seed 0\n"
        "0 passed, 1 failed, 0 skipped, 0 errors in T s\n");
  CHECK(run.status == exited(1));
}

TEST_CASE("a target that dies is told in the failure it causes, and is started again") {
  if (!has_redis()) return;
  const Workspace workspace;
  workspace.write(
      "a.volley",
      redis +
          "scenario \"down\" {\n    connect c tcp redis\n    c > \"SHUTDOWN NOSAVE\\r\\n\"\n"
          "    c < \"+OK\\r\\n\"\n}\n"
          "scenario \"up\" {\n    connect c tcp redis\n    c > \"PING\\r\\n\"\n    c < \"+PONG\\r\\n\"\n}\n");
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(steady(run.out) ==
        "FAIL a.volley › down (T)\n"
        "a.volley:7:9: the connection was closed before any byte came: \"+OK\\r\\n\" waits for 5 more bytes\n"
        "    c < \"+OK\\r\\n\"\n"
        "        ^~~~~~~~~\n"
        "  expected  \"+OK\\r\\n\"\n"
        "  received  nothing\n"
        "             ^ byte 0\n"
        "  what happened:\n"
        "    T  connect c tcp 127.0.0.1:PORT\n"
        "    T  c > \"SHUTDOWN NOSAVE\\r\\n\"\n"
        "    T  c < eof  # stopped here\n"
        "  target redis exited with status 0\n"
        "  repeat: volley run a.volley:4 --seed 0\n"
        "ok   a.volley › up (T)\n"
        "1 passed, 1 failed, 0 skipped, 0 errors in T s\n");
}

TEST_CASE("a target that crashes after its last answer fails the scenario that saw the end, not the next one") {
  if (!has_redis()) return;
  const Workspace workspace;
  const auto debuggable = redis.substr(0, redis.find("\"--save\"")) + "\"--enable-debug-command\" \"yes\" " +
                          redis.substr(redis.find("\"--save\""));
  workspace.write(
      "a.volley",
      debuggable +
          "scenario \"crash\" {\n    connect c tcp redis\n    c > \"DEBUG SEGFAULT\\r\\n\"\n    c < closed\n}\n"
          "scenario \"innocent\" {\n    connect c tcp redis\n    c > \"PING\\r\\n\"\n    c < \"+PONG\\r\\n\"\n}\n");
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(
      steady(run.out).starts_with("FAIL a.volley › crash (T)\n"
                                  "a.volley:7:5: target redis was killed by SIGSEGV\n"));
  CHECK(
      steady(run.out).ends_with("ok   a.volley › innocent (T)\n"
                                "1 passed, 1 failed, 0 skipped, 0 errors in T s\n"));
}

TEST_CASE("scenarios share an instance of their target, but a fresh one has its own") {
  if (!has_redis()) return;
  const Workspace workspace;
  const auto scenario = [](std::string_view name, std::string_view property, std::string_view answer) {
    return fmt::format(
        "scenario \"{}\" {{\n    {}\n    connect c tcp redis\n    c > \"INCR n\\r\\n\"\n    c < \":{}\\r\\n\"\n}}\n",
        name, property, answer);
  };
  workspace.write("a.volley",
                  redis + scenario("first", "", "1") + scenario("alone", "fresh", "1") + scenario("second", "", "2"));
  const auto run = workspace.volley({"run", "a.volley", "--jobs", "4"});
  CHECK(steady(run.out) ==
        "ok   a.volley › first (T)\n"
        "ok   a.volley › alone (T)\n"
        "ok   a.volley › second (T)\n"
        "3 passed, 0 failed, 0 skipped, 0 errors in T s\n");
}

TEST_CASE("the option --target uses a server that already runs") {
  const Workspace workspace;
  workspace.write("a.volley",
                  "target server {\n    run \"no-such-program\" \"${port.control}\"\n}\n"
                  "scenario \"one\" {\n    connect c tcp server\n    c < \"hello\"\n    c < eof\n}\n"
                  "scenario \"two\" {\n    fresh\n    connect c tcp server\n}\n"
                  "scenario \"three\" {\n    connect c tcp server.control\n}\n");
  auto door = TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0));
  REQUIRE(door);
  const auto place = "server=" + door->local()->to_string();
  auto program = workspace.start({"run", "a.volley", "--target", place});
  {
    wait_until_readable(door->fd());
    auto accepted = door->accept(Blocking::yes);
    REQUIRE(accepted);
    REQUIRE(*accepted);
    REQUIRE((*accepted)->stream.send(std::as_bytes(std::span("hello", 5))));
  }
  const auto run = workspace.finish(std::move(program));
  CHECK(steady(run.out) ==
        "ok   a.volley › one (T)\n"
        "skip a.volley › two: needs an instance of server of its own, and --target gives one that runs already\n"
        "skip a.volley › three: needs server.control, and no --target server.control=HOST:PORT gives it\n"
        "1 passed, 0 failed, 2 skipped, 0 errors in T s\n");
  CHECK(run.status == exited(0));
  const auto control = "server.control=" + door->local()->to_string();
  const auto only_control = workspace.volley({"run", "a.volley", "--target", control});
  CHECK(steady(only_control.out) ==
        "skip a.volley › one: needs the port of server, and --target gives only others\n"
        "skip a.volley › two: needs an instance of server of its own, and --target gives one that runs already\n"
        "ok   a.volley › three (T)\n"
        "1 passed, 0 failed, 2 skipped, 0 errors in T s\n");
}

TEST_CASE("a name behind --target that no target or no port has is refused, with those that there are") {
  const Workspace workspace;
  workspace.write(
      "a.volley",
      "target server {\n    run \"no-such-program\" \"${port.control}\"\n    env \"LOG\" \"${endpoint.log}\"\n}\n" +
          user_of_server("one"));
  workspace.write("b.volley", independent);
  struct Row {
    std::string_view given;
    std::string_view complaint;
  };
  const Row rows[] = {
      {"sever", "no target is called 'sever'; did you mean 'server'?"},
      {"client", "no target is called 'client'; there is 'server'"},
      {"server.controll", "server has no port called 'controll'; did you mean 'server.control'?"},
      {"server.x", "server has no port called 'x'; there are 'server', 'server.control', 'server.log'"},
      {"server.\x1b[2J", "server has no port called '\\x1b[2J'; there are 'server', 'server.control', 'server.log'"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.given);
    const auto run = workspace.volley({"run", "a.volley", "--target", fmt::format("{}=127.0.0.1:1", row.given)});
    CHECK(run.out.empty());
    CHECK(run.err == fmt::format("volley: --target: {}\n", row.complaint));
    CHECK(run.status == exited(2));
  }
  const auto none = workspace.volley({"run", "b.volley", "--target", "a=127.0.0.1:1"});
  CHECK(none.err == "volley: --target: no target is called 'a'; the files have no targets\n");
  CHECK(none.status == exited(2));
}

TEST_CASE("a target that is slow to start holds nobody else up") {
  const Workspace workspace;
  std::string others;
  for (int i = 0; i < 30; ++i) {
    others += fmt::format("scenario \"{}\" {{\n    bind s udp\n    s < nothing for 5ms\n}}\n", i);
  }
  workspace.write("a.volley", shell_target("sleep 2; " + serve_forever) + user_of_server("slow"));
  workspace.write("b.volley", others);
  const auto run = workspace.volley({"run", ".", "--jobs", "31"});
  CHECK(run.status == exited(0));
  re2::StringPiece rest = run.out;
  double milliseconds = 0;
  int count = 0;
  while (RE2::FindAndConsume(&rest, R"(b\.volley › \d+ \((\d+\.\d) ms\))", &milliseconds)) {
    ++count;
    CHECK(milliseconds < 1000);  // one that was held up took the 2 s of the start
  }
  CHECK(count == 30);
}

TEST_CASE("a run that is interrupted while a target starts leaves nothing behind") {
  const Workspace workspace;
  const auto fifo = workspace.path("fifo");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  workspace.write("a.volley", shell_target("echo $$ > '" + fifo + "'; " + serve_forever,
                                           "ready output ~ /never/\n    within 1000s") +
                                  user_of_server("one"));
  auto program = workspace.start({"run", "a.volley"});
  const Descriptor end(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  wait_until_readable(end.get());  // the target runs
  std::array<char, 16> digits{};
  REQUIRE(read(end, std::as_writable_bytes(std::span(digits).first(15))));
  const auto pid = std::atoi(digits.data());
  REQUIRE(pid > 0);
  REQUIRE(program.signal(SIGINT));
  const auto run = workspace.finish(std::move(program));
  CHECK(steady(run.out) ==
        "skip a.volley › one: interrupted\n"
        "0 passed, 0 failed, 1 skipped, 0 errors in T s\n");
  CHECK(run.err == "volley: interrupted by SIGINT\n");
  CHECK(run.status == exited(130));
  CHECK(::kill(pid, 0) == -1);
}

TEST_CASE("a scenario sees how a target of its own ends, and may send it a signal") {
  const Workspace workspace;
  const auto user = [](std::string_view name, std::string_view steps) {
    return fmt::format("scenario \"{}\" {{\n    fresh\n    {}\n}}\n", name, steps);
  };
  workspace.write(
      "a.volley",
      shell_target("trap 'exit 3' USR1; " + serve_forever) +
          user("asked to end", "signal server usr1\n    server exits 3") +
          user("killed", "signal server kill\n    server killed by kill within 2s\n    server killed by kill") +
          user("otherwise", "signal server usr1\n    server killed by usr1") +
          user("unexpected", "signal server kill\n    wait 50ms") + user("runs on", "server exits 0 within 20ms"));
  const auto run = workspace.volley({"run", "a.volley"});
  CAPTURE(run.out);
  CHECK(run.out.find("ok   a.volley › asked to end (") != std::string::npos);
  CHECK(run.out.find("ok   a.volley › killed (") != std::string::npos);
  CHECK(run.out.find("server exited with status 3 where death by SIGUSR1 was due") != std::string::npos);
  CHECK(run.out.find("target server was killed by SIGKILL") != std::string::npos);
  CHECK(run.out.find("server still runs after 20ms: exit status 0 was due") != std::string::npos);
  CHECK(run.out.find("2 passed, 3 failed, 0 skipped, 0 errors in ") != std::string::npos);
}

TEST_CASE("a scenario whose program is not installed is skipped, and one without a directory is not asked for one") {
  const Workspace workspace;
  workspace.write("a.volley",
                  "scenario \"missing\" {\n    start p \"no-such-program\" \"x\"\n}\n"
                  "scenario \"there\" {\n    start p \"true\"\n    p exits 0\n}\n");
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(steady(run.out) ==
        "skip a.volley › missing: no-such-program is not installed\n"
        "ok   a.volley › there (T)\n"
        "1 passed, 0 failed, 1 skipped, 0 errors in T s\n");
  CHECK(run.status == exited(0));
}

TEST_CASE("a failure tells how the programs of its scenario ended, and their last words") {
  const Workspace workspace;
  workspace.write("a.volley",
                  "scenario \"cut\" {\n    start p \"sh\" \"-c\" \"echo one; echo no >&2; exit 9\"\n"
                  "    p exits 9\n    p < \"two\"\n}\n");
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(run.out.find("; its last words:\n    no\n  repeat: ") != std::string::npos);
  CHECK(run.status == exited(1));
}

TEST_CASE("a scenario reaches the unix socket that its target was given") {
  const Workspace workspace;
  workspace.write("a.volley", R"(target server {
    run "perl" "-e" "use IO::Socket::UNIX; $s = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 1) or die; $| = 1; print qq(up\\n); while ($c = $s->accept) { print $c scalar <$c>; close $c }" "${socket.ctl}"
    ready output ~ /up/
}
scenario "an echo" {
    connect c unix server.ctl
    c > "hello\n"
    c < "hello\n"
    c < eof
}
)");
  const auto run = workspace.volley({"run", "a.volley"});
  CAPTURE(run.out, run.err);
  CHECK(run.status == exited(0));
}

TEST_CASE("when volley is killed, a scenario's programs and its directory with the sockets in it are gone") {
  const Workspace workspace;
  workspace.write("a.volley",
                  "scenario \"long\" {\n    listen door unix\n"
                  "    start p \"sh\" \"-c\" \"pwd > " +
                      workspace.path("where.new") + "; mv " + workspace.path("where.new") + " " +
                      workspace.path("where") + "; exec sleep 1000\"\n    p < eof within 60s\n}\n");
  auto program = workspace.start({"run", "a.volley"});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (::access(workspace.path("where").c_str(), F_OK) < 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  auto dir = read_text(workspace.path("where"));
  dir.pop_back();
  CHECK(::access((dir + "/door-1.sock").c_str(), F_OK) == 0);
  REQUIRE(program.signal(SIGKILL));
  CHECK(workspace.finish(std::move(program)).status == ExitStatus{ExitStatus::Kind::signalled, SIGKILL});
  while (::access(dir.c_str(), F_OK) == 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  CHECK(::access(dir.c_str(), F_OK) < 0);
}

}  // namespace volley::test
