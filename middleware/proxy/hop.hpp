#pragma once
// The fields of one connection alone, which no proxy passes on (RFC 9110 section 7.6.1).
#include "proxy/fields.hpp"

namespace abide::detail::proxy {

/// What Connection says of a connection.
struct hop {
  bool close = false, keep_alive = false, upgrade = false;
};

/// Reads Connection and takes out it, what it lists, and the fields that are a connection's own; framing included.
/// Upgrade too: who passes it on adds it again.
hop take_hop(fields&);

}  // namespace abide::detail::proxy
