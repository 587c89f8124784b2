// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>
#include <volley/stream_socket.h>
#include <volley/temp_dir.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>
#include <utility>

#include "catch.h"
#include "recipes.h"
#include "target/instance.h"
#include "target/target.h"

namespace volley::target {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

Supervisor forked() {
  auto supervisor = Supervisor::fork();
  REQUIRE(supervisor);
  return std::move(*supervisor);
}

Target started(const plan::Recipe& recipe, const Supervisor& supervisor) {
  auto target = Target::start(recipe, supervisor, "/", 1);
  if (!target) FAIL(target.error().what);
  return std::move(*target);
}

Target::Failure failed(const plan::Recipe& recipe, double slow_factor = 1) {
  const Supervisor supervisor = forked();
  auto target = Target::start(recipe, supervisor, "/", slow_factor);
  REQUIRE_FALSE(target);
  return std::move(target.error());
}

/// What a server answers to one request.
std::string ask(const Endpoint& endpoint, std::string_view request) {
  auto stream = StreamSocket::open(endpoint.domain(), Blocking::yes);
  REQUIRE(stream);
  REQUIRE(stream->start_connect(endpoint));
  REQUIRE(stream->send_all(as_bytes(request)));
  std::array<std::byte, 256> buffer{};
  const auto received = stream->receive(buffer);
  REQUIRE(received);
  return {reinterpret_cast<const char*>(buffer.data()), received->count};
}

bool lacks(const plan::Recipe& recipe) {
  const auto found = Target::find(recipe, "/");
  if (!found) WARN(found.error() + " is not installed");
  return !found;
}

}  // namespace

TEST_CASE("redis starts, answers and stops clean, and its directory goes with it") {
  if (lacks(redis_recipe())) return;
  const Supervisor supervisor = forked();
  Target redis = started(redis_recipe(), supervisor);
  CHECK(redis.name() == "redis");
  CHECK(redis.alive());
  CHECK(redis.exit_status() == std::nullopt);
  CHECK(fs::is_directory(redis.dir()));
  CHECK(ask(redis.endpoint(), "PING\r\n") == "+PONG\r\n");
  CHECK(redis.output().out.text.find("Ready to accept connections") != std::string::npos);

  const std::string dir = redis.dir();
  const auto stopped = redis.stop();
  CHECK(stopped.what.empty());
  CHECK(stopped.clean);
  CHECK(stopped.was_running);
  CHECK(stopped.status == ExitStatus{});
  CHECK_FALSE(redis.alive());
  CHECK_FALSE(fs::exists(dir));
  CHECK(redis.output().out.text.find("bye bye") != std::string::npos);
}

TEST_CASE("redis is ready on IPv6 and on a unix socket too") {
  if (lacks(redis_recipe())) return;
  const Supervisor supervisor = forked();
  const auto over_unix =
      started(recipe("redis", {"redis-server", "--port", "0", "--unixsocket", "${socket.main}"}), supervisor);
  CHECK(over_unix.endpoint("main").path() == over_unix.dir() + "/main.sock");
  CHECK(ask(over_unix.endpoint("main"), "PING\r\n") == "+PONG\r\n");

  const auto over_ipv6 = Target::start(redis_recipe(), supervisor, "/", 1, {.host = *IpAddress::parse("::1")});
  if (!over_ipv6) {
    WARN("no redis on ::1: " + over_ipv6.error().what);
    return;
  }
  CHECK(over_ipv6->endpoint().to_string().starts_with("[::1]:"));
  CHECK(ask(over_ipv6->endpoint(), "PING\r\n") == "+PONG\r\n");
}

TEST_CASE("memcached starts as another user and stops clean") {
  auto made = recipe("memcached", {"memcached", "-l", "${host}", "-p", "${port}", "-U", "0", "-t", "1"});
  if (::geteuid() == 0) {
    made.argv.push_back(text_template("-u"));
    made.argv.push_back(text_template("nobody"));
  } else {
    WARN("not root: memcached runs as the same user");
  }
  if (lacks(made)) return;
  const Supervisor supervisor = forked();
  Target memcached = started(made, supervisor);
  CHECK(ask(memcached.endpoint(), "version\r\n").starts_with("VERSION "));
  const auto stopped = memcached.stop();
  CHECK(stopped.what.empty());
  CHECK(stopped.clean);
}

TEST_CASE("a program gets its arguments, environment, directory and files as the recipe says") {
  auto made =
      shell_recipe("cat conf/a; cat \"$CONF\"; pwd; echo ${port} ${port.b} $HOME $TMPDIR $LC_ALL; echo up; read x");
  made.files.push_back({text_template("${dir}/conf/a"), text_template("port ${port.b}\n")});
  made.files.push_back({text_template("b"), text_template("second\n")});
  made.environment.emplace_back("CONF", text_template("${dir}/b"));
  made.stop = plan::Recipe::Stop::close_stdin;
  const Supervisor supervisor = forked();
  const Target target = started(made, supervisor);
  const std::string port = std::to_string(target.endpoint().port());
  const std::string b = std::to_string(target.endpoint("b").port());
  const std::string dir = target.dir();
  CHECK(port != b);
  CHECK(target.output().out.text ==
        "port " + b + "\nsecond\n" + dir + "\n" + port + " " + b + " " + dir + " " + dir + " C\nup\n");
}

TEST_CASE("a program with a slash is looked for beside the scenario") {
  const auto dir = TempDir::make();
  REQUIRE(dir);
  std::ofstream(dir->path() + "/server.sh") << "#!/bin/sh\necho \"$0\"; echo up; exec sleep 100\n";
  fs::permissions(dir->path() + "/server.sh", fs::perms(0755));
  auto made = recipe("server", {"./server.sh"});
  made.ready = plan::Recipe::ReadyOutput{plan::Regex("up")};
  CHECK(Target::find(made, dir->path()));
  CHECK_FALSE(Target::find(made, "/"));
  const Supervisor supervisor = forked();
  CHECK(Target::start(made, supervisor, dir->path(), 1));
}

TEST_CASE("a program that is not installed is told apart from one that fails") {
  constexpr std::array<std::pair<const char*, const char*>, 4> rows{{
      {"no-such-server", "neither PATH nor /usr/sbin has it"},
      {"no-such-server --port", "each argument is a text of its own, and a program has no spaces"},
      {"/usr/sbin/no-such-server", "there is no such file"},
      {"./no-such-server", "a program with a slash stands beside the scenario file"},
  }};
  for (const auto& [name, cure] : rows) {
    const auto failure = failed(recipe("ghost", {name, "--port", "${port}"}));
    CHECK(failure.what == std::string(name) + " is not installed; " + cure);
    CHECK(failure.skip);
    CHECK_FALSE(failure.error);
    CHECK(Target::find(recipe("ghost", {name}), "/").error() == name);
  }
}

TEST_CASE("a program that cannot be executed is an error of the system") {
  const auto failure = failed(recipe("secret", {"/etc/passwd"}));
  CHECK(failure.what == "secret cannot be started: execve /etc/passwd: Permission denied");
  CHECK_FALSE(failure.skip);
  CHECK(failure.error == Error{EACCES, "execve", "/etc/passwd"});
}

TEST_CASE("a file outside of the directory stops the start") {
  auto made = shell_recipe("echo up; exec sleep 100");
  made.files.push_back({text_template("${dir}/../volley-test"), text_template("x")});
  const auto failure = failed(made);
  CHECK(failure.what.starts_with("server cannot be started: file \"/"));
  CHECK(failure.what.ends_with("/../volley-test\" is not below ${dir}"));
  CHECK_FALSE(failure.error);
}

TEST_CASE("a program that ends with status 77 before it is ready cannot run here, and says why") {
  struct Row {
    const char* script;
    const char* what;
    bool skip;
  };
  const Row rows[] = {
      {"exit 77", "server cannot run here", true},
      {"echo 'needs a network' >&2; exit 77", "server cannot run here: needs a network", true},
      {"echo 'one'; echo 'two'; exit 77", "server cannot run here: two", true},
      {"exit 76", "server exited with status 76 before it was ready", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.script);
    const auto failure = failed(shell_recipe(row.script));
    CHECK(failure.what == row.what);
    CHECK(failure.skip == row.skip);
    CHECK(failure.status.has_value());
  }
}

TEST_CASE("a program is found in /usr/sbin, wherever PATH leads") {
  const auto found = find_file("nologin", "/");
  REQUIRE(found);
  CHECK(found->ends_with("sbin/nologin"));
}

TEST_CASE("a program that ends before it is ready is told with its status and its last words") {
  struct Row {
    const char* script;
    const char* what;
    std::optional<ExitStatus> status;
  };
  const Row rows[] = {
      {"exit 1", "server exited with status 1 before it was ready", ExitStatus{ExitStatus::Kind::exited, 1}},
      {"echo hello; echo 'bad config' >&2; exit 2",
       "server exited with status 2 before it was ready; its stderr ends: bad config",
       ExitStatus{ExitStatus::Kind::exited, 2}},
      {"echo 'on stdout\t!'; exit 3", "server exited with status 3 before it was ready; its stdout ends: on stdout\t!",
       ExitStatus{ExitStatus::Kind::exited, 3}},
      {"kill -SEGV $$", "server was killed by SIGSEGV before it was ready",
       ExitStatus{ExitStatus::Kind::signalled, SIGSEGV}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.script);
    for (const bool tcp : {false, true}) {
      auto made = shell_recipe(row.script);
      if (tcp) made.ready = plan::Recipe::ReadyTcp{};
      const auto failure = failed(made);
      CHECK(failure.what == row.what);
      CHECK(failure.status == row.status);
      CHECK_FALSE(failure.skip);
      CHECK_FALSE(failure.error);
    }
  }
}

TEST_CASE("a failure keeps the end of stderr") {
  const auto failure = failed(shell_recipe("head -c 10000 /dev/zero | tr '\\0' x >&2; echo end >&2; exit 1"));
  CHECK(failure.stderr_tail == std::string(4092, 'x') + "end\n");
  CHECK(failure.what.size() < 300);
}

TEST_CASE("a program that is not ready in time is told with what it lacks") {
  auto by_output = shell_recipe("echo almost up; exec sleep 100");
  by_output.within = 100ms;
  CHECK(failed(by_output).what ==
        "server was not ready within 100 ms: no whole line of its output matches /up/; its stdout ends: almost up");
  auto by_open_line = shell_recipe("printf 'not so\\nup'; exec sleep 100");
  by_open_line.within = 100ms;
  CHECK(failed(by_open_line).what ==
        "server was not ready within 100 ms: no whole line of its output matches /up/; "
        "its stdout ends, in a line without an end: up");
  CHECK(failed(by_output, 1.5).what.starts_with("server was not ready within 150 ms: "));

  auto by_tcp = recipe("server", {"sleep", "100"});
  by_tcp.within = 50ms;
  const auto failure = failed(by_tcp);
  CHECK(failure.what.starts_with("server was not ready within 50 ms: nothing accepts connections on 127.0.0.1:"));
  CHECK(failure.status == std::nullopt);
}

TEST_CASE("where an address is in use, another port is tried, three in all") {
  const auto dir = TempDir::make();
  REQUIRE(dir);
  const std::string log = dir->path() + "/ports";
  const auto ports = [&] {
    std::ifstream file(log);
    return std::vector<std::string>(std::istream_iterator<std::string>(file), {});
  };
  auto made = shell_recipe("echo ${port} >> $LOG; echo 'bind: Address already in use' >&2; exit 1");
  made.environment.emplace_back("LOG", text_template(log));
  CHECK(failed(made).what ==
        "server exited with status 1 before it was ready; its stderr ends: bind: Address already in use");
  const auto tried = ports();
  REQUIRE(tried.size() == 3);

  fs::remove(log);
  auto lucky = shell_recipe(
      "echo ${port} >> $LOG; test $(wc -l < $LOG) = 3 && echo up && exec sleep 100; echo 'address in use: EADDRINUSE'; "
      "exit 1");
  lucky.environment = made.environment;
  const Supervisor supervisor = forked();
  const Target target = started(lucky, supervisor);
  CHECK(ports().size() == 3);
  CHECK(ports().back() == std::to_string(target.endpoint().port()));
}

TEST_CASE("a program that floods its output runs on, and little of it is kept") {
  const Supervisor supervisor = forked();
  auto made = shell_recipe("head -c 100000000 /dev/zero; echo; echo up; exec sleep 100");
  made.within = 60s;
  const Target target = started(made, supervisor);
  const Output output = target.output();
  CHECK(output.out.bytes == 100'000'004);
  CHECK(output.out.text.size() < 66'000);
  CHECK(output.out.text.ends_with("\nup\n"));
}

TEST_CASE("targets start from several threads at once, each with ports of its own") {
  const Supervisor supervisor = forked();
  std::vector<std::optional<Target>> targets(8);
  std::vector<std::thread> threads;
  for (auto& target : targets) {
    threads.emplace_back([&] {
      auto made = Target::start(shell_recipe("echo ${port} up; echo up; exec sleep 100"), supervisor, "/", 1);
      if (made) target = std::move(*made);
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<std::uint16_t> ports;
  for (const auto& target : targets) {
    REQUIRE(target);
    ports.insert(target->endpoint().port());
  }
  CHECK(ports.size() == targets.size());
}

TEST_CASE("an external target is only a name and its endpoints") {
  const Endpoint endpoint(Ipv4Address({127, 0, 0, 1}), 6379);
  const Endpoint other(Ipv4Address({127, 0, 0, 1}), 6380);
  Target target = Target::external("redis", {{"", endpoint}, {"other", other}});
  CHECK(target.name() == "redis");
  CHECK(target.endpoint() == endpoint);
  CHECK(target.endpoint("other") == other);
  CHECK(target.dir().empty());
  CHECK(target.alive());
  CHECK(target.exit_fd() == -1);
  CHECK(target.pid() == -1);
  CHECK(target.output() == Output{});
  CHECK(target.signal(SIGTERM).error() == Error{ESRCH, "pidfd_send_signal", "SIGTERM"});
  target.keep_dir();
  CHECK(target.stop().clean);
}

}  // namespace volley::target
