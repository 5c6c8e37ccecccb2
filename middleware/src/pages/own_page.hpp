#pragma once
// The frame of Abide's own pages, the pages without a form, and the links to other languages.
#include <string>
#include <string_view>

#include "pages/page_model.hpp"

namespace abide::detail {

/// The content of the frame. Holds views.
struct framed_page {
  std::string_view title;
  std::string_view self;        ///< the page's path below the consent path
  std::string_view main;        ///< HTML
  std::string_view about;       ///< HTML at the end, after who is responsible
  bool may_stand_over = false;  ///< scripts may show it over a page of the site
};

/// A whole page, with links back and to other languages.
std::string render_framed(const page_model&, const framed_page&);

/// Holds views. Only the title is required.
struct own_page {
  std::string_view title, text;  ///< a heading, and a sentence below it
  std::string_view self;         ///< the page's path below the consent path
  std::string_view body;         ///< HTML
  std::string_view download;     ///< address of the same content as a file
};

/// A whole page without a form, with a link to the settings as well.
std::string render_own_page(const page_model&, const own_page&);

/// The query of links between Abide's own pages: the language, and the way back to the visitor's page if there is one.
std::string query_of(const page_model&);

/// Links to the page in the languages that the policy names; empty if there is only one.
std::string render_languages(const page_model&, std::string_view self);

}  // namespace abide::detail
