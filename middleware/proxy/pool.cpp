#include "proxy/pool.hpp"

#include <algorithm>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace abide::detail::proxy {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

std::string bytes_of(const void* address, std::size_t size) { return {static_cast<const char*>(address), size}; }

}  // namespace

pool::pool(asio::io_context& on, clock& by, const options& told) : on_(on), clock_(by), told_(told) {
  if (told.to.tls) tls_ = tls_to_backend(told.backend_authorities);
}

void pool::drop_old(instant now) {
  std::erase_if(idle_, [&](const std::unique_ptr<backend>& each) { return each->idle_until <= now; });
}

void pool::give_back(std::unique_ptr<backend> b) {
  --open_;
  if (b) {
    b->line.read_until(never);
    b->line.write_until(never);
    b->idle_until = std::chrono::steady_clock::now() + told_.most.kept;
    idle_.push_back(std::move(b));
  }
  if (waiting_.empty()) return;
  asio::steady_timer* const next = waiting_.front();
  waiting_.pop_front();
  next->cancel();
}

asio::awaitable<bool> pool::wait_for_room(no_backend& why) {
  const instant deadline = std::chrono::steady_clock::now() + told_.most.connect;
  while (open_ >= told_.most.backend_connections) {
    if (waiting_.size() >= told_.most.queue) {
      why = no_backend::full;
      co_return false;
    }
    asio::steady_timer turn(on_, deadline);
    waiting_.push_back(&turn);
    error_code error;
    co_await turn.async_wait(into(error));
    std::erase(waiting_, &turn);
    if (!error) {
      why = no_backend::full;
      co_return false;
    }
  }
  co_return true;
}

asio::awaitable<std::unique_ptr<backend>> pool::take(bool fresh, no_backend& why) {
  why = no_backend::none;
  if (!co_await wait_for_room(why)) co_return nullptr;
  ++open_;
  // A connection that was used within the last millisecond needs no check.
  const instant fresh_until = std::chrono::steady_clock::now() + told_.most.kept - std::chrono::milliseconds(1);
  while (!fresh && !idle_.empty()) {
    std::unique_ptr<backend> kept = std::move(idle_.back());
    idle_.pop_back();
    if (kept->idle_until > fresh_until || !kept->line.is_stale()) co_return kept;
  }
  std::unique_ptr<backend> made = co_await connected(why);
  if (!made) give_back(nullptr);
  co_return made;
}

asio::awaitable<std::vector<pool::address>> pool::addresses() {
  std::vector<address> found;
  if (!told_.to.path.empty()) {
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    told_.to.path.copy(local.sun_path, sizeof local.sun_path - 1);
    found.push_back({bytes_of(&local, sizeof local), AF_UNIX});
    co_return found;
  }
  error_code error;
  const auto literal = asio::ip::make_address(told_.to.host, error);
  if (!error) {
    const asio::ip::tcp::endpoint there(literal, told_.to.port);
    found.push_back({bytes_of(there.data(), there.size()), there.protocol().family()});
    co_return found;
  }
  asio::ip::tcp::resolver resolver(on_);  // in its own thread; for new connections only
  const auto names = co_await resolver.async_resolve(told_.to.host, std::to_string(told_.to.port), into(error));
  if (error) co_return found;
  for (const auto& each : names) {
    const asio::ip::tcp::endpoint there = each.endpoint();
    found.push_back({bytes_of(there.data(), there.size()), there.protocol().family()});
  }
  co_return found;
}

asio::awaitable<std::unique_ptr<backend>> pool::connected(no_backend& why) {
  why = no_backend::gone;
  const instant deadline = std::chrono::steady_clock::now() + told_.most.connect;
  for (const address& to : co_await addresses()) {
    const int socket = ::socket(to.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0) co_return nullptr;
    const int on = 1;
    if (to.family != AF_UNIX) ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto made = std::make_unique<backend>(on_, clock_, socket);
    made->line.read_until(deadline);
    made->line.write_until(deadline);
    bool there = co_await made->line.connect(reinterpret_cast<const sockaddr*>(to.bytes.data()),
                                             static_cast<socklen_t>(to.bytes.size()));
    if (there && tls_) there = co_await made->line.begin_tls(connect_tls(tls_, socket, told_.to.host));
    if (made->line.is_late()) why = no_backend::slow;
    if (!there) continue;
    why = no_backend::none;
    co_return made;
  }
  co_return nullptr;
}

}  // namespace abide::detail::proxy
