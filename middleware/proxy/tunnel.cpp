#include "proxy/tunnel.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include "proxy/into.hpp"

namespace abide::detail::proxy {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

/// A byte in either direction keeps both open.
asio::awaitable<void> copy(worker& in, wire& from, inbox& bytes, wire& to) {
  const auto patience = in.told.most.tunnel;
  for (;;) {
    if (!bytes.bytes().empty()) {
      to.write_until(steady_clock::now() + in.told.most.response);
      if (!co_await to.write(bytes.bytes())) break;
      to.write_until(never);
      bytes.take(bytes.bytes().size());
    }
    const instant quiet = steady_clock::now() + patience;
    from.read_until(quiet);
    to.read_until(quiet);
    const std::size_t size = co_await from.read(bytes.room());
    if (size == 0) break;
    bytes.received(size);
  }
  from.cut();
  to.cut();
}

}  // namespace

asio::awaitable<void> tunnel(worker& in, visitor& v, backend& b) {
  bool is_open = true;
  asio::steady_timer ended(in.on, never);
  asio::co_spawn(in.on, copy(in, v.line, v.in, b.line), [&](const std::exception_ptr&) {
    is_open = false;
    ended.cancel();
  });
  co_await copy(in, b.line, b.in, v.line);
  while (is_open) {
    boost::system::error_code ignored;
    co_await ended.async_wait(into(ignored));
  }
}

}  // namespace abide::detail::proxy
