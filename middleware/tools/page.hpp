#pragma once
// A page for people, as plain text or as HTML.
#include <string>
#include <vector>

#include "tools/prose.hpp"

namespace abide::detail::cli {

struct page_section {
  std::string heading;
  std::vector<std::string> sentences;  ///< one paragraph each
  std::vector<table_row> table;        ///< the first row is the heading; may be empty
};

struct page {
  std::string title;
  std::vector<page_section> sections;
};

std::string to_text(const page&);
std::string to_html(const page&);  ///< a whole document, without scripts

}  // namespace abide::detail::cli
