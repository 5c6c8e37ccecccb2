#pragma once
// Whether a response is a page that a visitor looks at, by what the request says of itself and by the first token.
#include <cstdint>
#include <string_view>

#include "base/field_name.hpp"
#include "html/page_reader.hpp"

namespace abide::detail {

enum class page_kind : std::uint8_t {
  none,
  page,   ///< gets the notice and all that belongs to it
  frame,  ///< a page inside a page: gets the gate, and no notice of its own
};

/// Where the answer to a request is shown (Fetch Metadata; without it by Accept and the marks of scripts).
enum class destination : std::uint8_t {
  window,    ///< the visitor asked for a page
  composed,  ///< or for a part of it, asked for by a proxy that puts pages together: it repeats the visitor's fields
  frame,
  unknown,  ///< a script or a service worker asked, or nobody says: it is a page if it is a whole document
  part,     ///< an image, a style sheet ...
};

/// Views of the request's fields; empty: not there.
struct page_request {
  std::string_view dest, mode;  ///< Sec-Fetch-Dest, Sec-Fetch-Mode
  std::string_view accept;
  bool is_of_script = false;    ///< HX-Request, X-Requested-With, Turbo-Frame and their kin
  bool is_of_composer = false;  ///< Surrogate-Capability: a proxy in front puts pages together (Edge Side Includes)
};

destination find_destination(const page_request&) noexcept;

/// Whether such a request field is set by scripts that ask for fragments. Android's WebView names the application in
/// X-Requested-With, `com.example.app`, of whatever it asks for.
inline bool is_mark_of_script(std::string_view name, std::string_view value) noexcept {
  if (is_field<"X-Requested-With">(name)) return value.find('.') == std::string_view::npos;
  return field_names<"HX-Request", "FX-Request", "X-IC-Request", "Turbo-Frame", "X-PJAX", "X-Up-Version", "X-Up-Target",
                     "X-Alpine-Request", "X-Livewire", "X-Inertia", "X-Barba", "Datastar-Request", "Wicket-Ajax",
                     "Faces-Request", "X-MicrosoftAjax">::has(name);
}

/// Views of the response's fields; empty: not there.
struct page_response {
  unsigned status = 200;
  std::string_view content_type, content_encoding, disposition, location;
};

/// Whether a Content-Type names HTML, in any letter case and with any parameters.
bool is_html(std::string_view content_type) noexcept;

/// Why it is no page, whatever its body holds; empty: it may be one. Lives for ever.
std::string_view why_not_page(const page_response&) noexcept;

/// What the first bytes of a body say.
struct page_opening {
  beginning begins = beginning::nothing;
  std::string_view charset;  ///< that counts: named by the page itself, where the response names none
};

/// Of an HTML response that begins so. A line of text, JSON and nothing at all are no page; a fragment is one only in a
/// window.
page_kind detect_page_kind(destination, const page_opening&) noexcept;
/// Why that is none; empty where it is one. Lives for ever.
std::string_view why_not_page(destination, const page_opening&) noexcept;

}  // namespace abide::detail
