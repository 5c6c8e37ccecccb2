#include "proxy/pool.hpp"

#include <algorithm>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>

#include <boost/asio/ip/tcp.hpp>

#include "proxy/into.hpp"

namespace abide::detail::proxy {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

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

/// Looks a name up in the resolver's own thread, for new connections only. The lookup itself cannot be ended: if it is
/// too slow, it ends later without anyone waiting.
asio::awaitable<std::vector<pool::address>> pool::look_up(instant deadline, no_backend& why) {
  struct search {
    search(asio::io_context& on, instant until) : resolver(on), there(on, until) {}
    asio::ip::tcp::resolver resolver;
    asio::steady_timer there;
    std::vector<address> found;
    bool is_done = false;
  };
  const auto one = std::make_shared<search>(on_, deadline);
  one->resolver.async_resolve(
      told_.to.host, std::to_string(told_.to.port), [one](error_code failed, const auto& names) {
        one->is_done = true;
        for (const auto& each : failed ? asio::ip::tcp::resolver::results_type() : names) {
          const asio::ip::tcp::endpoint there = each.endpoint();
          one->found.push_back({bytes_of(there.data(), there.size()), there.protocol().family()});
        }
        one->there.cancel();
      });
  error_code ignored;
  co_await one->there.async_wait(into(ignored));
  if (!one->is_done) why = no_backend::slow;
  co_return std::move(one->found);
}

asio::awaitable<std::vector<pool::address>> pool::addresses(instant deadline, no_backend& why) {
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
  found = co_await look_up(deadline, why);
  std::ranges::stable_partition(found, [&](const address& each) { return each.bytes == answered_; });
  co_return found;
}

asio::awaitable<bool> pool::connect(backend& b, const address& to, instant deadline) {
  b.line.read_until(deadline);
  b.line.write_until(deadline);
  const int on = 1;
  if (to.family != AF_UNIX) ::setsockopt(b.line.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto* const where = reinterpret_cast<const sockaddr*>(to.bytes.data());
  if (!co_await b.line.connect(where, static_cast<socklen_t>(to.bytes.size()))) co_return false;
  co_return !tls_ || co_await b.line.begin_tls(connect_tls(tls_, b.line.number(), told_.to.host));
}

/// Tries all addresses of a name. Each gets its share of the time that is left, so that one which does not answer
/// leaves some for the others.
asio::awaitable<std::unique_ptr<backend>> pool::connected(no_backend& why) {
  why = no_backend::gone;
  const instant deadline = std::chrono::steady_clock::now() + told_.most.connect;
  const std::vector<address> all = co_await addresses(deadline, why);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const int socket = ::socket(all[i].family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0) continue;  // a system without IPv6
    auto made = std::make_unique<backend>(on_, clock_, socket);
    const instant now = std::chrono::steady_clock::now();
    const bool is_there = co_await connect(*made, all[i], now + (deadline - now) / static_cast<int>(all.size() - i));
    if (made->line.is_late()) why = no_backend::slow;
    if (!is_there) continue;
    answered_ = all[i].bytes;
    why = no_backend::none;
    co_return made;
  }
  co_return nullptr;
}

}  // namespace abide::detail::proxy
