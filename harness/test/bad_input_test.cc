// SPDX-License-Identifier: Apache-2.0
// What is no scenario file, or a bad one: each command tells it in a line or two, soon, and leaves nothing behind.
#include <fmt/format.h>
#include <re2/re2.h>
#include <sys/stat.h>
#include <unistd.h>
#include <volley/listen_socket.h>

#include <filesystem>
#include <functional>
#include <set>

#include "program_workspace.h"

namespace volley::test {
namespace {

namespace fs = std::filesystem;

/// All files below a directory, but what tests themselves leave there, with their sizes.
std::set<std::string> tree(const std::string& directory) {
  std::set<std::string> entries;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    const auto name = entry.path().lexically_relative(directory).string();
    if (name == ".out" || name == ".err") continue;
    entries.insert(fs::is_regular_file(entry.symlink_status()) ? fmt::format("{} {}", name, entry.file_size()) : name);
  }
  return entries;
}

const std::string good = "scenario \"good\" {\n    expect 1 == 1\n}\n";

struct Row {
  std::string_view name;
  std::function<void(const Workspace&)> make;
  std::string argument;
  std::string complaint;
};

const std::string nul_and_bytes("\0\xff", 2);

const std::vector<Row>& rows() {
  static const std::vector<Row> all{
      {"no such file", [](const Workspace&) {}, "x.volley", "volley: x.volley: no such file or directory\n"},
      {"a name that would end the line and command the terminal", [](const Workspace&) {}, "a\n\x1b[31m\xff.volley",
       "volley: a\\n\\x1b[31m\\xff.volley: no such file or directory\n"},
      {"a pipe", [](const Workspace& at) { REQUIRE(::mkfifo(at.path("x.volley").c_str(), 0600) == 0); }, "x.volley",
       "volley: x.volley: this is neither a file nor a directory\n"},
      {"a pipe in a directory",
       [](const Workspace& at) {
         at.write("d/a.volley", good);
         REQUIRE(::mkfifo(at.path("d/x.volley").c_str(), 0600) == 0);
       },
       "d", "volley: d/x.volley: this is neither a file nor a directory\n"},
      {"a device", [](const Workspace& at) { fs::create_symlink("/dev/zero", at.path("x.volley")); }, "x.volley",
       "volley: x.volley: this is neither a file nor a directory\n"},
      {"a socket in a directory",
       [](const Workspace& at) {
         fs::create_directory(at.path("d"));
         auto door = ListenSocket::open(AF_UNIX, Blocking::no);
         REQUIRE(door);
         REQUIRE(door->bind(Endpoint::unix_path(at.path("d/x.volley")).value()));
       },
       "d", "volley: d/x.volley: this is neither a file nor a directory\n"},
      {"a directory with the name of a file", [](const Workspace& at) { fs::create_directory(at.path("x.volley")); },
       "x.volley", "volley: x.volley: there is no scenario file (*.volley) in this directory\n"},
      {"a circle of links",
       [](const Workspace& at) {
         fs::create_symlink("y.volley", at.path("x.volley"));
         fs::create_symlink("x.volley", at.path("y.volley"));
       },
       "x.volley", "volley: x.volley: Too many levels of symbolic links\n"},
      {"a circle of links in a directory",
       [](const Workspace& at) {
         fs::create_directory(at.path("d"));
         fs::create_symlink("x.volley", at.path("d/x.volley"));
       },
       "d", "volley: open d/x.volley: Too many levels of symbolic links\n"},
      {"a link to nothing in a directory",
       [](const Workspace& at) {
         fs::create_directory(at.path("d"));
         fs::create_symlink("nowhere", at.path("d/x.volley"));
       },
       "d", "volley: open d/x.volley: No such file or directory\n"},
      {"a file of 100 MB",
       [](const Workspace& at) {
         at.write("x.volley", good);
         fs::resize_file(at.path("x.volley"), 100'000'000);
       },
       "x.volley", "volley: x.volley: a scenario file has at most 16 MiB\n"},
      {"a binary file", [](const Workspace& at) { at.write("x.volley", nul_and_bytes); }, "x.volley",
       "x.volley:1:1: error: control byte 0x00 in a scenario file [control-byte]\n..\n^\n"
       "hint: in a text any byte is written '\\xHH'\n"
       "x.volley:1:2: error: byte 0xff is not UTF-8 [not-utf8]\n..\n ^\n"
       "hint: in a text any byte is written '\\xHH'\n"},
      {"half a file", [](const Workspace& at) { at.write("x.volley", good.substr(0, 21)); }, "x.volley",
       "x.volley:1:17: error: the block of this scenario is not closed [unclosed-block]\nscenario \"good\" {\n         "
       "       ^\n"
       "hint: a '}' closes it\n"},
  };
  return all;
}

}  // namespace

TEST_CASE("what is no scenario file is told by every command, with exit status 2, and nothing is left behind") {
  for (const auto& row : rows()) {
    for (const Words& command : {Words{"run"}, Words{"check"}, Words{"list"}, Words{"fmt"}, Words{"fmt", "--check"}}) {
      CAPTURE(row.name, command.front());
      const Workspace workspace;
      row.make(workspace);
      const auto before = tree(workspace.path("."));
      auto words = command;
      words.push_back(row.argument);
      const auto run = workspace.volley(words);
      CHECK(run.out.empty());
      CHECK(run.err == row.complaint);
      CHECK(run.status == exited(2));
      CHECK(tree(workspace.path(".")) == before);
    }
  }
}

TEST_CASE("a file or directory that may not be read is told by every command") {
  const Workspace workspace;
  const bool is_root = ::geteuid() == 0;
  const auto volley =
      (is_root ? "setpriv --reuid=65534 --regid=65534 --clear-groups '" : "'") + volley_program() + "' ";
  fs::permissions(workspace.path("."), fs::perms::owner_all | fs::perms::others_read | fs::perms::others_exec);
  if (workspace.shell(volley + "--version").status != exited(0)) {
    WARN("not shown: root reads every file, and nobody else may run volley here");
    return;
  }
  workspace.write("x.volley", good);
  workspace.write("d/x.volley", good);
  for (const auto* closed : {"x.volley", "d"}) fs::permissions(workspace.path(closed), fs::perms::none);
  for (const std::string command : {"run", "check", "list", "fmt", "fmt --check"}) {
    CAPTURE(command);
    const auto file = workspace.shell(volley + command + " x.volley");
    CHECK(file.err == "volley: open x.volley: Permission denied\n");
    CHECK(file.status == exited(2));
    const auto directory = workspace.shell(volley + command + " d");
    CHECK(directory.err == "volley: d: Permission denied\n");
    CHECK(directory.status == exited(2));
  }
  fs::permissions(workspace.path("d"), fs::perms::owner_all);
}

TEST_CASE("an empty file is well-formed, but nothing to run") {
  const Workspace workspace;
  workspace.write("x.volley", "");
  CHECK(workspace.volley({"check", "x.volley"}).out == "1 file, 0 scenarios: nothing wrong\n");
  CHECK(workspace.volley({"list", "x.volley"}).out.empty());
  CHECK(workspace.volley({"fmt", "--check", "x.volley"}).status == exited(0));
  const auto run = workspace.volley({"run", "x.volley"});
  CHECK(run.err == "volley: nothing ran\n");
  CHECK(run.status == exited(3));
}

TEST_CASE("what a shell puts in the place of a file is read, up to a limit") {
  const Workspace workspace;
  workspace.write("good", good);
  const auto volley = "'" + volley_program() + "' ";
  CHECK(workspace.shell("cat good | " + volley + "check /dev/stdin").out == "1 file, 1 scenario: nothing wrong\n");
  const auto endless = workspace.shell(volley + "check /dev/stdin < /dev/zero");
  CHECK(endless.err == "volley: /dev/stdin: a scenario file has at most 16 MiB\n");
  CHECK(endless.status == exited(2));
}

TEST_CASE("a file that changes or vanishes while it runs is told as it was read") {
  const Workspace workspace;
  auto door = TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0));
  REQUIRE(door);
  workspace.write("a.volley", "scenario \"s\" {\n    connect c tcp " + door->local()->to_string() +
                                  "\n    c < \"never\"\n}\n" + good);
  auto program = workspace.start({"run", "a.volley", "--jobs", "1"});
  wait_until_readable(door->fd());
  fs::remove(workspace.path("a.volley"));
  auto connection = door->accept(Blocking::yes);
  REQUIRE(connection);
  connection->reset();
  const auto run = workspace.finish(std::move(program));
  CHECK(run.out.contains("a.volley:3:9: the connection was "));
  CHECK(run.out.contains("\n    c < \"never\"\n        ^~~~~~~\n"));
  CHECK(run.out.contains("1 passed, 1 failed, "));
  CHECK(run.status == exited(1));
}

TEST_CASE("check, list and fmt run nothing and open no socket") {
  const Workspace workspace;
  if (workspace.shell("ASAN_OPTIONS=detect_leaks=0 strace -o /dev/null true").status != exited(0)) {
    WARN("not shown: strace is not installed, or may not trace");
    return;
  }
  const auto touched = workspace.path("touched");
  workspace.write("a.volley", "target t {\n    run \"touch\" \"" + touched +
                                  "\"\n    ready tcp\n}\n"
                                  "scenario \"s\" {\n    needs ipv6\n    start p \"touch\" \"" +
                                  touched +
                                  "\"\n    connect c tcp t\n    listen d tcp\n    bind u udp\n    listen e unix\n}\n");
  for (const std::string command : {"check a.volley", "check --dump plan a.volley", "list a.volley", "fmt a.volley",
                                    "fmt --check a.volley", "fmt - < a.volley", "help run", "--version"}) {
    CAPTURE(command);
    const auto traced = workspace.shell("ASAN_OPTIONS=detect_leaks=0 strace -f -o log -e trace=%network,%process '" +
                                        volley_program() + "' " + command);
    CHECK(traced.status == exited(0));
    CHECK(traced.err.empty());
    const auto log = read_text(workspace.path("log"));
    CHECK(log.contains("execve("));
    CHECK(log.find("execve(") == log.rfind("execve("));
    for (const auto* call : {"socket(", "socketpair(", "connect(", "bind(", "fork("}) CHECK_FALSE(log.contains(call));
    re2::StringPiece rest(log);
    std::string flags;
    while (RE2::FindAndConsume(&rest, R"(clone3?\((.*))", &flags)) CHECK(flags.contains("CLONE_THREAD"));
    CHECK_FALSE(fs::exists(touched));
  }
}

TEST_CASE("a run writes below its directories and to its reports only") {
  const Workspace workspace;
  workspace.write("suite/a.volley", R"(target t {
    file  "${dir}/greeting" "hello"
    run   "perl" "-e" "use IO::Socket::INET; $| = 1; open my $f, '<', 'greeting'; my $l = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1:${port}') or die; print qq(ready\n); while (my $c = $l->accept) { print $c 'hello'; open my $g, '>', 'said'; print $g 'x' }"
    ready output ~ /ready/
}
scenario "server" {
    connect c tcp t
    c < "hello"
}
scenario "programs and sockets" {
    listen door unix
    connect a unix door from "a"
    start p "sh" "-c" "echo x > here; mkdir sub; echo y > $HOME/there; echo z > $TMPDIR/also; echo done"
    p < "done\n"
    p exits 0
}
)");
  for (const auto* directory : {"home", "tmp", "state", "cwd"}) fs::create_directory(workspace.path(directory));
  const auto before = tree(workspace.path("."));
  const auto run = workspace.shell(
      "cd cwd && HOME=$PWD/../home TMPDIR=$PWD/../tmp XDG_STATE_HOME=$PWD/../state '" + volley_program() +
      "' run ../suite --report junit=../out.xml --report json=../out.jsonl --pcap ../packets");
  CHECK(steady(run.out).ends_with("2 passed, 0 failed, 0 skipped, 0 errors in T s\n"));
  std::set<std::string> written;
  for (const auto& entry : tree(workspace.path("."))) {
    if (!before.contains(entry)) written.insert(entry.substr(0, entry.find_first_of("/ ")));
  }
  CHECK(written == std::set<std::string>{"out.jsonl", "out.xml", "packets"});
}

}  // namespace volley::test
