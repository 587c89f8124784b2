// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 (RFC 9110, 9112): GET and HEAD of the files of two sites, those of the suite.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http_request.h"
#include "message_count.h"
#include "protocol.h"
#include "stream.h"
#include "text.h"

namespace volley::planted {
namespace {

constexpr std::array table{
    Fault{"loses_unsent", "what the kernel does not take at once is lost"},
    Fault{"common_queue", "what waits for slow clients goes to the first one that can be written to"},
    Fault{"close_for_half_close", "a FIN ends both directions: answers that were not written yet are lost"},
    Fault{"reset_for_fin", "ends connections by RST"},
    Fault{"head_in_one_read", "looks for the end of a head only in what the last read gave"},
    Fault{"close_in_one_read", "knows 'Connection: close' only if one read gives it", "segment"},
    Fault{"method_in_one_read", "knows a HEAD only if the read that begins it has all of the word"},
    Fault{"content_in_one_read", "takes the content of a request for the next request if another read gives it",
          "segment"},
    Fault{"first_of_read", "of the requests of one read answers only the first"},
    Fault{"rest_of_read", "loses what a read has behind its last whole request", "split"},
    Fault{"long_ones_last", "sends an answer of more than 64 KiB behind the others of the same read"},
    Fault{"head_with_content", "sends content with the answer to a HEAD"},
    Fault{"head_without_length", "says of every HEAD that its content is empty"},
    Fault{"error_without_length", "does not say how long the content of an error is"},
    Fault{"field_names_case", "knows the names of fields only as they are usually written"},
    Fault{"close_ignored", "goes on behind a request with 'Connection: close'"},
    Fault{"http10_goes_on", "keeps connections of HTTP/1.0 open"},
    Fault{"percent_as_it_is", "does not decode percents in a target"},
    Fault{"escapes", "follows '..' in a target out of the site"},
    Fault{"method_case", "takes methods in small letters"},
    Fault{"no_host_needed", "takes requests without Host"},
    Fault{"first_of_two_hosts", "takes requests with two Hosts"},
    Fault{"content_is_request", "takes the content of a request for the next request"},
    Fault{"head_carried_over", "the request behind a HEAD gets no content either"},
    Fault{"site_carried_over", "answers for the site that the last request of any client was for"},
    Fault{"carried_over", "half a head of a client that left is the beginning of the next one's"},
    Fault{"length_off_by_one", "says one byte too few of what has more than 64 KiB"},
    Fault{"field_cut", "has 1,024 bytes for a line, and takes what follows for the next one"},
    Fault{"late", "answers after 7 s"},
    Fault{"crash", "crashes at the third request"},
    Fault{"no_ipv6_peers", "closes connections from addresses that do not fit into 16 characters", "ipv6"},
};

constexpr std::size_t longest_head = 32768;
constexpr std::size_t longest_content = 1UL << 20;
constexpr std::size_t long_answer = 65536;

using Site = std::map<std::string, std::string, std::less<>>;

std::map<std::string, Site, std::less<>> make_sites() {
  return {{"one.test",
           {{"/", "hello\n"},
            {"/index.html", "hello\n"},
            {"/digits", repeated("0123456789", 10)},
            {"/empty", ""},
            {"/big", std::string(1048576, '\0')}}},
          {"two.test", {{"/", "other\n"}, {"/index.html", "other\n"}}}};
}

/// What the connections of a server have in common.
struct Server {
  explicit Server(const Faults& chosen) : faults(chosen), count(chosen.has("crash")) {}

  Faults faults;
  MessageCount count;
  std::map<std::string, Site, std::less<>> sites = make_sites();
  std::string last_site = "one.test";
  std::string input_left;
};

/// An answer, and whether the connection goes on behind it.
struct Answer {
  int code = 200;
  std::string content = {};
  std::string fields = {};
  bool goes_on = true;
};

std::string_view reason(int code) {
  switch (code) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    default:
      return "HTTP Version Not Supported";
  }
}

Answer failure(int code, bool goes_on) {
  return {.code = code,
          .content = fmt::format("{}\n", reason(code)),
          .fields = code == 405 ? "Allow: GET, HEAD\r\n" : "",
          .goes_on = goes_on};
}

/// Cuts lines that a buffer of 1,024 bytes does not hold.
std::string with_short_lines(std::string_view head) {
  std::string result;
  std::size_t length = 0;
  for (const char c : head) {
    if (length == 1024) result += "\r\n";
    length = c == '\n' || length == 1024 ? 0 : length + 1;
    result += c;
  }
  return result;
}

class HttpSession : public Session {
 public:
  HttpSession(std::shared_ptr<Server> server, Connection& connection)
      : server_(std::move(server)), connection_(connection) {
    if (has("carried_over")) input_ = std::exchange(server_->input_left, {});
  }
  ~HttpSession() override {
    if (has("carried_over")) server_->input_left = input_;
  }

  void receive(std::string_view bytes) override {
    const auto known = input_.size();
    if (known == 0) method_cut_ = bytes.size() < std::string_view("HEAD ").size();
    input_ += bytes;
    last_read_ = bytes;
    bool any_request = false;
    while (!connection_.ended() && take_request(has("head_in_one_read") ? known : 0)) {
      any_request = true;
      if (has("first_of_read")) input_.clear();
    }
    if (has("rest_of_read") && any_request) input_.clear();
    if (!postponed_.empty()) connection_.send(std::exchange(postponed_, {}));
  }

  void finish() override { connection_.end(); }

 private:
  bool has(std::string_view fault) const { return server_->faults.has(fault); }
  std::size_t count(const Request& request, std::string_view name) const {
    return request.count(name, !has("field_names_case"));
  }
  std::string value(const Request& request, std::string_view name) const {
    return request.value(name, !has("field_names_case"));
  }

  /// Answers the request at the front of the input, if it is whole. Its head has no end before `searched`.
  bool take_request(std::size_t searched) {
    while (input_.starts_with("\r\n")) input_.erase(0, 2);
    const auto end = end_of_head(input_, std::min(searched, input_.size()));
    if (std::min(end, input_.size()) > longest_head) return answer("GET", failure(431, false), input_.size());
    if (end == input_.npos) return false;
    const auto head = input_.substr(0, end);
    const auto request = parse_head(has("field_cut") ? with_short_lines(head) : head);
    if (!request) return answer("GET", failure(400, false), end);
    const auto length = content_length(*request);
    if (!length) return answer(request->method, failure(400, false), end);
    if (*length > longest_content) return answer(request->method, failure(413, false), end);
    if (input_.size() < end + *length) {
      if (has("content_in_one_read")) return answer(request->method, respond(*request), input_.size());
      return false;
    }
    return answer(request->method, respond(*request), end + *length);
  }

  /// nullopt: it is no length, or there are several.
  std::optional<std::size_t> content_length(const Request& request) const {
    const auto lengths = count(request, "Content-Length");
    if (has("content_is_request") || lengths == 0) return 0;
    return lengths > 1 ? std::nullopt : number_of(value(request, "Content-Length"));
  }

  bool answer(const std::string& method, const Answer& answer, std::size_t taken) {
    server_->count.next();
    input_.erase(0, taken);
    const bool is_head = method == "HEAD" && !has("head_with_content") && !(has("method_in_one_read") && method_cut_);
    const bool without_content = std::exchange(was_head_, is_head && has("head_carried_over")) || is_head;
    const auto text = head_of(answer, method) + (without_content ? "" : answer.content);
    if (has("late")) {
      connection_.after(std::chrono::seconds(7), [this, text, goes_on = answer.goes_on] { send(text, goes_on); });
    } else if (has("long_ones_last") && answer.goes_on && text.size() > long_answer) {
      postponed_ += text;
    } else {
      send(text, answer.goes_on);
    }
    return true;
  }

  void send(const std::string& text, bool goes_on) {
    connection_.send(text);
    if (!goes_on) connection_.end();
  }

  std::string head_of(const Answer& answer, const std::string& method) const {
    auto length = answer.content.size();
    if (has("length_off_by_one") && length > long_answer) --length;
    if (has("head_without_length") && method == "HEAD") length = 0;
    std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nContent-Type: text/plain\r\n", answer.code,
                                   reason(answer.code), "Mon, 23 Nov 2026 00:00:00 GMT");
    if (answer.code < 400 || !has("error_without_length")) head += fmt::format("Content-Length: {}\r\n", length);
    return head + answer.fields + (answer.goes_on ? "" : "Connection: close\r\n") + "\r\n";
  }

  Answer respond(const Request& request) {
    const auto& version = request.version;
    if (!version.starts_with("HTTP/") || version.size() != 8 || version[6] != '.') return failure(400, false);
    if (version[5] != '1') return failure(505, false);
    if (count(request, "Transfer-Encoding") > 0) return failure(411, false);
    if (!host_is_right(request)) return failure(400, false);
    const auto method = has("method_case") ? upper(request.method) : request.method;
    const bool known = method == "POST" || method == "PUT" || method == "DELETE" || method == "OPTIONS";
    if (method != "GET" && method != "HEAD") return failure(known ? 405 : 501, goes_on(request));
    auto answer = find(request);
    answer.goes_on = goes_on(request);
    if (version == "HTTP/1.0" && answer.goes_on) answer.fields += "Connection: keep-alive\r\n";
    return answer;
  }

  bool host_is_right(const Request& request) const {
    const auto hosts = count(request, "Host");
    if (hosts == 0) return request.version == "HTTP/1.0" || has("no_host_needed");
    const auto host = value(request, "Host");
    return (hosts == 1 || has("first_of_two_hosts")) && host.find_first_of("/?#@ \t") == host.npos;
  }

  bool goes_on(const Request& request) const {
    const auto wish = lower(value(request, "Connection"));
    if (request.version == "HTTP/1.0") return wish.contains("keep-alive") || has("http10_goes_on");
    const bool seen = !has("close_in_one_read") || lower(last_read_).contains("close");
    return !wish.contains("close") || !seen || has("close_ignored");
  }

  Answer find(const Request& request) {
    std::string_view target = request.target;
    std::string host = value(request, "Host");
    if (lower(target.substr(0, 7)) == "http://") {
      target.remove_prefix(7);
      host = target.substr(0, target.find('/'));
      target.remove_prefix(std::min(target.find('/'), target.size()));
    }
    const auto name = lower(host.substr(0, host.find(':')));
    const auto chosen = has("site_carried_over") ? std::exchange(server_->last_site, name) : name;
    const auto site = server_->sites.find(server_->sites.contains(chosen) ? chosen : "one.test");
    target = target.substr(0, target.find('?'));
    const auto path = has("percent_as_it_is") ? std::string(target) : decode_percents(target);
    if (!path) return failure(400, true);
    if (has("escapes") && path->contains("/../")) return {.content = "other\n"};
    const auto file = site->second.find(*path);
    return file == site->second.end() ? failure(404, true) : Answer{.content = file->second};
  }

  std::shared_ptr<Server> server_;
  Connection& connection_;
  std::string input_;
  std::string last_read_;
  std::string postponed_;
  bool was_head_ = false;
  bool method_cut_ = false;
};

void serve(Loop& loop, Sockets& sockets, const Faults& chosen) {
  const StreamFaults stream{
      .drops_what_is_not_taken = chosen.has("loses_unsent"),
      .resets = chosen.has("reset_for_fin"),
      .closes_at_fin = chosen.has("close_for_half_close"),
      .no_ipv6_peers = chosen.has("no_ipv6_peers"),
      .common_queue = common_queue(chosen.has("common_queue")),
  };
  serve_streams(loop, sockets.listeners, stream, [server = std::make_shared<Server>(chosen)](Connection& connection) {
    return std::make_unique<HttpSession>(server, connection);
  });
}

}  // namespace

const Protocol http_protocol{"http", Transport::tcp, table, serve};

}  // namespace volley::planted
