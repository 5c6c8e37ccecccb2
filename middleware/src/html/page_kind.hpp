#pragma once
// Decides from request, response and first token whether a response is a page that a visitor looks at.
#include <cstdint>
#include <string_view>

#include "base/field_name.hpp"
#include "html/page_reader.hpp"

namespace abide::detail {

enum class page_kind : std::uint8_t {
  none,
  page,   ///< gets the notice and everything that belongs to it
  frame,  ///< a page inside a page: gets the gate, and no notice of its own
};

/// Where the answer to a request is shown (Fetch Metadata; without it by Accept and the marks of scripts).
enum class destination : std::uint8_t {
  window,    ///< the visitor asked for a page
  composed,  ///< like `window`, or a part of a page that a proxy composes: it repeats the visitor's fields
  frame,
  unknown,  ///< a script or a service worker asked, or no field says: a whole document counts as a page
  part,     ///< an image, a style sheet ...
};

/// Whether the visitor sees the response by itself, in a window.
constexpr bool fills_window(destination where) noexcept {
  return where == destination::window || where == destination::composed;
}

/// Views of the request's fields; empty: absent.
struct page_request {
  std::string_view dest, mode;  ///< Sec-Fetch-Dest, Sec-Fetch-Mode
  std::string_view accept;
  bool is_of_script = false;    ///< HX-Request, X-Requested-With, Turbo-Frame and their kin
  bool is_of_composer = false;  ///< Surrogate-Capability: a proxy in front puts pages together (Edge Side Includes)
};

destination find_destination(const page_request&) noexcept;

/// Whether this request field means that a script asks for a fragment. Android's WebView sends X-Requested-With with
/// the application's name (`com.example.app`) in all requests, which does not count.
inline bool is_mark_of_script(std::string_view name, std::string_view value) noexcept {
  if (is_field<"X-Requested-With">(name)) return value.find('.') == std::string_view::npos;
  return field_names<"HX-Request", "FX-Request", "X-IC-Request", "Turbo-Frame", "X-PJAX", "X-Up-Version", "X-Up-Target",
                     "X-Alpine-Request", "X-Livewire", "X-Inertia", "X-Barba", "Datastar-Request", "Wicket-Ajax",
                     "Faces-Request", "X-MicrosoftAjax">::has(name);
}

/// Views of the response's fields; empty: absent.
struct page_response {
  unsigned status = 200;
  std::string_view content_type, content_encoding, disposition, location;
  std::string_view type_options;  ///< X-Content-Type-Options
};

/// Whether a Content-Type names HTML, in any letter case and with any parameters.
bool is_html(std::string_view content_type) noexcept;

/// Why the response is not a page, whatever its body contains; empty: it may be one, if it has a type or its bytes tell
/// one (sniffing.hpp). Its charset is not looked at, since the body may begin with a byte order mark. Static text.
std::string_view why_not_page(const page_response&) noexcept;

/// What the first bytes of a body say.
struct page_opening {
  beginning begins = beginning::nothing;
  std::string_view charset;  ///< see charset_in_use
};

/// The charset that browsers use: that of a byte order mark, else the one that the response names, else the page's.
/// Views its arguments.
std::string_view charset_in_use(std::string_view content_type, const page_facts&) noexcept;

/// Whether an HTML response that begins like this is a page. Plain text, JSON and an empty body are not; a fragment is
/// one only in a window.
page_kind detect_page_kind(destination, const page_opening&) noexcept;
/// Why it is not a page; empty: it is one. Static text.
std::string_view why_not_page(destination, const page_opening&) noexcept;

}  // namespace abide::detail
