#pragma once
// The connections to the application: kept while idle, and limited in number.
#include <deque>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "proxy/inbox.hpp"
#include "proxy/options.hpp"
#include "proxy/wire.hpp"

namespace abide::detail::proxy {

struct backend {
  backend(boost::asio::io_context& on, clock& by, int socket) : line(on, by, socket) {}
  wire line;
  inbox in{16 * 1024, 64 * 1024};
  unsigned uses = 0;  ///< number of requests that it has served
  instant idle_until = never;
};

enum class no_backend : std::uint8_t { none, gone, slow, full };

/// For one thread.
class pool {
 public:
  pool(boost::asio::io_context&, clock&, const options&);

  /// A connection that no other request uses; null: there is none, and `why` is set. `fresh`: opens a new one.
  boost::asio::awaitable<std::unique_ptr<backend>> take(bool fresh, no_backend& why);
  /// Returns a connection to the pool; null: it has ended.
  void give_back(std::unique_ptr<backend>);
  void drop_old(instant now);
  void close_idle() { idle_.clear(); }

 private:
  struct address {
    std::string bytes;  ///< a sockaddr
    int family = 0;
  };
  boost::asio::awaitable<bool> wait_for_room(no_backend& why);
  boost::asio::awaitable<std::vector<address>> addresses(instant deadline, no_backend& why);
  boost::asio::awaitable<std::vector<address>> look_up(instant deadline, no_backend& why);
  boost::asio::awaitable<std::unique_ptr<backend>> connected(no_backend& why);
  boost::asio::awaitable<bool> connect(backend&, const address&, instant deadline);

  boost::asio::io_context& on_;
  clock& clock_;
  const options& told_;
  tls_context tls_;
  std::vector<std::unique_ptr<backend>> idle_;  // the last one was used last
  std::deque<boost::asio::steady_timer*> waiting_;
  std::size_t open_ = 0;  ///< in use
  std::string answered_;  ///< the address that answered last; tried first
};

}  // namespace abide::detail::proxy
