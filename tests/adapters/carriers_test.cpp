// How an exchange's effects are carried out: blocking, in coroutines, with completion tokens; and what happens if the
// log is late, the caller leaves, or the io_context ends first.
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>

#include "abide/beast_async.hpp"
#include "catch.hpp"
#include "shop.hpp"
#include "slow_log.hpp"
#if ABIDE_TEST_HTTPLIB
#include "abide/httplib.hpp"
#endif

using namespace std::chrono_literals;
using namespace adapters;
namespace asio = boost::asio;
using reply = std::optional<abide::beast_reply>;

namespace {

std::shared_ptr<slow_log> late_log() { return std::make_shared<slow_log>(); }

std::shared_ptr<slow_log> silent_log() {
  auto log = late_log();
  log->longest = 10ms;
  return log;
}

/// One caller: the objects that an application has for an exchange.
struct asker {
  text_request request;
  abide::visit visit;
  asker(const shop& s, text_request r) : request(std::move(r)), visit(abide::begin(s.site, request, direct)) {}
  ~asker() { visit.abandon(); }
};

bool is_refusal_without_proof(const reply& r) {
  return r && r->result_int() == 503 && r->body().find("<form") != std::string::npos &&
         r->find(http::field::set_cookie) != r->end() && r->find("Retry-After") != r->end();
}

http::response<http::string_body> hello() {
  http::response<http::string_body> response(http::status::ok, 11);
  response.set(http::field::content_type, "text/html; charset=utf-8");
  response.body() = page;
  response.prepare_payload();
  return response;
}

}  // namespace

TEST_CASE("blocking: an answer that the log gives at once is saved") {
  auto log = late_log();
  log->answers_at_once = true;
  shop s(log);
  asker a(s, choice(consent));
  const reply r = abide::answer(a.visit, a.request);
  REQUIRE(r);
  CHECK(r->result_int() == 303);
}

TEST_CASE(
    "blocking: a log that never answers costs its timeout; then the refusal holds, and a late answer is dropped") {
  auto log = silent_log();
  shop s(log);
  {
    asker a(s, choice(refusal));
    CHECK(is_refusal_without_proof(abide::answer(a.visit, a.request)));
  }
  CHECK(log->all_gone());
  CHECK(log->later() == 1);
  CHECK(log->answer() == 1);
}

TEST_CASE("async_answer completes once, on the handler's executor, when the log answers from another thread") {
  auto log = late_log();
  shop s(log);
  asker a(s, choice(consent));
  asio::io_context context;
  auto strand = asio::make_strand(context);
  int completed = 0;
  bool on_strand = false;
  abide::async_answer(a.visit, a.request, asio::bind_executor(strand, [&](reply r) {
                        ++completed;
                        on_strand = strand.running_in_this_thread();
                        CHECK(r->result_int() == 303);
                      }));
  CHECK(log->waiting() == 1);
  std::thread([&] { log->answer(); }).join();
  CHECK(completed == 0);
  context.run();
  CHECK(completed == 1);
  CHECK(on_strand);
  CHECK(log->all_gone());
}

TEST_CASE(
    "async_answer never completes before it returns: neither with a log that answers at once nor without an effect") {
  auto log = late_log();
  log->answers_at_once = true;
  shop s(log);
  for (const bool is_choice : {true, false}) {
    asker a(s, is_choice ? choice(consent) : get());
    asio::io_context context;
    bool returned = false, completed = false;
    abide::async_answer(a.visit, a.request, asio::bind_executor(context, [&](reply r) {
                          completed = true;
                          CHECK(returned);
                          CHECK(r.has_value() == is_choice);
                        }));
    returned = true;
    CHECK_FALSE(completed);
    context.run();
    CHECK(completed);
  }
}

TEST_CASE("async_answer carries out one effect after another") {
  auto log = late_log();
  shop s(log);
  asker a(s, choice(consent));
  asio::io_context context;
  auto saved = asio::co_spawn(context, abide::async_answer(a.visit, a.request), asio::use_future);
  context.poll();
  CHECK(log->answer() == 1);
  context.run();
  const reply r = saved.get();
  REQUIRE(r);
  const std::string cookie(r->at(http::field::set_cookie));

  text_request receipt = get("/consent/receipt");
  receipt.set(http::field::cookie, cookie.substr(0, cookie.find(';')));
  asker b(s, std::move(receipt));
  context.restart();
  bool completed = false;
  abide::async_answer(b.visit, b.request, asio::bind_executor(context, [&](reply) { completed = true; }));
  CHECK(log->answer() == 1);
  context.run();
  CHECK(completed);
}

TEST_CASE("async_answer: at the deadline it gives the strict answer and tells the log, whose late answer is dropped") {
  auto log = silent_log();
  shop s(log);
  asio::io_context context;
  std::weak_ptr<int> handler_lives;
  {
    asker a(s, choice(refusal));
    auto held = std::make_shared<int>();
    handler_lives = held;
    int completed = 0;
    abide::async_answer(a.visit, a.request, asio::bind_executor(context, [&completed, held](reply r) {
                          ++completed;
                          CHECK(is_refusal_without_proof(r));
                        }));
    held.reset();
    CHECK_FALSE(log->all_gone());
    context.run();
    CHECK(completed == 1);
  }
  CHECK(handler_lives.expired());
  CHECK(log->all_gone());
  CHECK(log->later() == 1);
  CHECK(log->answer() == 1);
  context.restart();
  CHECK(context.run() == 0);
}

TEST_CASE("async_answer: a coroutine gets the strict answer at the deadline too") {
  auto log = silent_log();
  shop s(log);
  asker a(s, choice(refusal));
  asio::io_context context;
  auto told = asio::co_spawn(context, abide::async_answer(a.visit, a.request), asio::use_future);
  context.run();
  CHECK(is_refusal_without_proof(told.get()));
}

TEST_CASE("async_answer, when cancelled, completes at once with the strict answer and tells the log") {
  auto log = late_log();
  shop s(log);
  asker a(s, choice(refusal));
  asio::io_context context;
  asio::cancellation_signal leave;
  int completed = 0;
  abide::async_answer(a.visit, a.request,
                      asio::bind_cancellation_slot(leave.slot(), asio::bind_executor(context, [&](reply r) {
                                                     ++completed;
                                                     CHECK(is_refusal_without_proof(r));
                                                   })));
  leave.emit(asio::cancellation_type::terminal);
  context.run_for(1s);
  CHECK(completed == 1);
  CHECK(log->all_gone());
  log->answer();
}

TEST_CASE("an io_context that ends first destroys the operation: it never completes, and the log's answer is dropped") {
  auto log = late_log();
  shop s(log);
  asker a(s, choice(consent));
  auto held = std::make_shared<int>();
  const std::weak_ptr<int> handler_lives = held;
  {
    asio::io_context context;
    abide::async_answer(a.visit, a.request, asio::bind_executor(context, [held](reply) { FAIL("completed"); }));
    held.reset();
    context.poll();
    CHECK_FALSE(handler_lives.expired());
  }
  CHECK(handler_lives.expired());
  CHECK(log->all_gone());
  CHECK(log->answer() == 1);
}

TEST_CASE("an io_context that ends first destroys the waiting coroutine and what it holds") {
  auto log = late_log();
  shop s(log);
  auto held = std::make_shared<int>();
  const std::weak_ptr<int> frame_lives = held;
  {
    asio::io_context context;
    asio::co_spawn(
        context,
        [](const shop& of, std::shared_ptr<int>) -> asio::awaitable<void> {
          asker a(of, choice(consent));
          (void)co_await abide::async_answer(a.visit, a.request);
          FAIL("completed");
        }(s, std::move(held)),
        asio::detached);
    context.poll();
    CHECK(log->waiting() == 1);
    CHECK_FALSE(frame_lives.expired());
  }
  CHECK(frame_lives.expired());
  CHECK(log->answer() == 1);
}

TEST_CASE("a log that ends without answering the question leaves the strict answer") {
  auto log = silent_log();
  auto s = std::make_unique<shop>(log);
  {
    asker a(*s, choice(refusal));
    asio::io_context context;
    auto told = asio::co_spawn(context, abide::async_answer(a.visit, a.request), asio::use_future);
    context.poll();
    CHECK(log->waiting() == 1);
    context.run();
    CHECK(is_refusal_without_proof(told.get()));
  }
  s.reset();
  log.reset();
}

TEST_CASE("when the log's answer and the deadline race on several threads, one of them wins") {
  auto log = late_log();
  log->longest = 1ms;
  shop s(log);
  std::atomic<int> completed{0};
  constexpr int askers = 200;
  std::vector<std::unique_ptr<asker>> all;
  asio::io_context context(4);
  for (int i = 0; i < askers; ++i) {
    all.push_back(std::make_unique<asker>(s, choice(refusal)));
    abide::async_answer(all.back()->visit, all.back()->request, asio::bind_executor(context, [&](reply r) {
                          if (r) ++completed;
                          completed.notify_one();
                        }));
  }
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back([&] { context.run(); });
  completed.wait(0);  // deadlines have begun to pass
  while (completed < askers) log->answer();
  for (std::thread& t : threads) t.join();
  CHECK(completed == askers);
}

TEST_CASE("when the log's answer races with the end of the io_context, nothing is touched afterwards") {
  for (int turn = 0; turn < 200; ++turn) {
    auto log = late_log();
    shop s(log);
    asker a(s, choice(refusal)), b(s, choice(refusal));
    auto context = std::make_unique<asio::io_context>();
    abide::async_answer(a.visit, a.request, asio::bind_executor(*context, [](reply) {}));
    asio::co_spawn(*context, abide::async_answer(b.visit, b.request), asio::detached);
    context->poll();
    std::thread teller([&] { log->answer(); });
    if (turn % 2 == 0) std::this_thread::yield();
    context.reset();
    teller.join();
    CHECK(log->all_gone());
  }
}

TEST_CASE("async_identify learns of the account's opt-out, with a coroutine and with a callback") {
  auto log = late_log();
  shop s(log, "US-OR");
  for (const bool by_coroutine : {true, false}) {
    asker a(s, get());
    CHECK(a.visit.decision().of(abide::category::targeting, false).allowed);
    asio::io_context context;
    bool completed = false;
    if (by_coroutine)
      asio::co_spawn(context, abide::async_identify(a.visit, a.request, "ada"),
                     [&](std::exception_ptr) { completed = true; });
    else abide::async_identify(a.visit, a.request, "ada", {}, asio::bind_executor(context, [&] { completed = true; }));
    context.poll();
    CHECK_FALSE(completed);
    CHECK(log->answer() == 1);
    context.run();
    CHECK(completed);
    CHECK_FALSE(a.visit.decision().of(abide::category::targeting, false).allowed);
  }
}

namespace {

/// Two connected sockets on 127.0.0.1.
struct sockets {
  asio::ip::tcp::socket here, there;
  explicit sockets(asio::io_context& context) : here(context), there(context) {
    asio::ip::tcp::acceptor door(context, {asio::ip::make_address("127.0.0.1"), 0});
    here.connect(door.local_endpoint());
    there = door.accept();
  }
};

template <class Check>
asio::awaitable<void> responding(const abide::site& s, text_request request, asio::ip::tcp::socket& socket,
                                 Check& check) {
  check(co_await abide::async_respond(s, std::move(request), socket, abide::transport::plain,
                                      [](auto&) { return hello(); }));
}

}  // namespace

TEST_CASE("async_respond answers Abide's own pages and finishes the application's") {
  auto log = late_log();
  log->answers_at_once = true;
  shop s(log);
  asio::io_context context;
  sockets pair(context);
  const auto handle = [](auto&) { return hello(); };
  for (const bool by_coroutine : {true, false}) {
    int told = 0;
    const auto check = [&](http::message_generator response) {
      ++told;
      CHECK(response.keep_alive());
      boost::beast::error_code error;
      std::string text;
      while (!response.is_done()) {
        const auto buffers = response.prepare(error);
        for (const auto& b : buffers) text.append(static_cast<const char*>(b.data()), b.size());
        response.consume(boost::beast::buffer_bytes(buffers));
      }
      CHECK((text.find("data-abide-notice") != std::string::npos || text.find(" 303 ") != std::string::npos));
    };
    for (text_request request : {get(), choice(consent)}) {
      if (by_coroutine) asio::co_spawn(context, responding(s.site, request, pair.there, check), asio::detached);
      else abide::async_respond(s.site, request, pair.there, abide::transport::plain, handle, check);
    }
    context.run();
    context.restart();
    CHECK(told == 2);
  }
  CHECK(s.warnings->empty());
}

TEST_CASE("async_respond gives no warning of a missing finish when it is destroyed with its io_context") {
  auto log = late_log();
  shop s(log);
  for (text_request request : {get(), choice(consent)}) {
    asio::io_context context;
    sockets pair(context);
    abide::async_respond(
        s.site, std::move(request), pair.there, abide::transport::plain, [](auto&) { return hello(); },
        [](http::message_generator) { FAIL("completed"); });
  }
  log->answer();
  CHECK(s.warnings->empty());
}

TEST_CASE("async_respond with a waiting handler finishes its response, and gives no warning when both are destroyed") {
  shop s;
  for (const bool ends_first : {false, true}) {
    asio::io_context context;
    sockets pair(context);
    asio::steady_timer database(context, ends_first ? std::chrono::hours(1) : std::chrono::hours(0));
    const auto handle = [&](auto&) -> asio::awaitable<http::response<http::string_body>> {
      co_await database.async_wait(asio::use_awaitable);
      co_return hello();
    };
    int told = 0;
    const auto answer = [&]() -> asio::awaitable<void> {
      (void)co_await abide::async_respond(s.site, get(), pair.there, abide::transport::plain, handle);
      ++told;
    };
    asio::co_spawn(context, answer, asio::detached);
    if (ends_first) context.poll();
    else context.run();
    CHECK(told == (ends_first ? 0 : 1));
  }
  CHECK(s.warnings->empty());
}

TEST_CASE("async_answer: a log that throws leaves the strict answer, and nothing is touched afterwards") {
  struct broken_log final : slow_log {
    void save(abide::log_change, saved_function, cancel_flag) override { throw std::runtime_error("of the test"); }
  };
  shop s(std::make_shared<broken_log>());
  asio::io_context context;
  int completed = 0;
  asker a(s, choice(refusal)), b(s, choice(refusal));
  abide::async_answer(a.visit, a.request, asio::bind_executor(context, [&](reply r) {
                        ++completed;
                        CHECK(is_refusal_without_proof(r));
                      }));
  context.run();
  CHECK(completed == 1);
  CHECK(is_refusal_without_proof(abide::answer(b.visit, b.request)));
}

TEST_CASE("respond runs the whole exchange in one call") {
  shop s;
  asio::io_context context;
  sockets pair(context);
  text_request request = get();
  bool asked = false;
  (void)abide::respond(s.site, request, pair.there, abide::transport::plain, [&](auto&) {
    asked = true;
    return abide::any_response(hello());
  });
  CHECK(asked);
  asked = false;
  text_request own = get("/.well-known/gpc.json");
  (void)abide::respond(s.site, own, pair.there, abide::transport::plain, [&](auto&) {
    asked = true;
    return hello();
  });
  CHECK_FALSE(asked);
}

TEST_CASE("the peer of a Unix socket is on this machine") {
  asio::io_context context;
  asio::local::stream_protocol::socket one(context), other(context);
  asio::local::connect_pair(one, other);
  CHECK(abide::beast_detail::peer_of(one) == "unix:");
  one.close();
  CHECK(abide::beast_detail::peer_of(one).empty());
}

#if ABIDE_TEST_HTTPLIB
TEST_CASE("cpp-httplib: the peer of a Unix socket is on this machine, that of an unconnected one is unknown") {
  const std::string path = "/tmp/abide-peer-" + std::to_string(::getpid());
  std::string peer;
  httplib::Server server;
  server.Get("/", [&](const httplib::Request& request, httplib::Response&) {
    peer = abide::httplib_detail::connection_of(request).peer;
  });
  server.set_address_family(AF_UNIX);
  REQUIRE(server.bind_to_port(path, 80));
  std::thread serving([&] { server.listen_after_bind(); });
  httplib::Client client(path);
  client.set_address_family(AF_UNIX);
  const bool is_answered = static_cast<bool>(client.Get("/"));
  server.stop();
  serving.join();
  ::unlink(path.c_str());
  CHECK(is_answered);
  CHECK(peer == "unix:");
  CHECK(abide::httplib_detail::connection_of(httplib::Request()).peer.empty());
}
#endif

TEST_CASE("a closed socket has no address and throws no exception") {
  shop s;
  asio::io_context context;
  asio::ip::tcp::socket closed(context);
  text_request request = get();
  abide::visit visit = abide::begin(s.site, request, closed, abide::transport::plain);
  CHECK(visit.decision().place != nullptr);
}
