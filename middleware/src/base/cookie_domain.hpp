#pragma once
// The domains that a host may set cookies for, by the Public Suffix List.
#include <string>
#include <string_view>
#include <vector>

namespace abide::detail {

/// `shop.example.co.uk` -> itself and `example.co.uk`; an IP address or a public suffix gives nothing. In a build
/// without the list (ABIDE_PSL=OFF) every parent with a dot: browsers ignore a cookie for a domain that nobody owns.
std::vector<std::string> cookie_domains(std::string_view host);

/// Whether nobody may set a cookie for this domain, as everybody can register below it. Without the list: a domain
/// without a dot.
bool is_public_suffix(std::string_view domain);

}  // namespace abide::detail
