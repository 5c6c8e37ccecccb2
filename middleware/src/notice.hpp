#pragma once
// The fragments that Abide puts into the site's own pages. Templates: middleware/assets.
#include <string>

#include "page_model.hpp"

namespace abide {

/// The banner of the first layer, for the place right after <body>; empty when the decision asks for none. It needs no
/// script: a form that posts `choice` (accept-all, reject-all), `from` and `return` to the consent path.
std::string render_notice(const page_model&);

/// The line that tells that a signal was honoured, set aside by the visitor's choice, or that exempt cookies are in use
/// and can be objected to; empty when there is none of these. In observe mode nothing is removed: no line claims it.
std::string render_status(const page_model&);

/// The form that the status line's Undo sends, where the signal is set aside by an informed exception: one press ends it.
/// For the page's body; `from` is `banner` on the site's own pages, `settings` on the preference page.
std::string render_undo(const page_model&, std::string_view from);

/// The lasting link to the preference page, for the place right before </body>; empty unless the model asks for it.
std::string render_link(const page_model&);

}  // namespace abide
