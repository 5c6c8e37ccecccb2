#pragma once
// Expires cookies: at the host and at each parent domain down to the registrable one, HttpOnly ones too.
#include <string>
#include <string_view>
#include <vector>

namespace abide {

/// `/a/b?c` -> `/`, `/a`, `/a/`, `/a/b`: the paths of the cookies that a request for it brings. Bounded: the first
/// eight.
std::vector<std::string> cookie_paths(std::string_view target);

/// The Set-Cookie fields that delete the cookie wherever this host may have set it on `path` (CK-10). `partitioned`:
/// also in the jar of its own that partitioned cookies live in.
std::vector<std::string> expiries(std::string_view name, const std::vector<std::string>& domains, bool secure,
                                  bool partitioned, std::string_view path = "/");

}  // namespace abide
