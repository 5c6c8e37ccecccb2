#pragma once
// The fragments that Abide puts into the site's own pages. Templates: middleware/assets.
#include <optional>
#include <string>

#include "abide/describing.hpp"
#include "pages/page_model.hpp"

namespace abide::detail {

/// The banner of the first layer, for the place right after <body>; empty when the decision asks for none. It needs no
/// script: a form that posts `choice` (accept-all, reject-all), `from` and `return` to the consent path.
std::string render_notice(const page_model&);

struct status_text {
  std::string title, text;  ///< the title may be empty
};

/// What the status line says: that a signal was honoured or set aside by the visitor's choice, that exempt cookies are
/// in use and can be objected to, or that a choice was just saved. Nothing in observe mode: nothing is removed there.
std::optional<status_text> find_status_text(const page_model&);

/// The status line with its buttons (object, undo); hidden while there is nothing to say, so that a choice made in
/// place can fill it. Empty in observe mode.
std::string render_status(const page_model&);
/// The same for a page that is the same for all visitors: every line that it may say, all hidden.
std::string render_copied_status(const page_model&);

/// The button that takes back every grant; hidden while there is none. Empty in opt-out places: there the link "Your
/// Privacy Choices" is the way out that the law names (11 CCR 7015), and no grant stands behind what is in use.
std::string render_withdraw(const page_model&);

/// The form that the buttons of the status line and of the withdrawal send: these may stand in a sentence, a form may
/// not. For the page's body. `from`: `page` leads back to the page itself, `settings` to the preference page. It is
/// hidden until it says, in view, what became of a choice: at once where the page comes from one.
std::string render_post(const page_model&, std::string_view from);

/// The lasting row for the place right before </body>: the link to the preference page and the withdrawal, each unless
/// the page holds its own.
std::string render_link(const page_model&);

/// Whether a choice led to this page: it was made seconds ago. False in a page that is the same for all visitors.
bool comes_from_choice(const page_model&) noexcept;

}  // namespace abide::detail
