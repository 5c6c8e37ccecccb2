#pragma once
// Tells the application how a request arrived: X-Forwarded-For, -Proto, -Host, Forwarded, Via.
#include <string_view>

#include "place/proxies.hpp"
#include "proxy/fields.hpp"

namespace abide::detail::proxy {

struct approach {
  std::string_view peer;  ///< address
  bool tls = false;
  unsigned minor = 1;
};

/// Writes the fields from the connection. Fields that the peer sent are kept and extended only if the peer is trusted.
void tell_approach(const approach&, const trusted_proxies&, fields& request);
/// Adds this proxy to Via.
void add_via(unsigned minor, fields&);

}  // namespace abide::detail::proxy
