#pragma once
// The domains that a host may set cookies for, by the Public Suffix List.
#include <string>
#include <string_view>
#include <vector>

namespace abide::detail {

/// `shop.example.co.uk` -> itself and `example.co.uk`; empty for an IP address or a public suffix. Without the list
/// (ABIDE_PSL=OFF), every parent with a dot: browsers ignore cookies for public suffixes.
std::vector<std::string> cookie_domains(std::string_view host);

/// Whether the domain is a public suffix, for which no cookie can be set. Without the list: a domain without a dot.
bool is_public_suffix(std::string_view domain);

}  // namespace abide::detail
