#pragma once
// A WebSocket: bytes both ways, unread, until one side ends.
#include <boost/asio/awaitable.hpp>

#include "proxy/house.hpp"

namespace abide::detail::proxy {

boost::asio::awaitable<void> tunnel(house&, visitor&, backend&);

}  // namespace abide::detail::proxy
