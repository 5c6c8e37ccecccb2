#pragma once
// Pages of Abide's own without a form, and what all of its own pages end with.
#include <string>
#include <string_view>

#include "pages/page_model.hpp"

namespace abide::detail {

/// Views. Only the title must be there.
struct own_page {
  std::string_view title, text;  ///< a heading, and a sentence below it
  std::string_view self;         ///< the page's path below the consent path
  std::string_view body;         ///< HTML
  std::string_view download;     ///< where the same lies as a file
};

/// The page, with the ways on: back, to the settings, into other languages.
std::string render_own_page(const page_model&, const own_page&);

/// Links to the page in the languages that the policy names; empty where there is one only.
std::string render_languages(const page_model&, std::string_view self);

}  // namespace abide::detail
