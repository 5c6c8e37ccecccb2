#pragma once
// A response that names no media type is HTML for browsers if it begins like HTML (MIME Sniffing section 7.1).
#include <string_view>

namespace abide::detail {

/// Whether a Content-Type leaves the type to be guessed: it is absent, `*/*`, `unknown/unknown`, `application/unknown`
/// or no type at all.
bool names_no_type(std::string_view content_type) noexcept;

/// Whether the value of X-Content-Type-Options forbids that.
bool forbids_sniffing(std::string_view type_options) noexcept;

/// Whether browsers take a body that begins so for HTML: after white space a comment, or a tag from their list, which
/// has `<html>` and `<p>` but neither `<meta>` nor `<section>`. Chromium looks at 512 bytes. The name of the tag must
/// be whole in `first`.
bool is_html_by_bytes(std::string_view first) noexcept;

}  // namespace abide::detail
