// Doors, visitors, signals, and an end that loses nothing.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <list>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
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

/// No more than the process may open files, once it may open as many as the system lets it.
std::size_t most_connections(const limits& most) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return most.connections;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  const std::size_t others = 64 + most.backend_connections;  // the log's, the application's
  if (files.rlim_cur == RLIM_INFINITY || files.rlim_cur >= most.connections + others) return most.connections;
  return files.rlim_cur > 2 * others ? files.rlim_cur - others : files.rlim_cur / 2;
}

/// Limits of the process become those of each thread.
options for_each_thread(options told) {
  const auto share = [&](std::size_t all) { return std::max<std::size_t>(1, all / told.threads); };
  told.most.connections = share(most_connections(told.most));
  told.most.backend_connections = share(told.most.backend_connections);
  told.most.queue = share(told.most.queue);
  return told;
}

/// One thread: its visitors, and its own connections to the application.
class server {
 public:
  server(service& of, int door) : worker_(of), door_(worker_.on, door) {}

  /// Serves until it was drained.
  void run();

  // In its own thread.
  void take_certificates(tls_context context) { worker_.to_visitors = std::move(context); }
  void take_site() { worker_.site_now(); }
  void drain();

  asio::io_context& on() { return worker_.on; }

 private:
  using visitors = std::list<visitor>;
  asio::awaitable<void> welcome();
  asio::awaitable<void> has_room();
  asio::awaitable<void> attend(visitors::iterator);
  void cut_all();
  void do_chores();

  worker worker_;
  visitors visitors_;
  asio::steady_timer room_{worker_.on, never}, patience_{worker_.on}, chores_{worker_.on};
  asio::posix::stream_descriptor door_;
};

asio::awaitable<void> server::has_room() {
  error_code error;
  while (!worker_.draining && visitors_.size() >= worker_.told.most.connections) {
    for (visitor& each : visitors_) {
      if (!each.idle) continue;
      each.idle = false;
      each.line.cut();
      break;
    }
    co_await room_.async_wait(into(error));
  }
}

asio::awaitable<void> server::welcome() {
  error_code error;
  for (;;) {
    co_await has_room();
    if (worker_.draining) co_return;
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const int made =
        ::accept4(door_.native_handle(), reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (made < 0) {
      if (errno == EAGAIN) {
        co_await door_.async_wait(asio::posix::stream_descriptor::wait_read, into(error));
      } else if (errno != ECONNABORTED && errno != EINTR) {
        asio::steady_timer pause(worker_.on, std::chrono::milliseconds(100));
        co_await pause.async_wait(into(error));
      }
      continue;
    }
    const int on = 1;
    if (from.ss_family != AF_UNIX) ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    visitors_.emplace_back(worker_, made, address_of(from));
    asio::co_spawn(worker_.on, attend(std::prev(visitors_.end())), asio::detached);
    co_await asio::post(worker_.on, asio::use_awaitable);  // first what there is to do: another thread may be free
  }
}

asio::awaitable<void> server::attend(visitors::iterator v) {
  bool stays = true;
  try {
    if (worker_.to_visitors) {
      v->line.read_until(std::chrono::steady_clock::now() + worker_.told.most.header);
      const int socket = v->line.number();
      stays = co_await v->line.begin_tls(accept_tls(worker_.to_visitors, socket));
    }
    while (stays) {
      stays = co_await exchange(worker_, *v);
      visitors_.splice(visitors_.end(), visitors_, v);  // the one that spoke last is the last
    }
    v->line.end_writing();
  } catch (const std::exception& error) {
    worker_.told.tell(std::string("a request failed: ") + error.what());
  }
  visitors_.erase(v);
  room_.cancel();
  if (worker_.draining && visitors_.empty()) patience_.cancel();
}

void server::do_chores() {
  chores_.expires_after(std::chrono::milliseconds(500));
  chores_.async_wait([this](error_code error) {
    if (error) return;
    worker_.pool.drop_old(std::chrono::steady_clock::now());
    do_chores();
  });
}

void server::cut_all() {
  for (visitor& each : visitors_) each.line.cut();
  patience_.cancel();
  worker_.clock.stop();
  chores_.cancel();
  worker_.pool.close_idle();
  worker_.now.reset();
}

void server::drain() {
  worker_.draining = true;
  error_code ignored;
  door_.close(ignored);
  room_.cancel();
  for (visitor& each : visitors_)
    if (each.idle) each.line.cut();
  patience_.expires_after(visitors_.empty() ? std::chrono::milliseconds(0) : worker_.told.most.drain);
  patience_.async_wait([this](error_code) { cut_all(); });
}

void server::run() {
  worker_.clock.start();
  do_chores();
  asio::co_spawn(worker_.on, welcome(), asio::detached);
  worker_.on.run();
}

/// All threads, and what they are told together.
class front {
 public:
  explicit front(options told) : service_(for_each_thread(std::move(told))) {}
  ~front() {
    if (door_.socket >= 0) ::close(door_.socket);
    if (!service_.told.listen.path.empty()) ::unlink(service_.told.listen.path.c_str());
  }

  void run();

 private:
  tls_context certificates() const;
  template <class Function>
  void tell_all(Function f) {
    for (server& each : servers_) asio::post(each.on(), [&each, f] { f(each); });
  }
  void reload();
  void hear_signals();

  service service_;
  door door_;
  std::list<server> servers_;
  std::optional<asio::signal_set> stops_, hangups_;
};

tls_context front::certificates() const {
  const options& told = service_.told;
  return told.tls_certificate.empty() ? nullptr : tls_to_visitors(told.tls_certificate, told.tls_key);
}

void front::reload() {
  try {
    tell_all([context = certificates()](server& each) { each.take_certificates(context); });
  } catch (const config_error& error) {
    service_.told.tell(std::string("the old certificate goes on: ") + error.what());
  }
  service_.live->reload([this](const std::string& why) {
    tell_all([](server& each) { each.take_site(); });
    service_.told.tell(why.empty() ? "the policy was read anew" : "the old policy goes on: " + why);
  });
}

void front::hear_signals() {
  hangups_->async_wait([this](error_code error, int) {
    if (error) return;
    reload();
    hear_signals();
  });
}

void front::run() {
  const options& told = service_.told;
  const tls_context context = certificates();
  door_ = told.listen.path.empty() ? open_tcp(told.listen, context != nullptr) : open_unix(told.listen);
  for (unsigned i = 0; i < told.threads; ++i)
    servers_.emplace_back(service_, ::fcntl(door_.socket, F_DUPFD_CLOEXEC, 0)).take_certificates(context);
  server& first = servers_.front();
  stops_.emplace(first.on(), SIGTERM, SIGINT);
  hangups_.emplace(first.on(), SIGHUP);
  hear_signals();
  stops_->async_wait([this](error_code error, int) {
    if (error) return;
    service_.told.tell("stopping: what was asked is answered");
    hangups_->cancel();
    ::close(std::exchange(door_.socket, -1));
    tell_all([](server& each) { each.drain(); });
  });
  told.tell(door_.url + " is now in front of " + told.to.text);
  std::vector<std::thread> others;
  for (auto each = std::next(servers_.begin()); each != servers_.end(); ++each)
    others.emplace_back([each] { each->run(); });
  first.run();
  for (std::thread& each : others) each.join();
  service_.live.reset();
}

}  // namespace

void run(options told) {
  std::signal(SIGPIPE, SIG_IGN);
  front(std::move(told)).run();
}

}  // namespace abide::detail::proxy
