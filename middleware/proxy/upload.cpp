#include "proxy/upload.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "proxy/pieces.hpp"

namespace abide::detail::proxy {

namespace asio = boost::asio;
using std::chrono::steady_clock;

void upload::start(backend& to) {
  running_ = true;
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

asio::awaitable<void> upload::pass(backend& to) {
  bool is_heard = true;  // the application still reads
  while (!reader.has_ended()) {
    if (from_.in.bytes().empty() && !co_await read_more()) {
      if (from_.line.is_late()) refusal = 408;
      else visitor_left = true;
      to.line.cut();
      co_return;
    }
    outgoing out;
    std::string_view bytes = from_.in.bytes();
    out.gather(reader, bytes, size_.framing == framing::chunked);
    if (reader.is_bad()) refusal = 400;
    if (is_too_large()) refusal = 413;
    if (refusal > 0) {
      to.line.cut();
      co_return;
    }
    if (reader.has_ended() && size_.framing == framing::chunked) out.last_chunk();
    if (is_heard && !discards_ && !out.empty()) {
      to.line.write_until(steady_clock::now() + in_.told.most.response);
      is_heard = co_await to.line.write(out.parts());
    }
    from_.in.take_until(bytes);
  }
}

asio::awaitable<void> upload::end() {
  if (!running_) co_return;
  discards_ = true;
  from_.line.end_writing();
  from_.line.read_until(steady_clock::now() + std::chrono::seconds(2));
  while (running_) {
    boost::system::error_code ignored;
    co_await ended_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

}  // namespace abide::detail::proxy
