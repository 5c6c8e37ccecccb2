#pragma once
// Answers of the proxy itself: Abide's own pages, and refusals.
#include <string>
#include <string_view>

#include "abide/site.hpp"
#include "proxy/fields.hpp"

namespace abide::detail::proxy {

/// The status line and the fields for one of Abide's own pages.
std::string own_head(const own_reply&, bool stays, unsigned minor, std::string_view date);

/// The reply to a request that is not forwarded, or that the application does not answer: a small page in the visitor's
/// language if the request accepts pages, otherwise one sentence. `links`: the page links to the visitor's choices.
own_reply failure_reply(unsigned status, const config& site, const header_section& asked, bool links);

}  // namespace abide::detail::proxy
