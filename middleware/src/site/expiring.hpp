#pragma once
// The Set-Cookie fields that a change of state or a refusal calls for.
#include <string>
#include <string_view>
#include <vector>

#include "site/exchange.hpp"

namespace abide {

/// `/a/b?c` -> `/`, `/a`, `/a/`, `/a/b`: the paths of the cookies that a request for it brings. Bounded: the first
/// eight.
std::vector<std::string> cookie_paths(std::string_view target);

/// The Set-Cookie fields that delete the cookie wherever this host may have set it on `path` (CK-10). `partitioned`:
/// also in the jar of its own that partitioned cookies live in.
std::vector<std::string> expiries(std::string_view name, const std::vector<std::string>& domains, bool secure,
                                  bool partitioned, std::string_view path = "/");

/// Of a change: the record, then the expiries of the cookies among `held_names` that it no longer allows.
std::vector<std::string> cookies_after(const exchange&, const record& next, const decision& after,
                                       const std::vector<std::string>& held_names);

/// Expire what a page's request brought although it was refused: a script set it since, or another host of the site, or
/// it is on a path that the choice's own address did not see, or partitioned. At most 40, which usual proxies take; the
/// rest goes with the next page. Nothing where the same was said a moment ago.
std::vector<std::string> expiries_of_refused(const exchange&, std::string_view target);

}  // namespace abide
