#pragma once
// The fields of a single connection, which a proxy must not forward (RFC 9110 section 7.6.1).
#include "proxy/fields.hpp"

namespace abide::detail::proxy {

/// The options of the Connection field.
struct hop {
  bool close = false, keep_alive = false, upgrade = false;
};

/// Reads and removes Connection, the fields that it lists, and all other hop-by-hop fields, including those of framing
/// and Upgrade. A caller that forwards Upgrade adds it again.
hop take_hop(fields&);

}  // namespace abide::detail::proxy
