#pragma once
// Sends the rest of a request's body to the application, whose answer may already arrive.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "proxy/framing.hpp"
#include "proxy/worker.hpp"

namespace abide::detail::proxy {

class upload {
 public:
  upload(worker& in, visitor& from, body_size size)
      : reader(size), in_(in), from_(from), size_(size), ended_(in.on, never) {}

  body_reader reader;
  unsigned refusal = 0;  ///< the status that refuses the body
  bool visitor_left = false;
  bool is_running() const noexcept { return running_; }

  /// Whether the body is larger than the proxy passes on.
  bool is_too_large() const noexcept { return reader.taken() > in_.told.most.body_bytes; }
  /// Sends the rest of the body in its own coroutine. Both objects must live until it has ended.
  void start(backend& to);
  /// Ends it and the connection to the application; returns when it has ended.
  boost::asio::awaitable<void> end();

 private:
  boost::asio::awaitable<void> pass(backend& to);
  boost::asio::awaitable<bool> read_more();
  void give_up() noexcept;

  worker& in_;
  visitor& from_;
  backend* to_ = nullptr;
  body_size size_;
  boost::asio::steady_timer ended_;
  bool running_ = false, ends_ = false;
};

}  // namespace abide::detail::proxy
