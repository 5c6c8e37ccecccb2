#pragma once
// What every server needs around its application: time-outs, limits, refusals, and an end that loses nothing. One
// thread serves all connections, and nothing in it waits. The smallest server and the shop share it.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace serving {

namespace http = boost::beast::http;
using request = http::request<http::string_body>;
using response = http::response<http::string_body>;

using answer = boost::asio::awaitable<http::message_generator>;

/// Answers one request, of which it sees no trailers; the stream tells the peer's address. What it throws ends in a
/// 500.
using handler = std::function<answer(request, boost::beast::tcp_stream&)>;

struct limits {
  std::chrono::seconds idle{30};   ///< between two requests of a connection
  std::chrono::seconds read{20};   ///< for all of a request
  std::chrono::seconds write{60};  ///< for all of a response
  std::chrono::seconds end{10};    ///< for what is under way when the server is told to stop
  std::uint32_t header = 16 * 1024;
  std::uint64_t body = 64 * 1024;
  std::size_t connections = 1000;  ///< fewer where the process may not open that many files
};

/// Somebody else listens there already.
class port_taken : public std::runtime_error {
 public:
  explicit port_taken(unsigned short number)
      : std::runtime_error("port " + std::to_string(number) + " is in use"), port(number) {}
  unsigned short port;
};

/// Version, persistence and length, as the request has them; for HEAD the body goes and its length stays.
void prepare(response&, const request&);

class server {
 public:
  explicit server(std::string address, limits = {});
  ~server();

  /// Takes a port, 0 for any free one, and returns its number. Throws port_taken.
  unsigned short open(unsigned short port);
  /// Says who answers on a port that was opened.
  void serve(unsigned short port, handler);
  /// Calls `f` in the server's thread at each SIGHUP.
  void on_hangup(std::function<void()> f);
  /// Serves until SIGINT or SIGTERM; then answers what was asked already, and returns.
  void run();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace serving
