// Doors, visitors, signals, and an end that loses nothing.
#include <cerrno>
#include <csignal>
#include <list>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "proxy/exchange.hpp"

namespace abide::detail::proxy {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

[[noreturn]] void fail(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

struct door {
  int socket = -1;
  std::string url;
};

door open_unix(const listen_place& where) {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  if (where.path.size() >= sizeof local.sun_path)
    throw config_error("--listen: " + where.path + ": too long for a socket");
  where.path.copy(local.sun_path, sizeof local.sun_path - 1);
  const auto* const to = reinterpret_cast<const sockaddr*>(&local);
  const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (made < 0) fail("--listen " + where.path);
  if (::connect(made, to, sizeof local) != 0 && errno == ECONNREFUSED) ::unlink(where.path.c_str());  // left by a crash
  const int fresh = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  ::close(made);
  if (fresh < 0 || ::bind(fresh, to, sizeof local) != 0 || ::listen(fresh, SOMAXCONN) != 0)
    fail("--listen " + where.path);
  return {fresh, "unix:" + where.path};
}

door open_tcp(const listen_place& where, bool tls) {
  sockaddr_in6 six{};
  sockaddr_in four{};
  const bool is_six = ::inet_pton(AF_INET6, where.address.c_str(), &six.sin6_addr) == 1;
  if (!is_six && ::inet_pton(AF_INET, where.address.c_str(), &four.sin_addr) != 1)
    throw config_error("--listen: " + where.address + " is no address of this machine");
  six.sin6_family = AF_INET6;
  four.sin_family = AF_INET;
  six.sin6_port = four.sin_port = htons(where.port);
  const int made = ::socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  if (made >= 0) ::setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  auto* const to = is_six ? reinterpret_cast<sockaddr*>(&six) : reinterpret_cast<sockaddr*>(&four);
  socklen_t size = is_six ? sizeof six : sizeof four;
  const std::string name = (is_six ? '[' + where.address + ']' : where.address) + ':';
  if (made < 0 || ::bind(made, to, size) != 0 || ::listen(made, SOMAXCONN) != 0)
    fail("--listen " + name + std::to_string(where.port));
  ::getsockname(made, to, &size);
  const unsigned port = ntohs(is_six ? six.sin6_port : four.sin_port);
  return {made, (tls ? "https://" : "http://") + name + std::to_string(port) + '/'};
}

/// Without the zone of an IPv6 address; an IPv4 address that came over IPv6 is itself. Who comes over a Unix socket is
/// on this machine.
std::string address_of(const sockaddr_storage& from) {
  char text[INET6_ADDRSTRLEN] = "127.0.0.1";
  if (from.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(from).sin_addr, text, sizeof text);
  } else if (from.ss_family == AF_INET6) {
    const in6_addr& six = reinterpret_cast<const sockaddr_in6&>(from).sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&six)) ::inet_ntop(AF_INET, &six.s6_addr[12], text, sizeof text);
    else ::inet_ntop(AF_INET6, &six, text, sizeof text);
  }
  return text;
}

std::size_t most_connections(const limits& most) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return most.connections;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  const std::size_t others = 64 + most.backend_connections;  // the log's, the application's
  if (files.rlim_cur == RLIM_INFINITY || files.rlim_cur >= most.connections + others) return most.connections;
  return files.rlim_cur > 2 * others ? files.rlim_cur - others : files.rlim_cur / 2;
}

class server {
 public:
  explicit server(options told) : house_(std::move(told)), most_(most_connections(house_.told.most)) {}
  ~server() {
    if (!house_.told.listen.path.empty()) ::unlink(house_.told.listen.path.c_str());
  }

  void run();

 private:
  using visitors = std::list<visitor>;
  asio::awaitable<void> welcome(int socket);
  asio::awaitable<void> has_room();
  asio::awaitable<void> attend(visitors::iterator);
  void read_certificates();
  void hear_hangups();
  void reload();
  void drain();
  void cut_all();
  void keep_house();

  house house_;
  std::size_t most_;
  visitors visitors_;
  asio::signal_set stops_{house_.on, SIGTERM, SIGINT}, hangups_{house_.on, SIGHUP};
  asio::steady_timer room_{house_.on, never}, patience_{house_.on}, chores_{house_.on};
  std::optional<asio::posix::stream_descriptor> door_;
};

void server::read_certificates() {
  const options& told = house_.told;
  if (!told.tls_certificate.empty()) house_.to_visitors = tls_to_visitors(told.tls_certificate, told.tls_key);
}

asio::awaitable<void> server::has_room() {
  error_code error;
  while (!house_.draining && visitors_.size() >= most_) {
    for (visitor& each : visitors_) {
      if (!each.idle) continue;
      each.idle = false;
      each.line.cut();
      break;
    }
    co_await room_.async_wait(into(error));
  }
}

asio::awaitable<void> server::welcome(int socket) {
  error_code error;
  for (;;) {
    co_await has_room();
    if (house_.draining) co_return;
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const int made = ::accept4(socket, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (made < 0) {
      if (errno == EAGAIN) {
        co_await door_->async_wait(asio::posix::stream_descriptor::wait_read, into(error));
      } else if (errno != ECONNABORTED && errno != EINTR) {
        asio::steady_timer pause(house_.on, std::chrono::milliseconds(100));
        co_await pause.async_wait(into(error));
      }
      continue;
    }
    const int on = 1;
    if (from.ss_family != AF_UNIX) ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    visitors_.emplace_back(house_, made, address_of(from));
    asio::co_spawn(house_.on, attend(std::prev(visitors_.end())), asio::detached);
  }
}

asio::awaitable<void> server::attend(visitors::iterator v) {
  bool stays = true;
  try {
    if (house_.to_visitors) {
      v->line.read_until(std::chrono::steady_clock::now() + house_.told.most.header);
      const int socket = v->line.number();
      stays = co_await v->line.begin_tls(accept_tls(house_.to_visitors, socket));
    }
    while (stays) {
      stays = co_await exchange(house_, *v);
      visitors_.splice(visitors_.end(), visitors_, v);  // the one that spoke last is the last
    }
    v->line.end_writing();
  } catch (const std::exception& error) {
    house_.told.tell(std::string("a request failed: ") + error.what());
  }
  visitors_.erase(v);
  room_.cancel();
  if (house_.draining && visitors_.empty()) patience_.cancel();
}

void server::reload() {
  try {
    read_certificates();
  } catch (const config_error& error) {
    house_.told.tell(std::string("the old certificate goes on: ") + error.what());
  }
  house_.live.reload([this](const std::string& why) {
    asio::post(house_.on, [this, why] {
      house_.site_now();
      house_.told.tell(why.empty() ? "the policy was read anew" : "the old policy goes on: " + why);
    });
  });
}

void server::hear_hangups() {
  hangups_.async_wait([this](error_code error, int) {
    if (error) return;
    reload();
    hear_hangups();
  });
}

void server::keep_house() {
  chores_.expires_after(std::chrono::milliseconds(500));
  chores_.async_wait([this](error_code error) {
    if (error) return;
    house_.pool.drop_old(std::chrono::steady_clock::now());
    keep_house();
  });
}

void server::cut_all() {
  for (visitor& each : visitors_) each.line.cut();
  patience_.cancel();
  house_.clock.stop();
  chores_.cancel();
  house_.pool.close_idle();
  house_.now.reset();
}

void server::drain() {
  house_.draining = true;
  house_.told.tell("stopping: what was asked is answered");
  hangups_.cancel();
  error_code ignored;
  door_->close(ignored);
  room_.cancel();
  for (visitor& each : visitors_)
    if (each.idle) each.line.cut();
  patience_.expires_after(visitors_.empty() ? std::chrono::milliseconds(0) : house_.told.most.drain);
  patience_.async_wait([this](error_code) { cut_all(); });
}

void server::run() {
  read_certificates();
  const options& told = house_.told;
  const door open =
      told.listen.path.empty() ? open_tcp(told.listen, house_.to_visitors != nullptr) : open_unix(told.listen);
  door_.emplace(house_.on, open.socket);
  told.tell(open.url + " is now in front of " + told.to.text);
  house_.clock.start();
  keep_house();
  hear_hangups();
  stops_.async_wait([this](error_code error, int) {
    if (!error) drain();
  });
  asio::co_spawn(house_.on, welcome(open.socket), asio::detached);
  house_.on.run();
}

}  // namespace

void run(options told) {
  std::signal(SIGPIPE, SIG_IGN);
  server(std::move(told)).run();
}

}  // namespace abide::detail::proxy
