#pragma once
// The network: everything that waits is here, so that the rest of the shop is plain functions.
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "http.hpp"

namespace firwick {

/// The second half of an exchange: the body has been read, the response is due.
using reply = std::function<response(request&)>;

/// The first half, called as soon as the header section is there. Signals have to be read at this moment: Beast
/// merges the trailers of a chunked body into the fields, and a trailer is no signal.
using handler = std::function<reply(request&, std::string_view peer)>;

/// Somebody else listens there already.
class port_taken : public std::runtime_error {
 public:
  explicit port_taken(unsigned short number) : std::runtime_error("port taken"), port(number) {}
  unsigned short port;
};

class server {
 public:
  explicit server(std::string address);
  ~server();

  /// Takes a port, 0 for any free one, and returns its number. Throws port_taken.
  unsigned short open(unsigned short port);

  /// Says who answers on a port that was opened.
  void serve(unsigned short port, handler);

  /// Serves until SIGINT or SIGTERM.
  void run();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace firwick
