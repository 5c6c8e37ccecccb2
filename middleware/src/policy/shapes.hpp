#pragma once
// What the texts of a policy file must look like. middleware/policy.schema.json says the same as patterns.
#include <string_view>

namespace abide {

bool is_plain(std::string_view) noexcept;         ///< no control characters
bool is_host(std::string_view) noexcept;          ///< `shop.example`: no scheme, no port, no leading dot
bool is_token(std::string_view) noexcept;         ///< a cookie name that may be set (RFC 9110 section 5.6.2)
bool is_name_pattern(std::string_view) noexcept;  ///< an exact cookie name, or one with one `*`
bool is_prefix(std::string_view) noexcept;        ///< `/consent`: no slash at the end
bool is_location(std::string_view) noexcept;      ///< `DE`, `US-CA`
bool is_language(std::string_view) noexcept;      ///< `en`, `pt-BR`
bool is_keys(std::string_view) noexcept;          ///< `env:NAME`, `file:PATH`
bool is_https_url(std::string_view) noexcept;     ///< `https://vendor.example/privacy`

}  // namespace abide
