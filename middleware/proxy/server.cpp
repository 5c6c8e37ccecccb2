// Accepts visitors, handles signals, and ends without losing a request.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <list>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "proxy/doors.hpp"
#include "proxy/exchange.hpp"
#include "proxy/into.hpp"
#include "proxy/operating.hpp"

namespace abide::detail::proxy {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// The number of connections that the process may open files for, after raising that limit to the system's.
std::size_t most_connections(const limits& most) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return most.connections;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  const std::size_t others = 64 + most.backend_connections;  // for the log and the application
  if (files.rlim_cur == RLIM_INFINITY || files.rlim_cur >= most.connections + others) return most.connections;
  return files.rlim_cur > 2 * others ? files.rlim_cur - others : files.rlim_cur / 2;
}

/// Divides the limits of the process among the threads.
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

  worker& inside() { return worker_; }

  /// Serves until drained.
  void run();

  // Called in its own thread.
  void take_certificates(tls_context context) { worker_.to_visitors = std::move(context); }
  void take_site() { worker_.site_now(); }
  void drain();

  asio::io_context& on() { return worker_.on; }

 private:
  using visitors = std::list<visitor>;
  asio::awaitable<void> welcome();
  asio::awaitable<void> has_room();
  void make_room();
  asio::awaitable<void> attend(visitors::iterator);
  void cut_all();
  void do_chores();

  worker worker_;
  visitors visitors_;
  asio::steady_timer patience_{worker_.on}, chores_{worker_.on};
  asio::posix::stream_descriptor door_;
  bool one_leaves_ = false;  ///< an idle connection was cut, and is not gone yet
};

/// Ends the connection that has been idle longest, unless one is ending already.
void server::make_room() {
  if (one_leaves_) return;
  for (visitor& each : visitors_) {
    if (!each.idle) continue;
    each.idle = false;
    each.line.cut();
    one_leaves_ = true;
    return;
  }
}

asio::awaitable<void> server::has_room() {
  error_code error;
  bool is_awaited = false;  // only for somebody at the door does a connection end
  while (!worker_.draining && visitors_.size() >= worker_.told.most.connections) {
    if (!std::exchange(is_awaited, true)) {
      co_await door_.async_wait(asio::posix::stream_descriptor::wait_read, into(error));
      continue;
    }
    make_room();
    co_await worker_.room.async_wait(into(error));
  }
}

asio::awaitable<void> server::welcome() {
  error_code error;
  for (;;) {
    co_await has_room();
    if (worker_.draining) co_return;
    std::string peer;
    const int made = accept_from(door_.native_handle(), peer);
    if (made < 0) {
      if (errno == EAGAIN) {
        co_await door_.async_wait(asio::posix::stream_descriptor::wait_read, into(error));
      } else if (errno != ECONNABORTED && errno != EINTR) {
        asio::steady_timer pause(worker_.on, std::chrono::milliseconds(100));
        co_await pause.async_wait(into(error));
      }
      continue;
    }
    visitors_.emplace_back(worker_, made, std::move(peer));
    asio::co_spawn(worker_.on, attend(std::prev(visitors_.end())), asio::detached);
    co_await asio::post(worker_.on, asio::use_awaitable);  // first other work: another thread may be free
  }
}

/// Ends a connection so that the visitor receives all that was sent: bytes left unread when a socket is closed make the
/// visitor's system discard it. Reads on until the visitor ends it too, or sends nothing for a while. Others may have
/// the room meanwhile.
asio::awaitable<void> part_from(worker& in, visitor& v) {
  constexpr std::chrono::seconds quiet(2), most(30);
  const instant end = std::chrono::steady_clock::now() + most;
  v.line.end_writing();
  v.idle = true;
  in.room.cancel();
  for (std::size_t size = 1; size > 0;) {
    v.in.take(v.in.bytes().size());
    v.line.read_until(std::min(end, std::chrono::steady_clock::now() + quiet));
    size = co_await v.line.read(v.in.room());
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
      visitors_.splice(visitors_.end(), visitors_, v);  // keeps the most recently active visitor last
    }
    co_await part_from(worker_, *v);
  } catch (const std::exception& error) {
    worker_.told.tell(std::string("request failed: ") + error.what());
  }
  visitors_.erase(v);
  one_leaves_ = false;
  worker_.room.cancel();
  if (worker_.draining && visitors_.empty()) patience_.cancel();
}

void server::do_chores() {
  chores_.expires_after(std::chrono::milliseconds(500));
  chores_.async_wait([this](error_code error) {
    if (error) return;
    worker_.pool.drop_old(std::chrono::steady_clock::now());
    worker_.write_lines();
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
  worker_.write_lines();
}

void server::drain() {
  worker_.draining = true;
  error_code ignored;
  door_.close(ignored);
  worker_.room.cancel();
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

/// All threads, and what they receive together.
class front {
 public:
  explicit front(options told) : service_(for_each_thread(std::move(told))), may_operate_(service_.told.operators) {}
  ~front() {
    remove_name(door_);
    remove_name(operators_);
    if (door_.socket >= 0) ::close(door_.socket);
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
  void open_doors(const tls_context&);
  void drain();

  service service_;
  trusted_proxies may_operate_;
  door door_, operators_;
  std::list<server> servers_;
  std::optional<asio::posix::stream_descriptor> operating_;
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
    service_.told.tell(std::string("certificate not reloaded, the old one stays in use: ") + error.what());
  }
  if (service_.journal)
    if (const std::string why = service_.journal->reopen(); !why.empty()) service_.told.tell(why);
  service_.live->reload([this](const std::string& why) {
    tell_all([](server& each) { each.take_site(); });
    service_.told.tell(why.empty() ? "policy reloaded" : "policy not reloaded, the old one stays in use: " + why);
  });
}

void front::hear_signals() {
  hangups_->async_wait([this](error_code error, int) {
    if (error) return;
    reload();
    hear_signals();
  });
}

void front::open_doors(const tls_context& context) {
  const options& told = service_.told;
  door_ = open_door(told.listen, context != nullptr, "--listen");
  for (unsigned i = 0; i < told.threads; ++i) {
    servers_.emplace_back(service_, ::fcntl(door_.socket, F_DUPFD_CLOEXEC, 0)).take_certificates(context);
    service_.counts.push_back(&servers_.back().inside().counts);
  }
  if (!told.metrics) return;
  worker& first = servers_.front().inside();
  operators_ = open_door(*told.metrics, false, "--metrics");
  operating_.emplace(first.on, operators_.socket);
  asio::co_spawn(first.on, operate(first, *operating_, may_operate_), asio::detached);
}

void front::drain() {
  service_.told.tell("stopping: completing open requests");
  hangups_->cancel();
  remove_name(door_);
  remove_name(operators_);
  ::close(std::exchange(door_.socket, -1));
  error_code ignored;
  if (operating_) operating_->close(ignored);
  tell_all([](server& each) { each.drain(); });
}

void front::run() {
  const options& told = service_.told;
  open_doors(certificates());
  server& first = servers_.front();
  stops_.emplace(first.on(), SIGTERM, SIGINT);
  hangups_.emplace(first.on(), SIGHUP);
  hear_signals();
  stops_->async_wait([this](error_code error, int) {
    if (!error) drain();
  });
  if (told.metrics) told.tell(operators_.url + " has metrics and health");
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
