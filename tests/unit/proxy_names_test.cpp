// The proxy's connections to an application whose name has several addresses, some of which do not answer, or whose
// name is looked up slowly.
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "catch.hpp"
#include "proxy/pool.hpp"

using namespace abide::detail::proxy;

namespace {

/// What the name of the application means. The functions below read it.
struct names {
  std::mutex guard;
  std::condition_variable changed;
  std::vector<std::string> addresses;
  bool is_held = false;            ///< lookups wait
  std::vector<std::string> tried;  ///< by connect
} known;

sockaddr_in place_of(const std::string& address, unsigned port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, address.c_str(), &at.sin_addr);
  return at;
}

}  // namespace

extern "C" int getaddrinfo(const char*, const char* service, const addrinfo*, addrinfo** found) {
  std::unique_lock lock(known.guard);
  known.changed.wait(lock, [] { return !known.is_held; });
  *found = nullptr;
  for (auto each = known.addresses.rbegin(); each != known.addresses.rend(); ++each) {
    auto* const made = new addrinfo{};
    auto* const at = new sockaddr_in(place_of(*each, static_cast<unsigned>(std::stoi(service))));
    *made = {0, AF_INET, SOCK_STREAM, IPPROTO_TCP, sizeof *at, reinterpret_cast<sockaddr*>(at), nullptr, *found};
    *found = made;
  }
  return 0;
}

extern "C" void freeaddrinfo(addrinfo* all) noexcept {
  while (all) {
    addrinfo* const next = all->ai_next;
    delete reinterpret_cast<sockaddr_in*>(all->ai_addr);
    delete all;
    all = next;
  }
}

extern "C" int connect(int socket, const sockaddr* to, socklen_t size) {
  char text[INET_ADDRSTRLEN] = "";
  ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(to)->sin_addr, text, sizeof text);
  known.tried.emplace_back(text);
  return static_cast<int>(::syscall(SYS_connect, socket, to, size));
}

namespace {

/// A socket that listens. A silent one has no room for connections: to connect to it takes for ever.
class listener {
 public:
  explicit listener(const std::string& address, unsigned port = 0, bool is_silent = false) {
    at_ = place_of(address, port);
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&at_), sizeof at_) == 0);
    REQUIRE(::listen(socket_, is_silent ? 0 : 64) == 0);
    socklen_t size = sizeof at_;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&at_), &size);
    while (is_silent && fill()) continue;
  }
  ~listener() {
    for (const int each : fillers_) ::close(each);
    ::close(socket_);
  }
  unsigned port() const { return ntohs(at_.sin_port); }

 private:
  /// Whether one more connection was accepted.
  bool fill() {
    fillers_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    pollfd one{fillers_.back(), POLLOUT, 0};
    if (::connect(one.fd, reinterpret_cast<sockaddr*>(&at_), sizeof at_) == 0) return true;
    return ::poll(&one, 1, 200) == 1;
  }
  int socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at_{};
  std::vector<int> fillers_;
};

struct client {
  explicit client(unsigned port) {
    told.to.host = "app.test";
    told.to.port = static_cast<std::uint16_t>(port);
    told.most.connect = std::chrono::milliseconds(900);
  }
  /// Takes a new connection, and drops it.
  bool connects() {
    bool is_there = false;
    known.tried.clear();
    boost::asio::io_context on{1};
    proxy_pool(on, is_there);
    return is_there;
  }
  options told;
  no_backend why = no_backend::none;
  unsigned times = 1;  ///< with the same pool

 private:
  void proxy_pool(boost::asio::io_context& on, bool& is_there) {
    abide::detail::proxy::clock by(on);
    pool all(on, by, told);
    by.start();
    boost::asio::co_spawn(
        on,
        [&]() -> boost::asio::awaitable<void> {
          for (unsigned i = 0; i < times; ++i) {
            auto made = co_await all.take(true, why);
            is_there = made != nullptr;
            made.reset();
            if (is_there) all.give_back(nullptr);
          }
          by.stop();
          {
            const std::lock_guard lock(known.guard);
            known.is_held = false;
          }
          known.changed.notify_all();
        },
        boost::asio::detached);
    on.run();
  }
};

}  // namespace

TEST_CASE("an address that does not answer leaves time for the others, and is not tried first again") {
  const listener live("127.0.0.1");
  const listener silent("127.0.0.2", live.port(), true);
  client one(live.port());
  one.times = 3;
  known.addresses = {"127.0.0.2", "127.0.0.3", "127.0.0.1"};
  CHECK(one.connects());
  CHECK(one.why == no_backend::none);
  CHECK(known.tried == std::vector<std::string>{"127.0.0.2", "127.0.0.3", "127.0.0.1", "127.0.0.1", "127.0.0.1"});
}

TEST_CASE("if no address answers, the reason tells a slow application from one that is down") {
  const listener silent("127.0.0.2", 0, true);
  client one(silent.port());
  known.addresses = {"127.0.0.2", "127.0.0.3"};
  CHECK_FALSE(one.connects());
  CHECK(one.why == no_backend::slow);
  known.addresses = {"127.0.0.3"};
  CHECK_FALSE(one.connects());
  CHECK(one.why == no_backend::gone);
  known.addresses = {};
  CHECK_FALSE(one.connects());
  CHECK(one.why == no_backend::gone);
}

TEST_CASE("a lookup that does not end in time is an application that is slow") {
  const listener live("127.0.0.1");
  client one(live.port());
  known.addresses = {"127.0.0.1"};
  known.is_held = true;
  CHECK_FALSE(one.connects());
  CHECK(one.why == no_backend::slow);
}
