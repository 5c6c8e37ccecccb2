#pragma once
// The fragments that Abide inserts into the site's own pages. Templates: middleware/assets.
#include <optional>
#include <string>

#include "abide/describing.hpp"
#include "pages/page_model.hpp"

namespace abide::detail {

/// The banner of the first layer, for insertion right after <body>; empty when the decision asks for none. It needs no
/// script: a form that posts `choice` (accept-all, reject-all), `from` and `return` to the consent path.
std::string render_notice(const page_model&);

struct status_text {
  std::string title, text;  ///< the title may be empty
};

/// The text of the status line: a signal was honoured or set aside by the visitor's choice, exempt cookies are in use
/// and the visitor can object, or a choice was just saved. Nothing in observe mode, which removes no cookies.
std::optional<status_text> find_status_text(const page_model&);

/// The status line with its buttons (object, undo). It is hidden while it has no text, and a choice made in place fills
/// it. Empty in observe mode.
std::string render_status(const page_model&);
/// The status line of a page that is the same for all visitors: every line it may show, all hidden.
std::string render_copied_status(const page_model&);

/// The button that withdraws every grant; hidden while there is none. Empty in opt-out places: there cookies do not
/// depend on a grant, and the law names the link "Your Privacy Choices" as the way to opt out (11 CCR 7015).
std::string render_withdraw(const page_model&);

/// The form that the status line's buttons and the withdrawal button submit: a button may stand in a sentence, a form
/// may not. For the page's body. `from`: `page` leads back to the page itself, `settings` to the preference page. It is
/// hidden until it shows the result of a choice; it shows that at once if a choice led to this page.
std::string render_post(const page_model&, std::string_view from);

/// The permanent row for insertion right before </body>: the link to the preference page and the withdrawal button,
/// each unless the page has its own.
std::string render_link(const page_model&);

/// Whether a choice led to this page: it was made seconds ago. False in a page that is the same for all visitors.
bool comes_from_choice(const page_model&) noexcept;

}  // namespace abide::detail
