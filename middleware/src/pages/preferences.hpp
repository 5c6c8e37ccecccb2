#pragma once
// The preference page: what each category is for, its state and the reason, its cookies, and every choice.
#include <string>

#include "pages/page_model.hpp"

namespace abide::detail {

/// The whole page, for GET on the consent path. Its form posts, besides `from=settings-VERSION` and `return`:
///   choice     accept-all, reject-all, opt-out (sale, sharing and targeted ads), or save
/// and with save, one field for each category:
///   grant      the visitor ticked it: granted
///   keep       it is on by default or cannot be changed, and the visitor left it: no choice (a box that the visitor
///              did not tick is not consent, and must not lift an earlier opt-out)
///   exception  allowed after the visitor was told that the browser's signal says otherwise: granted, and the informed
///              exception of D3a
/// A category in none of the three is denied. A grant takes precedence over a keep.
std::string render_preferences(const page_model&);

}  // namespace abide::detail
