#include "proxy/upload.hpp"

#include <boost/asio/co_spawn.hpp>

#include "proxy/into.hpp"
#include "proxy/pieces.hpp"

namespace abide::detail::proxy {

namespace asio = boost::asio;
using std::chrono::steady_clock;

void upload::start(backend& to) {
  running_ = true;
  to_ = &to;
  from_.line.read_within(in_.visitors_patience());
  asio::co_spawn(in_.on, pass(to), [this, &to](const std::exception_ptr&) {
    running_ = false;
    to.line.read_until(steady_clock::now() + in_.told.most.response);
    ended_.cancel();
  });
}

asio::awaitable<bool> upload::read_more() {
  const std::span<char> room = from_.in.room();
  const std::size_t size = co_await from_.line.read(room);
  from_.in.received(size);
  co_return size > 0;
}

/// The visitor is too slow, or has left.
void upload::give_up() noexcept {
  if (from_.line.is_late()) refusal = 408;
  else visitor_left = true;
  to_->line.cut();
}

asio::awaitable<void> upload::pass(backend& to) {
  bool is_heard = true;  // the application still reads
  while (!reader.has_ended()) {
    if (from_.in.bytes().empty()) {
      const bool is_there = co_await read_more();
      if (ends_) co_return;
      if (!is_there) co_return give_up();
    }
    outgoing out;
    std::string_view bytes = from_.in.bytes();
    out.gather(reader, bytes, size_.framing == framing::chunked);
    if (reader.is_bad()) refusal = 400;
    if (is_too_large()) refusal = 413;
    if (refusal > 0) co_return to.line.cut();
    if (reader.has_ended() && size_.framing == framing::chunked) out.last_chunk();
    if (is_heard && !out.empty()) {
      to.line.write_until(steady_clock::now() + in_.told.most.response);
      is_heard = co_await to.line.write(out.parts());
    }
    if (ends_) co_return;
    from_.in.take_until(bytes);
  }
}

asio::awaitable<void> upload::end() {
  if (!running_) co_return;
  ends_ = true;
  from_.line.stop_reading();
  to_->line.cut();
  while (running_) {
    boost::system::error_code ignored;
    co_await ended_.async_wait(into(ignored));
  }
}

}  // namespace abide::detail::proxy
