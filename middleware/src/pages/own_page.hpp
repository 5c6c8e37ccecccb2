#pragma once
// Abide's own pages without a form, and the links at the end of each of its pages.
#include <string>
#include <string_view>

#include "pages/page_model.hpp"

namespace abide::detail {

/// Holds views. Only the title is required.
struct own_page {
  std::string_view title, text;  ///< a heading, and a sentence below it
  std::string_view self;         ///< the page's path below the consent path
  std::string_view body;         ///< HTML
  std::string_view download;     ///< address of the same content as a file
};

/// The page, with links back, to the settings, and to other languages.
std::string render_own_page(const page_model&, const own_page&);

/// Links to the page in the languages that the policy names; empty if there is only one.
std::string render_languages(const page_model&, std::string_view self);

}  // namespace abide::detail
