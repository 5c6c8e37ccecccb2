// What every server needs (samples/server/serve.hpp), over sockets. The server runs in its own process.
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "abide/beast_async.hpp"
#include "abide/live_site.hpp"
#include "catch.hpp"
#include "records/verify.hpp"
#include "serve.hpp"
#include "test_server.hpp"

using namespace http_test;
using namespace std::chrono_literals;

namespace {

/// Reads from a descriptor until the text contains `wanted`, or for 20 s; returns everything that was read.
std::string read_until(int from, std::string_view wanted) {
  std::string got;
  pollfd ready{from, POLLIN, 0};
  char chunk[4096];
  while (got.find(wanted) == std::string::npos && ::poll(&ready, 1, 20000) > 0) {
    const ssize_t size = ::read(from, chunk, sizeof chunk);
    if (size <= 0) break;
    got.append(chunk, static_cast<std::size_t>(size));
  }
  return got;
}

/// The server as a child process whose standard error is read here.
class child {
 public:
  using setup = std::function<void(serving::server&, unsigned short port)>;

  child(serving::limits most, const setup& set_up) {
    int said[2];
    REQUIRE(::pipe(said) == 0);
    id_ = ::fork();
    if (id_ == 0) {
      ::dup2(said[1], STDERR_FILENO);
      ::close(said[0]);
      ::close(said[1]);
      ::_exit(run(most, set_up));
    }
    ::close(said[1]);
    said_ = said[0];
    const std::string first = hears("port ");
    INFO(first);
    REQUIRE(first.find("port ") != std::string::npos);
    port = static_cast<unsigned short>(std::stoi(first.substr(first.find("port ") + 5)));
  }
  child(const child&) = delete;
  ~child() {
    if (id_ > 0) end(SIGKILL);
    ::close(said_);
  }

  void tell(int signal) const { ::kill(id_, signal); }
  std::string hears(std::string_view words) { return read_until(said_, words); }
  /// The exit status, or -1 if a signal ended it. `signal` 0: the server was told before; a second signal may arrive
  /// while it exits, when it no longer catches signals.
  int end(int signal = SIGTERM) {
    tell(signal);
    int status = 0;
    ::waitpid(std::exchange(id_, 0), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  void may_open(std::size_t files) const {
    const rlimit limit{files, 4096};
    REQUIRE(::prlimit(id_, RLIMIT_NOFILE, &limit, nullptr) == 0);
  }

  unsigned short port = 0;

 private:
  static int run(serving::limits most, const setup& set_up) try {
    serving::server server("127.0.0.1", most);
    const auto port = server.open(0);
    set_up(server, port);
    ::dprintf(STDERR_FILENO, "port %d\n", port);
    server.run();
    return 0;
  } catch (const std::exception& error) {
    ::dprintf(STDERR_FILENO, "%s\n", error.what());
    return 2;
  }

  pid_t id_ = 0;
  int said_ = -1;
};

serving::response text(const serving::request& asked, std::string body) {
  serving::response page{serving::http::status::ok, asked.version()};
  page.body() = std::move(body);
  serving::prepare(page, asked);
  return page;
}

/// Echoes the request's body.
void echoes(serving::server& server, unsigned short port) {
  server.serve(port, [](serving::request asked, auto&) -> serving::answer {
    if (asked.target() == "/fails") throw std::runtime_error("on purpose");
    co_return text(asked, asked.target() == "/large" ? std::string(64u << 20, 'x') : "got " + asked.body());
  });
}

/// A client that keeps its connection open.
class client {
 public:
  explicit client(unsigned short port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
  }
  client(const client&) = delete;
  ~client() { ::close(socket_); }

  void sends(std::string_view bytes) const { ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  std::string hears(std::string_view words) const { return read_until(socket_, words); }
  std::string asks(std::string_view target = "/") const {
    sends("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    return hears("got ");
  }
  /// Waits for the server to close the connection; returns whether it did.
  bool is_closed() const {
    char chunk[65536];
    ssize_t size;
    while ((size = ::recv(socket_, chunk, sizeof chunk, 0)) > 0) received += static_cast<std::size_t>(size);
    return size == 0 || errno == ECONNRESET;
  }

  mutable std::size_t received = 0;

 private:
  int socket_;
};

unsigned status_of(const child& server, const std::string& request) {
  const auto answers = talk(server.port, request);
  return answers.empty() ? 0 : answers.front().status;
}

const std::string good = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

serving::limits short_times() {
  serving::limits most;
  most.idle = most.read = most.write = 1s;
  return most;
}

}  // namespace

TEST_CASE("a request whose end or host two servers may read differently is refused, and the server goes on") {
  child server({}, echoes);
  for (const char* fields : {"",
                             "Host: a\r\nHost: a\r\n",
                             "Host: a\r\nHost: b\r\n",
                             "Host: a\r\nTransfer-Encoding: gzip, chunked\r\n",
                             "Host: a\r\nTransfer-Encoding: chunked, chunked\r\n",
                             "Host: a\r\nTransfer-Encoding: identity\r\n",
                             "Host: a\r\nTransfer-Encoding: xchunked\r\n",
                             "Host: a\r\nTransfer-Encoding: chunked, identity\r\n",
                             "Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                             "Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n",
                             "Host: a\r\nTransfer-Encoding:\r\n",
                             "Host: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n",
                             "Host: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n",
                             "Host: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n",
                             "Host: a\r\nContent-Length: 3, 3\r\n",
                             "Host: a\r\nContent-Length: -3\r\n",
                             "Host: a\r\nContent-Length: +3\r\n",
                             "Host: a\r\nContent-Length: x\r\n",
                             "Host : a\r\n",
                             "Host: a\r\nA\r\n"}) {
    CAPTURE(fields);
    CHECK(status_of(server, "POST / HTTP/1.1\r\n" + std::string(fields) + "\r\n3\r\nabc\r\n0\r\n\r\n") == 400);
    CHECK(status_of(server, good) == 200);
  }
  CHECK(status_of(server, "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 400);
  CHECK(status_of(server, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n") == 400);
  const auto chunked =
      talk(server.port, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  CHECK(chunked.at(0).body == "got abc");
  CHECK(status_of(server, "GET / HTTP/1.0\r\n\r\n") == 200);
  CHECK(server.end() == 0);
}

TEST_CASE("what is too long is refused with the right status, also while the client goes on sending") {
  child server({}, echoes);
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ";
  CHECK(status_of(server, post + "65536\r\n\r\n" + std::string(65536, 'x')) == 200);
  CHECK(status_of(server, post + "65537\r\n\r\n" + std::string(65537, 'x')) == 413);
  CHECK(status_of(server, post + "9000000\r\n\r\n" + std::string(9000000, 'x')) == 413);
  CHECK(status_of(server, "GET / HTTP/1.1\r\nHost: a\r\nA: " + std::string(20000, 'x') + "\r\n\r\n") == 431);
  CHECK(status_of(server, good) == 200);
}

TEST_CASE("several requests share a connection; one that fails gets a 500 and affects no other") {
  child server({}, echoes);
  const auto answers = talk(server.port, good + good + "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  REQUIRE(answers.size() == 3);
  CHECK(answers[2].all("Content-Length") == "4");
  CHECK(status_of(server, "GET /fails HTTP/1.1\r\nHost: a\r\n\r\n") == 500);
  CHECK(server.hears("on purpose").find("on purpose") != std::string::npos);
  CHECK(status_of(server, good) == 200);
}

TEST_CASE("a client that is silent, too slow or does not read is disconnected") {
  child server(short_times(), echoes);
  const client silent(server.port), slow(server.port), half(server.port), kept(server.port);
  slow.sends("GET / HT");
  half.sends("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  CHECK(kept.asks().find("got ") != std::string::npos);
  for (const client* each : {&silent, &slow, &half, &kept}) CHECK(each->is_closed());
}

TEST_CASE("a response that the client does not read is cut off, and its connection makes room for another") {
  serving::limits most = short_times();
  most.connections = 1;
  child server(most, echoes);
  const client deaf(server.port);
  deaf.sends("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(status_of(server, good) == 200);  // there is room for one: the other was closed
  CHECK(deaf.is_closed());
  CHECK(deaf.received < (64u << 20));
}

TEST_CASE("at the limit of connections, the one that has been idle longest makes room") {
  serving::limits most;
  most.connections = 2;
  child server(most, echoes);
  const client first(server.port), second(server.port);
  CHECK(first.asks().find("got ") != std::string::npos);
  CHECK(second.asks().find("got ") != std::string::npos);
  const client third(server.port);
  CHECK(third.asks().find("got ") != std::string::npos);
  CHECK(first.is_closed());
  CHECK(second.asks().find("got ") != std::string::npos);
}

TEST_CASE("out of file descriptors, the server reports it, waits, and then serves the clients that came meanwhile") {
  child server({}, echoes);
  CHECK(status_of(server, good) == 200);
  server.may_open(3);  // it has that many open already
  const client waiting(server.port);
  waiting.sends(good);
  CHECK(server.hears("open files").find("no new connections: Too many open files") != std::string::npos);
  server.may_open(1024);
  CHECK(waiting.hears("got ").find("got ") != std::string::npos);
  CHECK(status_of(server, good) == 200);
}

TEST_CASE("a process that may open few files accepts fewer connections, and never runs out of files") {
  child server({}, echoes);
  server.may_open(24);
  std::vector<std::unique_ptr<client>> many;
  for (int i = 0; i < 60; ++i) {
    many.push_back(std::make_unique<client>(server.port));
    CHECK(many.back()->asks().find("got ") != std::string::npos);
  }
  CHECK(many.front()->is_closed());
  many.clear();
  CHECK(status_of(server, good) == 200);
  CHECK(server.end() == 0);
  CHECK(server.hears("no new connections").empty());
}

TEST_CASE("a server that is told to stop answers pending requests, closes idle connections, and ends") {
  child server({}, [](serving::server& s, unsigned short port) {
    s.serve(port, [](serving::request asked, auto& stream) -> serving::answer {
      boost::asio::steady_timer slow{stream.get_executor(), asked.target() == "/slow" ? 500ms : 0ms};
      ::dprintf(STDERR_FILENO, "asked\n");
      co_await slow.async_wait(boost::asio::use_awaitable);
      co_return text(asked, "got ");
    });
  });
  const client idle(server.port), busy(server.port);
  CHECK(idle.asks().find("got ") != std::string::npos);
  server.hears("asked\n");
  busy.sends("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  server.hears("asked\n");
  server.tell(SIGTERM);
  CHECK(idle.is_closed());
  CHECK(busy.hears("got ").find("got ") != std::string::npos);
  CHECK(busy.is_closed());
  CHECK(server.end(0) == 0);
}

namespace {

struct policy_file {
  std::string folder = [] {
    char name[] = "/tmp/abide-serving-XXXXXX";
    return std::string(::mkdtemp(name));
  }();
  ~policy_file() { std::filesystem::remove_all(folder); }
  std::string path() const { return folder + "/policy.json"; }
  void says(const std::string& text) const {
    std::ofstream(path() + ".new") << text;
    std::filesystem::rename(path() + ".new", path());
  }
};

std::string policy_with(std::string_view category, std::string_view more = "") {
  return R"({"site": {"name": "S", "host": "a"}, "jurisdiction": {"fixed": "DE"}, "cookies": [{"name": "x", "category": ")" +
         std::string(category) + "\"}]" + std::string(more) + "}";
}

/// The smallest server: samples/server/main.cpp.
child::setup guarded(const std::string& policy) {
  return [policy](serving::server& s, unsigned short port) {
    static abide::live_site* live = nullptr;  // this process's site, while it lives
    live = new abide::live_site([policy] {
      abide::site_options options;
      options.browser_files = "none";
      return abide::load_site(policy, std::move(options));
    });
    s.serve(port, [](serving::request asked, auto& stream) -> serving::answer {
      const auto site = live->now();
      co_return co_await abide::async_respond(*site, std::move(asked), stream, abide::transport::plain,
                                              [](const serving::request& request) {
                                                serving::response page = text(request, "got ");
                                                page.insert("Set-Cookie", "x=1");
                                                return page;
                                              });
    });
    s.on_hangup([] {
      live->reload(
          [](const std::string& why) { ::dprintf(STDERR_FILENO, "%s\n", why.empty() ? "anew" : why.c_str()); });
    });
  };
}

bool sets_x(const child& server) {
  return talk(server.port, good).at(0).all("Set-Cookie").find("x=1") != std::string::npos;
}

}  // namespace

TEST_CASE("SIGHUP reloads a policy; a faulty one is refused with a message, and the old one stays in use") {
  const policy_file policy;
  policy.says(policy_with("required"));
  child server({}, guarded(policy.path()));
  CHECK(sets_x(server));

  policy.says(policy_with("targeting"));
  CHECK(sets_x(server));
  server.tell(SIGHUP);
  server.hears("anew\n");
  CHECK_FALSE(sets_x(server));

  policy.says(policy_with("required", ", \"no_such_key\": 1"));
  server.tell(SIGHUP);
  const std::string why = server.hears("no_such_key");
  CHECK(why.find("policy.json") != std::string::npos);
  CHECK(why.find("no_such_key") != std::string::npos);
  CHECK_FALSE(sets_x(server));

  std::filesystem::remove(policy.path());
  server.tell(SIGHUP);
  server.hears("\n");
  CHECK_FALSE(sets_x(server));

  policy.says(policy_with("required"));
  server.tell(SIGHUP);
  server.hears("anew\n");
  CHECK(sets_x(server));
}

TEST_CASE("requests to reopen a site during a reopening lead to one more reopening, and every caller is told") {
  std::promise<void> begins, goes_on;
  std::atomic<int> opened{0}, told{0};
  {
    abide::live_site live([&, wait = goes_on.get_future().share()] {
      if (++opened == 2) {
        begins.set_value();
        wait.wait();
      }
      abide::site_options options;
      options.records = "none";
      options.browser_files = "none";
      options.keys = {std::string(43, 'k')};
      options.warn = [](const std::string&) {};
      return abide::site(abide::parse_config("{}", "policy.json"), std::move(options));
    });
    live.reload([&](const std::string&) { ++told; });
    begins.get_future().wait();
    for (int i = 0; i < 100; ++i) live.reload([&](const std::string& why) { told += why.empty(); });
    goes_on.set_value();
  }
  CHECK(opened == 3);
  CHECK(told == 101);
}

TEST_CASE("no request and no choice is lost while a policy is reloaded") {
  const policy_file policy;
  const std::string key(43, 'k');
  std::ofstream(policy.folder + "/keys") << key << '\n';
  std::filesystem::permissions(policy.folder + "/keys", std::filesystem::perms::owner_read);
  policy.says(policy_with("targeting", R"(, "consent": {"choices_per_minute": 1000, "keys": "file:)" + policy.folder +
                                           R"(/keys"}, "records": {"store": "sqlite:)" + policy.folder + "/log.db\"}"));
  child server({}, guarded(policy.path()));
  std::atomic<int> answered{0}, saved{0};
  std::vector<std::thread> visitors;
  for (int i = 0; i < 3; ++i)
    visitors.emplace_back([&] {
      for (int n = 0; n < 30; ++n) {
        answered += status_of(server, good) == 200;
        const auto choice = talk(server.port, request_text("POST", "/consent", {{"Host", "a"}, {"Connection", "close"}},
                                                           "choice=accept-all"));
        saved += choice.at(0).status == 303;
      }
    });
  for (int n = 0; n < 10; ++n) {
    server.tell(SIGHUP);
    CHECK(server.hears("anew\n").find("anew\n") != std::string::npos);
  }
  for (std::thread& each : visitors) each.join();
  CHECK(answered == 90);
  CHECK(saved == 90);
  CHECK(server.end() == 0);
  const auto store = abide::detail::store_at("sqlite:" + policy.folder + "/log.db", abide::detail::store_use::read, 5s);
  store->open();
  const abide::detail::verification found = abide::detail::verify(*store, nullptr);
  CHECK(found.records == 90);
  CHECK(found.finding_count == 0);
}
