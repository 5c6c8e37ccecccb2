#pragma once
// The shapes of texts in a policy file. middleware/words/shapes.tsv has the same as patterns.
#include <string_view>

namespace abide::detail {

/// What a text must look like.
struct shape {
  bool (*fits)(std::string_view) noexcept;
  std::string_view expected;  ///< for the message if it does not fit
  bool to_lower;              ///< letter case has no meaning; the text is kept in lower case
  bool may_be_told;           ///< false: it may be a secret, which no message repeats
  std::size_t most;           ///< characters (code points of UTF-8)
};

bool is_plain(std::string_view) noexcept;         ///< no control characters
bool is_host(std::string_view) noexcept;          ///< `shop.example`: no scheme, no port, no leading dot
bool is_domain(std::string_view) noexcept;        ///< a host, or a dot and a host: `.shop.example`
bool is_date(std::string_view) noexcept;          ///< `2026-11-22`
bool is_cookie_name(std::string_view) noexcept;   ///< a cookie name that may be set on any scheme and domain
bool is_name_pattern(std::string_view) noexcept;  ///< an exact cookie name, or one with one `*`
bool is_prefix(std::string_view) noexcept;        ///< `/consent`: no slash at the end
bool is_location(std::string_view) noexcept;      ///< `DE`, `US-CA`
bool is_language(std::string_view) noexcept;      ///< `en`, `pt-BR`
bool is_keys(std::string_view) noexcept;          ///< `env:NAME`, `file:PATH`
bool is_store(std::string_view) noexcept;         ///< `sqlite:abide.db`, `postgres://...`, `memory:`
bool is_heads(std::string_view) noexcept;         ///< `file:PATH`, `syslog`
bool is_network(std::string_view) noexcept;       ///< `10.0.0.0/8`, `::1/128`, `cloudflare`
bool is_origin(std::string_view) noexcept;        ///< `https://www.shop.example`
bool is_link(std::string_view) noexcept;          ///< is_prefix or is_https_url
bool is_https_url(std::string_view) noexcept;     ///< `https://vendor.example/privacy`

}  // namespace abide::detail
