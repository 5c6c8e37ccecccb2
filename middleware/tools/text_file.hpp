#pragma once
// Text as other programs save it.
#include <string>
#include <string_view>

namespace abide::detail::cli {

bool is_utf8(std::string_view) noexcept;

/// Converts to UTF-8 without a byte order mark: from UTF-16 with one, or from Windows-1252, which spreadsheets write.
/// Invalid characters become U+FFFD.
std::string as_utf8(std::string_view bytes);

}  // namespace abide::detail::cli
