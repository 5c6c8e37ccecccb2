// A single-threaded coroutine server while its log does not respond: only the visitor who saves waits.
#include <arpa/inet.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/buffers_generator.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "abide/beast_async.hpp"
#include "catch.hpp"
#include "shop.hpp"
#include "slow_log.hpp"

using namespace adapters;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using answer = http::response<http::string_body>;

namespace {

answer application(const text_request& request) {
  answer response(http::status::ok, request.version());
  response.set(http::field::content_type, "text/html; charset=utf-8");
  response.insert(http::field::set_cookie, "_fbp=1; Path=/");
  response.keep_alive(request.keep_alive());
  response.body() = page;
  response.prepare_payload();
  return response;
}

asio::awaitable<void> converse(tcp::socket socket, const abide::site& site) {
  beast::flat_buffer buffer;
  boost::system::error_code error;
  for (;;) {
    abide::request_parser<http::string_body> parser;
    co_await http::async_read(socket, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    auto visit = abide::begin(site, parser.get(), socket, abide::transport::plain);
    auto reply = co_await abide::async_answer(visit, parser.get());
    http::message_generator response =
        reply ? http::message_generator(std::move(*reply)) : abide::finished(visit, application(parser.get()));
    co_await beast::async_write(socket, std::move(response), asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
  }
}

asio::awaitable<void> receive(tcp::acceptor& door, const abide::site& site) {
  boost::system::error_code error;
  for (;;) {
    tcp::socket socket = co_await door.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    socket.set_option(tcp::no_delay(true));
    asio::co_spawn(door.get_executor(), converse(std::move(socket), site), asio::detached);
  }
}

struct server {
  shop of;
  asio::io_context context{1};
  tcp::acceptor door{context, {asio::ip::make_address("127.0.0.1"), 0}};
  std::thread thread;

  explicit server(abide::site_options options) : of(std::move(options)) {
    asio::co_spawn(context, receive(door, of.site), asio::detached);
    thread = std::thread([this] { context.run(); });
  }
  ~server() {
    context.stop();
    thread.join();
  }
};

class visitor {
 public:
  explicit visitor(const server& s) { socket_.connect(s.door.local_endpoint()); }

  answer ask(const text_request& request) {
    http::write(socket_, request);
    answer response;
    http::read(socket_, buffer_, response);
    return response;
  }

 private:
  asio::io_context context_;
  tcp::socket socket_{context_};
  beast::flat_buffer buffer_;
};

/// What the other visitors saw while one waited for a save.
struct seen_by_others {
  std::vector<double> milliseconds;  ///< of each request that was answered before the save, sorted
  answer saved;
  double save_milliseconds = 0;
};

double since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

/// `on_answer` gets the number of responses that others received since the save was sent.
seen_by_others save_while_others_visit(const server& s, std::string_view form,
                                       const std::function<void(std::size_t)>& on_answer = {}) {
  constexpr std::size_t others = 4;
  std::atomic<bool> sent{false}, answered{false};
  std::atomic<std::size_t> count{0}, ready{0};
  std::vector<std::vector<double>> times(others);
  for (std::vector<double>& mine : times) mine.reserve(100'000);
  std::vector<std::thread> threads;
  for (std::vector<double>& mine : times) {
    threads.emplace_back([&] {
      visitor v(s);
      (void)v.ask(get());
      ++ready;
      while (!answered) {
        const bool counts = sent;
        const auto start = std::chrono::steady_clock::now();
        (void)v.ask(get());
        if (counts && !answered) mine.push_back(since(start));
        if (counts && on_answer) on_answer(++count);
        std::this_thread::sleep_for(1ms);
      }
    });
  }
  while (ready < others) std::this_thread::yield();
  seen_by_others seen;
  visitor she(s);
  sent = true;
  const auto start = std::chrono::steady_clock::now();
  seen.saved = she.ask(choice(form));
  answered = true;
  seen.save_milliseconds = since(start);
  for (std::thread& t : threads) t.join();
  for (const auto& mine : times) seen.milliseconds.insert(seen.milliseconds.end(), mine.begin(), mine.end());
  std::sort(seen.milliseconds.begin(), seen.milliseconds.end());
  return seen;
}

void print(const char* what, const seen_by_others& seen) {
  const auto at = [&](double share) {
    return seen.milliseconds[static_cast<std::size_t>(share * static_cast<double>(seen.milliseconds.size() - 1))];
  };
  std::printf("%s: %zu requests of others while the save waited %.0f ms: p50 %.2f ms, p99 %.2f ms, longest %.2f ms\n",
              what, seen.milliseconds.size(), seen.save_milliseconds, at(0.5), at(0.99), at(1));
}

std::string cookie_of(const answer& response) {
  const std::string field(response[http::field::set_cookie]);
  return field.substr(0, field.find(';'));
}

bool may_set_targeting(const server& s, const std::string& cookie) {
  text_request request = get();
  request.set(http::field::cookie, cookie);
  const answer response = visitor(s).ask(request);
  const auto fields = response.equal_range(http::field::set_cookie);
  return std::any_of(fields.first, fields.second, [](const auto& f) { return f.value().starts_with("_fbp="); });
}

/// If the save blocked the thread, each of the four others would get about one answer before it.
constexpr std::size_t answers_of_others = 40;

/// Only the saving visitor waited: the others got their answers first, and the refusal holds without the store.
void check_and_print(const char* what, const server& s, const seen_by_others& seen) {
  REQUIRE(seen.milliseconds.size() >= answers_of_others);
  print(what, seen);
  CHECK(seen.saved.result_int() == 503);
  CHECK(seen.saved.body().find("<form") != std::string::npos);
  CHECK(may_set_targeting(s, ""));
  CHECK_FALSE(may_set_targeting(s, cookie_of(seen.saved)));
}

abide::site_options options_in_oregon() {
  abide::site_options options;
  options.location = "US-OR";
  return options;
}

/// Another process that locks a SQLite database on command, until told to stop.
class locking_process {
 public:
  explicit locking_process(std::string file) {
    if (pipe(orders_) != 0 || pipe(news_) != 0) std::abort();
    id_ = fork();
    if (id_ == 0) {
      close(orders_[1]);
      hold(file);
    }
    close(orders_[0]);
  }
  ~locking_process() {
    close(orders_[1]);
    waitpid(id_, nullptr, 0);
    close(news_[0]);
    close(news_[1]);
  }
  void lock() {
    char word = 'l';
    REQUIRE(write(orders_[1], &word, 1) == 1);
    REQUIRE(read(news_[0], &word, 1) == 1);
    REQUIRE(word == 'y');
  }

 private:
  [[noreturn]] void hold(const std::string& file) {
    char word = 0;
    if (read(orders_[0], &word, 1) != 1) _exit(0);
    sqlite3* database = nullptr;
    const bool locked = sqlite3_open(file.c_str(), &database) == SQLITE_OK &&
                        sqlite3_busy_timeout(database, 2000) == SQLITE_OK &&
                        sqlite3_exec(database, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr) == SQLITE_OK;
    word = locked ? 'y' : 'n';
    if (write(news_[1], &word, 1) != 1) _exit(1);
    (void)!read(orders_[0], &word, 1);
    _exit(0);
  }

  int orders_[2]{}, news_[2]{};
  pid_t id_ = 0;
};

struct scratch_folder {
  std::string path;
  scratch_folder() {
    char name[] = "/tmp/abide-hang-XXXXXX";
    path = mkdtemp(name);
  }
  ~scratch_folder() { std::filesystem::remove_all(path); }
};

/// A port that accepts connections and never answers.
class silent_port {
 public:
  silent_port() : file_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    REQUIRE(bind(file_, reinterpret_cast<sockaddr*>(&at), size) == 0);
    REQUIRE(::listen(file_, 128) == 0);
    REQUIRE(getsockname(file_, reinterpret_cast<sockaddr*>(&at), &size) == 0);
    number = ntohs(at.sin_port);
  }
  ~silent_port() { close(file_); }
  unsigned short number = 0;

 private:
  int file_;
};

/// The processes of the PostgreSQL whose connection string names its folder (tests/records/postgres).
std::vector<pid_t> postgres_processes(const std::string& connection) {
  const std::size_t start = connection.find("host=") + 5;
  const std::string folder = connection.substr(start, connection.find('&', start) - start);
  pid_t first = 0;
  std::ifstream(folder + "/data/postmaster.pid") >> first;
  std::vector<pid_t> all{first};
  std::ifstream children("/proc/" + std::to_string(first) + "/task/" + std::to_string(first) + "/children");
  for (pid_t id = 0; children >> id;) all.push_back(id);
  return all;
}

struct stopped_postgres {
  std::vector<pid_t> processes;
  explicit stopped_postgres(const std::string& connection) : processes(postgres_processes(connection)) {
    REQUIRE(processes.front() > 0);
    for (const pid_t id : processes) REQUIRE(kill(id, SIGSTOP) == 0);
  }
  ~stopped_postgres() {
    for (const pid_t id : processes) kill(id, SIGCONT);
  }
};

}  // namespace

TEST_CASE("others do not wait while a log answers late", "[hang]") {
  auto log = std::make_shared<slow_log>();
  log->tells = abide::save_status::timed_out;
  log->longest = 60s;
  auto options = options_in_oregon();
  options.log = log;
  server s(std::move(options));
  const auto seen = save_while_others_visit(s, refusal, [&](std::size_t count) {
    if (count >= 1000) log->answer();
  });
  check_and_print("a log that answers late", s, seen);
}

TEST_CASE("others do not wait while a log never answers", "[hang]") {
  auto log = std::make_shared<slow_log>();
  log->longest = 2000ms;
  auto options = options_in_oregon();
  options.log = log;
  server s(std::move(options));
  check_and_print("a log that never answers", s, save_while_others_visit(s, refusal));
}

TEST_CASE("others do not wait while another process locks SQLite", "[hang][sqlite]") {
  const scratch_folder folder;
  const std::string file = folder.path + "/abide.db";
  locking_process locking(file);
  auto options = options_in_oregon();
  options.records = "sqlite:" + file;
  server s(std::move(options));
  REQUIRE(visitor(s).ask(choice(consent)).result_int() == 303);
  locking.lock();
  check_and_print("SQLite locked", s, save_while_others_visit(s, refusal));
}

TEST_CASE("others do not wait while PostgreSQL's port accepts and never answers", "[hang][postgres]") {
  const silent_port port;
  auto options = options_in_oregon();
  options.records = "postgres://abide@127.0.0.1:" + std::to_string(port.number) + "/abide";
  server s(std::move(options));
  seen_by_others seen;
  visitor other(s), she(s);
  for (int i = 0; i < 500; ++i) {
    const auto start = std::chrono::steady_clock::now();
    (void)other.ask(get());
    seen.milliseconds.push_back(since(start));
    if (i % 100 == 0) seen.saved = she.ask(choice(refusal));  // the store is known to be down: no visitor waits for it
  }
  std::sort(seen.milliseconds.begin(), seen.milliseconds.end());
  check_and_print("PostgreSQL silent", s, seen);
}

TEST_CASE("others do not wait while PostgreSQL is stopped", "[hang][postgres]") {
  const char* connection = std::getenv("ABIDE_TEST_POSTGRES");
  if (!connection) {
    WARN("skipped: no PostgreSQL (ABIDE_TEST_POSTGRES)");
    return;
  }
  auto options = options_in_oregon();
  options.records = connection;
  server s(std::move(options));
  REQUIRE(visitor(s).ask(choice(consent)).result_int() == 303);
  const stopped_postgres stopped(connection);
  check_and_print("PostgreSQL stopped", s, save_while_others_visit(s, refusal));
}
