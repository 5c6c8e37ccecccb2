#pragma once
// The same exchange for servers that must not block: with coroutines or any Asio completion token.
//
//   if (auto reply = co_await abide::async_answer(visit, request)) ...
//   abide::async_answer(visit, request, asio::bind_executor(stream.get_executor(), [](auto reply) { ... }));
//   abide::async_respond(site, parser.release(), stream, abide::transport::plain, handle, send);
//
// The visit and request of async_answer must outlive the operation, like the buffer of a socket's read. It completes
// once, on the handler's executor and never before it returns: when the log answers, at the deadline, or when it is
// cancelled. If its io_context is destroyed first, it does not complete, and the log's later answer is dropped.
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "abide/beast.hpp"

namespace abide {
namespace beast_detail {

/// Guards the timers of an execution context. When the context is destroyed, the gate closes before the timers are
/// destroyed, so that no other thread touches them meanwhile.
struct gate {
  std::mutex busy;
  bool open = true;
};

class gate_service final : public boost::asio::execution_context::service {
 public:
  using key_type = gate_service;
  static inline boost::asio::execution_context::id id;
  explicit gate_service(boost::asio::execution_context& context) : service(context) {}
  const std::shared_ptr<gate> shared = std::make_shared<gate>();

 private:
  void shutdown() noexcept override {
    const std::lock_guard lock(shared->busy);
    shared->open = false;
  }
};

/// Receives the log's answer, from any thread, for an operation that waits on a timer. The operation may end first, or
/// be destroyed with its io_context and the timer; once closed, the box ignores answers.
class answer_box {
 public:
  template <class Executor>
  answer_box(const Executor& executor, std::chrono::milliseconds longest)
      : deadline_(std::in_place, executor, longest), gate_(gate_of(*deadline_)) {
    result_.saved.status = save_status::timed_out;  // unless the log answers
  }

  template <class Handler>
  void wait(Handler&& handler) {
    deadline_->async_wait(std::forward<Handler>(handler));
  }

  void put(effect_result result) {
    const std::lock_guard lock(gate_->busy);
    if (!gate_->open || !deadline_) return;
    result_ = std::move(result);
    deadline_->cancel();
  }

  effect_result close() {
    const std::lock_guard lock(gate_->busy);
    gone_ = true;
    deadline_.reset();
    return std::move(result_);
  }

  const std::atomic<bool>& gone() const noexcept { return gone_; }

 private:
  // Services are shut down in the reverse order of their creation: this one is created after the timer's.
  static std::shared_ptr<gate> gate_of(boost::asio::steady_timer& timer) {
    auto& context = boost::asio::query(timer.get_executor(), boost::asio::execution::context);
    return boost::asio::use_service<gate_service>(context).shared;
  }

  std::optional<boost::asio::steady_timer> deadline_;
  std::shared_ptr<gate> gate_;
  effect_result result_;
  std::atomic<bool> gone_{false};
};

/// One effect in progress. Owned by the timer's wait operation, and so by the io_context.
class carrying {
 public:
  carrying(abide::log* log, effect wanted) : log_(log), wanted_(std::move(wanted)) {}
  carrying(carrying&&) = default;
  ~carrying() {
    if (box_) box_->close();
  }

  template <class Self>
  void operator()(Self& self) {
    const auto grace = std::chrono::milliseconds(250);  // the log itself says "timed out" first
    box_ = std::make_shared<answer_box>(self.get_executor(), log_->timeout() + grace);
    const auto box = box_;
    abide::log* const log = log_;
    effect wanted = std::move(wanted_);
    box->wait(std::move(self));
    carry_out(
        *log, std::move(wanted), [box](effect_result result) { box->put(std::move(result)); },
        log::cancel_flag(box, &box->gone()));
  }

  template <class Self>
  void operator()(Self& self, boost::system::error_code) {
    self.complete(box_->close());
  }

 private:
  abide::log* log_;
  effect wanted_;
  std::shared_ptr<answer_box> box_;
};

/// Carries out an effect; completes with its result.
template <class Token>
auto async_carry_out(abide::log& log, effect wanted, Token&& token) {
  return boost::asio::async_compose<Token, void(effect_result)>(carrying(&log, std::move(wanted)), token);
}

/// Runs a sequence of effects. `Steps` returns the first effect and the next ones, and completes the operation.
template <class Steps>
class conversing {
 public:
  explicit conversing(Steps steps) : steps_(std::move(steps)) {}

  template <class Self>
  void operator()(Self& self) {
    static_assert(!std::is_same_v<typename Self::executor_type, boost::asio::system_executor>,
                  "bind the handler to an executor: asio::bind_executor(stream.get_executor(), handler)");
    if (std::exchange(begun_, true)) return steps_.complete(self);
    effect wanted = steps_.begin();
    if (wanted) return go_on(self, std::move(wanted));
    boost::asio::post(std::move(self));
  }

  template <class Self>
  void operator()(Self& self, effect_result result) {
    effect wanted = steps_.resume(std::move(result));
    if (wanted) go_on(self, std::move(wanted));
    else steps_.complete(self);
  }

 private:
  template <class Self>
  void go_on(Self& self, effect wanted) {
    abide::log& log = *steps_.asker().log();
    async_carry_out(log, std::move(wanted), std::move(self));
  }

  Steps steps_;
  bool begun_ = false;
};

template <class Request>
struct answer_steps {
  visit* of;
  Request* request;

  visit& asker() { return *of; }
  effect begin() { return ask(*of, *request); }
  effect resume(effect_result result) { return beast_detail::resume(*of, *request, std::move(result)); }
  template <class Self>
  void complete(Self& self) {
    self.complete(reply_to(*of, *request));
  }
};

template <class Header>
struct identify_steps {
  visit* of;
  Header* header;
  std::string account;
  visitor about;

  visit& asker() { return *of; }
  effect begin() {
    section fields(fields_of(*header));
    return of->identify(account, about, fields);
  }
  effect resume(effect_result result) {
    section fields(fields_of(*header));
    return of->resume(std::move(result), fields);
  }
  template <class Self>
  void complete(Self& self) {
    hand_over(*of);
    self.complete();
  }
};

template <class Request, class Handle>
class respond_steps {
 public:
  respond_steps(visit v, Request request, Handle handle)
      : held_(new held{std::move(v), std::move(request), std::move(handle)}) {}

  visit& asker() { return held_->v; }
  effect begin() { return ask(held_->v, held_->request); }
  effect resume(effect_result result) { return beast_detail::resume(held_->v, held_->request, std::move(result)); }

  template <class Self>
  void complete(Self& self) {
    auto response = response_of(*held_);
    held_.reset();
    self.complete(std::move(response));
  }

 private:
  /// Keeps its address while the operation is moved.
  struct held {
    visit v;
    Request request;
    Handle handle;
  };
  struct abandoning {  // a destroyed operation sends no response
    void operator()(held* h) const {
      h->v.abandon();
      delete h;
    }
  };

  static boost::beast::http::message_generator response_of(held& h) {
    if (auto reply = reply_to(h.v, h.request)) return std::move(*reply);
    return finished(h.v, h.handle(h.request));
  }

  std::unique_ptr<held, abandoning> held_;
};

/// Abandons the visit if its coroutine is destroyed while it waits: no response is sent.
struct abandoning_at_end {
  visit& v;
  ~abandoning_at_end() { v.abandon(); }
};

template <class Result>
inline constexpr bool is_awaitable = false;
template <class Response, class Executor>
inline constexpr bool is_awaitable<boost::asio::awaitable<Response, Executor>> = true;

}  // namespace beast_detail

/// See `answer`; never blocks for the log.
template <class Body, class Fields>
[[nodiscard]] boost::asio::awaitable<std::optional<beast_reply>> async_answer(
    visit& v, boost::beast::http::request<Body, Fields>& request) {
  for (effect wanted = beast_detail::ask(v, request); wanted;)
    wanted = beast_detail::resume(
        v, request, co_await beast_detail::async_carry_out(*v.log(), std::move(wanted), boost::asio::use_awaitable));
  co_return beast_detail::reply_to(v, request);
}

/// The same with a completion token for `void(std::optional<beast_reply>)`.
template <class Body, class Fields, class Token>
auto async_answer(visit& v, boost::beast::http::request<Body, Fields>& request, Token&& token) {
  using steps = beast_detail::answer_steps<boost::beast::http::request<Body, Fields>>;
  return boost::asio::async_compose<Token, void(std::optional<beast_reply>)>(
      beast_detail::conversing<steps>(steps{&v, &request}), token);
}

/// See `identify`; never blocks for the log. The texts that `about` views must outlive the operation.
template <class Fields>
[[nodiscard]] boost::asio::awaitable<void> async_identify(visit& v, boost::beast::http::header<true, Fields>& header,
                                                          std::string account, visitor about = {}) {
  beast_detail::section fields(beast_detail::fields_of(header));
  for (effect wanted = v.identify(account, about, fields); wanted;)
    wanted = v.resume(co_await beast_detail::async_carry_out(*v.log(), std::move(wanted), boost::asio::use_awaitable),
                      fields);
  hand_over(v);
}

/// The same with a completion token for `void()`.
template <class Fields, class Token>
auto async_identify(visit& v, boost::beast::http::header<true, Fields>& header, std::string account, visitor about,
                    Token&& token) {
  using steps = beast_detail::identify_steps<boost::beast::http::header<true, Fields>>;
  return boost::asio::async_compose<Token, void()>(
      beast_detail::conversing<steps>(steps{&v, &header, std::move(account), about}), token);
}

/// See `respond`; never blocks for the log. `handle` may be a coroutine that returns the response. Only the site must
/// outlive the operation.
template <class Body, class Fields, class Stream, class Handle>
[[nodiscard]] boost::asio::awaitable<boost::beast::http::message_generator> async_respond(
    const site& s, boost::beast::http::request<Body, Fields> request, const Stream& stream, transport how,
    Handle handle) {
  visit v = begin(s, request, stream, how);
  const beast_detail::abandoning_at_end end{v};
  if (auto reply = co_await async_answer(v, request)) co_return std::move(*reply);
  if constexpr (beast_detail::is_awaitable<decltype(handle(request))>) co_return finished(v, co_await handle(request));
  else co_return finished(v, handle(request));
}

/// The same with a completion token for `void(message_generator)`; a handler without an executor runs on the stream's.
/// Exceptions of `handle` leave the io_context's run.
template <class Body, class Fields, class Stream, class Handle, class Token>
auto async_respond(const site& s, boost::beast::http::request<Body, Fields> request, Stream& stream, transport how,
                   Handle handle, Token&& token) {
  using steps = beast_detail::respond_steps<boost::beast::http::request<Body, Fields>, Handle>;
  visit v = begin(s, request, stream, how);
  return boost::asio::async_compose<Token, void(boost::beast::http::message_generator)>(
      beast_detail::conversing<steps>(steps(std::move(v), std::move(request), std::move(handle))), token, stream);
}

}  // namespace abide
