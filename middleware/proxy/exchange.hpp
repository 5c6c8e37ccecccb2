#pragma once
// One request of a visitor, and its answer.
#include <boost/asio/awaitable.hpp>

#include "proxy/house.hpp"

namespace abide::detail::proxy {

/// Reads a request and answers it. True: the connection stays for another.
boost::asio::awaitable<bool> exchange(house&, visitor&);

}  // namespace abide::detail::proxy
