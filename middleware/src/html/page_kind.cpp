#include "html/page_kind.hpp"

#include "base/ascii.hpp"

namespace abide::detail {
namespace {

using ascii_text::lower, ascii_text::same, ascii_text::take_until, ascii_text::trimmed;

bool starts_with(std::string_view text, std::string_view beginning) noexcept {
  return text.size() >= beginning.size() && same(text.substr(0, beginning.size()), beginning);
}

/// Whether a list of media types names HTML, and not merely every type.
bool names_html(std::string_view accept) noexcept {
  while (!accept.empty()) {
    std::string_view type = take_until(accept, ',');
    if (same(trimmed(take_until(type, ';')), "text/html")) return true;
  }
  return false;
}

/// Whether every byte below 128 means the same in this charset, wherever it stands: what is inserted is ASCII.
bool is_ascii_compatible(std::string_view charset) noexcept {
  if (is_field<"utf-8">(charset)) return true;  // as nearly all pages are
  for (const std::string_view odd : {"utf-16", "utf16", "utf-32", "utf32", "utf-7", "ucs-", "unicode", "iso-10646",
                                     "csunicode", "iso-2022", "csiso2022", "hz-gb"})
    if (starts_with(charset, odd)) return false;
  return true;
}

/// The charset of a Content-Type; empty: none.
std::string_view charset_of(std::string_view type) noexcept {
  take_until(type, ';');
  while (!type.empty()) {
    std::string_view parameter = take_until(type, ';');
    if (!is_field<"charset">(trimmed(take_until(parameter, '=')))) continue;
    parameter = trimmed(parameter);
    if (parameter.size() >= 2 && parameter.front() == '"' && parameter.back() == '"')
      parameter = trimmed(parameter.substr(1, parameter.size() - 2));
    return parameter;
  }
  return {};
}

}  // namespace

bool is_html(std::string_view content_type) noexcept {
  return is_field<"text/html">(trimmed(content_type.substr(0, content_type.find(';'))));
}

destination find_destination(const page_request& r) noexcept {
  if (r.dest == "iframe" || r.dest == "frame" || r.dest == "embed" || r.dest == "object") return destination::frame;
  if (r.dest == "document" || (r.mode == "navigate" && (r.dest.empty() || r.dest == "empty")))
    return destination::window;
  if (r.dest == "empty") return destination::unknown;
  if (!r.dest.empty()) return destination::part;
  return !r.is_of_script && names_html(r.accept) ? destination::window : destination::unknown;
}

std::string_view why_not_page(const page_response& r) noexcept {
  if (r.status < 200 || r.status == 204 || r.status == 205 || r.status == 304) return "a response without a body";
  if (r.status == 206) return "a part of a body";
  if (r.status >= 300 && r.status < 400) return "a redirect";
  if (!is_html(r.content_type)) return "not text/html";
  if (!r.content_encoding.empty() && !same(trimmed(r.content_encoding), "identity")) return "an encoded body";
  if (same(trimmed(r.disposition.substr(0, r.disposition.find(';'))), "attachment")) return "a download";
  if (!is_ascii_compatible(charset_of(r.content_type))) return "a charset that does not hold ASCII";
  return {};
}

page_kind detect_page_kind(destination where, beginning begins) noexcept {
  if (!why_not_page(where, begins).empty()) return page_kind::none;
  return where == destination::frame ? page_kind::frame : page_kind::page;
}

std::string_view why_not_page(destination where, beginning begins) noexcept {
  if (where == destination::part) return "asked for as a part of a page";
  if (begins == beginning::nothing) return "an empty body";
  if (begins == beginning::text) return "a body that begins with text";
  if (begins == beginning::element && where == destination::unknown)
    return "a fragment that a script may have asked for";
  return {};
}

}  // namespace abide::detail
