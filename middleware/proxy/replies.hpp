#pragma once
// Answers of the proxy itself: Abide's own pages, and refusals.
#include <string>
#include <string_view>

#include "abide/site.hpp"
#include "proxy/fields.hpp"

namespace abide::detail::proxy {

std::string_view reason_of(unsigned status) noexcept;

/// The status line and the fields for one of Abide's own pages.
std::string own_head(const own_reply&, bool stays, unsigned minor);

/// The complete refusal of a request that cannot be read. The connection closes.
std::string refusal(unsigned status);

/// A small page for visitors when the application does not answer.
std::string failure_page(unsigned status);

}  // namespace abide::detail::proxy
