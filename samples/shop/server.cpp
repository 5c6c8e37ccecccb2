#include "server.hpp"

#include <chrono>
#include <exception>
#include <iostream>
#include <map>
#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>

namespace firwick {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr auto idle_time = 30s;
constexpr std::uint32_t header_limit = 16 * 1024;
constexpr std::uint64_t body_limit = 64 * 1024;

auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

response refusal(http::status status) {
  response refused{status, 11};
  refused.set(http::field::content_type, "text/plain; charset=utf-8");
  refused.body() = std::string(http::obsolete_reason(status)) + "\n";
  refused.keep_alive(false);
  return refused;
}

/// What to say to a client whose request could not be read; nothing when nobody listens any more.
std::optional<response> refusal_for(error_code error) {
  if (error == http::error::header_limit) return refusal(http::status::request_header_fields_too_large);
  if (error == http::error::body_limit) return refusal(http::status::payload_too_large);
  if (error.category() != http::make_error_code(http::error::bad_method).category()) return std::nullopt;
  if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
  return refusal(http::status::bad_request);
}

/// One broken request must not stop the others.
response answered(const reply& finish, request& asked) {
  try {
    return finish(asked);
  } catch (const std::exception& error) {
    std::cerr << "shop: " << error.what() << '\n';
    return refusal(http::status::internal_server_error);
  }
}

asio::awaitable<void> write(beast::tcp_stream& stream, response& answer, bool head, error_code& error) {
  answer.prepare_payload();
  if (!head) {
    co_await http::async_write(stream, answer, into(error));
    co_return;
  }
  http::response<http::empty_body> bare{answer.base()};  // the length of the body that is not sent stays
  http::response_serializer<http::empty_body> serializer{bare};
  co_await http::async_write_header(stream, serializer, into(error));
}

/// Reads and answers one request. False: the connection is done.
asio::awaitable<bool> exchange(beast::tcp_stream& stream, beast::flat_buffer& buffer, const handler& handle,
                               const std::string& peer) {
  error_code error;
  http::request_parser<http::string_body> parser;
  parser.header_limit(header_limit);
  parser.body_limit(body_limit);

  stream.expires_after(idle_time);
  co_await http::async_read_header(stream, buffer, parser, into(error));
  reply finish;
  if (!error) {
    finish = handle(parser.get(), peer);
    co_await http::async_read(stream, buffer, parser, into(error));
  }
  if (error) {
    if (auto refused = refusal_for(error)) co_await write(stream, *refused, false, error);
    co_return false;
  }

  request& asked = parser.get();
  response answer = answered(finish, asked);
  answer.version(asked.version());
  answer.keep_alive(asked.keep_alive() && answer.keep_alive());
  co_await write(stream, answer, asked.method() == http::verb::head, error);
  co_return !error && answer.keep_alive();
}

asio::awaitable<void> converse(tcp::socket socket, const handler& handle) {
  error_code error;
  const auto remote = socket.remote_endpoint(error);
  const std::string peer = error ? std::string{} : remote.address().to_string();
  beast::tcp_stream stream{std::move(socket)};
  beast::flat_buffer buffer;
  while (co_await exchange(stream, buffer, handle, peer)) {
  }
  stream.socket().shutdown(tcp::socket::shutdown_send, error);
}

asio::awaitable<void> welcome(tcp::acceptor& acceptor, const handler& handle) {
  for (;;) {
    error_code error;
    tcp::socket socket = co_await acceptor.async_accept(into(error));
    if (error == asio::error::operation_aborted) co_return;
    if (!error) {
      asio::co_spawn(acceptor.get_executor(), converse(std::move(socket), handle), asio::detached);
      continue;
    }
    asio::steady_timer pause{acceptor.get_executor(), 100ms};  // out of file descriptors, most likely: let some close
    co_await pause.async_wait(into(error));
  }
}

}  // namespace

struct server::state {
  asio::io_context context{1};
  std::string address;
  std::map<unsigned short, tcp::acceptor> doors;
  std::map<unsigned short, handler> handlers;
};

server::server(std::string address) : state_(std::make_unique<state>()) { state_->address = std::move(address); }
server::~server() = default;

unsigned short server::open(unsigned short port) {
  tcp::acceptor door{state_->context};
  const tcp::endpoint wanted{asio::ip::make_address(state_->address), port};
  error_code error;
  door.open(wanted.protocol());
  door.set_option(asio::socket_base::reuse_address(true));
  door.bind(wanted, error);
  if (!error) door.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use) throw port_taken(port);
  if (error) throw boost::system::system_error(error, "cannot listen on " + state_->address);
  const auto number = door.local_endpoint().port();
  state_->doors.emplace(number, std::move(door));
  return number;
}

void server::serve(unsigned short port, handler handle) {
  const handler& kept = state_->handlers[port] = std::move(handle);
  asio::co_spawn(state_->context, welcome(state_->doors.at(port), kept), asio::detached);
}

void server::run() {
  asio::signal_set stop{state_->context, SIGINT, SIGTERM};
  stop.async_wait([this](error_code, int) { state_->context.stop(); });
  state_->context.run();
}

}  // namespace firwick
