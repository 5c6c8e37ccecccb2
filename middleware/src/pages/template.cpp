#include "pages/template.hpp"

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

/// Takes everything before `mark` and drops the mark; all of the text when there is none.
std::string_view take_until(std::string_view& text, std::string_view mark) noexcept {
  const std::string_view front = take(text, text.find(mark));
  take(text, mark.size());
  return front;
}

/// Takes the inside of a section and drops its closing tag. Sections of one name do not nest.
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
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
}

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

std::string ascii_html(std::string_view utf8) {
  std::string html;
  html.reserve(utf8.size());
  while (!utf8.empty()) {
    const auto lead = static_cast<unsigned char>(utf8.front());
    if (lead < 0x80) {
      html += utf8.front();
      utf8.remove_prefix(1);
      continue;
    }
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
  return html;
}

std::string url_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() + text.size() / 2);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (ascii_text::is_alphanumeric(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

std::string_view local_path(std::string_view path) noexcept {
  if (path.empty() || path.front() != '/') return "/";
  // Browsers read `//host` and `/\host` as another site, and drop tabs and line ends before they look.
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
