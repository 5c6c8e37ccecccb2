#pragma once
// The same exchange for servers that must not block: with coroutines or with any completion token of Asio.
//
//   if (auto reply = co_await abide::async_answer(visit, request)) ...               // in an asio::awaitable
//   abide::async_answer(visit, request, [](std::optional<abide::beast_reply> reply) { ... });
//
// Visit and request must live until it completes. It completes on the handler's executor, never before it returns.
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "abide/beast.hpp"

namespace abide {
namespace beast_detail {

/// One effect that is under way: the log's answer or the deadline, whichever comes first.
template <class Handler>
class carrying : public std::enable_shared_from_this<carrying<Handler>> {
 public:
  carrying(const visit& v, Handler handler)
      : executor_(boost::asio::get_associated_executor(handler)),
        deadline_(executor_),
        handler_(std::move(handler)),
        gone_(std::make_shared<std::atomic<bool>>(false)) {
    const auto longest = v.log() ? v.log()->timeout() : std::chrono::milliseconds(0);
    deadline_.expires_after(longest + std::chrono::milliseconds(250));  // the log itself says "timed out" first
  }

  void start(const visit& v, effect wanted) {
    deadline_.async_wait([self = this->shared_from_this()](boost::system::error_code error) {
      if (!error) self->late();
    });
    carry_out(
        v, std::move(wanted),
        [self = this->shared_from_this()](effect_result result) {
          boost::asio::post(self->executor_,
                            [self, result = std::move(result)]() mutable { self->complete(std::move(result)); });
        },
        gone_);
  }

 private:
  void late() {
    effect_result result;
    result.saved.status = save_status::timed_out;
    complete(std::move(result));
  }

  void complete(effect_result result) {
    if (!handler_) return;
    gone_->store(true);
    deadline_.cancel();
    Handler handler = std::move(*handler_);
    handler_.reset();
    std::move(handler)(std::move(result));
  }

  boost::asio::associated_executor_t<Handler> executor_;
  boost::asio::steady_timer deadline_;
  std::optional<Handler> handler_;
  std::shared_ptr<std::atomic<bool>> gone_;
};

/// Carries an effect out; completes with its result.
template <class Token>
auto async_carry_out(const visit& v, effect wanted, Token&& token) {
  return boost::asio::async_initiate<Token, void(effect_result)>(
      [&v](auto handler, effect asked) {
        using handler_type = std::decay_t<decltype(handler)>;
        std::make_shared<carrying<handler_type>>(v, std::move(handler))->start(v, std::move(asked));
      },
      token, std::move(wanted));
}

/// Goes from effect to effect, then calls the handler.
template <class Handler, class Request>
class answering : public std::enable_shared_from_this<answering<Handler, Request>> {
 public:
  answering(visit& v, Request& request, Handler handler)
      : visit_(v),
        request_(request),
        executor_(boost::asio::get_associated_executor(handler)),
        handler_(std::move(handler)) {}

  void start() {
    effect wanted = ask(visit_, request_);
    if (wanted) return go_on(std::move(wanted));
    boost::asio::post(executor_, [self = this->shared_from_this()] { self->complete(); });
  }

 private:
  void go_on(effect wanted) {
    async_carry_out(visit_, std::move(wanted),
                    boost::asio::bind_executor(executor_, [self = this->shared_from_this()](effect_result result) {
                      effect next = resume(self->visit_, self->request_, std::move(result));
                      if (next) self->go_on(std::move(next));
                      else self->complete();
                    }));
  }
  void complete() { std::move(handler_)(reply_to(visit_, request_)); }

  visit& visit_;
  Request& request_;
  boost::asio::associated_executor_t<Handler> executor_;
  Handler handler_;
};

}  // namespace beast_detail

/// See `answer`; the thread never waits for the log.
template <class Body, class Fields>
boost::asio::awaitable<std::optional<beast_reply>> async_answer(visit& v,
                                                                boost::beast::http::request<Body, Fields>& request) {
  for (effect wanted = beast_detail::ask(v, request); wanted;) {
    effect_result result = co_await beast_detail::async_carry_out(v, std::move(wanted), boost::asio::use_awaitable);
    wanted = beast_detail::resume(v, request, std::move(result));
  }
  co_return beast_detail::reply_to(v, request);
}

/// The same with a completion token for `void(std::optional<beast_reply>)`.
template <class Body, class Fields, class Token>
auto async_answer(visit& v, boost::beast::http::request<Body, Fields>& request, Token&& token) {
  using request_type = boost::beast::http::request<Body, Fields>;
  return boost::asio::async_initiate<Token, void(std::optional<beast_reply>)>(
      [&v, &request](auto handler) {
        using handler_type = std::decay_t<decltype(handler)>;
        std::make_shared<beast_detail::answering<handler_type, request_type>>(v, request, std::move(handler))->start();
      },
      token);
}

/// See `identify`; the thread never waits for the log.
template <class Fields>
boost::asio::awaitable<void> async_identify(visit& v, boost::beast::http::header<true, Fields>& header,
                                            std::string account, visitor about = {}) {
  beast_detail::section fields(static_cast<Fields&>(header));
  for (effect wanted = v.identify(account, about, fields); wanted;)
    wanted = v.resume(co_await beast_detail::async_carry_out(v, std::move(wanted), boost::asio::use_awaitable), fields);
  hand_over(v);
}

}  // namespace abide
