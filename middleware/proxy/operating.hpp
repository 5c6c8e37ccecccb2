#pragma once
// Pages for the operator, on a listener of their own: /metrics and /health.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "proxy/worker.hpp"

namespace abide::detail::proxy {

/// Answers there until the door is closed. Others than `may` are refused.
boost::asio::awaitable<void> operate(worker&, boost::asio::posix::stream_descriptor& door, const trusted_proxies& may);

}  // namespace abide::detail::proxy
