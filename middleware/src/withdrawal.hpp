#pragma once
// Expires cookies: at the host and at each parent domain down to the registrable one, HttpOnly ones too.
#include <string>
#include <string_view>
#include <vector>

namespace abide {

/// `shop.example.co.uk` -> itself and `example.co.uk`; an IP address or a public suffix gives nothing.
std::vector<std::string> cookie_domains(std::string_view host);

/// The Set-Cookie fields that delete the cookie wherever this host may have set it (CK-10).
std::vector<std::string> expiries(std::string_view name, const std::vector<std::string>& domains, bool secure);

}  // namespace abide
