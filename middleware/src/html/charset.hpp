#pragma once
// Which charset a page is in, as far as what is inserted depends on it.
#include <cstdint>
#include <string_view>

namespace abide::detail {

/// In so many first bytes browsers look for a <meta> tag that names the charset.
inline constexpr std::uint64_t charset_search_max = 1024;

/// The charset of a Content-Type; empty: none.
std::string_view charset_of(std::string_view content_type) noexcept;

/// The charset that a <meta http-equiv="Content-Type"> names with its content; empty: none.
std::string_view charset_in_meta(std::string_view content) noexcept;

/// As browsers take the name in a <meta> tag, of which they read ASCII already; empty: as none.
std::string_view charset_by_meta(std::string_view name) noexcept;

/// Whether every byte below 128 means the same in this charset, wherever it stands: what is inserted is ASCII.
bool is_ascii_compatible(std::string_view charset) noexcept;

}  // namespace abide::detail
