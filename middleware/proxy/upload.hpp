#pragma once
// The rest of a request's body, which goes to the application while its answer may come already.
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
  unsigned refusal = 0;  ///< the status that refuses what came
  bool visitor_left = false;
  bool is_running() const noexcept { return running_; }

  /// Whether what was taken is more than is passed on.
  bool is_too_large() const noexcept { return reader.taken() > in_.told.most.body_bytes; }
  /// Sends on what is still to come, in a coroutine of its own. Both live until it has ended.
  void start(backend& to);
  /// Reads on for two seconds, so that the visitor, who is still sending, hears the answer; then returns.
  boost::asio::awaitable<void> end();

 private:
  boost::asio::awaitable<void> pass(backend& to);
  boost::asio::awaitable<bool> read_more();

  worker& in_;
  visitor& from_;
  body_size size_;
  boost::asio::steady_timer ended_;
  bool running_ = false, discards_ = false;
};

}  // namespace abide::detail::proxy
