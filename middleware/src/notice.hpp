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

/// The lasting link to the preference page, for the place right before </body>; empty unless the model asks for it.
std::string render_link(const page_model&);

}  // namespace abide
