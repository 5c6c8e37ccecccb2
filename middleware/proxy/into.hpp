#pragma once
// To wait in a coroutine for what may fail: `co_await timer.async_wait(into(error))` stores the error.
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace abide::detail::proxy {

inline auto into(boost::system::error_code& error) {
  return boost::asio::redirect_error(boost::asio::use_awaitable, error);
}

}  // namespace abide::detail::proxy
