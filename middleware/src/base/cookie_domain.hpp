#pragma once
// The domains that a host may set cookies for, by the Public Suffix List.
#include <string>
#include <string_view>
#include <vector>

namespace abide {

/// `shop.example.co.uk` -> itself and `example.co.uk`; an IP address or a public suffix gives nothing.
std::vector<std::string> cookie_domains(std::string_view host);

}  // namespace abide
