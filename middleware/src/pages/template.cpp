#include "pages/template.hpp"

#include <array>
#include <charconv>
#include <cstdint>

#include "base/ascii.hpp"
#include "policy/texts.hpp"

namespace abide::detail {
namespace {

std::string_view value_of(std::span<const value> values, std::string_view name) noexcept {
  for (const value& v : values)
    if (v.name == name) return v.text;
  return {};
}

std::string_view take(std::string_view& text, std::size_t size) noexcept {
  const std::string_view front = text.substr(0, size);
  text.remove_prefix(front.size());
  return front;
}

template <class Fits>
std::string_view take_while(std::string_view& text, Fits fits) noexcept {
  std::size_t size = 0;
  while (size < text.size() && fits(text[size])) ++size;
  return take(text, size);
}

/// The reference for a character that is markup in text or in a quoted attribute; empty for others.
constexpr std::string_view reference_of(char c) noexcept {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return {};
  }
}

bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }

// RFC 3986 section 2.3.
constexpr bool is_unreserved(char c) noexcept {
  return ascii_text::is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/// A set of byte values, as a lookup table.
using byte_set = std::array<bool, 256>;
template <class Is>
constexpr byte_set bytes_that(Is is) noexcept {
  byte_set set{};
  for (std::size_t i = 0; i < set.size(); ++i) set[i] = is(static_cast<char>(i));
  return set;
}
constexpr byte_set unreserved = bytes_that(is_unreserved);
constexpr byte_set plain =
    bytes_that([](char c) { return static_cast<unsigned char>(c) < 0x80 && reference_of(c).empty(); });
bool is_of(const byte_set& set, char c) noexcept { return set[static_cast<unsigned char>(c)]; }

/// Takes one character that is not ASCII, and appends a reference to it.
void append_reference(std::string& html, std::string_view& utf8) {
  const auto lead = static_cast<unsigned char>(utf8.front());
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
  std::uint32_t code = size == 1 || lead > 0xf4 ? 0xfffd : lead & (0xffu >> (size + 1));
  std::size_t read = 1;
  for (; read < size && read < utf8.size() && (utf8[read] & 0xc0) == 0x80; ++read)
    code = code << 6 | (static_cast<unsigned char>(utf8[read]) & 0x3fu);
  if (read < size || code > 0x10ffff) code = 0xfffd;
  char digits[8];
  const auto end = std::to_chars(digits, digits + sizeof digits, code, 16).ptr;
  html.append("&#x").append(digits, end).append(1, ';');
  utf8.remove_prefix(read);
}

/// Takes everything before `mark` and drops the mark; takes all of the text if there is no mark.
std::string_view take_until(std::string_view& text, std::string_view mark) noexcept {
  const std::string_view front = take(text, text.find(mark));
  take(text, mark.size());
  return front;
}

/// Takes the content of a section and drops its closing tag. Sections of the same name do not nest.
std::string_view take_section(std::string_view& page, std::string_view name) noexcept {
  const std::string_view whole = page;
  while (!page.empty()) {
    take_until(page, "{{/");
    const auto end = static_cast<std::size_t>(page.data() - whole.data());
    if (take_until(page, "}}") == name) return whole.substr(0, end - 3);
  }
  return whole;
}

/// Appends a text and the values at its {placeholders}, escaped.
void append_said(std::string& out, std::string_view text, std::span<const value> values) {
  while (!text.empty()) {
    append_escaped(out, take_until(text, "{"));
    if (!text.empty()) append_escaped(out, value_of(values, take_until(text, "}")));
  }
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    out += take_while(text, [](char c) { return reference_of(c).empty(); });
    if (!text.empty()) out += reference_of(take(text, 1).front());
  }
}

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

void append_escaped_ascii(std::string& out, std::string_view utf8) {
  while (!utf8.empty()) {
    out += take_while(utf8, [](char c) { return is_of(plain, c); });
    if (utf8.empty()) return;
    if (is_ascii(utf8.front())) out += reference_of(take(utf8, 1).front());
    else append_reference(out, utf8);
  }
}

std::string ascii_html(std::string_view utf8) {
  std::string html;
  html.reserve(utf8.size());
  while (!utf8.empty()) {
    html += take_while(utf8, is_ascii);
    if (!utf8.empty()) append_reference(html, utf8);
  }
  return html;
}

void append_url_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::size_t piece = 64;
  std::array<char, 3 * piece> room;
  while (!text.empty()) {
    char* at = room.data();
    for (const char c : take(text, piece)) {
      if (is_of(unreserved, c)) {
        *at++ = c;
        continue;
      }
      const auto byte = static_cast<unsigned char>(c);
      *at++ = '%';
      *at++ = digits[byte >> 4];
      *at++ = digits[byte & 15];
    }
    out.append(room.data(), at);
  }
}

std::string url_encoded(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 2);
  append_url_encoded(out, text);
  return out;
}

std::string_view local_path(std::string_view path) noexcept {
  if (path.empty() || path.front() != '/') return "/";
  // Browsers read `//host` and `/\host` as another site, and remove tabs and line ends before they parse a URL.
  if (path.size() > 1 && (path[1] == '/' || path[1] == '\\')) return "/";
  for (const char c : path)
    if (static_cast<unsigned char>(c) < 0x21 || c == 0x7f) return "/";
  return path;
}

void fill(std::string& out, std::string_view page, const language& words, std::span<const value> values) {
  while (!page.empty()) {
    out += take_until(page, "{{");
    if (page.empty()) return;
    if (page.front() == '{') {
      out += value_of(values, take_until(page, "}}}").substr(1));
      continue;
    }
    const std::string_view tag = take_until(page, "}}"), name = tag.substr(tag.empty() ? 0 : 1);
    if (tag.starts_with('#') || tag.starts_with('^')) {
      const std::string_view inside = take_section(page, name);
      if (value_of(values, name).empty() == tag.starts_with('^')) fill(out, inside, words, values);
    } else if (tag.starts_with(':')) {
      append_said(out, words[name], values);
    } else {
      append_escaped(out, value_of(values, tag));
    }
  }
}

std::string say(std::string_view text, std::span<const value> values) {
  std::string out;
  while (!text.empty()) {
    out += take_until(text, "{");
    if (!text.empty()) out += value_of(values, take_until(text, "}"));
  }
  return out;
}

}  // namespace abide::detail
