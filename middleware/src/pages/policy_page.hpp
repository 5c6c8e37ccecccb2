#pragma once
// The pages below the consent path that describe what the site does: /policy and /cookies.
#include <string>
#include <string_view>

#include "pages/page_model.hpp"

namespace abide::detail {

/// The policy's text about cookies, choices and signals at the visitor's place, or only the cookie declaration.
std::string policy_page_html(const page_model&, bool is_declaration);
std::string policy_page_markdown(const page_model&, bool is_declaration);

/// Whether the request asks for Markdown: with `format=markdown`, or with an Accept field that names it before HTML.
bool wants_markdown(std::string_view format, std::string_view accept) noexcept;

}  // namespace abide::detail
