#pragma once
// One request of a visitor, and its answer.
#include <boost/asio/awaitable.hpp>

#include "proxy/worker.hpp"

namespace abide::detail::proxy {

/// Reads a request and answers it. True: the connection stays for another.
boost::asio::awaitable<bool> exchange(worker&, visitor&);

}  // namespace abide::detail::proxy
