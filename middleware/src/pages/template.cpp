#include "pages/template.hpp"

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
