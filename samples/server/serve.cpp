#include "serve.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <iostream>
#include <list>
#include <map>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>

#include <abide/beast.hpp>

namespace serving {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;
using parser = abide::request_parser<http::string_body>;  // drops trailers: they are not signals

auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

response refusal(http::status status) {
  response refused{status, 11};
  refused.set(http::field::content_type, "text/plain; charset=utf-8");
  refused.body() = std::string(http::obsolete_reason(status)) + "\n";
  refused.keep_alive(false);
  refused.prepare_payload();
  return refused;
}

/// The response to a request that could not be read; none if the client has closed the connection.
std::optional<response> refusal_for(error_code error) {
  if (error == http::error::header_limit) return refusal(http::status::request_header_fields_too_large);
  if (error == http::error::body_limit) return refusal(http::status::payload_too_large);
  if (error.category() != http::make_error_code(http::error::bad_method).category()) return std::nullopt;
  if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
  return refusal(http::status::bad_request);
}

/// Whether two servers in a chain may read the request differently: where its body ends, which host it is for (RFC 9112
/// sections 3.2 and 6.1), and whether a tunnel follows, as after a successful CONNECT.
bool is_ambiguous(const request& asked) {
  if (asked.method() == http::verb::connect) return true;
  const auto hosts = asked.count(http::field::host), lengths = asked.count(http::field::content_length);
  if (hosts > 1 || (hosts == 0 && asked.version() > 10)) return true;
  const auto encodings = asked.count(http::field::transfer_encoding);
  if (encodings == 0) return lengths > 1 || asked[http::field::content_length].find(',') != std::string_view::npos;
  return encodings > 1 || lengths > 0 || asked.version() < 11 ||
         !beast::iequals(asked[http::field::transfer_encoding], "chunked");
}

std::size_t most_connections(std::size_t wanted) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY) return wanted;
  const auto may_open = static_cast<std::size_t>(files.rlim_cur);
  return std::min(wanted, may_open - std::min<std::size_t>(64, may_open / 2));  // the rest: the log, and a reserve
}

}  // namespace

void prepare(response& made, const request& asked) {
  made.version(asked.version());
  made.keep_alive(asked.keep_alive() && made.keep_alive());
  made.prepare_payload();
  if (asked.method() == http::verb::head) made.body().clear();
}

struct server::state {
  struct connection {
    beast::tcp_stream stream;
    beast::flat_buffer buffer{};
    bool idle = false;
  };

  std::string address;
  limits most;
  asio::io_context context{1};
  asio::signal_set stops{context, SIGINT, SIGTERM}, hangups{context};
  asio::steady_timer room{context, asio::steady_timer::time_point::max()};  // its waits end when there may be room
  std::map<unsigned short, tcp::acceptor> doors{};
  std::map<unsigned short, handler> handlers{};
  std::list<connection> connections{};  // in order of activity, the most recent last
  bool stopping = false, is_short_of_files = false;
  asio::steady_timer patience{context};

  void close_longest_idle() {
    for (connection& each : connections) {
      if (!each.idle) continue;
      each.idle = false;
      return each.stream.cancel();
    }
  }

  /// Waits for the first bytes of a request. A connection may be closed at any time only while it waits here.
  asio::awaitable<bool> has_request(connection& c) {
    if (c.buffer.size() > 0) co_return true;
    if (stopping) co_return false;
    error_code error;
    c.idle = true;
    room.cancel();
    c.stream.expires_after(most.idle);
    const std::size_t size = co_await c.stream.async_read_some(c.buffer.prepare(4096), into(error));
    c.idle = false;
    c.buffer.commit(size);
    co_return !error;
  }

  answer answered(connection& c, const handler& handle, request asked) {
    asked.keep_alive(asked.keep_alive() && !stopping);
    c.stream.expires_never();
    try {
      co_return co_await handle(std::move(asked), c.stream);
    } catch (const std::exception& error) {
      std::cerr << "server: " << error.what() << '\n';
      co_return refusal(http::status::internal_server_error);
    }
  }

  /// Sends a refusal and reads on for a moment, so that a client that is still sending receives it.
  asio::awaitable<void> refuse(connection& c, response no) {
    error_code error;
    c.stream.expires_after(2s);
    co_await http::async_write(c.stream, no, into(error));
    c.stream.socket().shutdown(tcp::socket::shutdown_send, error);
    std::array<char, 4096> ignored;
    for (error = {}; !error;) co_await c.stream.async_read_some(asio::buffer(ignored), into(error));
  }

  /// Reads and answers one request. False: the connection must be closed.
  asio::awaitable<bool> exchange(connection& c, const handler& handle) {
    if (!co_await has_request(c)) co_return false;
    error_code error;
    parser incoming;
    incoming.header_limit(most.header);
    incoming.body_limit(most.body);
    c.stream.expires_after(most.read);
    co_await http::async_read_header(c.stream, c.buffer, incoming, into(error));
    if (!error && is_ambiguous(incoming.get())) error = http::error::bad_value;
    if (!error) co_await http::async_read(c.stream, c.buffer, incoming, into(error));
    if (error) {
      if (auto no = refusal_for(error)) co_await refuse(c, std::move(*no));
      co_return false;
    }
    http::message_generator made = co_await answered(c, handle, incoming.release());
    const bool stays = made.keep_alive() && !stopping;
    c.stream.expires_after(most.write);
    co_await beast::async_write(c.stream, std::move(made), into(error));
    co_return !error && stays;
  }

  asio::awaitable<void> converse(std::list<connection>::iterator c, const handler& handle) {
    while (co_await exchange(*c, handle)) connections.splice(connections.end(), connections, c);
    error_code error;
    c->stream.socket().shutdown(tcp::socket::shutdown_send, error);
    connections.erase(c);
    room.cancel();
    if (stopping && connections.empty()) context.stop();
  }

  /// False: the server must stop.
  asio::awaitable<bool> has_room() {
    error_code error;
    while (!stopping && connections.size() >= most_connections(most.connections)) {
      close_longest_idle();
      co_await room.async_wait(into(error));
    }
    co_return !stopping;
  }

  asio::awaitable<void> welcome(tcp::acceptor& door, const handler& handle) {
    for (;;) {
      error_code error;
      tcp::socket socket = co_await door.async_accept(into(error));
      if (stopping) co_return;
      if (error) {
        co_await spare_files(error);
        continue;
      }
      if (!co_await has_room()) co_return;
      is_short_of_files = false;
      connections.push_back({beast::tcp_stream(std::move(socket))});
      asio::co_spawn(context, converse(std::prev(connections.end()), handle), asio::detached);
    }
  }

  /// Most likely there are no free file descriptors: reports that once, and continues when some are free.
  asio::awaitable<void> spare_files(error_code why) {
    if (!std::exchange(is_short_of_files, true))
      std::cerr << "server: no new connections: " << why.message() << std::endl;
    close_longest_idle();
    asio::steady_timer pause{context, 100ms};
    co_await pause.async_wait(into(why));
  }

  void stop() {
    stopping = true;
    hangups.cancel();
    for (auto& [port, door] : doors) door.close();
    for (connection& each : connections)
      if (each.idle) each.stream.cancel();
    patience.expires_after(connections.empty() ? 0s : most.end);
    patience.async_wait([this](error_code) { context.stop(); });
  }

  void listen_for_hangups(std::function<void()> f) {
    hangups.async_wait([this, f = std::move(f)](error_code error, int) {
      if (error) return;
      f();
      listen_for_hangups(f);
    });
  }
};

server::server(std::string address, limits most) : state_(new state{std::move(address), most}) {}
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
  asio::co_spawn(state_->context, state_->welcome(state_->doors.at(port), kept), asio::detached);
}

void server::on_hangup(std::function<void()> f) {
  state_->hangups.add(SIGHUP);
  state_->listen_for_hangups(std::move(f));
}

void server::run() {
  state_->stops.async_wait([s = state_.get()](error_code error, int) {
    if (!error) s->stop();
  });
  state_->context.run();
}

}  // namespace serving
