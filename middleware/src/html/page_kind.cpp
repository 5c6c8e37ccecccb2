#include "html/page_kind.hpp"

#include "base/ascii.hpp"
#include "html/charset.hpp"
#include "html/sniffing.hpp"

namespace abide::detail {
namespace {

using ascii_text::same, ascii_text::take_until, ascii_text::trimmed;

/// Whether a list of media types names HTML itself; `*/*` does not count.
bool names_html(std::string_view accept) noexcept {
  while (!accept.empty()) {
    std::string_view type = take_until(accept, ',');
    if (same(trimmed(take_until(type, ';')), "text/html")) return true;
  }
  return false;
}

/// Whether browsers decode a content coding. They ignore unknown ones, and servers send many unknown words.
bool is_coded(std::string_view codings) noexcept {
  bool any = false;
  while (!codings.empty()) {
    const std::string_view one = trimmed(take_until(codings, ','));
    const bool is_known =
        field_names<"gzip", "x-gzip", "deflate", "br", "zstd", "compress", "x-compress", "dcb", "dcz">::has(one);
    if (!is_known && !one.empty() && !is_field<"identity">(one)) return false;
    any = any || is_known;
  }
  return any;
}

/// Whether browsers treat the Content-Disposition as a download: an unknown type is one, a parameter without a type is
/// not.
bool is_download(std::string_view disposition) noexcept {
  const std::string_view type = trimmed(take_until(disposition, ';'));
  return !type.empty() && type.find('=') == std::string_view::npos && !is_field<"inline">(type);
}

constexpr std::string_view odd_charset = "a charset that does not hold ASCII";

bool is_redirect(const page_response& r) noexcept {
  const bool leads = r.status == 301 || r.status == 302 || r.status == 303 || r.status == 307 || r.status == 308;
  return leads && !r.location.empty();
}

}  // namespace

bool is_html(std::string_view content_type) noexcept {
  constexpr std::size_t size = std::string_view("text/html").size();
  while (!content_type.empty() && ascii_text::is_space(content_type.front())) content_type.remove_prefix(1);
  if (!is_field<"text/html">(content_type.substr(0, size))) return false;  // the usual case
  // Browsers end the type at a space or a comment too: servers send `text/html charset=utf-8`.
  return content_type.size() == size || ascii_text::is_space(content_type[size]) || content_type[size] == ';' ||
         content_type[size] == '(';
}

destination find_destination(const page_request& r) noexcept {
  for (const std::string_view frame : {"iframe", "frame", "embed", "object", "fencedframe"})
    if (r.dest == frame) return destination::frame;
  const destination window = r.is_of_composer ? destination::composed : destination::window;
  if (r.dest == "document" || (r.mode == "navigate" && (r.dest.empty() || r.dest == "empty"))) return window;
  if (r.dest == "empty") return destination::unknown;
  if (!r.dest.empty()) return destination::part;
  return !r.is_of_script && names_html(r.accept) ? window : destination::unknown;
}

std::string_view why_not_page(const page_response& r) noexcept {
  if (r.status < 200 || r.status == 204 || r.status == 205 || r.status == 304) return "a response without a body";
  if (r.status == 206) return "a part of a body";
  if (is_redirect(r)) return "a redirect";
  if (!is_html(r.content_type)) {
    if (!names_no_type(r.content_type)) return "not text/html";
    if (forbids_sniffing(r.type_options)) return "no Content-Type, and X-Content-Type-Options forbids to guess it";
  }
  if (is_coded(r.content_encoding)) return "an encoded body";
  if (is_download(r.disposition)) return "a download";
  return {};
}

std::string_view charset_in_use(std::string_view content_type, const page_facts& page) noexcept {
  if (page.has_mark) return page.charset;
  const std::string_view named = charset_of(content_type);
  return named.empty() ? std::string_view(page.charset) : named;
}

page_kind detect_page_kind(destination where, const page_opening& opening) noexcept {
  if (!why_not_page(where, opening).empty()) return page_kind::none;
  return where == destination::frame ? page_kind::frame : page_kind::page;
}

std::string_view why_not_page(destination where, const page_opening& opening) noexcept {
  const beginning begins = opening.begins;
  if (where == destination::part) return "asked for as a part of a page";
  if (!is_ascii_compatible(opening.charset)) return odd_charset;
  if (begins == beginning::nothing) return "an empty body";
  if (begins == beginning::text || (begins == beginning::late_document && !fills_window(where)))
    return "a body that begins with text";
  if (begins == beginning::xml) return "XML that is no page";
  if (begins == beginning::element && where == destination::unknown)
    return "a fragment that a script may have asked for";
  if (begins == beginning::element && where == destination::composed) return "a part that a proxy puts into a page";
  return {};
}

}  // namespace abide::detail
