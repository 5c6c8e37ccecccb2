#pragma once
// A WebSocket: copies bytes in both directions, unread, until one side ends.
#include <boost/asio/awaitable.hpp>

#include "proxy/worker.hpp"

namespace abide::detail::proxy {

boost::asio::awaitable<void> tunnel(worker&, visitor&, backend&);

}  // namespace abide::detail::proxy
