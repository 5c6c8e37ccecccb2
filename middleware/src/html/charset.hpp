#pragma once
// The charset of a page, as far as insertions depend on it.
#include <cstdint>
#include <string_view>

namespace abide::detail {

/// Browsers look in the head for a <meta> tag that names the charset, and behind it if the tag begins in this many
/// bytes at the beginning of the page.
inline constexpr std::uint64_t charset_search_max = 1024;
/// Longer tags behind the head are not looked at: a stream waits for their end.
inline constexpr std::uint64_t charset_tag_max = 1024;

/// The charset parameter of a Content-Type; empty: none.
std::string_view charset_of(std::string_view content_type) noexcept;

/// The charset in the `content` of a <meta http-equiv="Content-Type">; empty: none.
std::string_view charset_in_meta(std::string_view content) noexcept;

/// The charset that browsers use for a name in a <meta> tag, which they read as ASCII; empty: they ignore the name.
std::string_view charset_by_meta(std::string_view name) noexcept;

/// Whether every byte below 128 is the ASCII character in this charset, in any position. Insertions are ASCII.
bool is_ascii_compatible(std::string_view charset) noexcept;

}  // namespace abide::detail
