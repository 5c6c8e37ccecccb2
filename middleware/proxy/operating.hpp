#pragma once
// Pages for the operator, on a separate listener: /metrics and /health.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "proxy/worker.hpp"

namespace abide::detail::proxy {

/// Answers at this door until it is closed. Refuses addresses outside `may`.
boost::asio::awaitable<void> operate(worker&, boost::asio::posix::stream_descriptor& door, const trusted_proxies& may);

}  // namespace abide::detail::proxy
