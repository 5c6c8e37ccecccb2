#pragma once
// Text as other programs save it.
#include <string>
#include <string_view>

namespace abide::detail::cli {

/// As UTF-8 without a byte order mark: of UTF-16 with one, and of Windows-1252, which spreadsheets write. What is no
/// text becomes U+FFFD.
std::string as_utf8(std::string_view bytes);

}  // namespace abide::detail::cli
