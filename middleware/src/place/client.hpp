#pragma once
// Who asks, where the peer is a proxy.
#include <string_view>
#include <vector>

#include "abide/headers.hpp"
#include "policy/address_range.hpp"

namespace abide {

bool is_in_any(const std::vector<address_range>&, std::string_view address) noexcept;

/// The last address of X-Forwarded-For, over all its fields, that is none of the proxies': each proxy adds whom it was
/// asked by, at the end or as a field of its own, and what stands before is the client's word. The peer where it is no
/// proxy, or where nobody else is named. Lives as long as the section and the peer's text.
std::string_view client_of(const header_section&, std::string_view peer, const std::vector<address_range>& proxies);

}  // namespace abide
