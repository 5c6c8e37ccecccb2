#pragma once
// HTML from values and templates. Every value is escaped unless a template says that it is HTML already.
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace abide::detail {

class language;

/// Appends escaped text, for use between tags and in quoted attributes.
void append_escaped(std::string& out, std::string_view text);
std::string escaped(std::string_view text);

/// The same in ASCII, as ascii_html.
void append_escaped_ascii(std::string& out, std::string_view utf8);

/// HTML in ASCII: other characters become references, which mean the same in every charset. Bytes that are not UTF-8
/// become U+FFFD.
std::string ascii_html(std::string_view utf8);

/// Percent-encodes a value for the query of a URL (RFC 3986 section 2.3: only unreserved characters stay).
void append_url_encoded(std::string& out, std::string_view text);
std::string url_encoded(std::string_view text);

/// The longest way back that a page's form names: a form holds at most 4 KB.
inline constexpr std::size_t return_path_max = 1000;

/// The path if it stays on this site, otherwise `/`. It has no scheme, no host and no control characters.
std::string_view local_path(std::string_view path) noexcept;

struct value {
  std::string_view name, text;
};

/// Fills a template:
///   {{name}}                 the value, escaped
///   {{{name}}}               the value as it is: HTML that another template made
///   {{:key}}                 the text of that key, escaped; its {placeholders} are values too
///   {{#name}} ... {{/name}}  kept when the value is not empty        {{^name}} ... {{/name}}  kept when it is
void fill(std::string& out, std::string_view page, const language&, std::span<const value>);

/// A text with its {placeholders} replaced by values; not escaped.
std::string say(std::string_view text, std::span<const value>);

}  // namespace abide::detail
