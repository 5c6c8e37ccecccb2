#include "test_server.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "abide/beast.hpp"
#include "abide/cookie.hpp"

namespace http_test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;

asked seen_by_application(const http::request<http::string_body>& request) {
  asked seen{std::string(request.method_string()), std::string(request.target()), request.body(), {}};
  for (const auto& field : request) seen.fields.emplace_back(field.name_string(), field.value());
  return seen;
}

template <class Body>
http::response<Body> response_of(const told& t) {
  http::response<Body> response(static_cast<http::status>(t.status), 11);
  for (const auto& [name, value] : t.fields) response.insert(name, value);
  return response;
}

// An answer to HEAD has the fields of GET and no body.
template <class Body>
void write(tcp::socket& socket, http::response<Body>& response, bool head, error_code& error) {
  if (head) {
    http::response<http::empty_body> bare{response.base()};
    http::write(socket, bare, error);
  } else {
    http::write(socket, response, error);
  }
}

}  // namespace

struct test_server::state {
  abide::site site;
  application app;
  asio::io_context context;
  tcp::acceptor acceptor;
  std::atomic<bool> tls{false}, stopping{false};
  mutable std::mutex guard;
  std::string peer;
  asked seen;
  std::vector<abide::report_item> report;
  std::size_t exchanges = 0;
  std::thread thread;

  state(abide::site s, application a)
      : site(std::move(s)),
        app(std::move(a)),
        acceptor(context, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)) {
    thread = std::thread([this] { serve(); });
  }

  void serve() {
    while (!stopping) {
      error_code error;
      tcp::socket socket(context);
      acceptor.accept(socket, error);
      if (error || stopping) continue;
      beast::flat_buffer buffer;
      while (survives(socket, buffer)) {
      }
    }
  }

  // An exception from Abide becomes a 500, so that a test sees it.
  bool survives(tcp::socket& socket, beast::flat_buffer& buffer) {
    try {
      return exchange(socket, buffer);
    } catch (const std::exception& fault) {
      const std::string text = fault.what();
      error_code error;
      asio::write(
          socket,
          asio::buffer("HTTP/1.1 500 Thrown\r\nContent-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text),
          error);
      return false;
    }
  }

  // One exchange, as a server with Abide does it; false: close the connection.
  bool exchange(tcp::socket& socket, beast::flat_buffer& buffer) {
    error_code error;
    http::request_parser<http::string_body> parser;
    parser.header_limit(128 * 1024);
    parser.body_limit(boost::none);
    http::read_header(socket, buffer, parser, error);
    if (error) return refuse(socket, error);

    std::string from = socket.remote_endpoint(error).address().to_string();
    {
      const std::lock_guard lock(guard);
      if (!peer.empty()) from = peer;
    }
    abide::visit visit =
        abide::begin(site, parser.get(), {from, tls ? abide::transport::tls : abide::transport::plain});
    identify(visit, parser.get());
    const std::size_t limit = visit.body_limit();
    while (!parser.is_done() && (limit == 0 || parser.get().body().size() <= limit)) {
      http::read_some(socket, buffer, parser, error);
      if (error) return refuse(socket, error);
    }
    const bool cut = !parser.is_done(), head = parser.get().method() == http::verb::head;
    const bool alive = parser.get().keep_alive() && !cut;
    if (auto reply = abide::answer(visit, parser.get())) {
      write(socket, *reply, head, error);
      return !error && alive;
    }

    const asked request = seen_by_application(parser.get());
    const told t = app(request);
    if (t.opaque_body) {
      auto response = response_of<http::span_body<const char>>(t);
      response.body() = {t.body.data(), t.body.size()};
      respond(socket, visit, response, head, error);
    } else {
      auto response = response_of<http::string_body>(t);
      response.body() = t.body;
      respond(socket, visit, response, head, error);
    }
    const std::lock_guard lock(guard);
    seen = request;
    report = visit.report();
    ++exchanges;
    return !error && alive;
  }

  // A real application knows this from a session cookie; here fields say it.
  static void identify(abide::visit& visit, http::request_header<>& header) {
    const auto account = header.find("X-Account"), age = header.find("X-Age"), incentive = header.find("X-Incentive");
    if (account == header.end() && age == header.end()) return;
    abide::visitor about;
    if (age != header.end()) about.age = std::stoi(std::string(age->value()));
    about.incentive_asked = incentive != header.end();
    about.incentive_kept = incentive != header.end() && incentive->value() == "kept";
    const std::string name = account == header.end() ? "" : std::string(account->value());
    abide::identify(visit, header, name, about);
  }

  template <class Body>
  void respond(tcp::socket& socket, abide::visit& visit, http::response<Body>& response, bool head, error_code& error) {
    if (response.result_int() >= 200 && response.result_int() != 204 && response.result_int() != 304)
      response.prepare_payload();
    abide::finish(visit, response);
    write(socket, response, head, error);
  }

  static bool refuse(tcp::socket& socket, error_code why) {
    if (why == http::error::end_of_stream) return false;
    error_code error;
    asio::write(
        socket,
        asio::buffer(std::string_view("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")),
        error);
    return false;
  }
};

test_server::test_server(abide::site site, application app)
    : state_(std::make_unique<state>(std::move(site), std::move(app))) {}

test_server::~test_server() {
  state_->stopping = true;
  // One last connection wakes the accepting thread.
  error_code error;
  tcp::socket last(state_->context);
  last.connect(state_->acceptor.local_endpoint(), error);
  state_->thread.join();
}

unsigned short test_server::port() const noexcept { return state_->acceptor.local_endpoint().port(); }
abide::records* test_server::log() const noexcept { return state_->site.records(); }
void test_server::pretend_tls(bool tls) noexcept { state_->tls = tls; }
void test_server::pretend_peer(std::string peer) noexcept {
  const std::lock_guard lock(state_->guard);
  state_->peer = std::move(peer);
}
asked test_server::seen() const {
  const std::lock_guard lock(state_->guard);
  return state_->seen;
}
std::vector<abide::report_item> test_server::report() const {
  const std::lock_guard lock(state_->guard);
  return state_->report;
}
std::size_t test_server::exchanges() const {
  const std::lock_guard lock(state_->guard);
  return state_->exchanges;
}

// ---- The client: plain sockets, so that any bytes can be sent

namespace {

std::string take_line(std::string_view& text) {
  const std::size_t end = text.find("\r\n");
  std::string line(text.substr(0, end));
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
  return line;
}

answer take_answer(std::string_view& text) {
  answer a;
  const std::string first = take_line(text);
  if (first.size() > 12) a.status = static_cast<unsigned>(std::stoi(first.substr(9, 3)));
  for (std::string line = take_line(text); !line.empty(); line = take_line(text)) {
    const std::size_t colon = line.find(':');
    std::string value = colon == std::string::npos ? "" : line.substr(colon + 1);
    value.erase(0, value.find_first_not_of(' '));
    a.fields.emplace_back(line.substr(0, colon), value);
  }
  const std::string length = a.all("Content-Length");
  const bool bare = a.status == 304 || a.status == 204;
  const std::size_t size = bare             ? 0
                           : length.empty() ? text.size()
                                            : std::min<std::size_t>(text.size(), std::stoul(length));
  a.body = text.substr(0, size);
  text.remove_prefix(size);
  return a;
}

std::string exchange_bytes(unsigned short port, const std::string& bytes) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  const timeval patience{20, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string got;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) {
    for (std::size_t sent = 0; sent < bytes.size();) {
      const ssize_t n = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) break;
      sent += static_cast<std::size_t>(n);
    }
    ::shutdown(socket, SHUT_WR);
    char chunk[16384];
    for (ssize_t n; (n = ::recv(socket, chunk, sizeof chunk, 0)) > 0;) got.append(chunk, static_cast<std::size_t>(n));
  }
  ::close(socket);
  return got;
}

}  // namespace

std::vector<answer> talk(unsigned short port, const std::string& bytes) {
  const std::string got = exchange_bytes(port, bytes);
  std::vector<answer> answers;
  for (std::string_view rest = got; !rest.empty();) answers.push_back(take_answer(rest));
  return answers;
}

std::string request_text(std::string_view method, std::string_view target, const field_pairs& fields,
                         std::string_view body) {
  std::string text = std::string(method) + ' ' + std::string(target) + " HTTP/1.1\r\n";
  for (const auto& [name, value] : fields) text += name + ": " + value + "\r\n";
  if (!body.empty() && !has(fields, "Transfer-Encoding") && !has(fields, "Content-Length"))
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text + "\r\n" + std::string(body);
}

std::string all_of(const field_pairs& fields, std::string_view name) {
  std::string out;
  for (const auto& [n, v] : fields)
    if (abide::same_field(n, name)) out += (out.empty() ? "" : " | ") + v;
  return out;
}

bool has(const field_pairs& fields, std::string_view name) {
  for (const auto& field : fields)
    if (abide::same_field(field.first, name)) return true;
  return false;
}

std::vector<std::string> answer::set_cookies() const {
  std::vector<std::string> out;
  for (const auto& [name, value] : fields)
    if (abide::same_field(name, "Set-Cookie")) out.push_back(value);
  return out;
}

std::string answer::set_cookie(std::string_view name) const {
  std::string out;
  for (const std::string& field : set_cookies())
    if (abide::parse_set_cookie(field).name == name) out += (out.empty() ? "" : " | ") + field;
  return out;
}

told page(std::string body, field_pairs more) {
  told t{200, {{"Content-Type", "text/html; charset=utf-8"}}, std::move(body)};
  t.fields.insert(t.fields.end(), more.begin(), more.end());
  return t;
}

}  // namespace http_test
